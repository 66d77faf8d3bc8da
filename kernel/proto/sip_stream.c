// SPDX-License-Identifier: GPL-2.0
/*
 * SIP for the stream engine. What decides about framing is read byte by byte,
 * the rest of each line is passed over at once, and of a body only the number
 * of its bytes matters. So a cut may be anywhere and nothing is stored.
 *
 * Use of union stream_scan.raw: a is the number in Content-Length, then what is
 * left of the body, or the reason for being opaque; b is the place in the word
 * that is being compared; c is the phase and flags; d counts the header's bytes.
 */

#include <nfim/limits.h>

#include "sip_lex.h"
#include "sip_stream.h"
#include "sip_worth.h"

enum phase {
	PHASE_START,		/* between messages */
	PHASE_METHOD,		/* the first word; it may be a status line's */
	PHASE_CODE,		/* the digits of a status line */
	PHASE_REQUEST,		/* behind the method, to the end of the line */
	PHASE_LINE,		/* a header line begins */
	PHASE_CR,		/* it began with CR */
	PHASE_NAME,		/* its name is that of Content-Length so far */
	PHASE_COLON,		/* its name is; the colon has not come */
	PHASE_VALUE,		/* the value of Content-Length */
	PHASE_REST,		/* the rest of another line */
	PHASE_BODY,
	PHASE_OPAQUE,
};

#define PHASES		0x0f
#define F_LENGTH	0x10	/* there has been a Content-Length */
#define F_DIGITS	0x20	/* ... with a digit */
#define F_GAP		0x40	/* ... and white space behind its digits */
#define F_PENDING	0x80	/* ... which the next line may continue */

/* Of b: what is left is the place in a word. */
#define B_SPOKE		0x100	/* a whole message has gone by */
#define B_PLACE		0x0ff
#define NO_PLACE	0x0ff

static const char status_line[] = "SIP/2.0 ";
static const char request_end[] = " SIP/2.0";
static const char length_name[] = "content-length";

static_assert(NFIM_SIP_HEADER_MAX <= 0xffff, "a header can be counted");

static enum phase phase(const union stream_scan *s)
{
	return (enum phase)(s->raw.c & PHASES);
}

static void set_phase(union stream_scan *s, enum phase p)
{
	s->raw.c = (u8)((s->raw.c & ~PHASES) | p);
}

static u32 place(const union stream_scan *s)
{
	return s->raw.b & B_PLACE;
}

static void set_place(union stream_scan *s, u32 at)
{
	s->raw.b = (s->raw.b & ~(u32)B_PLACE) | at;
}

/* A method, or "SIP/2.0" where only that may follow "SIP/". */
static bool method_byte(union stream_scan *s, char c)
{
	u32 at = place(s);

	if (at != NO_PLACE && c == status_line[at]) {
		set_place(s, at + 1);
		if (!status_line[at + 1]) {
			set_place(s, 0);
			set_phase(s, PHASE_CODE);
		}
		return true;
	}
	if (at != NO_PLACE && at > 3)
		return false;
	if (c == ' ' && at) {
		set_place(s, 0);
		set_phase(s, PHASE_REQUEST);
		return true;
	}
	set_place(s, NO_PLACE);
	return sip_is(c, SIP_C_TOKEN);
}

static bool code_byte(union stream_scan *s, char c)
{
	u32 at = place(s);

	if (at < 3) {
		set_place(s, at + 1);
		return c >= (at ? '0' : '1') && c <= (at ? '9' : '6');
	}
	set_phase(s, c == '\n' ? PHASE_LINE : PHASE_REST);
	return c == ' ' || c == '\r' || c == '\n';
}

/* Place 8: " SIP/2.0" has just been; 9: and CR. */
static bool request_byte(union stream_scan *s, char c)
{
	u32 at = place(s);

	if (at >= 8) {
		if (c == '\n') {
			set_phase(s, PHASE_LINE);
			return true;
		}
		if (at == 9)
			return false;
		if (c == '\r') {
			set_place(s, 9);
			return true;
		}
	} else if (c == request_end[at]) {
		set_place(s, at + 1);
		return true;
	}
	set_place(s, c == ' ');
	return (u8)c >= ' ' && c != 0x7f;
}

