/* SPDX-License-Identifier: MIT */
/*
 * slates.c - memory for slates, shared with one child each.
 *
 * Slots are far enough apart for the largest page of any machine, so that a
 * child maps its own and no other. Pages that nobody touched cost nothing.
 */
#include "slates.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "err.h"
#include "fd.h"
#include "tine.h"

#define SLATES_CHUNK ((size_t)64)

_Static_assert(sizeof(struct slate) <= SLATES_STRIDE, "a slate fits its slot");

void slates_init(struct slates *slates)
{
	*slates = (struct slates){ .fd = -1 };
}

void slates_done(struct slates *slates)
{
	for (size_t i = 0; i < slates->count / SLATES_CHUNK; i++)
		(void)munmap(slates->chunks[i], SLATES_CHUNK * SLATES_STRIDE);
	free(slates->chunks);
	free(slates->spare);
	if (slates->fd >= 0)
		(void)close(slates->fd);
	slates_init(slates);
}

/* It only grows: a child that gets at it cannot cut it under our feet. */
static int slates_open(struct slates *slates)
{
	int fd;

	if (slates->fd >= 0)
		return 0;
	fd = fd_lift(
		memfd_create(SLATES_NAME, MFD_CLOEXEC | MFD_ALLOW_SEALING));
	if (fd < 0)
		return err_from_errno(errno);
	(void)fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
	slates->fd = fd;
	return 0;
}

/* Room in the tables for one more chunk. */
static int slates_reserve(struct slates *slates)
{
	size_t chunks = slates->count / SLATES_CHUNK + 1;
	char **table = realloc(slates->chunks, chunks * sizeof *table);
	size_t *spare;

	if (!table)
		return TINE_ENOMEM;
	slates->chunks = table;
	spare = realloc(slates->spare, chunks * SLATES_CHUNK * sizeof *spare);
	if (!spare)
		return TINE_ENOMEM;
	slates->spare = spare;
	return 0;
}

static int slates_map(struct slates *slates)
{
	size_t size = SLATES_CHUNK * SLATES_STRIDE;
	off_t end = (off_t)(slates->count * SLATES_STRIDE);
	void *chunk;

	if (!fd_grow(slates->fd, (size_t)end + size))
		return err_from_errno(errno);
	chunk = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, slates->fd,
		     end);
	if (chunk == MAP_FAILED)
		return err_from_errno(errno);
	(void)madvise(chunk, size, MADV_DONTFORK);
	slates->chunks[slates->count / SLATES_CHUNK] = chunk;
	return 0;
}

static int slates_grow(struct slates *slates)
{
	int error = slates_open(slates);

	if (error == 0)
		error = slates_reserve(slates);
	if (error == 0)
		error = slates_map(slates);
	if (error < 0)
		return error;
	for (size_t i = SLATES_CHUNK; i > 0; i--)
		slates->spare[slates->spares++] = slates->count + i - 1;
	slates->count += SLATES_CHUNK;
	slates->virgin = slates->spares;
	return 0;
}

long slates_take(struct slates *slates, struct slate **slate)
{
	size_t slot;

	if (slates->spares == 0) {
		int error = slates_grow(slates);

		if (error < 0)
			return error;
	}
	slot = slates->spare[--slates->spares];
	*slate = (void *)(slates->chunks[slot / SLATES_CHUNK] +
			  slot % SLATES_CHUNK * SLATES_STRIDE);
	if (slates->spares < slates->virgin)
		slates->virgin = slates->spares;
	else
		memset(*slate, 0, SLATE_CLEAN);
	return (long)slot;
}

void slates_give(struct slates *slates, size_t slot)
{
	slates->spare[slates->spares++] = slot;
}

struct slate *slates_join(const struct slates *slates, size_t slot)
{
	void *slate =
		mmap(NULL, sizeof(struct slate), PROT_READ | PROT_WRITE,
		     MAP_SHARED, slates->fd, (off_t)(slot * SLATES_STRIDE));

	return slate == MAP_FAILED ? NULL : slate;
}
