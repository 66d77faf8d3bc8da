// SPDX-License-Identifier: GPL-2.0
/* The table of calls. */
#include <stdlib.h>

#include "explain_calls.h"

#define FNV64_BASIS	14695981039346656037ull
#define FNV64_PRIME	1099511628211ull
#define SECOND		1000000u

static u64 fnv64(struct span s)
{
	u64 h = FNV64_BASIS;

	for (; s.p < s.end; s.p++)
		h = (h ^ (unsigned char)*s.p) * FNV64_PRIME;
	return h;
}

static u64 lock(void *ctx, struct span call_id)
{
	(void)ctx;
	return fnv64(call_id);
}

static void unlock(void *ctx, u64 id)
{
	(void)ctx;
	(void)id;
}

static u32 hash(void *ctx, struct span text)
{
	u64 h = fnv64(text);

	(void)ctx;
	return (u32)(h ^ h >> 32);
}

static bool is_over(const struct explain *x, const struct call *call)
{
	return call->used + (u64)call->call.secs * SECOND <= x->now;
}

static struct imsip_call *add(struct explain *x, u64 id,
			      const struct addr *host)
{
	struct call *call = calloc(1, sizeof(*call));

	if (!call) {
		x->rc = err_nomem();
		return NULL;
	}
	call->used = x->now;
	call->call.id = id;
	call->call.host = *host;
	call->call.cookie = ++x->n_calls << 4;
	call->call.secs = IMSIP_RINGING_SECS;
	call->next = x->call;
	x->call = call;
	return &call->call;
}

static struct imsip_call *find(void *ctx, u64 id, const struct addr *host,
			       bool make)
{
	struct explain *x = ctx;
	struct call **link = &x->call;

	while (*link) {
		struct call *call = *link;

		if (is_over(x, call)) {
			*link = call->next;
			free(call);
			continue;
		}
		if (call->call.id == id &&
		    addr_equal(&call->call.host, host)) {
			call->used = x->now;
			return &call->call;
		}
		link = &call->next;
	}
	return make ? add(x, id, host) : NULL;
}

static void forget(void *ctx, struct imsip_call *over)
{
	struct explain *x = ctx;
	struct call **link = &x->call;

	while (*link && &(*link)->call != over)
		link = &(*link)->next;
	if (*link) {
		struct call *call = *link;

		*link = call->next;
		free(call);
	}
}

static u16 inside_port(void *ctx, const struct addr *inside,
		       const struct addr *outside, u16 port, u8 proto)
{
	const struct explain *x = ctx;
	const struct opened *o;

	for (o = x->opened; o; o = o->next)
		if (o->signalling && o->proto == proto &&
		    o->outside.port == port &&
		    addr_equal(&o->outside.addr, outside) &&
		    addr_equal(&o->listener.addr, inside))
			return o->listener.port;
	return 0;
}

static u16 outside_port(void *ctx, const struct addr *inside,
			const struct addr *peer, u16 port, u8 proto)
{
	const struct explain *x = ctx;
	const struct opened *o;

	for (o = x->opened; o; o = o->next)
		if (o->signalling && o->proto == proto &&
		    o->listener.port == port &&
		    addr_equal(&o->listener.addr, inside) &&
		    (!peer || !o->peer.len || addr_equal(&o->peer, peer)))
			return o->outside.port;
	return 0;
}

static bool behind(void *ctx, struct addr *addr, u16 *port, u8 proto)
{
	const struct explain *x = ctx;
	const struct opened *o;

	for (o = x->opened; o; o = o->next)
		if (!o->signalling && o->proto == proto &&
		    o->outside.port == *port &&
		    addr_equal(&o->outside.addr, addr) &&
		    !addr_equal(&o->listener.addr, addr)) {
			*addr = o->listener.addr;
			*port = o->listener.port;
			return true;
		}
	return false;
}

const struct imsip_ops calls_ops = {
	.lock = lock,
	.unlock = unlock,
	.hash = hash,
	.find = find,
	.forget = forget,
	.inside_port = inside_port,
	.outside_port = outside_port,
	.behind = behind,
};
