/* SPDX-License-Identifier: MIT */
/*
 * heap.h - an intrusive heap: which of many has the lowest key.
 *
 * A node is in one heap or, all zero, in none: removing it twice, or before it
 * was ever added, does nothing.
 */
#ifndef TINE_HEAP_H
#define TINE_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap_node {
	int64_t key;
	uint64_t order; /* of those with the same key, the lowest is first */
	struct heap_node *child, *next, **link;
};

struct heap {
	struct heap_node *first; /* NULL: there is none */
	size_t count;
};

void heap_add(struct heap *heap, struct heap_node *node);
void heap_remove(struct heap *heap, struct heap_node *node);

#endif
