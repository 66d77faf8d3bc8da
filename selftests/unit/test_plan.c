// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/invite: how an invitation is rewritten. */

#include <nfim/limits.h>

#include "../ktap.h"
#include "input.h"
#include "message.h"

#define ACCEPT	"Invitation-Command: ACCEPT\r\nInvitation-Cookie: 33267\r\n"
#define MIME	"MIME-Version: 1.0\r\n" \
		"Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n"

static struct self self_of(const char *inside, const char *outside)
{
	struct self self = { 0 };

	ktap_want(text_addr(input(inside), &self.inside));
	ktap_want(text_addr(input(outside), &self.outside));
	return self;
}

static char *packet_text(const char *line, const char *body)
{
	char *text = malloc(strlen(line) + strlen(body) + 200);

	sprintf(text, "%s %zu\r\n" MIME ACCEPT "%s", line,
		strlen(MIME ACCEPT) + strlen(body), body);
	return text;
}

/* Reads the one message that @data begins with at @pos. */
static bool read_at(struct message *m, struct span data, u32 pos,
		    const struct self *self)
{
	struct msnp_scan s = { 0 };
	struct msnp_frame f;
	u32 begin = 0;

	ktap_want(msnp_scan_next(&s, MSNP_C2S, input("ANS 1\r\n"), &begin,
				 &f) == MSNP_COMMAND);
	return ktap_want(msnp_scan_next(&s, MSNP_C2S, data, &pos, &f) ==
			 MSNP_COMMAND) &&
	       ktap_want(message_read(m, data, &f, self)) &&
	       ktap_want(m->announces) && ktap_equal(m->why, NFIM_OK);
}

struct row {
	const char *what, *inside, *outside, *body;
	u16 port;
	const char *same;	/* body without a resize; NULL: impossible */
	const char *resized;	/* body with one; NULL: as @same */
};

static void plan_one(const struct row *r, bool resize)
{
	struct self self = self_of(r->inside, r->outside);
	const char *want = resize && r->resized ? r->resized : r->same;
	struct edit_plan plan = { 0 }, before = { 0 };
	char *text = packet_text("MSG 4 N", r->body), *wanted;
	struct span data = input(text), out;
	struct message m;

	ktap_at("%s, %s resize", r->what, resize ? "with" : "without");
	if (!read_at(&m, data, 0, &self) ||
	    !ktap_equal(invite_plan(&m.inv, &self, &m.offer, r->port,
				    &m.where, resize, &plan), !!want))
		goto done;
	if (!want) {
		ktap_equal(plan.n, before.n);
		ktap_equal(plan.used, before.used);
		goto done;
	}
	out = message_apply(data, &plan);
	wanted = packet_text("MSG 4 N", want);
	ktap_bytes(out.p, span_len(out), wanted, strlen(wanted));
	if (!resize)
		ktap_equal(edit_delta(&plan), 0);
	free(wanted);
	free((char *)out.p);
done:
	free(text);
	input_done();
}

static void run_rows(const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		plan_one(rows + i, false);
		plan_one(rows + i, true);
	}
}

