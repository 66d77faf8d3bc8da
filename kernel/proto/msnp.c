// SPDX-License-Identifier: GPL-2.0
/*
 * MSNP framing. A line is read byte by byte, remembering only what decides
 * about a payload: the name, the number of arguments and whether the last one
 * is a number. So a cut may be anywhere and nothing has to be stored.
 */

#include "msnp.h"

#include <nfim/limits.h>

enum msnp_phase {
	PHASE_NAME,		/* the three characters of a command's name */
	PHASE_ARG_START,	/* just behind a blank */
	PHASE_ARG,		/* inside an argument */
	PHASE_PAYLOAD,
	PHASE_OPAQUE,		/* the reason is in num */
};

#define F_DIGITS	0x01	/* the current argument is a number so far */
#define F_OVER		0x02	/* ... larger than any payload */
#define F_CR		0x04	/* the last byte was CR */
#define F_TRID		0x08	/* the first argument is a number */
#define F_O		0x10	/* the second argument is "O" so far */
#define F_OK		0x20	/* ... is "OK" */
#define F_GREETED	0x40	/* the first line was what MSNP begins with */
#define F_MARK		0x80	/* C2S: a switchboard; S2C: it answered OK */
#define F_LASTING	(F_GREETED | F_MARK)

/*
 * Commands with a payload, its length being the last argument (msnp.md 1.2).
 * A line with fewer arguments, or whose last one is no number, has none,
 * except where @must is set: there it means that this is not MSNP.
 */
static const struct {
	char cmd[4];
	bool c2s, s2c, must;
	u8 argc_min, argc_max;
} payload_commands[] = {
	{ "MSG", true,  true,  true,  3, 3 },
	{ "QRY", true,  false, false, 3, 3 },
	{ "UUX", true,  false, false, 2, 2 },
	{ "UUN", true,  false, false, 4, 15 },
	{ "UUM", true,  false, false, 5, 15 },
	{ "ADL", true,  true,  false, 2, 2 },
	{ "RML", true,  true,  false, 2, 2 },
	{ "FQY", true,  true,  false, 2, 2 },
	{ "SDC", true,  false, false, 9, 15 },
	{ "PAG", true,  false, false, 2, 15 },
	{ "PGD", true,  false, false, 2, 15 },
	{ "PUT", true,  true,  false, 2, 3 },
	{ "DEL", true,  true,  false, 2, 3 },
	{ "SDG", true,  true,  false, 2, 2 },
	{ "VAS", true,  false, false, 2, 15 },
	{ "NOT", false, true,  true,  1, 1 },
	{ "IPG", false, true,  true,  1, 1 },
	{ "GCF", false, true,  false, 2, 3 },
	{ "UBX", false, true,  false, 2, 3 },
	{ "UBN", false, true,  false, 3, 15 },
	{ "UBM", false, true,  false, 4, 15 },
	{ "NFY", false, true,  false, 2, 2 },
};

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool cmd_is(const char *cmd, const char *name)
{
	return !memcmp(cmd, name, 3);
}

static bool is_error(const struct msnp_scan *s)
{
	return is_digit(s->cmd[0]);
}

/* A name is three capitals, or three digits from a server. */
static bool name_byte_ok(const struct msnp_scan *s, enum msnp_side side,
			 char c)
{
	if (!s->line_len)
		return is_upper(c) || (side == MSNP_S2C && is_digit(c));
	return is_error(s) ? is_digit(c) : is_upper(c);
}

/* Client: VER, USR or ANS. Server: the answer to one of them, or an error. */
static bool greeting_ok(const struct msnp_scan *s, enum msnp_side side)
{
	if (!(s->flags & F_TRID))
		return false;
	if (cmd_is(s->cmd, "VER") || cmd_is(s->cmd, "USR") ||
	    cmd_is(s->cmd, "ANS"))
		return true;
	return side == MSNP_S2C && (is_error(s) || cmd_is(s->cmd, "IRO"));
}

static void end_argument(struct msnp_scan *s)
{
	if (s->argc == 1 && s->flags & F_DIGITS)
		s->flags |= F_TRID;
}

static void begin_argument(struct msnp_scan *s)
{
	end_argument(s);
	if (s->argc < 15)
		s->argc++;
	s->num = 0;
	s->flags &= ~(F_DIGITS | F_OVER);
}

/* @fresh: this is the first byte of the argument. */
static void argument_byte(struct msnp_scan *s, char c, bool fresh)
{
	if (s->argc == 2) {
		bool was_o = s->flags & F_O;

		s->flags &= ~(F_O | F_OK);
		if (fresh && c == 'O')
			s->flags |= F_O;
		else if (was_o && c == 'K')
			s->flags |= F_OK;
	}
	if (!is_digit(c) || !(fresh || s->flags & F_DIGITS)) {
		s->flags &= ~F_DIGITS;
		return;
	}
	s->flags |= F_DIGITS;
	s->num = s->num * 10 + (u32)(c - '0');
	if (s->num > NFIM_PAYLOAD_MAX) {
		s->num = NFIM_PAYLOAD_MAX;
		s->flags |= F_OVER;
	}
}

