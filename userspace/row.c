// SPDX-License-Identifier: GPL-2.0
/* What the module tells, as JSON objects; the keys are public. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/nfim.h>

#include "nl.h"
#include "out.h"
#include "row.h"

const char *row_protocol(uint32_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	default:
		return "?";
	}
}

const char *row_str(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

json_int_t row_int(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

char *row_endpoint(const json_t *row, const char *key)
{
	const json_t *endpoint = json_object_get(row, key);
	const char *address = row_str(endpoint, "address");

	if (!*address)
		return out_text("%s", "");
	return out_text(strchr(address, ':') ? "[%s]:%d" : "%s:%d", address,
			(int)row_int(endpoint, "port"));
}

char *row_way(const json_t *row)
{
	char *outside = row_endpoint(row, "outside");
	char *inside = row_endpoint(row, "inside");
	char *text = NULL;

	if (outside && inside)
		text = out_text("%s%s%s", outside,
				*outside && *inside ? " -> " : "", inside);
	free(outside);
	free(inside);
	return text;
}

char *row_client_text(const json_t *row)
{
	const char *agent = row_str(row, "agent");
	const char *name = row_str(row, "client");
	int dialect = row_int(row, "dialect");
	char msnp[24] = "";

	if (dialect)
		snprintf(msnp, sizeof(msnp), "MSNP%d", dialect);
	return out_text("%s%s%s%s%s%s%s", *name ? name : "",
			*name ? " " : "", row_str(row, "version"),
			*name && *msnp ? " " : "", msnp,
			*agent && (*name || *msnp) ? " " : "", agent);
}

/* qsort() has no other way to hand it over. */
static int (*row_compare)(const json_t *a, const json_t *b);

static int compare(const void *a, const void *b)
{
	return row_compare(*(const json_t *const *)a,
			   *(const json_t *const *)b);
}

int row_sort(json_t *list, int (*by)(const json_t *a, const json_t *b))
{
	size_t n = json_array_size(list), i;
	json_t **row;
	int ret = 0;

	if (n < 2)
		return 0;
	row = calloc(n, sizeof(*row));
	if (!row)
		return -1;
	for (i = 0; i < n; i++)
		row[i] = json_incref(json_array_get(list, i));
	row_compare = by;
	qsort(row, n, sizeof(*row), compare);
	json_array_clear(list);
	for (i = 0; i < n; i++)
		ret |= json_array_append_new(list, row[i]);
	free(row);
	return ret;
}

/* The size of the address says its family. */
static json_t *address(const struct nlattr *attr)
{
	uint16_t len = attr ? mnl_attr_get_payload_len(attr) : 0;
	char text[INET6_ADDRSTRLEN] = "?";

	if (len == sizeof(struct in_addr))
		inet_ntop(AF_INET, mnl_attr_get_payload(attr), text,
			  sizeof(text));
	else if (len == sizeof(struct in6_addr))
		inet_ntop(AF_INET6, mnl_attr_get_payload(attr), text,
			  sizeof(text));
	return json_string(text);
}

static json_t *endpoint(const struct nlattr *attr, const struct nlattr *port)
{
	return json_pack("{s:o, s:I}", "address", address(attr), "port",
			 (json_int_t)nl_u32(port));
}

/* null if the module does not know it. */
static json_t *text_or_null(const struct nlattr *attr)
{
	return attr ? out_string(nl_str(attr)) : json_null();
}

static json_t *number_or_null(const struct nlattr *attr)
{
	return attr ? json_integer(nl_u32(attr)) : json_null();
}

static int put_text(json_t *row, const char *key, const struct nlattr *attr)
{
	if (!attr)
		return 0;
	return json_object_set_new(row, key, out_string(nl_str(attr)));
}

