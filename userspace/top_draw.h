/* SPDX-License-Identifier: GPL-2.0 */
/* nfim monitor --top: the table as text. */
#ifndef _NFIM_TOP_DRAW_H
#define _NFIM_TOP_DRAW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct top_view - how it is looked at
 * @width: columns of the terminal; 0 for as many as it takes
 * @height: lines of the terminal; 0 for as many as it takes
 * @part: letter of the only part to draw, 0 for all of them
 * @skip: lines below the first that have been scrolled away; made smaller if
 *	fewer are there
 * @is_paused: say that what is drawn is old
 */
struct top_view {
	size_t width;
	size_t height;
	char part;
	size_t skip;
	bool is_paused;
};

/**
 * top_has_part() - is there a part with that letter?
 * @letter: the letter
 *
 * Return: true if there is.
 */
bool top_has_part(char letter);

/**
 * top_draw() - draw the table
 * @doc: of top_document()
 * @view: how; with a height the text goes to the top of the screen, which is
 *	wiped where it had more, and the last line says which keys there are
 *
 * Return: malloc()ed text, NULL if memory ran out.
 */
char *top_draw(const json_t *doc, struct top_view *view);

#endif /* _NFIM_TOP_DRAW_H */
