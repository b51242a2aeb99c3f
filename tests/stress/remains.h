/* SPDX-License-Identifier: MIT */
/* remains.h - what a program still has when its work is done. */
#ifndef TINE_REMAINS_H
#define TINE_REMAINS_H

#include <stddef.h>
#include <stdint.h>

struct remains {
	size_t fds;
	size_t maps; /* of memory that the library shares with children */
	size_t heap; /* bytes in use */
};

struct remains remains_look(void);

/* Says what has become more, the heap by more than a little. Returns how many
 * of these things have. */
uint64_t remains_compare(const struct remains *before);

/* Says whether there is a child. Returns how many complaints that is. */
uint64_t remains_child(void);

#endif
