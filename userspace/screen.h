/* SPDX-License-Identifier: GPL-2.0 */
/* A terminal whose whole screen is drawn on, and its keys. */
#ifndef _NFIM_SCREEN_H
#define _NFIM_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* Keys that are no letters. */
enum screen_key {
	SCREEN_NONE,
	SCREEN_UP = 256,
	SCREEN_DOWN,
	SCREEN_PAGE_UP,
	SCREEN_PAGE_DOWN,
};

/**
 * screen_is_there() - is there a terminal to draw on, and one with keys?
 *
 * Return: true if standard input and output are terminals.
 */
bool screen_is_there(void);

/**
 * screen_begin() - take the screen
 *
 * What was on it comes back with screen_end(), also if the program ends by
 * exit().
 *
 * Return: %RC_DONE, or %RC_REFUSED after err().
 */
enum rc screen_begin(void);

/**
 * screen_end() - give the screen back
 */
void screen_end(void);

/**
 * screen_size() - how large it is now
 * @width: columns
 * @height: lines
 */
void screen_size(size_t *width, size_t *height);

/**
 * screen_keys() - read which keys were pressed
 * @press: gets each, a character or an enum screen_key
 * @ctx: for @press
 *
 * Return: false if the terminal is gone.
 */
bool screen_keys(void (*press)(void *ctx, int key), void *ctx);

#endif /* _NFIM_SCREEN_H */
