/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All output of commands. A command makes one JSON document; with --json that
 * document is the output, without it a table of views says what a person
 * shall see of the same document.
 */
#ifndef _NFIM_OUT_H
#define _NFIM_OUT_H

#include <jansson.h>
#include <stdbool.h>

#include "err.h"

#define OUT_SCHEMA	1

/**
 * enum out_tone - what a piece of text means for the reader; its colour
 * @TONE_PLAIN: nothing special
 * @TONE_GOOD: it is as it should be
 * @TONE_BAD: it is not
 * @TONE_WARN: it may be wrong
 * @TONE_FAINT: it matters less than the rest
 */
enum out_tone {
	TONE_PLAIN,
	TONE_GOOD,
	TONE_BAD,
	TONE_WARN,
	TONE_FAINT,
};

/**
 * struct out_col - one column of a table, or one part of a line
 * @key: member of the row to print as it is; NULL if @cell is set
 * @cell: makes the text from the row; returns malloc()ed memory, NULL if there
 *	is none left
 * @tone: says how it is coloured; NULL for plain; lines only
 */
struct out_col {
	const char *key;
	char *(*cell)(const json_t *row);
	enum out_tone (*tone)(const json_t *row);
};

/**
 * struct out_view - how one member of the document looks in text
 * @key: the member, NULL for the document itself as the only row
 * @title: what to call it; NULL prints rows without title and indent
 * @none: what to say if it is empty, null, or if @skip left nothing
 * @skip: says which members of an object not to show; may be NULL
 * @cols: columns of an array of objects, ended by an empty one; NULL if the
 *	member is anything else
 *
 * An object is shown as one line per member, an array without @cols as one
 * line in all.
 */
struct out_view {
	const char *key;
	const char *title;
	const char *none;
	bool (*skip)(const json_t *value);
	const struct out_col *cols;
};

/**
 * out_document() - print the outcome of a command
 * @doc: the document, an object; consumed; NULL means memory ran out
 * @views: how it looks in text, ended by an empty one
 * @json: print JSON; the schema number is put in front
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc out_document(json_t *doc, const struct out_view *views, bool json);

/**
 * out_color() - say whether text is coloured; it is not before
 * @on: it is
 */
void out_color(bool on);

/**
 * out_tone() - what begins a piece of text
 * @tone: what it means
 *
 * Return: a sequence for a terminal, which "\033[0m" ends; "" for plain text and
 * where nothing is coloured.
 */
const char *out_tone(enum out_tone tone);

/**
 * out_record() - print one line of many, at once
 * @record: an object
 * @cols: the parts of the line, ended by an empty one; empty parts are left
 *	out; not used for JSON
 * @json: print the object on one line instead; the schema number is put in front
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc out_record(const json_t *record, const struct out_col *cols, bool json);

/**
 * out_plain() - print text that another program reads
 * @text: lines, each with its end; malloc()ed, consumed; NULL means that memory
 *	ran out
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc out_plain(char *text);

/**
 * out_flush() - hand over what has been printed
 *
 * Return: %RC_DONE, or %RC_REFUSED after err() if anything was lost.
 */
enum rc out_flush(void);

/**
 * out_error() - print why a command failed, as JSON on standard output
 * @rc: its exit code
 * @text: the sentence
 */
void out_error(enum rc rc, const char *text);

/**
 * out_cell() - text of one part of a row
 * @col: the part
 * @row: an object
 *
 * Control characters, which a terminal obeys, become question marks: much of
 * the text comes from strangers.
 *
 * Return: malloc()ed string, NULL if memory ran out.
 */
char *out_cell(const struct out_col *col, const json_t *row);

/**
 * out_scalar() - text of a string, a number or a truth value
 * @value: the value; "-" for anything else
 *
 * Return: malloc()ed string without control characters, NULL if memory ran out.
 */
char *out_scalar(const json_t *value);

/**
 * out_with_schema() - the object as it is printed
 * @doc: an object
 *
 * Return: a new object that begins with the schema number, NULL if memory ran
 * out.
 */
json_t *out_with_schema(const json_t *doc);

/**
 * out_string() - a string that may hold any bytes
 * @text: the bytes; what is not UTF-8 becomes question marks
 *
 * Return: a new reference, NULL if memory ran out.
 */
json_t *out_string(const char *text);

/**
 * out_text() - format into new memory
 * @fmt: printf format
 *
 * Return: malloc()ed string, NULL if memory ran out.
 */
char *out_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* _NFIM_OUT_H */
