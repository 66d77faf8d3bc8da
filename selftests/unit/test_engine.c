// SPDX-License-Identifier: GPL-2.0
/*
 * kernel/proto/stream and what it uses, at its limits: what the simulator does
 * not come by, since its packets are those of a proper sender.
 */

#include "parts.h"

#define HEADER	"MIME-Version: 1.0\r\n" \
		"Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"
#define ACCEPT	"Invitation-Command: ACCEPT\r\nInvitation-Cookie: 3\r\n"
#define INSIDE	"IP-Address: 192.168.0.12\r\nPort: 6891\r\n"

static struct span invite(void)
{
	return build_msg("MSG 7 N", input(HEADER ACCEPT INSIDE));
}

/* Written, but not sent. Return: where it begins. */
static u32 write_invite(void)
{
	u32 at = g->tx_len[MSNP_C2S];

	gateway_append(g, MSNP_C2S, invite());
	return at;
}

static u32 rest(u32 at)
{
	return g->tx_len[MSNP_C2S] - at;
}

static void oversized(const void *arg)
{
	u32 at;

	ktap_at("a packet larger than any");
	begin();
	at = write_invite();
	g->max = 100;
	gateway_segment(g, MSNP_C2S, at, rest(at));
	ktap_equal(g->count[NFIM_OPAQUE_LENGTH], 1);
	ktap_want(heard_text(INSIDE));
	gateway_say(g, MSNP_C2S, invite(), 99);
	ktap_equal(g->count[NFIM_OPAQUE_LENGTH], 1);
	ktap_equal(g->n, 0);
	end();
	ktap_at("it repeats what was edited");
	begin();
	g->no_ack = true;
	at = write_invite();
	gateway_segment(g, MSNP_C2S, at, rest(at));
	ktap_equal(g->offer[0].how, NFIM_EXPECTED_EDITED);
	g->max = 100;
	gateway_segment(g, MSNP_C2S, at, rest(at));
	ktap_want(g->trouble && !strcmp(g->trouble, "a packet is dropped"));
	g->trouble = NULL;
	ktap_want(!heard_text(INSIDE));
	end();
}

/* Held bytes and a packet that do not go into one. */
static void too_much(const void *arg)
{
	u32 at, back;

	for (back = 0; back < 200; back += 50) {
		ktap_at("%u bytes back", back);
		begin();
		at = write_invite();
		gateway_segment(g, MSNP_C2S, at, 100);
		ktap_equal(g->held, 1);
		g->max = rest(at) - 100;
		gateway_segment(g, MSNP_C2S, at + 100 - (back > 100 ? 100 :
							 back),
				g->max);
		g->max = 0;
		/* A repeat is the whole of it; else what is held is shorter. */
		ktap_equal(g->count[NFIM_RELEASED_LENGTH], back >= 100);
		gateway_settle(g, MSNP_C2S);
		ktap_want(!g->n || !g->offer[0].port);
		ktap_want(heard_text(INSIDE));
		ktap_equal(g->rx_len[MSNP_C2S], g->tx_len[MSNP_C2S]);
		end();
	}
}

static void midstream(const void *arg)
{
	begin();
	memset(&g->dir[MSNP_C2S].scan, 0, sizeof(g->dir[0].scan));
	gateway_say(g, MSNP_C2S, invite(), MSS);
	ktap_equal(g->count[NFIM_OPAQUE_MIDSTREAM], 1);
	ktap_equal(g->n, 0);
	ktap_want(heard_text(INSIDE));
	ktap_at("begun already");
	ktap_want(!stream_begin(g->dir + MSNP_S2C, 5));
	end();
}

static void crowded(const void *arg)
{
	static char text[5 * (NFIM_COMMANDS_PER_SKB + 10)];
	u32 i, more;

	for (i = 0; i < sizeof(text); i++)
		text[i] = "PNG\r\n"[i % 5];
	for (more = 0; more < 10; more += 9) {
		ktap_at("%u too many", more);
		begin();
		gateway_say(g, MSNP_C2S,
			    span_make(text, 5 * (NFIM_COMMANDS_PER_SKB - 1 +
						 more)), sizeof(text));
		ktap_equal(g->count[NFIM_OPAQUE_CROWDED], !!more);
		ktap_equal(g->rx_len[MSNP_C2S], g->tx_len[MSNP_C2S]);
		end();
	}
}

