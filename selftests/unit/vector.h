/* SPDX-License-Identifier: GPL-2.0 */
/* Test vectors: a JSON file, its bytes, and the bytes after a rewrite. */
#ifndef _NFIM_UNIT_VECTOR_H
#define _NFIM_UNIT_VECTOR_H

#include <jansson.h>

#include "../../kernel/proto/offer.h"
#include "../../kernel/proto/msnp.h"

/**
 * struct vector - one vector
 * @name: its name
 * @json: all that is known of it
 * @expect: what has to come of it
 * @bin: its bytes
 * @nat: its bytes after a rewrite; empty if there is none
 * @is_msnp: it is an MSNP control connection
 * @is_ns: to a notification server, not a switchboard
 * @side: who speaks
 * @self: the announcer's own addresses
 */
struct vector {
	const char *name;
	json_t *json;
	json_t *expect;
	struct span bin;
	struct span nat;
	bool is_msnp;
	bool is_ns;
	enum msnp_side side;
	struct self self;
};

/**
 * vector_load() - read one vector
 * @v: filled on success
 * @path: of its JSON file
 *
 * Return: false, and the reason on standard error, if that is impossible.
 */
bool vector_load(struct vector *v, const char *path);

/**
 * vector_load_all() - read every vector of a directory that is not there yet
 * @v: room for @max of them, *@n are there
 * @n: how many there are
 * @max: how many there may be
 * @dir: the directory
 * @kind: its subdirectory
 *
 * Ends the program if one cannot be read.
 *
 * Return: how many came.
 */
size_t vector_load_all(struct vector *v, size_t *n, size_t max,
		       const char *dir, const char *kind);

/**
 * vector_free() - free what vector_load() took
 * @v: the vector
 */
void vector_free(struct vector *v);

/**
 * vector_here() - where the project's own vectors are
 *
 * Return: a path, seen from the top directory or from selftests/, or NULL if
 * this is neither.
 */
const char *vector_here(void);

/**
 * vector_elsewhere() - where more vectors may be
 *
 * Return: a path.
 */
const char *vector_elsewhere(void);

/**
 * vector_read() - read a file
 * @path: its path
 * @bytes: its contents; the caller frees @p
 *
 * Return: false if that is impossible.
 */
bool vector_read(const char *path, struct span *bytes);

/**
 * vector_first() - the first expectation that a vector wants
 * @v: the vector
 *
 * Return: an object, or NULL.
 */
static inline const json_t *vector_first(const struct vector *v)
{
	return json_array_get(json_object_get(v->expect, "expectations"), 0);
}

/**
 * vector_word() - a string of an object
 * @object: the object, or NULL
 * @key: the key
 *
 * Return: the string, or "" if there is none.
 */
const char *vector_word(const json_t *object, const char *key);

/**
 * vector_number() - a number of an object
 * @object: the object, or NULL
 * @key: the key
 *
 * Return: the number, from a decimal string too; 0 if there is none.
 */
double vector_number(const json_t *object, const char *key);

#endif /* _NFIM_UNIT_VECTOR_H */
