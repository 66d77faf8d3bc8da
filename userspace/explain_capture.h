/* SPDX-License-Identifier: GPL-2.0 */
/* Captures: read twice, and written with what was changed. */
#ifndef _NFIM_EXPLAIN_CAPTURE_H
#define _NFIM_EXPLAIN_CAPTURE_H

#include <pcap/pcap.h>

#include "err.h"
#include "explain_packet.h"

/**
 * struct capture - a file that is read
 * @name: its name, for errors
 * @pcap: the open file
 * @link: its link type
 * @n: packets read so far
 */
struct capture {
	const char *name;
	pcap_t *pcap;
	int link;
	u32 n;
};

/**
 * struct capture_out - a file that is written
 * @name: its name, for errors
 * @pcap: tells libpcap what the file is like
 * @dump: the open file; NULL if nothing is to be written
 */
struct capture_out {
	const char *name;
	pcap_t *pcap;
	pcap_dumper_t *dump;
};

/**
 * capture_open() - begin to read
 * @c: filled on success
 * @file: where from, at its beginning; closed with @c, or on failure
 * @name: its name, for errors
 *
 * Return: %RC_DONE, or %RC_USAGE after err().
 */
enum rc capture_open(struct capture *c, FILE *file, const char *name);

/**
 * capture_next() - read on
 * @c: the capture
 * @p: @number, @time, @frame, @caplen and @wirelen are set; the frame is valid
 *	until the next call
 * @end: set if there is nothing more
 *
 * Return: %RC_DONE, or %RC_USAGE after err() where the file is broken.
 */
enum rc capture_next(struct capture *c, struct packet *p, bool *end);

/**
 * capture_close() - end reading
 * @c: the capture
 */
void capture_close(struct capture *c);

/**
 * capture_create() - begin to write
 * @out: filled; all zero on failure
 * @name: name of the file, which is replaced
 * @link: link type
 *
 * Return: %RC_DONE, or %RC_REFUSED after err().
 */
enum rc capture_create(struct capture_out *out, const char *name, int link);

/**
 * capture_put() - write a frame
 * @out: the file; nothing happens if none is open
 * @p: the packet it was; its time is taken
 * @frame: the bytes
 * @caplen: how many
 * @wirelen: how many there were
 */
void capture_put(struct capture_out *out, const struct packet *p,
		 const u8 *frame, u32 caplen, u32 wirelen);

/**
 * capture_finish() - end writing
 * @out: the file; may be closed or all zero
 *
 * Return: %RC_DONE, or %RC_REFUSED after err() if anything was lost.
 */
enum rc capture_finish(struct capture_out *out);

#endif /* _NFIM_EXPLAIN_CAPTURE_H */