/* Nothing is acknowledged, so all edits have to be remembered. */
static void many_edits(const void *arg)
{
	u32 at, i;

	begin();
	g->no_ack = true;
	for (i = 0; i < NFIM_FLOW_EDITS + 1; i++) {
		at = write_invite();
		gateway_segment(g, MSNP_C2S, at, rest(at));
		ktap_at("%u", i);
		ktap_equal(g->offer[i].how, i < NFIM_FLOW_EDITS ?
			   NFIM_EXPECTED_EDITED : NFIM_REFUSED_UNREACHABLE);
	}
	ktap_at("all repeated");
	gateway_segment(g, MSNP_C2S, 0, rest(0));
	end();
}

static void no_memory(const void *arg)
{
	u32 at;

	ktap_at("for an edit");
	begin();
	g->no_mem = true;
	gateway_say(g, MSNP_C2S, invite(), MSS);
	ktap_equal(g->offer[0].port, 0);
	ktap_want(heard_text(INSIDE));
	end();
	ktap_at("for what is held");
	begin();
	g->no_mem = true;
	gateway_say(g, MSNP_C2S, invite(), 50);
	ktap_equal(g->held, 0);
	ktap_want(heard_text(INSIDE));
	end();
	ktap_at("for what is behind a gap");
	begin();
	at = write_invite();
	g->no_mem = true;
	gateway_segment(g, MSNP_C2S, at + 100, rest(at) - 100);
	gateway_settle(g, MSNP_C2S);
	ktap_equal(g->n, 0);
	ktap_want(heard_text(INSIDE));
	end();
}

/* More behind a gap than is remembered. */
static void wide_gap(const void *arg)
{
	u32 at, off;

	begin();
	at = g->tx_len[MSNP_C2S];
	while (g->tx_len[MSNP_C2S] < 60000)
		gateway_append(g, MSNP_C2S, invite());
	for (off = 3; off + 400 < rest(at); off += 500)
		gateway_segment(g, MSNP_C2S, at + off, 400);
	ktap_want(g->count[NFIM_OPAQUE_GAP] == 1);
	gateway_settle(g, MSNP_C2S);
	ktap_equal(g->rx_len[MSNP_C2S], g->tx_len[MSNP_C2S]);
	ktap_equal(g->n, 0);
	end();
}

/* The first bytes of a message are held. Return: where the others begin. */
static u32 hold_first(const char *name, struct span message, u32 first)
{
	u32 at;

	ktap_at("%s", name);
	begin();
	at = g->tx_len[MSNP_C2S];
	gateway_append(g, MSNP_C2S, message);
	gateway_segment(g, MSNP_C2S, at, first);
	ktap_equal(g->held, 1);
	ktap_equal(g->released, 0);
	return at + first;
}

/* They have left in the packet in hand, as they were, and the rest comes. */
static void released_as(enum nfim_counter why, u32 at)
{
	ktap_equal(g->released, 1);
	ktap_equal(g->count[why], 1);
	ktap_equal(g->flow[MSNP_C2S].hold.len, 0);
	ktap_want(g->rx_len[MSNP_C2S] >= at);
	g->fin = false;
	g->urg = false;
	g->no_mem = false;
	gateway_settle(g, MSNP_C2S);
	ktap_equal(g->rx_len[MSNP_C2S], g->tx_len[MSNP_C2S]);
	ktap_want(heard_text(INSIDE));
	end();
}

