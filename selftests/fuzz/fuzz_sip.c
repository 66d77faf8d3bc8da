// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/sip, mime, sdp and their plans: the input is a datagram. What it
 * says lies inside it, and once it is rewritten it says the same of everything
 * but the endpoints.
 */

#include "../../kernel/proto/sdp_plan.h"
#include "../../kernel/proto/sip_plan.h"
#include "../unit/input.h"
#include "../unit/sip_seen.h"
#include "fuzz.h"

static struct sip_seen was, now;
static struct edit_plan plan;

static void check_place(struct place at, struct span data)
{
	want((size_t)at.off + at.len <= span_len(data), "a place lies in the data");
}

static void check_uri(const struct sip_uri *uri, struct span data)
{
	check_place(uri->at, data);
	check_place(uri->user, data);
	check_place(uri->host.at, data);
	check_place(uri->host.port_at, data);
	check_place(uri->maddr.at, data);
	want(!uri->host.port == !uri->host.port_at.len, "a port has a place");
}

static void check_sdp(const struct sdp *sdp, struct span data)
{
	u32 i;

	check_place(sdp->origin_at, data);
	for (i = 0; i < sdp->conns; i++) {
		check_place(sdp->conn[i].at, data);
		want(sdp->conn[i].media == SDP_SESSION ||
		     sdp->conn[i].media < sdp->medias, "of a media");
	}
	for (i = 0; i < sdp->medias; i++) {
		const struct sdp_media *m = sdp->media + i;

		check_place(m->port_at, data);
		check_place(m->rtcp_at, data);
		check_place(m->rtcp_addr_at, data);
		check_place(m->end, data);
		check_place(m->kind, data);
		check_place(m->mid, data);
		if (m->status == SDP_LISTENS)
			want(m->port && addr_is_unicast(&m->addr),
			     "somebody can listen there");
		if (m->status == SDP_SAME)
			want(m->same < i && sdp->media[m->same].status ==
			     SDP_LISTENS, "the same as one before");
		want(m->ports && m->port + m->ports - 1u <= 65535,
		     "ports are ports");
	}
	for (i = 0; i < sdp->candidates; i++) {
		check_place(sdp->candidate[i].at, data);
		check_place(sdp->candidate[i].port_at, data);
		check_place(sdp->candidate[i].raddr_at, data);
		check_place(sdp->candidate[i].rport_at, data);
		want(sdp->candidate[i].media < sdp->medias, "of a media");
	}
}

static void check_mime(const struct mime *mime, struct span data)
{
	u32 i;

	for (i = 0; i < mime->n; i++) {
		const struct mime_part *part = mime->part + i, *up;

		check_place(part->body, data);
		check_place(part->length_at, data);
		want(!i == (part->parent == MIME_NO_PARENT), "one is all");
		if (!i)
			continue;
		up = mime->part + part->parent;
		want(part->parent < i && up->type == MIME_MULTIPART &&
		     part->depth == up->depth + 1, "inside an outer part");
		want(part->body.off >= up->body.off &&
		     part->body.off + part->body.len <=
		     up->body.off + up->body.len, "inside the outer body");
		want(!part->length_at.len || part->length == part->body.len,
		     "a part's length is right");
	}
}

static void check(const struct sip_seen *s)
{
	const struct sip *sip = &s->sip;
	struct span d = s->data;
	u32 i;

	check_place(sip->method_at, d);
	check_place(sip->call_id, d);
	check_place(sip->from_tag, d);
	check_place(sip->to_tag, d);
	check_place(sip->agent, d);
	check_place(sip->server, d);
	check_place(sip->content_type, d);
	check_place(sip->length_at, d);
	check_place(sip->body, d);
	want(!sip->has_length || sip->content_length == sip->body.len,
	     "the length is right");
	want(sip->vias >= 1, "there is a Via");
	for (i = 0; i < sip->vias; i++) {
		check_place(sip->via[i].sent_by.at, d);
		check_place(sip->via[i].maddr.at, d);
		check_place(sip->via[i].received.at, d);
		check_place(sip->via[i].branch, d);
		check_place(sip->via[i].rport, d);
	}
	for (i = 0; i < sip->contacts; i++)
		check_uri(&sip->contact[i].uri, d);
	for (i = 0; i < sip->routes; i++)
		check_uri(sip->route + i, d);
	for (i = 0; i < sip->record_routes; i++)
		check_uri(sip->record_route + i, d);
	if (sip_is_request(sip))
		check_uri(&sip->uri, d);
	check_mime(&s->mime, d);
	for (i = 0; i < s->sdps; i++)
		check_sdp(s->sdp + i, d);
}

static void same_text(struct place a, struct place b)
{
	want(a.len == b.len && !memcmp(was.data.p + a.off, now.data.p + b.off,
				       a.len), "it says the same");
}

/* An address that the message really names, so that there is work. */
static struct addr pick(u32 *random)
{
	const struct addr *all[3 + 2 * NFIM_SIP_CONTACTS] = {
		&was.sip.via[0].sent_by.addr, &was.sip.uri.host.addr,
		&was.sdp[0].origin,
	};
	u32 i, n = 3;

	for (i = 0; i < was.sip.contacts; i++) {
		all[n++] = &was.sip.contact[i].uri.host.addr;
		all[n++] = &was.sip.contact[i].uri.maddr.addr;
	}
	for (i = 0; i < was.sdps && was.sdp[i].medias && n < ARRAY_SIZE(all);
	     i++)
		all[n++] = &was.sdp[i].media[0].addr;
	return *all[fuzz_random(random) % n];
}

