/* SPDX-License-Identifier: GPL-2.0 */
/* Mutated messages as packets: what its two files share. */
#ifndef STORM_H
#define STORM_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_MAX	30000

/**
 * struct text - a message of the corpus, or a mutated one
 * @up: the client says it
 * @kind: the conversation it belongs to: 'n', 's' (MSNP), 't', 'u' (SIP)
 * @len: bytes
 * @byte: them
 */
struct text {
	int up;
	char kind;
	size_t len;
	unsigned char byte[TEXT_MAX];
};

uint32_t any(uint32_t below);
void seed_with(uint64_t seed);

void corpus_read(const char *path);
const struct text *corpus_any(char kind, int up);

void mutate(struct text *t);

#endif /* STORM_H */