/* The first byte of a line. */
static void line_byte(union stream_scan *s, char c)
{
	bool pending = s->raw.c & F_PENDING;

	s->raw.c &= 0xff & ~F_PENDING;
	set_place(s, 1);
	if (pending && (c == ' ' || c == '\t')) {
		set_phase(s, PHASE_VALUE);
		if (s->raw.c & F_DIGITS)
			s->raw.c |= F_GAP;
	} else if (c == '\r') {
		set_phase(s, PHASE_CR);
	} else if ((c | 0x20) == 'c') {
		set_phase(s, PHASE_NAME);
	} else if ((c | 0x20) == 'l') {
		set_phase(s, PHASE_COLON);
	} else {
		set_phase(s, PHASE_REST);
	}
}

static void name_byte(union stream_scan *s, char c)
{
	u32 at = place(s);

	/* CR with that bit set is a hyphen. */
	if (c != length_name[at] &&
	    (c == '\r' || (c | 0x20) != length_name[at])) {
		set_phase(s, c == '\n' ? PHASE_LINE : PHASE_REST);
		return;
	}
	set_place(s, at + 1);
	if (!length_name[at + 1])
		set_phase(s, PHASE_COLON);
}

static enum nfim_counter colon_byte(union stream_scan *s, char c)
{
	if (c == ' ' || c == '\t')
		return NFIM_OK;
	if (c != ':') {
		set_phase(s, c == '\n' ? PHASE_LINE : PHASE_REST);
		return NFIM_OK;
	}
	if (s->raw.c & F_LENGTH)
		return NFIM_OPAQUE_LENGTH;
	s->raw.c |= F_LENGTH;
	s->raw.a = 0;
	set_phase(s, PHASE_VALUE);
	return NFIM_OK;
}

static enum nfim_counter value_byte(union stream_scan *s, char c)
{
	if (c == '\n') {
		set_phase(s, PHASE_LINE);
		s->raw.c |= F_PENDING;
		return NFIM_OK;
	}
	if (sip_is(c, SIP_C_SPACE)) {
		if (s->raw.c & F_DIGITS)
			s->raw.c |= F_GAP;
		return NFIM_OK;
	}
	if (c < '0' || c > '9' || s->raw.c & F_GAP)
		return NFIM_OPAQUE_LENGTH;
	s->raw.c |= F_DIGITS;
	s->raw.a = s->raw.a * 10 + (u32)(c - '0');
	return s->raw.a > NFIM_SIP_BODY_MAX ? NFIM_OPAQUE_LENGTH : NFIM_OK;
}

static enum nfim_counter header_byte(union stream_scan *s, char c)
{
	switch (phase(s)) {
	case PHASE_METHOD:
		return method_byte(s, c) ? NFIM_OK : NFIM_OPAQUE_FOREIGN;
	case PHASE_CODE:
		return code_byte(s, c) ? NFIM_OK : NFIM_OPAQUE_FOREIGN;
	case PHASE_REQUEST:
		return request_byte(s, c) ? NFIM_OK : NFIM_OPAQUE_FOREIGN;
	case PHASE_LINE:
		line_byte(s, c);
		return NFIM_OK;
	case PHASE_NAME:
		name_byte(s, c);
		return NFIM_OK;
	case PHASE_COLON:
		return colon_byte(s, c);
	case PHASE_VALUE:
		return value_byte(s, c);
	default:
		set_phase(s, c == '\n' ? PHASE_LINE : PHASE_REST);
		return NFIM_OK;
	}
}

/* Whether a line feed here ends the header: its line is empty. */
static bool is_empty_line(const union stream_scan *s)
{
	return phase(s) == PHASE_LINE || phase(s) == PHASE_CR;
}

