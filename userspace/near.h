/* SPDX-License-Identifier: GPL-2.0 */
/* Which name was meant by a wrong one. */
#ifndef _NFIM_NEAR_H
#define _NFIM_NEAR_H

/**
 * struct near - the search for the name that was meant
 * @word: the wrong name
 * @best: the nearest name so far; NULL if none is near enough
 * @distance: how many letters to add, drop or change; one more than a
 *	suggestion may have as long as @best is NULL
 */
struct near {
	const char *word;
	const char *best;
	unsigned int distance;
};

/**
 * near_distance() - how many letters to add, drop or change
 * @a: one word
 * @b: the other word
 *
 * Return: the edit distance; large if a word is too long to be a name here.
 */
unsigned int near_distance(const char *a, const char *b);

/**
 * near_begin() - begin a search
 * @word: the wrong name; must live as long as the search
 *
 * Return: a search without a result.
 */
struct near near_begin(const char *word);

/**
 * near_try() - look at a name that may have been meant
 * @near: the search
 * @name: the name; must live as long as the result is used
 */
void near_try(struct near *near, const char *name);

#endif /* _NFIM_NEAR_H */
