/* SPDX-License-Identifier: MIT */
/*
 * bump.h - room in a stretch of memory, given and taken back in one order.
 *
 * It deals in places, and never looks at the memory itself.
 */
#ifndef TINE_BUMP_H
#define TINE_BUMP_H

#include <stdbool.h>
#include <stdint.h>

#define BUMP_NONE UINT32_MAX

struct bump {
	uint32_t room;
	uint32_t begin, end; /* what is in use; it may go around the end */
};

void bump_init(struct bump *bump, uint32_t room);

/* So many bytes, at least one, in one piece, 16 byte aligned; BUMP_NONE: there
 * is no room. */
uint32_t bump_take(struct bump *bump, uint32_t size);

/* The piece at `at`, the last one taken, gets longer where it is. */
bool bump_extend(struct bump *bump, uint32_t at, uint32_t size);

/* Takes back all pieces up to the one that ends there. */
void bump_give(struct bump *bump, uint32_t end);

#endif