static void untouched(const void *arg)
{
	static const struct row rows[] = {
		{ "outside address and port", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\nPortX: 11178\r\n",
		  6891,
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\nPortX: 11178\r\n" },
		{ "no NAT", "10.0.0.2", "10.0.0.2",
		  "IP-Address: 10.0.0.2\r\nPort: 6891\r\n", 6891,
		  "IP-Address: 10.0.0.2\r\nPort: 6891\r\n" },
		{ "internal lines beside external ones", "10.0.0.2",
		  "203.0.113.5", "IP-Address: 203.0.113.5\r\nPort: 6891\r\n"
		  "IP-Address-Internal: 10.0.0.2\r\nPortX-Internal: 11178",
		  6891, "IP-Address: 203.0.113.5\r\nPort: 6891\r\n"
		  "IP-Address-Internal: 10.0.0.2\r\nPortX-Internal: 11178" },
		{ "another NAT in front, same port", "10.0.0.2",
		  "203.0.113.5", "IP-Address: 198.51.100.9\r\nPort: 6891\r\n"
		  "IP-Address-Internal: 10.0.0.2\r\n", 6891,
		  "IP-Address: 198.51.100.9\r\nPort: 6891\r\n"
		  "IP-Address-Internal: 10.0.0.2\r\n" },
		{ "another NAT in front, other port", "10.0.0.2",
		  "203.0.113.5", "IP-Address: 198.51.100.9\r\nPort: 6891\r\n"
		  "IP-Address-Internal: 10.0.0.2\r\n", 6892, NULL },
		{ "lines that cannot be read", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\nPort: x\r\n"
		  "PortX: x\r\nIP-Address: 10.0.0.2:1\r\n", 6891,
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\nPort: x\r\n"
		  "PortX: x\r\nIP-Address: 10.0.0.2:1\r\n" },
	};

	run_rows(rows, ARRAY_SIZE(rows));
}

static void same_length(const void *arg)
{
	static const struct row rows[] = {
		{ "address as long", "192.168.0.12", "203.0.113.55",
		  "IP-Address: 192.168.0.12\r\nPort: 6891\r\n", 6891,
		  "IP-Address: 203.0.113.55\r\nPort: 6891\r\n" },
		{ "port as long", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\n", 6901,
		  "IP-Address: 203.0.113.5\r\nPort: 6901\r\n" },
		{ "address shorter by one", "192.168.0.12",
		  "203.0.113.5", "IP-Address: 192.168.0.12\r\nPort: 6891\r\n",
		  6891, "IP-Address: 203.0.113.5\r\nPort: 6891\r\n " },
		{ "port before address", "192.168.0.12", "203.0.113.5",
		  "Port: 6891\r\nIP-Address: 192.168.0.12\r\n", 6891,
		  "Port: 6891\r\nIP-Address: 203.0.113.5\r\n " },
		{ "address shorter by one, port longer by one",
		  "192.168.0.12", "203.0.113.5",
		  "IP-Address: 192.168.0.12\r\nPort: 6891\r\n", 40001,
		  "IP-Address: 203.0.113.5\r\nPort: 40001\r\n" },
		{ "port shorter by one", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 203.0.113.5\r\nPort: 50010\r\n", 6891,
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\n " },
		{ "PortX makes the room", "192.168.0.12", "203.0.113.5",
		  "IP-Address: 192.168.0.12\r\nPort: 6891\r\nPortX: 11178\r\n",
		  6892, "IP-Address: 203.0.113.5\r\nPort: 6892\r\n"
		  "PortX: 11181\r\n " },
		{ "behind the empty line", "192.168.0.12",
		  "203.0.113.5", "IP-Address: 192.168.0.12\r\nPort: 6891\r\n"
		  "\r\n", 6891,
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\n\r\n " },
		{ "zeros that were there stay", "192.168.0.12",
		  "203.0.113.55", "IP-Address: 192.168.0.12\r\n"
		  "Port: 06891\r\n", 6891,
		  "IP-Address: 203.0.113.55\r\nPort: 06891\r\n" },
	};

	run_rows(rows, ARRAY_SIZE(rows));
}

static void shorter(const void *arg)
{
	static const struct row rows[] = {
		{ "by three", "192.168.100.12", "203.0.113.5",
		  "IP-Address: 192.168.100.12\r\nPort: 6891\r\n", 6891,
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\n   " },
		{ "zeros that were there stay", "192.168.0.12", "203.0.113.5",
		  "IP-Address: 192.168.0.12\r\nPort: 06891\r\n", 6891,
		  "IP-Address: 203.0.113.5\r\nPort: 06891\r\n " },
		{ "no Port", "192.168.0.12", "203.0.113.5",
		  "IP-Address: 192.168.0.12\r\nPortX: 11178\r\n", 6891,
		  "IP-Address: 203.0.113.5\r\nPortX: 11178\r\n " },
	};

	run_rows(rows, ARRAY_SIZE(rows));
}

static void resized(const void *arg)
{
	static const struct row rows[] = {
		{ "longer address", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 10.0.0.2\r\nPort: 6891\r\n", 6891, NULL,
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\n" },
		{ "longer port", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 203.0.113.5\r\nPort: 6892\r\nPortX: 11181\r\n",
		  50010, NULL,
		  "IP-Address: 203.0.113.5\r\nPort: 50010\r\nPortX: 61979\r\n" },
		{ "shorter, last line unended", "192.168.100.12",
		  "203.0.113.5",
		  "IP-Address: 192.168.100.12\r\nPort: 6891", 6891, NULL,
		  "IP-Address: 203.0.113.5\r\nPort: 6891" },
		{ "last line unended", "10.0.0.2", "203.0.113.5",
		  "Port: 6891\r\nIP-Address: 10.0.0.2", 6891, NULL,
		  "Port: 6891\r\nIP-Address: 203.0.113.5" },
		{ "IPv6", "fd00::2", "2001:db8::9",
		  "IP-Address: fd00::2\r\nPort: 6891\r\n", 6891, NULL,
		  "IP-Address: 2001:db8:0:0:0:0:0:9\r\nPort: 6891\r\n" },
		{ "every line", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 10.0.0.2\r\nPort: 6891\r\nPort: 7000\r\n"
		  "IP-Address: 10.0.0.2\r\nIP-Address: 9.9.9.9\r\n", 6891,
		  NULL,
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\nPort: 6891\r\n"
		  "IP-Address: 203.0.113.5\r\nIP-Address: 9.9.9.9\r\n" },
		{ "internal address alone", "10.0.0.2", "203.0.113.5",
		  "IP-Address-Internal: 10.0.0.2\r\nPort: 6891\r\n", 6891,
		  NULL, "IP-Address-Internal: 203.0.113.5\r\nPort: 6891\r\n" },
		{ "internal address beside", "10.0.0.2", "203.0.113.5",
		  "IP-Address-Internal: 10.0.0.2\r\nIP-Address: 10.0.0.2\r\n"
		  "Port: 6891\r\n", 6891, NULL,
		  "IP-Address-Internal: 10.0.0.2\r\n"
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\n" },
	};

	run_rows(rows, ARRAY_SIZE(rows));
}

static void portx(const void *arg)
{
	static const struct row rows[] = {
		{ "equal to Port", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\nPortX: 11178\r\n",
		  6892,
		  "IP-Address: 203.0.113.5\r\nPort: 6892\r\nPortX: 11181\r\n" },
		{ "a constant", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 203.0.113.5\r\nPort: 6897\r\nPortX: 11178\r\n",
		  6898,
		  "IP-Address: 203.0.113.5\r\nPort: 6898\r\nPortX: 11178\r\n" },
		{ "alone", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 203.0.113.5\r\nPortX: 11178\r\n", 6901,
		  "IP-Address: 203.0.113.5\r\nPortX: 11188\r\n" },
		{ "the inside port stays", "10.0.0.2", "203.0.113.5",
		  "IP-Address: 203.0.113.5\r\nPort: 6891\r\n"
		  "PortX-Internal: 11178\r\n", 6892,
		  "IP-Address: 203.0.113.5\r\nPort: 6892\r\n"
		  "PortX-Internal: 11178\r\n" },
	};

	run_rows(rows, ARRAY_SIZE(rows));
}

/* A body that makes a payload of @len bytes. */
static char *filled(const char *inside, size_t len)
{
	char *text = malloc(len + 1);
	int n;

	len -= strlen(MIME ACCEPT);
	n = sprintf(text, "IP-Address: %s\r\nPort: 6891\r\nX: ", inside);
	memset(text + n, 'x', len - (size_t)n);
	text[len] = '\0';
	return text;
}

static void payload_lengths(const void *arg)
{
	static const struct {
		size_t len, want;
		const char *inside, *outside;
	} rows[] = {
		{ 996, 999, "10.0.0.2", "203.0.113.5" },
		{ 997, 1000, "10.0.0.2", "203.0.113.5" },
		{ 1661, 1664, "10.0.0.2", "203.0.113.5" },
		{ 1662, 0, "10.0.0.2", "203.0.113.5" },
		{ 1664, 0, "10.0.0.2", "203.0.113.5" },
		{ 1002, 999, "192.168.100.2", "203.0.1.25" },
		{ 1664, 1661, "192.168.100.2", "203.0.1.25" },
		/* Too long as it came: it may shrink. */
		{ 1668, 1665, "192.168.100.2", "203.0.1.25" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct self self = self_of(rows[i].inside, rows[i].outside);
		char *body = filled(rows[i].inside, rows[i].len), line[40];
		char *text = packet_text("MSG 4 N", body);
		struct edit_plan plan = { 0 };
		struct span data = input(text), out;
		struct message m;

		ktap_at("%zu bytes, %s", rows[i].len, rows[i].outside);
		if (read_at(&m, data, 0, &self) &&
		    ktap_equal(m.where.payload_len, rows[i].len) &&
		    ktap_equal(invite_plan(&m.inv, &self, &m.offer, 6891,
					   &m.where, true, &plan),
			       rows[i].want != 0) && rows[i].want) {
			out = message_apply(data, &plan);
			snprintf(line, sizeof(line), "MSG 4 N %zu\r\n",
				 rows[i].want);
			ktap_bytes(out.p, strlen(line), line, strlen(line));
			ktap_equal(span_len(out), strlen(line) + rows[i].want);
			free((char *)out.p);
		}
		free(text);
		free(body);
		input_done();
	}
}

static void two_messages(const void *arg)
{
	struct self self = self_of("10.0.0.2", "203.0.113.5");
	char *first = packet_text("MSG 4 N", "IP-Address: 10.0.0.2\r\n"
				  "Port: 6891\r\n");
	char *second = packet_text("MSG 5 N", "IP-Address: 10.0.0.2\r\n"
				   "Port: 6892\r\n");
	char *both = malloc(strlen(first) + strlen(second) + 100);
	struct edit_plan plan = { 0 };
	struct span data, out;
	struct message m;

	sprintf(both, "%s%s", first, second);
	data = input(both);
	ktap_want(read_at(&m, data, 0, &self) &&
		  invite_plan(&m.inv, &self, &m.offer, 6891, &m.where, true,
			      &plan));
	ktap_want(read_at(&m, data, (u32)strlen(first), &self) &&
		  invite_plan(&m.inv, &self, &m.offer, 50010, &m.where, true,
			      &plan));
	ktap_equal(edit_delta(&plan), 3 + 4);
	free(first);
	free(second);
	first = packet_text("MSG 4 N", "IP-Address: 203.0.113.5\r\n"
			    "Port: 6891\r\n");
	second = packet_text("MSG 5 N", "IP-Address: 203.0.113.5\r\n"
			     "Port: 50010\r\n");
	sprintf(both, "%s%s", first, second);
	out = message_apply(data, &plan);
	ktap_bytes(out.p, span_len(out), both, strlen(both));
	free((char *)out.p);
	free(first);
	free(second);
	free(both);
	input_done();
}

/* What is behind the end of a plan is not compared. */
static bool same_plan(const struct edit_plan *a, const struct edit_plan *b)
{
	return a->n == b->n && a->used == b->used &&
	       !memcmp(a->e, b->e, a->n * sizeof(a->e[0])) &&
	       !memcmp(a->pool, b->pool, a->used);
}

/* Other messages of the packet stand before this one and filled the plan. */
static void full_plan_stays(const void *arg)
{
	static const struct {
		const char *inside;
		u16 port;
		u32 needs;
	} rows[] = {
		{ "10.0.0.2", 6891, 2 },	/* address, length */
		{ "10.0.0.2", 6892, 3 },	/* and port */
		{ "192.168.0.12", 6891, 2 },	/* address, blank */
	};
	struct edit_plan plan, before;
	u32 b, room, i;

	for (b = 0; b < ARRAY_SIZE(rows); b++)
		for (room = 0; room <= 3; room++) {
			struct self self = self_of(rows[b].inside,
						   "203.0.113.5");
			bool fits = room >= rows[b].needs;
			char text[400], body[80], *msg;
			struct message m;

			ktap_at("row %u with room for %u", b, room);
			snprintf(body, sizeof(body),
				 "IP-Address: %s\r\nPort: 6891\r\n",
				 rows[b].inside);
			msg = packet_text("MSG 4 N", body);
			snprintf(text, sizeof(text), "%*s%s", NFIM_EDIT_MAX,
				 "", msg);
			memset(&plan, 0, sizeof(plan));
			for (i = room; i < NFIM_EDIT_MAX; i++)
				ktap_want(edit_add(&plan, i, 1, "z", 1));
			before = plan;
			if (read_at(&m, input(text), NFIM_EDIT_MAX, &self))
				ktap_equal(invite_plan(&m.inv, &self, &m.offer,
						       rows[b].port, &m.where,
						       true, &plan), fits);
			ktap_want(fits || same_plan(&plan, &before));
			free(msg);
			input_done();
		}
}

static const struct ktap_case cases[] = {
	{ "what is right already stays untouched", untouched },
	{ "the same length is kept where it can be", same_length },
	{ "blanks behind the end make up for what is shorter", shorter },
	{ "a resize changes every line and the length of the message",
	  resized },
	{ "PortX follows Port only where it equals it", portx },
	{ "a message never grows beyond what a switchboard takes",
	  payload_lengths },
	{ "two messages of one packet share a plan", two_messages },
	{ "a plan without room is left as it was", full_plan_stays },
};

int main(void)
{
	return ktap_run(cases, ARRAY_SIZE(cases));
}
