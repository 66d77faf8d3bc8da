/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything that is counted, once. A refusal or an opaque stream has exactly
 * one of these as its reason, so the list is also the list of reasons: parsers
 * and policy return one, the packet path counts it, tracepoints and the tool
 * show its name.
 */
#ifndef _NFIM_COUNTERS_H
#define _NFIM_COUNTERS_H

/* X(symbol, name): the name is netlink ABI, see enum nfim_stat_attr. */
#define NFIM_COUNTERS(X)						\
	X(MESSAGES,		"messages")				\
	X(OFFERS,		"offers")				\
	X(EXPECTED,		"expected")				\
	X(EXPECTED_EDITED,	"expected-edited")			\
	X(EXPECTED_UNEDITED,	"expected-unedited")			\
	X(EDIT_SAME_LENGTH,	"edit-same-length")			\
	X(EDIT_RESIZED,		"edit-resized")				\
	X(EDIT_REPEATED,	"edit-repeated")			\
	X(FOLLOWED,		"followed")				\
	X(CANCELLED,		"cancelled")				\
	X(CONNECTED,		"connected")				\
	X(ENDED,		"ended")				\
	X(DISPLACED,		"displaced")				\
	X(HAIRPIN,		"hairpin")				\
	X(SPLIT,		"split")				\
	X(OUT_OF_ORDER,		"out-of-order")				\
	X(HELD,			"held")					\
	X(MERGED,		"merged")				\
	X(RELEASED,		"released")				\
	X(RELEASED_KIND,	"released-kind")			\
	X(RELEASED_FLIGHT,	"released-flight")			\
	X(RELEASED_REPEAT,	"released-repeat")			\
	X(RELEASED_LEFT,	"released-left")			\
	X(RELEASED_END,		"released-end")				\
	X(RELEASED_LENGTH,	"released-length")			\
	X(RELEASED_NOMEM,	"released-nomem")			\
	X(REFUSED_MALFORMED,	"refused-malformed")			\
	X(REFUSED_NOT_SELF,	"refused-not-self")			\
	X(REFUSED_UNANSWERED,	"refused-unanswered")			\
	X(REFUSED_PORT_ZERO,	"refused-port-zero")			\
	X(REFUSED_PORT_PRIVILEGED, "refused-port-privileged")		\
	X(REFUSED_PORT_LISTED,	"refused-port-listed")			\
	X(REFUSED_PORT_POLICY,	"refused-port-policy")			\
	X(REFUSED_POLICY,	"refused-policy")			\
	X(REFUSED_NO_POLICY,	"refused-no-policy")			\
	X(REFUSED_HOST_LIMIT,	"refused-host-limit")			\
	X(REFUSED_NET_LIMIT,	"refused-net-limit")			\
	X(REFUSED_MASTER_LIMIT,	"refused-master-limit")			\
	X(REFUSED_NO_PORT,	"refused-no-port")			\
	X(REFUSED_TABLE_FULL,	"refused-table-full")			\
	X(REFUSED_UNREACHABLE,	"refused-unreachable")			\
	X(REFUSED_NO_HELPER,	"refused-no-helper")			\
	X(REFUSED_NOMEM,	"refused-nomem")			\
	X(CLIENT_NEW,		"client-new")				\
	X(CLIENT_CHANGED,	"client-changed")			\
	X(CLIENT_FULL,		"client-full")				\
	X(CLIENT_IP,		"client-ip")				\
	X(OPAQUE_MIDSTREAM,	"opaque-midstream")			\
	X(OPAQUE_FOREIGN,	"opaque-foreign")			\
	X(OPAQUE_LINE,		"opaque-line")				\
	X(OPAQUE_LENGTH,	"opaque-length")			\
	X(OPAQUE_CROWDED,	"opaque-crowded")			\
	X(OPAQUE_GAP,		"opaque-gap")				\
	X(OPAQUE_NOMEM,		"opaque-nomem")

/**
 * enum nfim_counter - a counter, and the reason for a refusal or opacity
 * @NFIM_OK: no reason: nothing speaks against it; never counted
 */
enum nfim_counter {
	NFIM_OK,
#define X(sym, name) NFIM_##sym,
	NFIM_COUNTERS(X)
#undef X
	NFIM_COUNTER_MAX
};

/**
 * nfim_counter_name() - the public name of a counter
 * @c: any value of the enum
 *
 * Return: a constant string; "" for %NFIM_OK.
 */
static inline const char *nfim_counter_name(enum nfim_counter c)
{
	static const char *const names[NFIM_COUNTER_MAX] = {
		"",
#define X(sym, name) name,
		NFIM_COUNTERS(X)
#undef X
	};

	return names[c];
}

#endif /* _NFIM_COUNTERS_H */
