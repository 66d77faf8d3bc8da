// SPDX-License-Identifier: GPL-2.0
/* What a seed decides: messages, writes, ends and path. */

#include <stdio.h>

#include "sim.h"

u32 rnd(struct rng *r)
{
	u64 z = (r->s += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return (u32)((z ^ (z >> 31)) >> 16);
}

u32 below(struct rng *r, u32 n)
{
	return n ? (u32)(((u64)rnd(r) * n) >> 32) : 0;
}

u32 between(struct rng *r, u32 lo, u32 hi)
{
	return lo + below(r, hi - lo + 1);
}

bool chance(struct rng *r, u32 permille)
{
	return below(r, 1000) < permille;
}

static u32 message_size(struct rng *r, u32 style)
{
	u32 x = below(r, 100);

	if (style == 2)		/* many small writes: few bytes */
		return between(r, 5, 300);
	if (x < 25)
		return between(r, 5, 60);
	if (x < 65)
		return between(r, 61, 900);
	if (x < 97)
		return between(r, 901, 4000);
	return between(r, 4001, 9999);
}

/* Write what comes before the letters; return its length. */
static u32 put_header(char *p, enum kind kind, u32 len, bool msnp)
{
	static const char letters[] = "plesg";
	char line[128];
	int n;

	if (!msnp) {
		n = snprintf(line, sizeof(line), "%04u%c", (len - 4) % 10000,
			     letters[kind]);
	} else {
		n = snprintf(line, sizeof(line), "MSG 7 N %04u\r\n"
			     "MIME-Version: 1.0\r\nContent-Type: %s\r\n\r\n",
			     (len - 14) % 10000, kind == KIND_PLAIN ?
			     "text/plain" : "text/x-msmsgsinvite");
	}
	memcpy(p, line, (size_t)n);
	return (u32)n;
}

/* Where the edit stands: anywhere, often at the very end. */
static void place_edit(struct rng *r, struct msg *m, u32 hdr)
{
	u32 room = m->len - hdr;

	if (!room) {
		m->kind = KIND_LOOK;
		return;
	}
	m->old_len = between(r, 1, room < 40 ? room : 40);
	m->at = hdr + below(r, room - m->old_len + 1);
	if (chance(r, 250))
		m->at = m->len - m->old_len;
	m->new_len = m->kind == KIND_SHRINK ? below(r, m->old_len) :
		     m->old_len + between(r, 1, 8);
	if (m->kind == KIND_SHRINK &&
	    2 * (m->old_len - m->new_len) > m->len)
		m->new_len = m->old_len - m->len / 2;
}

static void add_message(struct rng *r, struct app *app, u32 len, bool plain,
			bool msnp)
{
	struct msg *m = app->msg + app->n_msgs++;
	char *p = app->data + app->total;
	enum kind kind;
	u32 i, x;

	if (msnp && len < 100)
		len = 100;
	*m = (struct msg){ .off = app->total, .len = len };
	kind = plain ? KIND_PLAIN : (enum kind)between(r, KIND_LOOK,
						       KIND_GROW);
	if (kind == KIND_LOOK && chance(r, 700))
		kind = KIND_SAME;
	m->kind = kind;
	m->fallback = chance(r, 500);
	i = put_header(p, kind, len, msnp);
	if (kind >= KIND_SAME)
		place_edit(r, m, i);
	for (; i + 4 <= len; i += 4) {
		x = rnd(r);
		p[i] = (char)('a' + (x & 15));
		p[i + 1] = (char)('a' + (x >> 8 & 15));
		p[i + 2] = (char)('a' + (x >> 16 & 15));
		p[i + 3] = (char)('a' + (x >> 24 & 15));
	}
	for (; i < len; i++)
		p[i] = (char)('a' + below(r, 16));
	app->total += len;
}

/* MSNP begins with a line of its own. */
static void greet(struct app *app, u32 dir)
{
	const char *line = dir ? "USR 1 OK a@b c\r\n" : "USR 1 a@b 12.3\r\n";
	u32 len = (u32)strlen(line);

	memcpy(app->data, line, len);
	app->msg[app->n_msgs++] = (struct msg){ .len = len };
	app->total = len;
}

/* A replacement that is never equal to what stood there. */
static u32 new_text(const struct msg *m, enum variant how, char *out)
{
	u32 i, n = how == RESIZED ? m->new_len : m->old_len;

	for (i = 0; i < n; i++)
		out[i] = (char)('A' + (m->off + i) % 26);
	return n;
}

void msg_plan(const struct app *app, const struct msg *m, enum variant how,
	      struct edit_plan *plan)
{
	char text[64];
	u32 n = new_text(m, how, text);

	(void)app;
	if (!edit_add(plan, m->at, m->old_len, text, n))
		plan->n = 0;
}

u32 msg_render(const struct app *app, const struct msg *m, char *out)
{
	const char *from = app->data + m->off;
	u32 n;

	if (m->how == AS_IS) {
		memcpy(out, from, m->len);
		return m->len;
	}
	memcpy(out, from, m->at);
	n = new_text(m, m->how, out + m->at);
	memcpy(out + m->at + n, from + m->at + m->old_len,
	       m->len - m->at - m->old_len);
	return m->len + n - m->old_len;
}

static void add_write(struct app *app, u64 at, u32 len)
{
	if (!len)
		return;
	if (app->n_writes == MAX_WRITES)
		app->write[MAX_WRITES - 1].len += len;
	else
		app->write[app->n_writes++] = (struct write){ at, len };
}

/* Cut the data into writes; pauses lie between messages or writes. */
static void make_writes(struct rng *r, struct app *app, u32 style)
{
	static const u32 pauses[] = { 0, 0, 5, 50, 400, 1500 };
	u32 pause = pauses[below(r, 6)], gap = chance(r, 500) ? 0 : 5, i;
	u64 at = between(r, 0, 20) * MS;

	for (i = 0; i < app->n_msgs; i++) {
		u32 left = app->msg[i].len, n;

		if (style == 3) {	/* header, then body */
			add_write(app, at, 4);
			add_write(app, at, left - 4);
		} else if (style) {
			while (left) {
				n = style == 2 ? between(r, 1, 40) :
				    between(r, 1, 1500);
				if (n > left)
					n = left;
				add_write(app, at, n);
				left -= n;
				at += gap * MS;
			}
		} else {
			add_write(app, at, left);
		}
		at += pause * MS;
	}
}

static void make_app(struct rng *r, struct app *app, u32 dir, u32 style,
		     bool msnp)
{
	u32 n, i, plain = below(r, 700);

	app->total = 0;
	app->n_msgs = 0;
	app->n_writes = 0;
	if (msnp)
		greet(app, dir);
	n = !dir || chance(r, 500) ? between(r, 1, 10) : below(r, 3);
	for (i = 0; i < n; i++) {
		u32 len = message_size(r, style);

		if (app->total + len + 100 < MAX_DATA)
			add_message(r, app, len, chance(r, plain) ||
				    (msnp && dir), msnp);
	}
	make_writes(r, app, style);
	if (!app->n_writes)
		app->write[app->n_writes++] = (struct write){ 10 * MS, 0 };
}

static void make_end(struct rng *r, struct tcp_cfg *t)
{
	static const u32 mss[] = { 88, 536, 536, 1460, 1460 };
	static const u32 wnds[] = { 2, 4, 16, 60, 60, 60 };

	t->mss = mss[below(r, 5)];
	t->iw = chance(r, 300) ? 2 : 10;
	t->rto_min = chance(r, 700) ? 200 * MS : 300 * MS;
	t->delack = chance(r, 700) ? 40 * MS : 200 * MS;
	t->wnd = wnds[below(r, 6)] * 1460;
	t->read_every = chance(r, 100) ? between(r, 1, 300) * MS : 0;
	t->nagle = (enum nagle)below(r, 3);
	if (chance(r, 400))
		t->nagle = NODELAY;
	t->tlp = chance(r, 600);
	t->sack = chance(r, 600);
	t->collapse = chance(r, 500);
	t->gso = chance(r, 300);
	t->fin_late = chance(r, 500);
	t->handshake = chance(r, 800);
}

void sched_make(struct sched *sc, u64 seed)
{
	struct rng r = { .s = seed * 0x2545f4914f6cdd1dull + 1 };
	u32 i, lossy, style;

	sc->seed = seed;
	sc->path_seed = seed * 4;
	sc->hostile = false;
	sc->mss_known = chance(&r, 600);
	sc->msnp = chance(&r, 300);
	sc->clean = chance(&r, 400);
	sc->no_hold = chance(&r, 50);
	sc->no_seqadj = chance(&r, 200);
	sc->syn_flow = chance(&r, 300);
	sc->nomem = !sc->clean && chance(&r, 100);
	sc->urg = chance(&r, 50);
	sc->forget = sc->clean && chance(&r, 100);
	sc->rst_at = chance(&r, 50) ? between(&r, 1, 400) * MS : NEVER;
	lossy = below(&r, 3);
	for (i = 0; i < 2; i++) {
		sc->isn[i] = chance(&r, 200) ?
			     (u32)-(s32)between(&r, 1, 3000) : rnd(&r);
		make_end(&r, sc->tcp + i);
		sc->link[i] = (struct link_cfg){
			.delay = between(&r, 100, i ? 40000 : 5000),
		};
		style = below(&r, 4);
		sc->tcp[i].packets = style == 2;
		make_app(&r, sc->app + i, i, style, sc->msnp);
		if (sc->clean)
			continue;
		sc->link[i].loss = lossy ? below(&r, lossy == 1 ? 30 : 150) :
					   0;
		sc->link[i].dup = chance(&r, 500) ? below(&r, 50) : 0;
		sc->link[i].reorder = chance(&r, 500) ? below(&r, 150) : 0;
		sc->link[i].jitter = chance(&r, 300) ? 3000 : 0;
	}
	/* One path, one segment size. */
	sc->tcp[1].mss = sc->tcp[0].mss;
	/* The engine assumes that nobody has less than 536. */
	if (sc->tcp[0].mss < 536)
		sc->mss_known = true;
}