static void choose(const struct sdp *sdp, struct sdp_changes *ch, u32 *random)
{
	u32 i;

	memset(ch->media, 0, sizeof(ch->media));
	for (i = 0; i < sdp->medias; i++) {
		const struct sdp_media *m = sdp->media + i;

		if (m->status != SDP_LISTENS ||
		    !addr_equal(&m->addr, &ch->from) ||
		    !(fuzz_random(random) & 7))
			continue;
		ch->media[i].port = (u16)(40000 + 200 * i);
		if (m->rtcp_port)
			ch->media[i].rtcp_port = (u16)
				(40001 + 200 * i + fuzz_random(random) % 2);
	}
}

static void check_changes(const struct sdp *old, const struct sdp *new,
			  const struct sdp_changes *ch)
{
	u32 i;

	want(new->medias == old->medias && new->conns == old->conns &&
	     new->candidates == old->candidates, "as many of each");
	for (i = 0; i < old->medias; i++) {
		const struct sdp_media *m = old->media + i;
		const struct sdp_media *n = new->media + i;

		if (!ch->media[i].port || m->status != SDP_LISTENS) {
			want(n->port == m->port || m->status == SDP_SAME,
			     "a port that stays");
			continue;
		}
		want(n->port == ch->media[i].port, "the new port");
		want(addr_equal(&n->addr, &ch->to), "the new address");
		if (m->rtcp_port && addr_equal(&m->rtcp_addr, &ch->from))
			want(n->rtcp_port == ch->media[i].rtcp_port &&
			     addr_equal(&n->rtcp_addr, &ch->to),
			     "the new RTCP");
	}
}

static struct span apply(struct span data)
{
	size_t n;
	struct span out;
	char *p;

	p = malloc(span_len(data) + NFIM_EDIT_GROWTH);
	want(edit_end(&plan) <= span_len(data), "inside the message");
	memcpy(p, data.p, edit_start(&plan));
	n = edit_start(&plan);
	n += edit_render(&plan, data, p + n);
	memcpy(p + n, data.p + edit_end(&plan),
	       span_len(data) - edit_end(&plan));
	out = input_bytes(p, n + span_len(data) - edit_end(&plan));
	free(p);
	return out;
}

static void rewrite(u32 *random)
{
	static struct sdp_changes ch[4];
	struct addr from = pick(random);
	struct addr to = fuzz_random(random) & 3 ?
		(struct addr){ 4, { 203, 0, 113, 5 } } :
		(struct addr){ 16, { 0x20, 1, 0xd, 0xb8, [15] = 5 } };
	struct sip_map map = { .from = from, .to = to, .others = true,
		.n = 1, .port = { { 5060, 62060 } } };
	enum sip_fit fit = (enum sip_fit)(fuzz_random(random) % 3);
	bool hosts;
	u32 i;

	if (!from.len || addr_equal(&from, &to))
		return;
	/* The family of a description is not ours to change. */
	memset(&plan, 0, sizeof(plan));
	hosts = sip_plan_hosts(&was.sip, &map, ~0u, &plan);
	if (!hosts)
		want(!plan.n && !plan.used, "nothing is left of a failure");
	for (i = 0; i < was.sdps; i++) {
		ch[i].from = from;
		ch[i].to = to;
		ch[i].candidates = fuzz_random(random) & 1;
		choose(was.sdp + i, ch + i, random);
		if (from.len != to.len)
			memset(ch[i].media, 0, sizeof(ch[i].media));
		else if (!sdp_plan(was.sdp + i, ch + i, &plan))
			memset(ch[i].media, 0, sizeof(ch[i].media));
	}
	if (!sip_plan_finish(&was.sip, &was.mime, fit, &plan) || !plan.n)
		return;
	want(fit != SIP_FIT_SAME || !edit_delta(&plan), "the same length");
	want(edit_delta(&plan) <= NFIM_EDIT_GROWTH, "it grows little");
	sip_see(&now, apply(was.data), true);
	want(now.result == SIP_OK && now.broken == was.broken,
	     "it still is a message");
	check(&now);
	want(now.sip.method == was.sip.method &&
	     now.sip.cseq == was.sip.cseq &&
	     now.sip.vias == was.sip.vias &&
	     now.sip.contacts == was.sip.contacts &&
	     now.mime.n == was.mime.n && now.sdps == was.sdps,
	     "nothing else has changed");
	same_text(was.sip.call_id, now.sip.call_id);
	same_text(was.sip.from_tag, now.sip.from_tag);
	same_text(was.sip.to_tag, now.sip.to_tag);
	want(!hosts || !addr_equal(&now.sip.via[0].sent_by.addr, &from),
	     "no old address in Via");
	for (i = 0; i < was.sdps; i++)
		check_changes(was.sdp + i, now.sdp + i, ch + i);
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	u32 random = fuzz_seed(bytes, len), i;
	struct span data = input_bytes(bytes, len);

	sip_see(&was, data, false);
	i = was.result;
	sip_see(&was, data, true);
	want(i != SIP_OK || was.result == SIP_OK,
	     "a stream's message would be a datagram");
	if (was.result == SIP_OK) {
		check(&was);
		for (i = 0; i < 3; i++)
			rewrite(&random);
	}
	input_done();
	return 0;
}
