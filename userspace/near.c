// SPDX-License-Identifier: GPL-2.0
/* Which name was meant by a wrong one. */
#include <stddef.h>
#include <string.h>

#include "near.h"

#define WORD_MAX	32

/* A wrong name with at most so many wrong letters is worth a suggestion. */
#define DISTANCE_NEAR	2

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int min = a < b ? a : b;

	return min < c ? min : c;
}

unsigned int near_distance(const char *a, const char *b)
{
	unsigned int row[WORD_MAX + 1];
	size_t len = strlen(b);
	unsigned int diagonal, above;
	size_t i, j;

	if (len > WORD_MAX || strlen(a) > WORD_MAX)
		return WORD_MAX;
	for (j = 0; j <= len; j++)
		row[j] = j;
	for (i = 0; a[i]; i++) {
		diagonal = row[0]++;
		for (j = 1; j <= len; j++) {
			above = row[j];
			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (a[i] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[len];
}

struct near near_begin(const char *word)
{
	return (struct near){ .word = word, .distance = DISTANCE_NEAR + 1 };
}

/* A name of which no letter is left is not what was meant. */
void near_try(struct near *near, const char *name)
{
	unsigned int d = near_distance(near->word, name);

	if (d < near->distance && d < strlen(name)) {
		near->distance = d;
		near->best = name;
	}
}
