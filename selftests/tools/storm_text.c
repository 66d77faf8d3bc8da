// SPDX-License-Identifier: GPL-2.0
/* The corpus, and what is done to its messages. */

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storm.h"

#define CORPUS_MAX	1000

static struct text *corpus[CORPUS_MAX];
static unsigned int corpus_n;
static uint64_t state;

void seed_with(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15ull + 1;
}

uint32_t any(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below ? (uint32_t)(state >> 32) % below : 0;
}

/* Lines "KIND UP LENGTH" with that many bytes and a newline behind each. */
void corpus_read(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct text t;

	if (!f) {
		perror(path);
		exit(2);
	}
	while (corpus_n < CORPUS_MAX &&
	       fscanf(f, "%c %d %zu", &t.kind, &t.up, &t.len) == 3) {
		if (fgetc(f) != '\n' || t.len > TEXT_MAX ||
		    fread(t.byte, 1, t.len, f) != t.len || fgetc(f) != '\n')
			break;
		corpus[corpus_n] = malloc(sizeof(t));
		if (!corpus[corpus_n])
			abort();
		*corpus[corpus_n++] = t;
	}
	if (!feof(f) || !corpus_n) {
		fprintf(stderr, "storm: bad corpus %s\n", path);
		exit(2);
	}
	fclose(f);
}

const struct text *corpus_any(char kind, int up)
{
	unsigned int tries = 200;
	const struct text *t;

	do
		t = corpus[any(corpus_n)];
	while ((t->kind != kind || t->up != up) && --tries);
	return t;
}

/* Replaces n bytes at `at` by m others, if there is room. */
static void splice(struct text *t, size_t at, size_t n, const void *with,
		   size_t m)
{
	if (at > t->len || n > t->len - at || t->len - n + m > TEXT_MAX)
		return;
	memmove(t->byte + at + m, t->byte + at + n, t->len - at - n);
	memcpy(t->byte + at, with, m);
	t->len += m - n;
}

static int is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static void change_number(struct text *t)
{
	static const char *const numbers[] = {
		"0", "1", "65535", "65536", "4294967295", "4294967296", "-1",
		"99999999999999999999", "00006891", "6892", "255", "256", "",
	};
	size_t at = any(t->len), n = 0, begin = at;
	const char *with = numbers[any(sizeof(numbers) / sizeof(*numbers))];

	while (at < t->len && !is_digit(t->byte[at]))
		at++;
	if (at == t->len)
		for (at = begin; at && !is_digit(t->byte[at - 1]); at--)
			;
	while (at + n < t->len && is_digit(t->byte[at + n]))
		n++;
	splice(t, at, n, with, strlen(with));
}

static void repeat_piece(struct text *t)
{
	unsigned char copy[512];
	size_t at = any(t->len), n = 1 + any(sizeof(copy) - 1);

	if (n > t->len - at)
		n = t->len - at;
	memcpy(copy, t->byte + at, n);
	splice(t, any(t->len), 0, copy, n);
}

static void put_line(struct text *t)
{
	static const char *const lines[] = {
		"\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", "\0", "\r\n ",
		"\r\nContent-Length: 7\r\n", "\r\nl: 70000\r\n",
		"\r\nIP-Address: 192.168.77.2\r\n", "MSG 1 N 10\r\n",
		"\r\nm=audio 40000/200 RTP/AVP 0\r\n", "<", ">", ";", "=",
		"\r\nc=IN IP4 192.168.77.3\r\n", "SIP/2.0", "--",
	};
	const char *line = lines[any(sizeof(lines) / sizeof(*lines))];

	splice(t, any(t->len), 0, line, *line ? strlen(line) : 1);
}

static void fill(struct text *t)
{
	unsigned char c = "A0 \r\n:\xff;,"[any(9)];
	size_t at = any(t->len), n = 1 + any(any(8) ? 100 : 9000);
	unsigned char *with = malloc(n);

	if (!with)
		abort();
	memset(with, c, n);
	splice(t, at, 0, with, n);
	free(with);
}

static void mutate_once(struct text *t)
{
	const struct text *other;
	size_t at, n;

	if (!t->len)
		return;
	at = any(t->len);
	switch (any(10)) {
	case 0:
	case 1:
		change_number(t);
		break;
	case 2:
		t->byte[at] ^= 1u << any(8);
		break;
	case 3:
		t->byte[at] = any(256);
		break;
	case 4:
		n = 1 + any(20);
		splice(t, at, n > t->len - at ? t->len - at : n, "", 0);
		break;
	case 5:
		repeat_piece(t);
		break;
	case 6:
		put_line(t);
		break;
	case 7:
		fill(t);
		break;
	case 8:
		other = corpus_any(t->kind, t->up);
		splice(t, at, t->len - at, other->byte + other->len / 2,
		       other->len - other->len / 2);
		break;
	default:
		t->len = at;
		break;
	}
}

/* Half of all messages stay as they are, so that others are understood. */
void mutate(struct text *t)
{
	unsigned int n = any(2) ? 0 : 1 + any(4);

	while (n--)
		mutate_once(t);
}