/* How many payload bytes follow the line just ended. */
static enum nfim_counter payload_length(const struct msnp_scan *s,
					enum msnp_side side, u32 *len)
{
	bool number = s->flags & F_DIGITS, must = false, has;
	size_t i;

	*len = 0;
	if (is_error(s)) {
		has = s->argc == 2;
	} else {
		for (i = 0; i < ARRAY_SIZE(payload_commands); i++)
			if (cmd_is(s->cmd, payload_commands[i].cmd) &&
			    (side == MSNP_C2S ? payload_commands[i].c2s :
						payload_commands[i].s2c))
				break;
		if (i == ARRAY_SIZE(payload_commands))
			return NFIM_OK;
		has = s->argc >= payload_commands[i].argc_min &&
		      s->argc <= payload_commands[i].argc_max;
		must = payload_commands[i].must;
	}
	if (!has || !number)
		return must ? NFIM_OPAQUE_LENGTH : NFIM_OK;
	if (s->flags & F_OVER)
		return NFIM_OPAQUE_LENGTH;
	*len = s->num;
	return NFIM_OK;
}

static enum nfim_counter end_line(struct msnp_scan *s, enum msnp_side side,
				  u32 *payload_len)
{
	enum nfim_counter why;

	end_argument(s);
	if (!(s->flags & F_GREETED)) {
		if (!greeting_ok(s, side))
			return NFIM_OPAQUE_FOREIGN;
		s->flags |= F_GREETED;
		if (side == MSNP_C2S && !cmd_is(s->cmd, "VER"))
			s->flags |= F_MARK;
	}
	/* "USR 3 OKAY" is not OK: F_OK went with the byte after the K. */
	if (side == MSNP_S2C && s->flags & F_OK &&
	    (cmd_is(s->cmd, "USR") || cmd_is(s->cmd, "ANS")))
		s->flags |= F_MARK;

	why = payload_length(s, side, payload_len);
	s->flags &= F_LASTING;
	s->phase = *payload_len ? PHASE_PAYLOAD : PHASE_NAME;
	s->num = *payload_len;
	s->argc = 0;
	s->line_len = 0;
	return why;
}

/* A name is followed by a blank or the end of the line, never by more name. */
static bool name_byte(struct msnp_scan *s, enum msnp_side side, char c)
{
	if (s->line_len < 3) {
		s->cmd[s->line_len] = c;
		return name_byte_ok(s, side, c);
	}
	if (s->flags & F_CR)
		return c == '\n';
	if (c == ' ') {
		begin_argument(s);
		s->phase = PHASE_ARG_START;
	} else if (c == '\r') {
		s->flags |= F_CR;
	}
	return c == ' ' || c == '\r' || c == '\n';
}

static void args_byte(struct msnp_scan *s, char c)
{
	if (c == '\n')
		return;
	if (s->flags & F_CR) {
		/* A CR inside the line: part of the argument. */
		argument_byte(s, '\r', false);
		s->phase = PHASE_ARG;
		s->flags &= ~F_CR;
	}
	if (c == '\r') {
		s->flags |= F_CR;
	} else if (c == ' ') {
		begin_argument(s);
		s->phase = PHASE_ARG_START;
	} else {
		argument_byte(s, c, s->phase == PHASE_ARG_START);
		s->phase = PHASE_ARG;
	}
}

/* Read to the end of the line or of the data. */
static enum nfim_counter read_line(struct msnp_scan *s, enum msnp_side side,
				   struct span data, u32 *pos, bool *ended)
{
	for (*ended = false; data.p + *pos < data.end && !*ended; (*pos)++) {
		char c = data.p[*pos];

		if (s->line_len >= NFIM_LINE_MAX)
			return NFIM_OPAQUE_LINE;
		if (s->phase != PHASE_NAME)
			args_byte(s, c);
		else if (!name_byte(s, side, c))
			return NFIM_OPAQUE_FOREIGN;
		s->line_len++;
		*ended = c == '\n';
	}
	return NFIM_OK;
}

static struct span line_in(struct span data, u32 from, u32 to)
{
	struct span line = { data.p + from, data.p + to };

	line.end--;
	if (line.end > line.p && line.end[-1] == '\r')
		line.end--;
	return line;
}

static enum msnp_event take_payload(struct msnp_scan *s, struct span data,
				    u32 *pos, struct msnp_frame *f)
{
	u32 left = (u32)(data.end - data.p) - *pos;
	u32 take = s->num < left ? s->num : left;

	f->payload = span_make(data.p + *pos, take);
	*pos += take;
	msnp_scan_skipped(s, take);
	return s->phase == PHASE_PAYLOAD ? MSNP_MORE : MSNP_COMMAND;
}

enum msnp_event msnp_scan_next(struct msnp_scan *s, enum msnp_side side,
			       struct span data, u32 *pos,
			       struct msnp_frame *f)
{
	bool at_start = msnp_scan_between(s), ended;
	u32 from = *pos;
	const char *at = data.p + from;
	enum nfim_counter why;
	enum msnp_event ev;

