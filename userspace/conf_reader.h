/* SPDX-License-Identifier: GPL-2.0 */
/* Makes policies of the values in a file, in the order in which they stand. */
#ifndef _NFIM_CONF_READER_H
#define _NFIM_CONF_READER_H

#include "conf.h"

/**
 * struct reader - a file that is being read
 * @conf: gets the policies
 * @rc: of the first error, which ends it all
 * @cursor: behind the last word whose place is known
 * @depth: files that are open, each included by the one before
 * @parser: parsers to free at the end
 * @n_parsers: how many
 * @slot: what the next value goes into
 * @policy: under construction
 * @places: of @policy
 * @ports: under construction
 * @in_policy: its name has been seen
 * @name_line: line before whose end its name stands
 * @in_inner: the name of its application, or of ports, has been seen
 * @seen: keys that have a value: of the policy, of its application
 * @inner_seen: see @seen
 * @room: policies that fit into @conf
 * @names: tree of the names of all policies
 * @fallback: number of the default policy plus one, by helper
 */
struct reader {
	struct conf *conf;
	enum rc rc;
	struct conf_place cursor;
	unsigned int depth;
	void *parser[CONF_TEXTS];
	u32 n_parsers;
	struct conf_slot slot;
	struct policy policy;
	struct conf_places places;
	struct conf_ports ports;
	bool in_policy;
	u32 name_line;
	bool in_inner;
	u32 seen;
	u32 inner_seen;
	u32 room;
	void *names;
	u32 fallback[POLICY_HELPER_MAX];
};

/**
 * reader_begin() - begin with nothing read
 * @r: the reader; all but @conf is zero
 */
void reader_begin(struct reader *r);

/**
 * reader_end() - free what only reading needs
 * @r: the reader
 */
void reader_end(struct reader *r);

/**
 * reader_seek() - find the next word
 * @r: the reader
 * @line: line it is known to be before the end of
 * @word: the word
 *
 * Moves the cursor behind it.
 *
 * Return: its place; the beginning of the line if it is not found.
 */
struct conf_place reader_seek(struct reader *r, int line, const char *word);

/**
 * reader_seek_quoted() - find the word that a sentence quotes
 * @r: the reader
 * @line: as reader_seek()
 * @sentence: the sentence
 *
 * Return: as reader_seek().
 */
struct conf_place reader_seek_quoted(struct reader *r, int line,
				     const char *sentence);

/**
 * reader_fail() - end it all because of what stands somewhere
 * @r: the reader
 * @place: where
 * @fmt: printf format of a sentence
 *
 * Return: %RC_USAGE.
 */
enum rc reader_fail(struct reader *r, struct conf_place place,
		    const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * reader_enter() - a section begins, or goes on
 * @r: the reader
 * @section: "policy", "application" or "ports"
 * @title: its name
 * @line: as reader_seek()
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc reader_enter(struct reader *r, const char *section, const char *title,
		     int line);

/**
 * reader_value() - a value
 * @r: the reader
 * @section: as reader_enter()
 * @title: as reader_enter()
 * @key: the key
 * @value: the word
 * @nth: which one of a list, from 1
 * @line: as reader_seek()
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc reader_value(struct reader *r, const char *section, const char *title,
		     const char *key, const char *value, unsigned int nth,
		     int line);

/**
 * reader_leave() - a section ends
 * @r: the reader
 * @section: as reader_enter()
 * @title: as reader_enter()
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc reader_leave(struct reader *r, const char *section, const char *title);

#endif /* _NFIM_CONF_READER_H */