static void released_at_the_end(void)
{
	u32 at = hold_first("a FIN", invite(), 100);

	g->fin = true;
	gateway_segment(g, MSNP_C2S, at, 0);
	released_as(NFIM_RELEASED_END, at);
	at = hold_first("urgent data", invite(), 100);
	g->urg = true;
	gateway_segment(g, MSNP_C2S, at, 20);
	released_as(NFIM_RELEASED_END, at + 20);
	at = hold_first("a reset", invite(), 100);
	g->rst = true;
	gateway_segment(g, MSNP_C2S, at, 0);
	ktap_equal(g->count[NFIM_RELEASED_END], 1);
	ktap_equal(g->flow[MSNP_C2S].hold.len, 0);
	g->rst = false;
	end();
}

static void released_by_the_sender(void)
{
	u32 at = hold_first("a repeat", invite(), 100), i;

	gateway_segment(g, MSNP_C2S, at - 100, 100);
	released_as(NFIM_RELEASED_REPEAT, at);
	at = hold_first("many packets", invite(), 1);
	for (i = 0; i < 30 && !g->released; i++)
		gateway_segment(g, MSNP_C2S, at + i, 1);
	ktap_want(i > 5);
	released_as(NFIM_RELEASED_FLIGHT, at + i);
	at = hold_first("a part of it has left", invite(), 100);
	gateway_segment(g, MSNP_C2S, at + 40, 20);
	ktap_equal(g->released, 0);
	gateway_segment(g, MSNP_C2S, at, 20);
	released_as(NFIM_RELEASED_LEFT, at + 20);
}

/* Its length is not known yet when there is memory. */
static void released_without_memory(void)
{
	char text[900];
	u32 at;

	memset(text, ' ', sizeof(text));
	memcpy(text, HEADER ACCEPT INSIDE, sizeof(HEADER ACCEPT INSIDE) - 1);
	at = hold_first("no memory", build_msg("MSG 7 N",
					       input_bytes(text, sizeof(text))),
			5);
	g->no_mem = true;
	gateway_segment(g, MSNP_C2S, at, 800);
	released_as(NFIM_RELEASED_NOMEM, at + 800);
}

/* All but released-length, see too_much(). */
static void reasons(const void *arg)
{
	static const char text[] = "MIME-Version: 1.0\r\n"
		"Content-Type: text/plain\r\n\r\n" INSIDE "and more";
	u32 at;

	released_at_the_end();
	released_by_the_sender();
	released_without_memory();
	at = hold_first("chat", build_msg("MSG 7 N", input(text)), 40);
	gateway_segment(g, MSNP_C2S, at, 40);
	released_as(NFIM_RELEASED_KIND, at + 40);
}

/* However it is cut, a repeat of what was edited is told. */
static void repeats(const void *arg)
{
	u32 at;

	begin();
	g->no_ack = true;
	at = write_invite();
	gateway_segment(g, MSNP_C2S, at, rest(at));
	ktap_equal(g->count[NFIM_EDIT_REPEATED], 0);
	gateway_segment(g, MSNP_C2S, at, rest(at));
	ktap_equal(g->count[NFIM_EDIT_REPEATED], 1);
	gateway_segment(g, MSNP_C2S, at + rest(at) / 2, rest(at) / 2);
	ktap_equal(g->count[NFIM_EDIT_REPEATED], 2);
	ktap_at("it holds no edit");
	gateway_segment(g, MSNP_C2S, at, 20);
	ktap_equal(g->count[NFIM_EDIT_REPEATED], 2);
	end();
}

static const struct ktap_case cases[] = {
	{ "why what is held is not held for longer", reasons },
	{ "a repeat of an edit is told", repeats },
	{ "a packet larger than any is passed, unless it was edited",
	  oversized },
	{ "held bytes that do not fit are not lost", too_much },
	{ "what began elsewhere is not read", midstream },
	{ "so many commands in a packet and no more", crowded },
	{ "so many edits at once and no more", many_edits },
	{ "without memory everything passes", no_memory },
	{ "so much behind a gap and no more", wide_gap },
};

int main(void)
{
	int status = ktap_run(cases, ARRAY_SIZE(cases));

	free(g);
	return status;
}
