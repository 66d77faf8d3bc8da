// SPDX-License-Identifier: GPL-2.0
/*
 * The records of an explanation, as JSON objects. Text is made from the same
 * objects, so that both tell the same.
 */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "explain_say.h"
#include "explain_text.h"
#include "ladder.h"
#include "out.h"

const char *say_addr(char *buf, const struct addr *a)
{
	if (!inet_ntop(a->len == 4 ? AF_INET : AF_INET6, a->b, buf, SAY_ADDR))
		*buf = '\0';
	return buf;
}

void say_record(struct explain *x, json_t *row, const struct out_col *cols)
{
	enum rc rc = row ? out_record(row, cols, x->o->json) : err_nomem();

	if (row && json_object_get(row, "type"))
		ladder_record(x, row);
	json_decref(row);
	if (rc)
		x->rc = rc;
}

static json_t *addr_json(const struct addr *a)
{
	char text[SAY_ADDR];

	return a->len ? json_string(say_addr(text, a)) : json_null();
}

static json_t *text_json(const char *text)
{
	return *text ? out_string(text) : json_null();
}

static json_t *client_json(const struct client *c)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "name", text_json(c->name),
			 "version", text_json(c->text), "dialect",
			 c->dialect ? json_integer(c->dialect) : json_null(),
			 "agent", text_json(c->agent));
}

static const char *proto_name(u8 proto)
{
	return proto == IPPROTO_UDP ? "udp" : "tcp";
}

static json_t *protos_json(const struct offer *f)
{
	json_t *all = json_pack("[s]", proto_name(f->proto));

	if (f->also && json_array_append_new(all,
					     json_string(proto_name(f->also)))) {
		json_decref(all);
		return NULL;
	}
	return all;
}

/* Where it is one of several addresses, the one that is the announcer's. */
static json_t *announced_json(const struct said_offer *s)
{
	if (s->how == NFIM_EXPECTED || (s->parsed && s->offer.in_place))
		return addr_json(&s->outside.addr);
	return addr_json(s->announced.len || !s->parsed ? &s->announced :
							  &s->listener);
}

static json_t *offered_json(const struct explain *x,
			    const struct said_offer *s)
{
	const struct offer *f = s->parsed ? &s->offer : NULL;

	return json_pack("{s:s, s:I, s:s, s:s?, s:s, s:o, s:o, s:i, s:i, s:o, s:o}",
			 "type", "offer",
			 "packet", (json_int_t)x->packet->number,
			 "helper", policy_helper_name(s->helper),
			 "app", f ? nfim_app_name(f->app) : NULL,
			 "mechanism", nfim_via_name(s->via),
			 "proto", f ? protos_json(f) : json_array(),
			 "announced", announced_json(s),
			 "announced_port", f ? f->announced_port : 0,
			 "ports", f && f->ports ? f->ports : 1,
			 "listener", addr_json(&s->listener),
			 "inside_port", f ? json_integer(f->inside_port) :
					    json_null());
}

static json_t *judged_json(const struct said_offer *s)
{
	const struct host *h = s->host;
	bool open = open_is_open(s->how);

	return json_pack("{s:o, s:o, s:s, s:s, s:s, s:o, s:o}",
			 "outside", open ? addr_json(&s->outside.addr) :
					   json_null(),
			 "outside_port", open ? json_integer(s->outside.port) :
						json_null(),
			 "verdict", open ? "allow" : "refuse",
			 "reason", nfim_counter_name(s->how),
			 "edit", s->how == NFIM_REFUSED_UNREACHABLE ?
				 "skipped" : s->edit ? s->edit : "none",
			 "client", h->learnt[s->helper] ?
				   client_json(h->client + s->helper) :
				   json_null(),
			 "policy", s->policy ? out_string(s->policy->name) :
					       json_null());
}

void say_offer(struct explain *x, const struct said_offer *s)
{
	json_t *row = offered_json(x, s), *more = judged_json(s), *lines;

	lines = s->plan ? text_lines(s->plan, s->data) : json_array();
	if (json_object_set_new(row, "lines", lines) || !more ||
	    json_object_update(row, more)) {
		json_decref(row);
		row = NULL;
	}
	json_decref(more);
	say_record(x, json_incref(row), text_offer);
	if (row && !x->o->json)
		text_diff(x, json_object_get(row, "lines"));
	json_decref(row);
}

