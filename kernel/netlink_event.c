// SPDX-License-Identifier: GPL-2.0
/* Telling listeners what happened. */

#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <uapi/linux/nfim.h>

#include "clients.h"
#include "events.h"
#include "netlink.h"
#include "offers.h"

/* The longest event: two dozen attributes, addresses and names among them. */
#define EVENT_SIZE	768

struct event_msg {
	struct sk_buff *skb;
	struct nlattr *nest;
	void *hdr;
};

static bool has_listeners(const struct nfim_net *nn)
{
	return genl_has_listeners(&nfim_family, nn->net, NFIM_GROUP_EVENTS);
}

static const union nf_inet_addr *as_inet(const void *addr)
{
	return addr;
}

/* What every event says: its type, and the control connection it is about. */
static int put_common(struct sk_buff *msg, const char *type,
		      enum policy_helper helper,
		      const struct nf_conntrack_tuple *t, u16 zone)
{
	return nla_put_string(msg, NFIM_EVENT_A_TYPE, type) ||
	       nla_put_string(msg, NFIM_EVENT_A_HELPER,
			      policy_helper_name(helper)) ||
	       nla_put_u32(msg, NFIM_EVENT_A_FAMILY, t->src.l3num) ||
	       nla_put_u32(msg, NFIM_EVENT_A_ZONE, zone) ||
	       nfim_put_addr(msg, NFIM_EVENT_A_HOST, t->src.l3num,
			     &t->src.u3) ||
	       nfim_put_addr(msg, NFIM_EVENT_A_SERVER, t->src.l3num,
			     &t->dst.u3) ||
	       nla_put_u32(msg, NFIM_EVENT_A_SERVER_PORT,
			   ntohs(t->dst.u.all));
}

static bool event_begin(struct nfim_net *nn, struct event_msg *m)
{
	m->skb = genlmsg_new(EVENT_SIZE, GFP_ATOMIC);
	if (!m->skb)
		return false;
	m->hdr = genlmsg_put(m->skb, 0, 0, &nfim_family, 0, NFIM_CMD_EVENT);
	m->nest = m->hdr ? nla_nest_start(m->skb, NFIM_A_EVENT) : NULL;
	if (m->nest)
		return true;
	nlmsg_free(m->skb);
	return false;
}

static void event_end(struct nfim_net *nn, struct event_msg *m, bool failed)
{
	if (failed) {
		nlmsg_free(m->skb);
		return;
	}
	nla_nest_end(m->skb, m->nest);
	genlmsg_end(m->skb, m->hdr);
	genlmsg_multicast_netns(&nfim_family, nn->net, m->skb, 0,
				NFIM_GROUP_EVENTS, GFP_ATOMIC);
}

static int put_reason(struct sk_buff *msg, enum nfim_counter reason)
{
	return nla_put_string(msg, NFIM_EVENT_A_REASON,
			      nfim_counter_name(reason));
}

/* "MSNMSGR 6.1.0203 MSNP10", or the User-Agent, as far as known. */
static int put_client(struct sk_buff *msg, const struct client *c)
{
	char text[NFIM_CLIENT_AGENT + 2 * NFIM_CLIENT_NAME + 16];
	int n;

	n = scnprintf(text, sizeof(text), "%s%s%s%s%s", c->name,
		      c->text[0] ? " " : "", c->text,
		      c->name[0] && c->agent[0] ? " " : "", c->agent);
	if (c->dialect)
		n += scnprintf(text + n, sizeof(text) - n, "%sMSNP%u",
			       n ? " " : "", c->dialect);
	return n ? nla_put_string(msg, NFIM_EVENT_A_CLIENT, text) : 0;
}

static int put_judged_by(struct sk_buff *msg, const struct policy *p,
			 const struct client *c)
{
	if (p && nla_put_string(msg, NFIM_EVENT_A_POLICY, p->name))
		return -EMSGSIZE;
	return c ? put_client(msg, c) : 0;
}

static int put_endpoint(struct sk_buff *msg, const struct nfim_offer *o)
{
	return nfim_put_addr(msg, NFIM_EVENT_A_LISTENER, o->l3num,
			     &o->listener) ||
	       nla_put_u32(msg, NFIM_EVENT_A_INSIDE_PORT,
			   ntohs(o->inside_port)) ||
	       nfim_put_addr(msg, NFIM_EVENT_A_OUTSIDE, o->l3num,
			     &o->outside) ||
	       nla_put_u32(msg, NFIM_EVENT_A_OUTSIDE_PORT,
			   ntohs(o->outside_port));
}