static enum nfim_counter end_header(union stream_scan *s)
{
	if (!(s->raw.c & F_DIGITS))
		return NFIM_OPAQUE_LENGTH;
	s->raw.c = PHASE_BODY;
	return NFIM_OK;
}

/* @data: from the first byte of a line on. It has no Content-Length for sure. */
static bool is_other_line(struct span data)
{
	char c = data.p[0];

	if (sip_is(c, SIP_C_SPACE))
		return false;
	if ((c | 0x20) == 'l')
		return span_len(data) > 1 && sip_is(data.p[1], SIP_C_TOKEN);
	return (c | 0x20) != 'c' ||
	       (span_len(data) >= sizeof(length_name) &&
		!text_starts(data, length_name));
}

/* Whether no byte is a control character, eight at once. */
static bool is_printable(struct span s)
{
	const u64 ones = ~0ull / 255, high = 0x80 * ones;

	for (; span_len(s) >= sizeof(u64); s.p += sizeof(u64)) {
		u64 v = span_word(s.p), del = v ^ 0x7f * ones;

		/* Which one it is does not matter, so a borrow does not. */
		if ((((v - ' ' * ones) & ~v) | ((del - ones) & ~del)) & high)
			return false;
	}
	for (; s.p < s.end; s.p++)
		if ((u8)s.p[0] < ' ' || s.p[0] == 0x7f)
			return false;
	return true;
}

/* A whole first line by the rules of the phases above. */
static bool first_line_ok(struct span line)
{
	struct span rest = line, method;

	if (text_starts(line, "sip/"))
		return span_len(line) >= 11 &&
		       !memcmp(line.p, status_line, 8) &&
		       line.p[8] >= '1' && line.p[8] <= '6' &&
		       line.p[9] >= '0' && line.p[9] <= '9' &&
		       line.p[10] >= '0' && line.p[10] <= '9' &&
		       (span_len(line) == 11 || line.p[11] == ' ' ||
			line.p[11] == '\r');
	return is_printable(line) &&
	       sip_take_token(&rest, &method) && span_len(rest) >= 9 &&
	       rest.p[0] == ' ' &&
	       !memcmp(rest.end - 8, request_end, 8);
}

/* The rest of a line that does not matter. Return: bytes passed over. */
static u32 pass_line(union stream_scan *s, struct span data)
{
	const char *lf = text_lf(data);

	s->raw.c &= 0xff & ~F_PENDING;
	set_phase(s, lf ? PHASE_LINE : PHASE_REST);
	return (u32)((lf ? lf + 1 : data.end) - data.p);
}

/*
 * The first Content-Length, where it is whole and has its usual form, as if it was
 * read byte by byte. @data: from the first byte of a line on. Return: bytes of it, or
 * 0 where it has to be.
 */
static u32 take_length(union stream_scan *s, struct span data)
{
	struct span rest = data, line;

	if (s->raw.c & F_LENGTH || (data.p[0] | 0x20) != 'c' ||
	    !text_line(&rest, &line) || !text_starts(line, "content-length:"))
		return 0;
	line.p += sizeof(length_name);
	line = text_trim(line);
	if (!text_u32(line, NFIM_SIP_BODY_MAX, &s->raw.a))
		return 0;
	s->raw.c |= F_LENGTH | F_DIGITS | F_PENDING;
	if (rest.p - line.end > 1)
		s->raw.c |= F_GAP;
	set_place(s, sizeof(length_name) - 1);
	return (u32)(rest.p - data.p);
}

