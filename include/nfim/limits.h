/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every cap in one table. Whoever can make one of these grow is an outsider;
 * kernel/README.md lists them for administrators.
 */
#ifndef _NFIM_LIMITS_H
#define _NFIM_LIMITS_H

/* Framing, per direction of a connection. */
#define NFIM_LINE_MAX		2048	/* bytes of an MSNP command line */
#define NFIM_PAYLOAD_MAX	(1024 * 1024) /* bytes announced by a command */
#define NFIM_COMMANDS_PER_SKB	8192	/* commands framed in one packet */

#define NFIM_OFFERS_PER_SKB	16	/* announcements judged in one packet */

/* Parsing, per message. */
#define NFIM_HEADER_LINES	64	/* header or body lines read */
#define NFIM_INVITE_FIELDS	16	/* address and port fields kept */
#define NFIM_MSG_MAX		8192	/* payload bytes that are parsed */

/* Editing, per packet. */
#define NFIM_EDIT_TEXT		48	/* bytes of one replacement */
#define NFIM_EDIT_MAX		24	/* replacements in one plan */
#define NFIM_EDIT_SPAN		4096	/* from first to last changed byte */
#define NFIM_EDIT_GROWTH	64	/* bytes that a packet may grow by */

/* Edit log and out-of-order memory, per direction of a connection. */
#define NFIM_FLOW_EDITS		16	/* edits remembered */
#define NFIM_FLOW_PIECES	64	/* out-of-order pieces remembered */
#define NFIM_FLOW_BYTES		65536	/* bytes of those pieces */
#define NFIM_FLOW_EARLY		4096	/* of them before the greeting */
#define NFIM_FLOW_HOLD		16384	/* bytes held back */
#define NFIM_FLOW_SECS		300	/* idle seconds until forgotten */

/* Tables, per network namespace. */
#define NFIM_NET_FLOWS		4096	/* connections with an edit log */
#define NFIM_HOST_FLOWS		64	/* of them for one host */
#define NFIM_HOST_BYTES		(1024 * 1024) /* bytes of them for one host */
#define NFIM_NET_BYTES		(16 * 1024 * 1024) /* bytes of edits and pieces */
#define NFIM_NET_OFFERS		16384	/* highest limit of endpoints, open or used */

#define NFIM_NET_CLIENTS	4096	/* hosts whose client is known */
#define NFIM_CLIENT_SECS	(12 * 3600) /* idle seconds until forgotten */

/* Policies. */
#define NFIM_POLICIES		16384	/* in one set */
#define NFIM_POLICY_NAME	32	/* bytes of a name with its NUL */
#define NFIM_POLICY_RANGES	8	/* port ranges in one list */
#define NFIM_POLICY_CLIENTS	8	/* client names */
#define NFIM_POLICY_VERSIONS	8	/* version ranges */
#define NFIM_POLICY_PREFIXES	8	/* third-party prefixes */
#define NFIM_CLIENT_NAME	24	/* bytes of a client's name with its NUL */
#define NFIM_CLIENT_AGENT	64	/* bytes of a User-Agent with its NUL */

/* Outside ports tried for one offer. */
#define NFIM_PORT_TRIES		128

/* Expectations pending on one master and class; the kernel evicts at 255. */
#define NFIM_MASTER_EXPECT	64

#endif /* _NFIM_LIMITS_H */