static int put_app(struct sk_buff *msg, enum nfim_app app, u8 proto)
{
	return nla_put_string(msg, NFIM_EVENT_A_APP, nfim_app_name(app)) ||
	       nla_put_u32(msg, NFIM_EVENT_A_PROTO, proto);
}

static int put_offer(struct sk_buff *msg, const struct nf_conntrack_tuple *t,
		     const struct nfim_event *ev)
{
	if (put_reason(msg, ev->reason) ||
	    nfim_put_via(msg, NFIM_EVENT_A_MECHANISM, ev->via) ||
	    put_judged_by(msg, ev->policy, ev->client))
		return -EMSGSIZE;
	if (ev->edit && nla_put_string(msg, NFIM_EVENT_A_EDIT, ev->edit))
		return -EMSGSIZE;
	if (!ev->offer)
		return 0;
	if (put_app(msg, ev->offer->app, ev->offer->proto))
		return -EMSGSIZE;
	if (ev->opened)
		return put_endpoint(msg, ev->opened);
	return nfim_put_addr(msg, NFIM_EVENT_A_LISTENER, t->src.l3num,
			     as_inet(&t->src.u3)) ||
	       nla_put_u32(msg, NFIM_EVENT_A_INSIDE_PORT,
			   ev->offer->inside_port);
}

void nfim_event_offer(struct nfim_net *nn, const struct nf_conn *ct,
		      const struct nfim_event *ev)
{
	const struct nf_conntrack_tuple *t =
		&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	struct event_msg m;

	if (!has_listeners(nn) || !event_begin(nn, &m))
		return;
	event_end(nn, &m,
		  put_common(m.skb, "offer", ev->helper, t,
			     nf_ct_zone(ct)->id) ||
		  put_offer(m.skb, t, ev));
}

void nfim_event_connected(struct nfim_net *nn, const struct nf_conn *child,
			  const struct nfim_offer *o)
{
	const struct nf_conntrack_tuple *t =
		&child->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	struct event_msg m;

	if (!has_listeners(nn) || !event_begin(nn, &m))
		return;
	event_end(nn, &m,
		  put_common(m.skb, "connected", o->helper, &o->master,
			     o->zone) ||
		  put_reason(m.skb, NFIM_CONNECTED) ||
		  put_app(m.skb, o->app, o->proto) ||
		  nfim_put_via(m.skb, NFIM_EVENT_A_MECHANISM, o->via) ||
		  put_endpoint(m.skb, o) ||
		  nfim_put_addr(m.skb, NFIM_EVENT_A_PEER, t->src.l3num,
				&t->src.u3) ||
		  nla_put_u32(m.skb, NFIM_EVENT_A_PEER_PORT,
			      ntohs(t->src.u.all)));
}

static enum policy_helper helper_of(const struct nf_conn *ct)
{
	const struct nf_conn_help *help = nfct_help(ct);
	const struct nf_conntrack_helper *h;

	h = help ? rcu_dereference(help->helper) : NULL;
	return h && !strcmp(h->name, "imsip") ? POLICY_IMSIP : POLICY_MSNP;
}

void nfim_event_reason(struct nfim_net *nn, const struct nf_conn *ct,
		       const char *type, enum nfim_counter reason)
{
	struct event_msg m;

	if (!has_listeners(nn) || !event_begin(nn, &m))
		return;
	event_end(nn, &m,
		  put_common(m.skb, type, helper_of(ct),
			     &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple,
			     nf_ct_zone(ct)->id) ||
		  put_reason(m.skb, reason));
}

void nfim_event_client(struct nfim_net *nn, const struct nf_conn *ct,
		       enum ip_conntrack_dir dir, enum policy_helper helper,
		       enum nfim_counter how)
{
	const struct policy *p;
	struct client known;
	struct event_msg m;

	if (!has_listeners(nn) || !event_begin(nn, &m))
		return;
	rcu_read_lock();
	p = nfim_clients_policy_of(nn, ct, dir, helper, &known);
	event_end(nn, &m,
		  put_common(m.skb, "client", helper,
			     &ct->tuplehash[dir].tuple,
			     nf_ct_zone(ct)->id) ||
		  put_reason(m.skb, how) ||
		  put_judged_by(m.skb, p, &known));
	rcu_read_unlock();
}
