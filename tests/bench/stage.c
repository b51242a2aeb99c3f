/* SPDX-License-Identifier: MIT */
/*
 * stage.c - what both halves of a measurement work on.
 *
 * Small pages only: how fast a fork is depends on how many there are, and on
 * huge ones the same measurement would mean something else on each machine.
 */
#include "stage.h"

#include <err.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE ((size_t)4096)
#define FAILED 1

static size_t stage_size(const struct work *work)
{
	size_t size =
		work->result > work->resident ? work->result : work->resident;

	return (size + PAGE - 1) & ~(PAGE - 1);
}

/* As much as a page's first bytes differ from any other page's. */
static uint64_t page_mark(size_t offset)
{
	return offset / PAGE * 0x9e3779b97f4a7c15u + 1;
}

static unsigned char *stage_map(size_t size)
{
	unsigned char *bytes;

	if (size == 0)
		return NULL;
	bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (bytes == MAP_FAILED)
		err(FAILED, "no memory of %zu MiB", size >> 20);
	(void)madvise(bytes, size, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < size; i += PAGE) {
		uint64_t mark = page_mark(i);

		memcpy(bytes + i, &mark, sizeof mark);
	}
	return bytes;
}

void stage_open(struct stage *stage, const struct work *work)
{
	size_t size = stage_size(work);

	*stage = (struct stage){ .work = work, .memory = stage_map(size) };
	if (work->result > 0) {
		stage->room = stage_map(size);
		(void)madvise(stage->room, size, MADV_DONTFORK);
	}
	if (tine_ctx_new(NULL, &stage->ctx) < 0)
		errx(FAILED, "no context");
}

void stage_close(struct stage *stage)
{
	size_t size = stage_size(stage->work);

	tine_ctx_free(stage->ctx);
	if (stage->memory)
		(void)munmap(stage->memory, size);
	if (stage->room)
		(void)munmap(stage->room, size);
}

void stage_check(const struct stage *stage, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	if (size != stage->work->result)
		errx(FAILED, "a result has %zu bytes instead of %zu", size,
		     stage->work->result);
	for (size_t i = 0; i < size; i += PAGE) {
		uint64_t mark = page_mark(i);

		if (memcmp(bytes + i, &mark, sizeof mark) != 0)
			errx(FAILED, "a result is wrong at byte %zu", i);
	}
}
