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
#define NFIM_PEERS_PER_SKB	128	/* peers of known endpoints let in by one */

/* Parsing, per message. */
#define NFIM_HEADER_LINES	64	/* header or body lines read */
#define NFIM_INVITE_FIELDS	16	/* address and port fields kept */
#define NFIM_MSG_MAX		8192	/* payload bytes that are parsed */

/* SIP, per message. */
#define NFIM_SIP_MAX		16384	/* bytes of a message that is parsed */
#define NFIM_SIP_HEADER_MAX	16384	/* bytes from start to empty line */
#define NFIM_SIP_BODY_MAX	(512 * 1024) /* bytes a Content-Length names */
#define NFIM_SIP_HEADERS	256	/* header fields read */
#define NFIM_SIP_VIAS		4	/* Via values kept */
#define NFIM_SIP_CONTACTS	8	/* Contact values kept */
#define NFIM_SIP_ROUTES		4	/* Record-Route and Route values kept */
#define NFIM_SIP_PORTS		8	/* ports in one mapping */
#define NFIM_MIME_PARTS		16	/* parts of a body, containers too */
#define NFIM_MIME_DEPTH		4	/* containers in each other */
#define NFIM_MIME_LINES		2048	/* lines read to find the parts */
#define NFIM_SDP_LINES		1024	/* lines of a description */
#define NFIM_SDP_MEDIA		32	/* m= lines */
#define NFIM_SDP_CONNS		40	/* c= lines */
#define NFIM_SDP_CANDIDATES	64	/* candidates of all media */

/* What is remembered of one MSNP connection, beside its streams. */
#define NFIM_TALK_TEXTS		2	/* texts of at most NFIM_MSG_MAX in parts */
#define NFIM_TALK_PARTS		32	/* parts of one of them */
#define NFIM_TALK_RESIZED	8	/* P2P messages whose receipts are corrected */
#define NFIM_TALK_INVITED	16	/* invitations */

/* Editing, per packet. */
#define NFIM_EDIT_TEXT		48	/* bytes of one replacement */
#define NFIM_EDIT_MAX		192	/* replacements in one plan */
#define NFIM_EDIT_SPAN		16384	/* from first to last changed byte */
#define NFIM_EDIT_GROWTH	1024	/* bytes that a message may grow by */

/* What the stream engine remembers, per direction of a connection. */
#define NFIM_FLOW_EDITS		16	/* edits remembered */
#define NFIM_FLOW_PIECES	64	/* out-of-order pieces remembered */
#define NFIM_FLOW_BYTES		65536	/* bytes of those pieces */
#define NFIM_FLOW_EARLY		4096	/* of them before the greeting */
#define NFIM_FLOW_HOLD		16384	/* bytes held back */

/* Per connection. */
#define NFIM_CONN_BYTES		(256 * 1024) /* of memory, both directions */
#define NFIM_FLOW_SECS		300	/* idle seconds until forgotten */
#define NFIM_STATE_SECS		3600	/* the same where a helper has state */

/* Tables, per network namespace. */
#define NFIM_NET_FLOWS		4096	/* connections with such memory */
#define NFIM_HOST_FLOWS		256	/* of them for one host */
#define NFIM_HOST_BYTES		(1024 * 1024) /* bytes of them for one host */
#define NFIM_NET_BYTES		(16 * 1024 * 1024) /* bytes of them all */
#define NFIM_NET_OFFERS		16384	/* highest limit of endpoints, open or used */

#define NFIM_NET_CALLS		4096	/* calls and registrations */
#define NFIM_HOST_CALLS		1024	/* of them for one host */
#define NFIM_HOST_UNHEARD	512	/* of those, that it only heard of so far */

/* Where a table is full, what waits for an answer for so long makes room. */
#define NFIM_ANSWER_SECS	2

#define NFIM_NET_CLIENTS	4096	/* hosts whose client is known */
#define NFIM_CLIENT_SECS	(12 * 3600) /* idle seconds until forgotten */

/* All that packets make us remember, in all namespaces: the parameter "memory". */
#define NFIM_MEMORY_SHARE	8	/* its default is one part in so many */
#define NFIM_MEMORY_LEAST	48	/* MiB, but not less: a namespace takes 40 */
#define NFIM_MEMORY_MOST	256	/* MiB, nor more */
#define NFIM_NET_MEMORY		65536	/* bytes that each namespace has in any case */

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

#define NFIM_OFFER_PORTS	8	/* consecutive ports of one offer */

/* Expectations pending on one master and class; the kernel evicts at 255. */
#define NFIM_MASTER_EXPECT	64
#define NFIM_TRUNK_EXPECT	240	/* the same, where calls share it */

#endif /* _NFIM_LIMITS_H */
