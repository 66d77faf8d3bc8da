/* SPDX-License-Identifier: GPL-2.0 */
/* The bytes of policy files, and where a word stands in them. */
#ifndef _NFIM_CONF_TEXT_H
#define _NFIM_CONF_TEXT_H

#include <stdarg.h>

#include <nfim/shim.h>

#include "err.h"

/* A file that includes a file that includes ... */
#define CONF_DEPTH	10
#define CONF_TEXTS	256
#define CONF_SIZE_MAX	(16u << 20)

/**
 * struct conf_place - where something stands
 * @text: number of the text, from 1; 0 for nowhere
 * @offset: first byte
 */
struct conf_place {
	u32 text;
	u32 offset;
};

/**
 * struct conf_text - one file
 * @name: as the user calls it
 * @raw: its bytes, terminated
 * @bare: the same with blanks for comments; as long as @raw
 * @len: length of each
 * @line: offsets of its lines
 * @n_lines: how many
 * @device: where the file is, with @inode; 0 for what is not a file
 * @inode: see @device
 */
struct conf_text {
	char *name;
	char *raw;
	char *bare;
	size_t len;
	u32 *line;
	u32 n_lines;
	u64 device;
	u64 inode;
};

/**
 * struct conf_texts - a file and those it includes
 * @text: the files
 * @n: how many
 */
struct conf_texts {
	struct conf_text *text;
	u32 n;
};

/**
 * conf_bare() - blank out comments, refuse what cannot be right
 * @text: its @bare is a copy of @raw; changed in place
 * @at: set to the offset of the trouble
 *
 * Comments go because libconfuse takes those in a list for values, and counts a
 * line for each that has an end of its own. Refused is what it passes over in
 * silence: a brace that is not closed, a stray sign, bytes that are no text.
 *
 * Return: NULL, or a sentence.
 */
const char *conf_bare(struct conf_text *text, u32 *at);

/**
 * conf_text_add() - take in some text
 * @texts: gets it
 * @name: what to call it
 * @bytes: the text
 * @len: its length
 *
 * Return: %RC_DONE, or another after err() or err_at().
 */
enum rc conf_text_add(struct conf_texts *texts, const char *name,
		      const char *bytes, size_t len);

/**
 * conf_text_load() - take in a file
 * @texts: gets it
 * @path: the file; "-" for standard input
 *
 * A file that is there already is passed over.
 *
 * Return: as conf_text_add().
 */
enum rc conf_text_load(struct conf_texts *texts, const char *path);

/**
 * conf_text_free() - give back the memory
 * @texts: the texts
 */
void conf_text_free(struct conf_texts *texts);

/**
 * conf_text_find() - find a word
 * @texts: the texts
 * @from: where to begin
 * @line: last line to look at, from 1
 * @word: the word, with nothing but separators around it; in quotes or not
 *
 * Return: its place; nowhere if it is not there.
 */
struct conf_place conf_text_find(const struct conf_texts *texts,
				 struct conf_place from, u32 line,
				 const char *word);

/**
 * conf_text_line() - the first byte of a line, blanks passed over
 * @texts: the texts
 * @text: number of the text, from 1
 * @line: number of the line, from 1
 *
 * Return: its place.
 */
struct conf_place conf_text_line(const struct conf_texts *texts, u32 text,
				 u32 line);

/**
 * conf_text_fail() - remember what is wrong at a place
 * @texts: the texts
 * @place: where; nowhere means the first file as a whole
 * @rc: exit code
 * @fmt: printf format of a sentence
 *
 * Return: @rc.
 */
enum rc conf_text_fail(const struct conf_texts *texts, struct conf_place place,
		       enum rc rc, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for the arguments of another function. */
enum rc conf_text_vfail(const struct conf_texts *texts, struct conf_place place,
			enum rc rc, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

#endif /* _NFIM_CONF_TEXT_H */