json_t *row_offer(const struct nlattr *nest)
{
	const struct nlattr *tb[NFIM_OFFER_A_MAX + 1];
	json_t *row, *last;
	bool connected;

	nl_parse_nested(nest, tb, NFIM_OFFER_A_MAX);
	connected = nl_u32(tb[NFIM_OFFER_A_STATE]) == NFIM_OFFER_CONNECTED;
	row = json_pack("{s:o, s:o, s:s, s:I, s:s, s:o, s:o}",
			"helper", out_string(nl_str(tb[NFIM_OFFER_A_HELPER])),
			"application", out_string(nl_str(tb[NFIM_OFFER_A_APP])),
			"protocol",
			row_protocol(nl_u32(tb[NFIM_OFFER_A_PROTO])),
			"zone", (json_int_t)nl_u32(tb[NFIM_OFFER_A_ZONE]),
			"state", connected ? "connected" : "waiting",
			"outside", endpoint(tb[NFIM_OFFER_A_OUTSIDE],
					    tb[NFIM_OFFER_A_OUTSIDE_PORT]),
			"inside", endpoint(tb[NFIM_OFFER_A_LISTENER],
					   tb[NFIM_OFFER_A_INSIDE_PORT]));
	if (put_text(row, "mechanism", tb[NFIM_OFFER_A_MECHANISM])) {
		json_decref(row);
		return NULL;
	}
	if (connected)
		last = endpoint(tb[NFIM_OFFER_A_PEER],
				tb[NFIM_OFFER_A_PEER_PORT]);
	else
		last = json_integer(nl_u32(tb[NFIM_OFFER_A_SECONDS_LEFT]));
	if (json_object_set_new(row, connected ? "peer" : "seconds_left",
				last)) {
		json_decref(row);
		return NULL;
	}
	return row;
}

json_t *row_client(const struct nlattr *nest)
{
	const struct nlattr *tb[NFIM_CLIENT_A_MAX + 1];

	nl_parse_nested(nest, tb, NFIM_CLIENT_A_MAX);
	return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:I}",
			 "address", address(tb[NFIM_CLIENT_A_ADDR]),
			 "zone", (json_int_t)nl_u32(tb[NFIM_CLIENT_A_ZONE]),
			 "helper", out_string(nl_str(tb[NFIM_CLIENT_A_HELPER])),
			 "dialect", number_or_null(tb[NFIM_CLIENT_A_DIALECT]),
			 "client", text_or_null(tb[NFIM_CLIENT_A_NAME]),
			 "version", text_or_null(tb[NFIM_CLIENT_A_VERSION]),
			 "agent", text_or_null(tb[NFIM_CLIENT_A_AGENT]),
			 "policy", text_or_null(tb[NFIM_CLIENT_A_POLICY]),
			 "idle", (json_int_t)nl_u32(tb[NFIM_CLIENT_A_IDLE]));
}

static int put_endpoint(json_t *row, const char *key,
			const struct nlattr *attr, const struct nlattr *port)
{
	if (!attr)
		return 0;
	return json_object_set_new(row, key, endpoint(attr, port));
}

static int put_endpoints(json_t *row, const struct nlattr *const *tb)
{
	if (tb[NFIM_EVENT_A_HOST] &&
	    json_object_set_new(row, "host", address(tb[NFIM_EVENT_A_HOST])))
		return -1;
	if (put_endpoint(row, "server", tb[NFIM_EVENT_A_SERVER],
			 tb[NFIM_EVENT_A_SERVER_PORT]) ||
	    put_endpoint(row, "outside", tb[NFIM_EVENT_A_OUTSIDE],
			 tb[NFIM_EVENT_A_OUTSIDE_PORT]) ||
	    put_endpoint(row, "inside", tb[NFIM_EVENT_A_LISTENER],
			 tb[NFIM_EVENT_A_INSIDE_PORT]) ||
	    put_endpoint(row, "peer", tb[NFIM_EVENT_A_PEER],
			 tb[NFIM_EVENT_A_PEER_PORT]))
		return -1;
	return 0;
}

int row_event(json_t *row, const struct nlattr *nest)
{
	const struct nlattr *tb[NFIM_EVENT_A_MAX + 1];
	const struct nlattr *proto;

	nl_parse_nested(nest, tb, NFIM_EVENT_A_MAX);
	proto = tb[NFIM_EVENT_A_PROTO];
	if (put_text(row, "event", tb[NFIM_EVENT_A_TYPE]) ||
	    put_text(row, "helper", tb[NFIM_EVENT_A_HELPER]) ||
	    put_text(row, "application", tb[NFIM_EVENT_A_APP]) ||
	    (proto &&
	     json_object_set_new(row, "protocol",
				 json_string(row_protocol(nl_u32(proto))))) ||
	    json_object_set_new(row, "zone",
				json_integer(nl_u32(tb[NFIM_EVENT_A_ZONE]))) ||
	    put_endpoints(row, tb) ||
	    put_text(row, "reason", tb[NFIM_EVENT_A_REASON]) ||
	    put_text(row, "edit", tb[NFIM_EVENT_A_EDIT]) ||
	    put_text(row, "policy", tb[NFIM_EVENT_A_POLICY]) ||
	    put_text(row, "client", tb[NFIM_EVENT_A_CLIENT]) ||
	    put_text(row, "mechanism", tb[NFIM_EVENT_A_MECHANISM]))
		return -1;
	return 0;
}
