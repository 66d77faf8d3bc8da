/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints: trace-cmd record -e nfim, or tracefs events/nfim. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nfim

#if !defined(_NFIM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NFIM_TRACE_H

#include <linux/tracepoint.h>
#include <net/netfilter/nf_conntrack.h>

#include <nfim/counters.h>

#include "proto/offer.h"

TRACE_EVENT(nfim_offer,
	TP_PROTO(const struct nf_conn *ct, const struct offer *offer),
	TP_ARGS(ct, offer),
	TP_STRUCT__entry(
		__field(u32, ct)
		__field(u32, app)
		__field(u16, inside_port)
		__field(u16, announced_port)
	),
	TP_fast_assign(
		__entry->ct = nf_ct_get_id(ct);
		__entry->app = offer->app;
		__entry->inside_port = offer->inside_port;
		__entry->announced_port = offer->announced_port;
	),
	TP_printk("ct=%u app=%s inside_port=%u announced_port=%u",
		  __entry->ct, nfim_app_name(__entry->app),
		  __entry->inside_port, __entry->announced_port)
);

TRACE_EVENT(nfim_expect,
	TP_PROTO(const struct nf_conn *ct, enum nfim_app app, u16 inside_port,
		 u16 outside_port),
	TP_ARGS(ct, app, inside_port, outside_port),
	TP_STRUCT__entry(
		__field(u32, ct)
		__field(u32, app)
		__field(u16, inside_port)
		__field(u16, outside_port)
	),
	TP_fast_assign(
		__entry->ct = nf_ct_get_id(ct);
		__entry->app = app;
		__entry->inside_port = inside_port;
		__entry->outside_port = outside_port;
	),
	TP_printk("ct=%u app=%s inside_port=%u outside_port=%u",
		  __entry->ct, nfim_app_name(__entry->app),
		  __entry->inside_port, __entry->outside_port)
);

TRACE_EVENT(nfim_edit,
	TP_PROTO(const struct nf_conn *ct, u32 seq, u32 len, s32 delta),
	TP_ARGS(ct, seq, len, delta),
	TP_STRUCT__entry(
		__field(u32, ct)
		__field(u32, seq)
		__field(u32, len)
		__field(s32, delta)
	),
	TP_fast_assign(
		__entry->ct = nf_ct_get_id(ct);
		__entry->seq = seq;
		__entry->len = len;
		__entry->delta = delta;
	),
	TP_printk("ct=%u seq=%u len=%u delta=%d", __entry->ct, __entry->seq,
		  __entry->len, __entry->delta)
);

DECLARE_EVENT_CLASS(nfim_reason,
	TP_PROTO(const struct nf_conn *ct, enum nfim_counter why),
	TP_ARGS(ct, why),
	TP_STRUCT__entry(
		__field(u32, ct)
		__field(u32, why)
	),
	TP_fast_assign(
		__entry->ct = nf_ct_get_id(ct);
		__entry->why = why;
	),
	TP_printk("ct=%u reason=%s", __entry->ct,
		  nfim_counter_name(__entry->why))
);

DEFINE_EVENT(nfim_reason, nfim_refuse,
	TP_PROTO(const struct nf_conn *ct, enum nfim_counter why),
	TP_ARGS(ct, why)
);

DEFINE_EVENT(nfim_reason, nfim_opaque,
	TP_PROTO(const struct nf_conn *ct, enum nfim_counter why),
	TP_ARGS(ct, why)
);

#endif /* _NFIM_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
