/* SPDX-License-Identifier: MIT */
/* tail.h - the last bytes of a text that may be endless. */
#ifndef TINE_TAIL_H
#define TINE_TAIL_H

#include <stddef.h>
#include <stdint.h>

#define TAIL_SIZE 8192

struct tail {
	uint64_t total; /* bytes that ever came */
	char ring[TAIL_SIZE];
};

void tail_add(struct tail *tail, const char *text, size_t size);
uint64_t tail_dropped(const struct tail *tail);

/* Writes what is kept, oldest first, and a NUL; returns its length. */
size_t tail_copy(const struct tail *tail, char text[TAIL_SIZE + 1]);

#endif