void say_client(struct explain *x, const struct host *h,
		enum policy_helper helper)
{
	say_record(x, json_pack("{s:s, s:I, s:s, s:o, s:o}",
				"type", "client",
				"packet", (json_int_t)x->packet->number,
				"helper", policy_helper_name(helper),
				"address", addr_json(&h->addr),
				"client", client_json(h->client + helper)),
		   text_client);
}

void say_nat(struct explain *x, struct host *h)
{
	const struct addr *outside = state_outside(x, h);
	const char *from = "unknown";

	if (addr_equal(outside, &h->told))
		return;
	h->told = *outside;
	if (outside == &x->o->outside)
		from = "option";
	else if (outside == &h->client_ip)
		from = "client-ip";
	say_record(x, json_pack("{s:s, s:I, s:o, s:o, s:s}",
				"type", "nat",
				"packet", (json_int_t)x->packet->number,
				"address", addr_json(&h->addr),
				"outside", addr_json(outside),
				"from", from),
		   text_nat);
}

void say_follow(struct explain *x, const struct conn *c,
		const struct endpoint *server, enum nfim_counter how)
{
	say_record(x, json_pack("{s:s, s:I, s:s, s:o, s:o, s:i, s:s, s:s}",
				"type", "follow",
				"packet", (json_int_t)x->packet->number,
				"helper", policy_helper_name(c->helper),
				"address", addr_json(&c->client.addr),
				"server", addr_json(&server->addr),
				"port", server->port,
				"verdict", how == NFIM_FOLLOWED ? "allow" :
								  "refuse",
				"reason", nfim_counter_name(how)),
		   text_follow);
}

void say_cancel(struct explain *x, const struct conn *c, u32 cookie, u32 n)
{
	say_record(x, json_pack("{s:s, s:I, s:s, s:o, s:I, s:I}",
				"type", "cancel",
				"packet", (json_int_t)x->packet->number,
				"helper", policy_helper_name(c->helper),
				"address", addr_json(&c->client.addr),
				"cookie", (json_int_t)cookie,
				"closed", (json_int_t)n),
		   text_cancel);
}

static json_t *conn_json(const struct explain *x, const struct conn *c,
			 const char *type, const char *reason)
{
	return json_pack("{s:s, s:I, s:s, s:o, s:i, s:o, s:i, s:s}",
			 "type", type,
			 "packet", (json_int_t)x->packet->number,
			 "helper", policy_helper_name(c->helper),
			 "address", addr_json(&c->client.addr),
			 "address_port", c->client.port,
			 "server", addr_json(&c->server.addr),
			 "port", c->server.port,
			 "reason", reason);
}

void say_opaque(struct explain *x, const struct conn *c, enum msnp_side side,
		enum nfim_counter why, const char *detail)
{
	json_t *row = conn_json(x, c, "opaque", nfim_counter_name(why));

	json_object_set_new(row, "from", json_string(side == MSNP_C2S ?
						     "client" : "server"));
	json_object_set_new(row, "detail", detail ? json_string(detail) :
						    json_null());
	say_record(x, row, text_opaque);
}

void say_message(struct explain *x, const struct conn *c, const char *reason,
		 u32 begin)
{
	json_t *row = conn_json(x, c, "message", reason);

	json_object_set_new(row, "begin", json_integer(begin));
	say_record(x, row, text_message);
}

static json_t *counters_json(const struct explain *x)
{
	json_t *all = json_object();
	int i;

	for (i = NFIM_OK + 1; all && i < NFIM_COUNTER_MAX; i++)
		if (x->count[i] &&
		    json_object_set_new(all, nfim_counter_name(i),
					json_integer(x->count[i]))) {
			json_decref(all);
			return NULL;
		}
	return all;
}

void say_summary(struct explain *x)
{
	say_record(x, json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:o}",
				"type", "summary",
				"packets", (json_int_t)x->packets,
				"tcp", (json_int_t)x->segments,
				"udp", (json_int_t)x->datagrams,
				"fragments", (json_int_t)x->fragments,
				"connections", (json_int_t)x->conns,
				"cut", (json_int_t)x->cut,
				"changed", (json_int_t)x->changed,
				"inside", state_inside_rule(x),
				"counters", counters_json(x)),
		   text_summary);
}
