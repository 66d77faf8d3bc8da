/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ladder diagram of a capture: what is drawn is collected while the capture
 * is explained, as JSON rows, and drawn at the end.
 */
#ifndef _NFIM_LADDER_H
#define _NFIM_LADDER_H

#include <stdio.h>

#include "explain_state.h"

/* Rows that are drawn; a diagram of more is not read by anybody. */
#define LADDER_ROWS	600

/**
 * ladder_message() - somebody said something on a control connection
 * @x: everything; nothing is done if nobody wants a diagram
 * @c: the connection
 * @side: who said it
 * @text: its first line and what else tells messages apart
 *
 * Messages of the same text that follow each other become one.
 */
void ladder_message(struct explain *x, const struct conn *c,
		    enum msnp_side side, struct span text);

/**
 * ladder_msnp() - the same for a command of MSNP
 * @x: everything
 * @c: the connection
 * @side: who said it
 * @f: the command
 */
void ladder_msnp(struct explain *x, const struct conn *c, enum msnp_side side,
		 const struct msnp_frame *f);

/**
 * ladder_sip() - the same for a message of SIP
 * @x: everything
 * @c: the connection
 * @side: who said it
 * @data: the message
 */
void ladder_sip(struct explain *x, const struct conn *c, enum msnp_side side,
		struct span data);

/**
 * ladder_record() - something was told
 * @x: everything
 * @record: as it is printed
 */
void ladder_record(struct explain *x, json_t *record);

/**
 * ladder_open() - an endpoint was opened
 * @x: everything
 * @o: the endpoint; gets its row
 */
void ladder_open(struct explain *x, struct opened *o);

/**
 * ladder_child() - a connection uses an endpoint
 * @x: everything; @x->packet is its first packet
 * @o: the endpoint
 */
void ladder_child(struct explain *x, const struct opened *o);

/**
 * ladder_close() - an endpoint is no more
 * @x: everything
 * @o: the endpoint
 */
void ladder_close(struct explain *x, const struct opened *o);

/**
 * ladder_write() - draw all of it
 * @x: everything
 *
 * Return: %RC_DONE, or another after err().
 */
enum rc ladder_write(struct explain *x);

/**
 * ladder_svg() - draw rows
 * @rows: the rows
 * @title: name of the capture
 * @to: where to
 */
void ladder_svg(const json_t *rows, const char *title, FILE *to);

/**
 * ladder_html() - a page with the diagram, and a table of what was announced
 * @rows: the rows
 * @title: name of the capture
 * @to: where to
 */
void ladder_html(const json_t *rows, const char *title, FILE *to);

/**
 * ladder_escape() - print text inside XML
 * @text: the text, UTF-8
 * @max: characters at most; more are cut, and dots say so
 * @to: where to
 */
void ladder_escape(const char *text, size_t max, FILE *to);

/**
 * ladder_lines() - print lines
 * @lines: the lines, ended by NULL
 * @to: where to
 */
void ladder_lines(const char *const *lines, FILE *to);

#endif /* _NFIM_LADDER_H */
