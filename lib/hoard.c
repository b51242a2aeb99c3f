/* SPDX-License-Identifier: MIT */
/*
 * hoard.c - large pieces of memory that are used again and again.
 *
 * The system hands out fresh memory page by page, which takes ten times as long
 * as to copy a result into it. So of the last few pieces that were given back
 * some are kept, up to a limit; small ones are left to malloc().
 */
#include "hoard.h"

#include <malloc.h>
#include <stdlib.h>

#define HOARD_LEAST ((size_t)64 << 10) /* below that malloc() is as good */
#define HOARD_MOST ((size_t)16 << 20)

void hoard_done(struct hoard *hoard)
{
	while (hoard->count > 0)
		free(hoard->pieces[--hoard->count].memory);
	hoard->bytes = 0;
}

static void *hoard_remove(struct hoard *hoard, size_t at)
{
	void *memory = hoard->pieces[at].memory;

	hoard->bytes -= hoard->pieces[at].room;
	hoard->pieces[at] = hoard->pieces[--hoard->count];
	return memory;
}

/* Not one that is much larger, which would do for more. */
void *hoard_take(struct hoard *hoard, size_t size)
{
	if (!hoard || size < HOARD_LEAST)
		return malloc(size);
	for (size_t i = hoard->count; i > 0; i--) {
		size_t room = hoard->pieces[i - 1].room;

		if (room >= size && room / 2 <= size)
			return hoard_remove(hoard, i - 1);
	}
	return malloc(size);
}

void hoard_give(struct hoard *hoard, void *memory)
{
	size_t room = malloc_usable_size(memory);

	if (!hoard || room < HOARD_LEAST || room > HOARD_MOST) {
		free(memory);
		return;
	}
	while (hoard->count == HOARD_PIECES || hoard->bytes + room > HOARD_MOST)
		free(hoard_remove(hoard, 0));
	hoard->pieces[hoard->count++] =
		(struct hoard_piece){ .memory = memory, .room = room };
	hoard->bytes += room;
}
