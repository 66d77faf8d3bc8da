// SPDX-License-Identifier: GPL-2.0
/* Test vectors: a JSON file, its bytes, and the bytes after a rewrite. */

#include "vector.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Vectors are small; a file larger than this is none. */
#define FILE_MAX	65536

const char *vector_here(void)
{
	if (!access("selftests/vectors/msnp", R_OK))
		return "selftests/vectors";
	return access("vectors/msnp", R_OK) ? NULL : "vectors";
}

const char *vector_elsewhere(void)
{
	const char *shared = getenv("NFIM_SHARED");
	bool in_top = !access("selftests", R_OK);
	static char path[2000];

	snprintf(path, sizeof(path), "%s/vectors",
		 shared ? shared : in_top ? "../shared" : "../../shared");
	return path;
}

bool vector_read(const char *path, struct span *bytes)
{
	static char buf[FILE_MAX];
	FILE *f = fopen(path, "rb");
	char *copy;
	size_t n;

	if (!f) {
		perror(path);
		return false;
	}
	n = fread(buf, 1, sizeof(buf), f);
	fclose(f);
	copy = malloc(n);
	if (!copy)
		return false;
	memcpy(copy, buf, n);
	*bytes = span_make(copy, n);
	return true;
}

const char *vector_word(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

double vector_number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? atof(json_string_value(v)) :
				   json_number_value(v);
}

static bool read_addr(const char *text, const char *or_else, struct addr *a)
{
	if (!text[0])
		text = or_else;
	return text_addr(span_make(text, strlen(text)), a);
}

static bool read_bytes(struct vector *v, const char *path)
{
	const char *file = vector_word(json_object_get(v->json, "nat"),
				       "file");
	const char *slash = strrchr(path, '/');
	int dir = slash ? (int)(slash - path) + 1 : 0;
	char name[4096];

	snprintf(name, sizeof(name), "%.*s%s.bin", dir, path, v->name);
	if (!vector_read(name, &v->bin))
		return false;
	if (!file[0])
		return true;
	snprintf(name, sizeof(name), "%.*s%s", dir, path, file);
	return vector_read(name, &v->nat);
}

bool vector_load(struct vector *v, const char *path)
{
	const char *transport, *public;
	json_error_t err;

	memset(v, 0, sizeof(*v));
	/* Some lengths are larger than any integer: that is their point. */
	v->json = json_load_file(path, JSON_DECODE_INT_AS_REAL |
				 JSON_ALLOW_NUL, &err);
	if (!v->json) {
		fprintf(stderr, "%s:%d: %s\n", path, err.line, err.text);
		return false;
	}
	v->name = vector_word(v->json, "name");
	v->expect = json_object_get(v->json, "expect");
	transport = vector_word(v->json, "transport");
	v->is_ns = !strcmp(transport, "ns");
	v->is_msnp = v->is_ns || !strcmp(transport, "sb");
	v->side = strcmp(vector_word(v->json, "direction"), "s2c") ?
		  MSNP_C2S : MSNP_S2C;
	public = vector_word(json_object_get(v->json, "nat"), "public");
	if (read_bytes(v, path) &&
	    read_addr(vector_word(v->expect, "self"), "192.168.0.12",
		      &v->self.inside) &&
	    read_addr(public, "203.0.113.5", &v->self.outside))
		return true;
	vector_free(v);
	return false;
}

static bool is_known(const struct vector *v, size_t n, const char *name)
{
	while (n)
		if (!strcmp(v[--n].name, name))
			return true;
	return false;
}

size_t vector_load_all(struct vector *v, size_t *n, size_t max,
		       const char *dir, const char *kind)
{
	size_t i, before = *n;
	char pattern[4000];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/%s/*.json", dir, kind);
	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (i = 0; i < found.gl_pathc && *n < max; i++) {
		if (!vector_load(v + *n, found.gl_pathv[i]))
			exit(1);
		if (is_known(v, *n, v[*n].name))
			vector_free(v + *n);
		else
			(*n)++;
	}
	globfree(&found);
	return *n - before;
}

void vector_free(struct vector *v)
{
	free((char *)v->bin.p);
	free((char *)v->nat.p);
	json_decref(v->json);
	memset(v, 0, sizeof(*v));
}