	*f = (struct msnp_frame){
		.line = { at, at },
		.payload = { at, at },
		.off = from,
	};
	if (s->phase == PHASE_OPAQUE)
		return MSNP_OPAQUE;
	if (at_start && data.p + from == data.end)
		return MSNP_END;

	if (s->phase != PHASE_PAYLOAD) {
		why = read_line(s, side, data, pos, &ended);
		if (why == NFIM_OK && !ended) {
			memcpy(f->cmd, s->cmd, 3);
			return MSNP_MORE;
		}
		if (why == NFIM_OK)
			why = end_line(s, side, &f->payload_len);
		if (why != NFIM_OK) {
			msnp_scan_stop(s, why);
			return MSNP_OPAQUE;
		}
		if (at_start)
			f->line = line_in(data, from, *pos);
		memcpy(f->cmd, s->cmd, 3);
		if (!f->payload_len) {
			f->whole = at_start;
			return MSNP_COMMAND;
		}
		f->begun = true;
	} else {
		f->payload_len = s->num;
		memcpy(f->cmd, s->cmd, 3);
	}
	ev = take_payload(s, data, pos, f);
	f->whole = at_start && ev == MSNP_COMMAND;
	return ev;
}

bool msnp_scan_between(const struct msnp_scan *s)
{
	return s->phase == PHASE_NAME && !s->line_len;
}

u32 msnp_scan_skip(const struct msnp_scan *s)
{
	return s->phase == PHASE_PAYLOAD ? s->num : 0;
}

void msnp_scan_skipped(struct msnp_scan *s, u32 len)
{
	if (s->phase != PHASE_PAYLOAD)
		return;
	s->num -= len;
	if (!s->num)
		s->phase = PHASE_NAME;
}

void msnp_scan_stop(struct msnp_scan *s, enum nfim_counter why)
{
	s->phase = PHASE_OPAQUE;
	s->num = why;
}

enum nfim_counter msnp_scan_opaque(const struct msnp_scan *s)
{
	return s->phase == PHASE_OPAQUE ? (enum nfim_counter)s->num : NFIM_OK;
}

enum msnp_kind msnp_scan_kind(const struct msnp_scan *c2s)
{
	if (!(c2s->flags & F_GREETED))
		return MSNP_UNKNOWN;
	return c2s->flags & F_MARK ? MSNP_SB : MSNP_NS;
}

bool msnp_scan_answered(const struct msnp_scan *s2c)
{
	return s2c->flags & F_MARK;
}

static enum msnp_interest interest_of(struct span type)
{
	if (text_starts(type, "text/x-msmsgsinvite"))
		return MSNP_INVITE;
	if (text_starts(type, "application/x-msnmsgrp2p"))
		return MSNP_P2P;
	return text_starts(type, "text/x-msmsgsprofile") ? MSNP_PROFILE :
							   MSNP_SKIP;
}

enum msnp_interest msnp_interest(struct span payload)
{
	struct span line, name, value;
	unsigned int i;

	for (i = 0; i < NFIM_HEADER_LINES; i++) {
		if (!text_line(&payload, &line))
			return MSNP_UNDECIDED;
		if (line.p == line.end)
			return MSNP_SKIP;
		if (text_field(line, &name, &value) &&
		    text_is(name, "content-type"))
			return interest_of(value);
	}
	return MSNP_SKIP;
}

bool msnp_body(struct span payload, struct span *body)
{
	struct span line;
	unsigned int i;

	for (i = 0; i < NFIM_HEADER_LINES; i++) {
		if (!text_line(&payload, &line))
			return false;
		if (line.p == line.end) {
			*body = payload;
			return true;
		}
	}
	return false;
}

/* "XFR t SB ip:port ...", "XFR t NS ip:port ...", "RNG session ip:port ..." */
bool msnp_next_server(struct span line, struct addr *a, u16 *port)
{
	struct span cmd, tok;

	if (!text_token(&line, &cmd) || !text_token(&line, &tok))
		return false;
	if (span_is(cmd, "XFR")) {
		if (!text_token(&line, &tok) ||
		    !(span_is(tok, "SB") || span_is(tok, "NS")))
			return false;
	} else if (!span_is(cmd, "RNG")) {
		return false;
	}
	return text_token(&line, &tok) && text_endpoint(tok, a, port);
}

u32 msnp_note_type(struct span line)
{
	struct span word[4], length;
	unsigned int i, at = 3;
	u32 type;

	if (!text_token(&line, word))
		return 0;
	/* The server's has no transaction number. */
	if (span_is(word[0], "UBN"))
		at = 2;
	else if (!span_is(word[0], "UUN"))
		return 0;
	for (i = 1; i <= at; i++)
		if (!text_token(&line, word + i))
			return 0;
	return text_token(&line, &length) &&
	       text_u32(word[at], 255, &type) ? type : 0;
}

bool msnp_plan_length(struct edit_plan *plan, struct span data,
		      struct span line, u32 len)
{
	const char *arg = line.end;
	char text[10];

	while (arg > line.p && arg[-1] != ' ')
		arg--;
	return edit_add(plan, (u32)(arg - data.p), (u32)(line.end - arg), text,
			text_put_u32(text, len, 0));
}
