/* SPDX-License-Identifier: MIT */
/*
 * tail.c - the last bytes of a text that may be endless.
 *
 * Pure. A task may write to its stderr without end; what it said last is what
 * explains its end.
 */
#include "tail.h"

#include <string.h>

void tail_add(struct tail *tail, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		tail->ring[(tail->total + i) % TAIL_SIZE] = text[i];
	tail->total += size;
}

uint64_t tail_dropped(const struct tail *tail)
{
	return tail->total > TAIL_SIZE ? tail->total - TAIL_SIZE : 0;
}

size_t tail_copy(const struct tail *tail, char text[TAIL_SIZE + 1])
{
	uint64_t start = tail_dropped(tail);
	size_t size = (size_t)(tail->total - start);

	for (size_t i = 0; i < size; i++)
		text[i] = tail->ring[(start + i) % TAIL_SIZE];
	text[size] = '\0';
	return size;
}
