/* SPDX-License-Identifier: GPL-2.0 */
/* Between tcp.c and tcp_send.c. */
#ifndef _SIM_TCP_H
#define _SIM_TCP_H

#include "sim.h"

void tcp_set_rto(struct tcp *t);
u32 tcp_window(const struct tcp *t);
void tcp_send_ack(struct sim *s, struct tcp *t);
void tcp_arm(struct sim *s, struct tcp *t);
/* Send [off, off + len), and the FIN if it follows. */
void tcp_emit(struct sim *s, struct tcp *t, u32 off, u32 len);
/* How long a segment at @off is that was sent before. */
u32 tcp_old_segment(const struct tcp *t, u32 off);
/* Send what may be sent. */
void tcp_output(struct sim *s, struct tcp *t);
void tcp_timeout(struct sim *s, struct tcp *t);
/* A tail-loss probe sends something new, or the last segment again. */
void tcp_probe(struct sim *s, struct tcp *t);

#endif /* _SIM_TCP_H */