/* To the end of the header or of the data. */
static enum nfim_counter read_header(union stream_scan *s, struct span data,
				     u32 *pos)
{
	struct span rest = { data.p + *pos, data.end };
	enum nfim_counter why = NFIM_OK;
	u32 n, count = s->raw.d;

	while (rest.p < rest.end && why == NFIM_OK &&
	       phase(s) != PHASE_BODY) {
		n = 0;
		if (phase(s) == PHASE_REST ||
		    (phase(s) == PHASE_LINE && is_other_line(rest)))
			n = pass_line(s, rest);
		else if (phase(s) == PHASE_LINE)
			n = take_length(s, rest);
		if (!n) {
			char c = rest.p[0];

			n = 1;
			why = c == '\n' && is_empty_line(s) ? end_header(s) :
							      header_byte(s, c);
		}
		rest.p += n;
		count += n;
		if (count > NFIM_SIP_HEADER_MAX)
			why = NFIM_OPAQUE_LINE;
	}
	s->raw.d = (u16)count;
	*pos = (u32)(rest.p - data.p);
	return why;
}

/* @pos: at the first byte of a message. Its first line is read if it is whole. */
static enum nfim_counter begin(union stream_scan *s, struct span data,
			       u32 *pos)
{
	struct span rest = { data.p + *pos, data.end }, line;

	s->raw.a = 0;
	s->raw.d = 0;
	s->raw.c = PHASE_METHOD;
	set_place(s, 0);
	if (!text_line(&rest, &line))
		return NFIM_OK;
	if (!first_line_ok(line))
		return NFIM_OPAQUE_FOREIGN;
	if (rest.p - line.p > NFIM_SIP_HEADER_MAX)
		return NFIM_OPAQUE_LINE;
	s->raw.d = (u16)(rest.p - line.p);
	set_phase(s, PHASE_LINE);
	*pos = (u32)(rest.p - data.p);
	return NFIM_OK;
}

static enum nfim_counter read_on(union stream_scan *s, struct span data,
				 u32 *pos)
{
	enum nfim_counter why = NFIM_OK;

	if (phase(s) == PHASE_START)
		why = begin(s, data, pos);
	if (why == NFIM_OK && phase(s) != PHASE_BODY)
		why = read_header(s, data, pos);
	return why;
}

enum stream_event sip_stream_next(union stream_scan *scan, struct span data,
				  u32 *pos, struct stream_msg *msg)
{
	bool fresh = phase(scan) == PHASE_START;
	u32 from = *pos, left;
	enum nfim_counter why;

	if (phase(scan) == PHASE_OPAQUE)
		return STREAM_OPAQUE;
	while (fresh && *pos < span_len(data) &&
	       (data.p[*pos] == '\r' || data.p[*pos] == '\n'))
		(*pos)++;
	if (fresh && *pos == span_len(data))
		return STREAM_END;
	why = read_on(scan, data, pos);
	if (why != NFIM_OK) {
		sip_stream_stop(scan, why);
		return STREAM_OPAQUE;
	}
	msg->whole = fresh;
	if (phase(scan) == PHASE_BODY) {
		left = (u32)span_len(data) - *pos;
		if (left > scan->raw.a)
			left = scan->raw.a;
		*pos += left;
		scan->raw.a -= left;
		msg->left = scan->raw.a;
		if (!msg->left) {
			set_phase(scan, PHASE_START);
			scan->raw.b |= B_SPOKE;
			return STREAM_MESSAGE;
		}
	}
	msg->gather = fresh &&
		      sip_counts(span_make(data.p + from, *pos - from));
	msg->hold = msg->gather &&
		    sip_worth(span_make(data.p + from, *pos - from));
	return STREAM_MORE;
}

u32 sip_stream_skip(const union stream_scan *scan)
{
	return phase(scan) == PHASE_BODY ? scan->raw.a - 1 : 0;
}

void sip_stream_skipped(union stream_scan *scan, u32 len)
{
	scan->raw.a -= len;
}

void sip_stream_stop(union stream_scan *scan, enum nfim_counter why)
{
	set_phase(scan, PHASE_OPAQUE);
	scan->raw.a = why;
}

enum nfim_counter sip_stream_opaque(const union stream_scan *scan)
{
	return phase(scan) == PHASE_OPAQUE ?
	       (enum nfim_counter)scan->raw.a : NFIM_OK;
}

bool sip_stream_spoke(const union stream_scan *scan)
{
	return scan->raw.b & B_SPOKE;
}
