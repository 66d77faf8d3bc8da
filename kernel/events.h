/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Telling listeners what happened: multicast group "events" of the netlink
 * family. Costs a test of the group when nobody listens.
 */
#ifndef _NFIM_EVENTS_H
#define _NFIM_EVENTS_H

#include <net/netfilter/nf_conntrack.h>

#include "net.h"
#include "proto/policy.h"

struct nfim_offer;

/**
 * struct nfim_event - an offer that was judged
 * @helper: which helper
 * @reason: the outcome
 * @offer: what was announced; NULL when that could not be told
 * @opened: what was opened; NULL when nothing was
 * @via: in what it was announced
 * @edit: "none", "same-length", "resize" or "skipped"
 * @policy: which policy judged; NULL when none did
 * @client: what is known of the host
 */
struct nfim_event {
	enum policy_helper helper;
	enum nfim_counter reason;
	const struct offer *offer;
	const struct nfim_offer *opened;
	enum nfim_via via;
	const char *edit;
	const struct policy *policy;
	const struct client *client;
};

/**
 * nfim_event_offer() - an offer was judged
 * @nn: namespace
 * @ct: control connection
 * @ev: what there is to say
 */
void nfim_event_offer(struct nfim_net *nn, const struct nf_conn *ct,
		      const struct nfim_event *ev);

/**
 * nfim_event_connected() - a peer has used an endpoint
 * @nn: namespace
 * @child: its connection
 * @o: the endpoint
 */
void nfim_event_connected(struct nfim_net *nn, const struct nf_conn *child,
			  const struct nfim_offer *o);

/**
 * nfim_event_reason() - something happened to a control connection
 * @nn: namespace
 * @ct: control connection
 * @type: "opaque", "cancelled", "held", "merged", "released" or "repeated"
 * @reason: which counter was moved
 */
void nfim_event_reason(struct nfim_net *nn, const struct nf_conn *ct,
		       const char *type, enum nfim_counter reason);

/**
 * nfim_event_client() - a host's client became known or changed
 * @nn: namespace
 * @ct: control connection
 * @dir: direction of the host's packets
 * @helper: which helper learnt it
 * @how: %NFIM_CLIENT_NEW, or %NFIM_CLIENT_CHANGED when it is another client
 *	than before
 */
void nfim_event_client(struct nfim_net *nn, const struct nf_conn *ct,
		       enum ip_conntrack_dir dir, enum policy_helper helper,
		       enum nfim_counter how);

#endif /* _NFIM_EVENTS_H */
