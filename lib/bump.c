/* SPDX-License-Identifier: MIT */
/*
 * bump.c - room in a stretch of memory, given and taken back in one order.
 *
 * Pure. When nothing is in use it starts from the front again, so that who
 * needs little uses the same few pages all the time.
 */
#include "bump.h"

#include <assert.h>

#define BUMP_ALIGN 16u

void bump_init(struct bump *bump, uint32_t room)
{
	*bump = (struct bump){ .room = room };
}

static uint32_t aligned(uint32_t size)
{
	return (size + BUMP_ALIGN - 1) & ~(BUMP_ALIGN - 1);
}

/* Where the free bytes behind `from` end. One piece is always left between the
 * two ends, so that full and empty do not look alike. */
static uint32_t bump_edge(const struct bump *bump, uint32_t from)
{
	return from >= bump->begin ? bump->room : bump->begin - BUMP_ALIGN;
}

static bool bump_fits(const struct bump *bump, uint32_t at, uint32_t size)
{
	return size <= bump->room && at + aligned(size) <= bump_edge(bump, at);
}

uint32_t bump_take(struct bump *bump, uint32_t size)
{
	uint32_t at = bump->end;

	assert(size > 0); /* or it would have no place in the order */
	if (bump->begin == bump->end)
		bump->begin = bump->end = at = 0;
	else if (!bump_fits(bump, at, size) && at > bump->begin &&
		 bump->begin > 0)
		at = 0;
	if (!bump_fits(bump, at, size))
		return BUMP_NONE;
	bump->end = at + aligned(size);
	return at;
}

bool bump_extend(struct bump *bump, uint32_t at, uint32_t size)
{
	if (!bump_fits(bump, at, size))
		return false;
	bump->end = at + aligned(size);
	return true;
}

void bump_give(struct bump *bump, uint32_t end)
{
	assert(end <= bump->room);
	bump->begin = end;
}
