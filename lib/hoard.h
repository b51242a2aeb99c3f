/* SPDX-License-Identifier: MIT */
/* hoard.h - large pieces of memory that are used again and again. */
#ifndef TINE_HOARD_H
#define TINE_HOARD_H

#include <stddef.h>

#define HOARD_PIECES 16

struct hoard {
	struct hoard_piece {
		void *memory;
		size_t room;
	} pieces[HOARD_PIECES];
	size_t count;
	size_t bytes;
};

void hoard_done(struct hoard *hoard);

/* Memory of at least `size` bytes, to be given back or freed; NULL: none.
 * Without a hoard, it is malloc() and free(). */
void *hoard_take(struct hoard *hoard, size_t size);
void hoard_give(struct hoard *hoard, void *memory);

#endif
