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
#include <unistd.h>

#include "meter.h"

#define PAGE ((size_t)4096)
#define FAILED 1
#define RESTARTS 1000000
#define REST_US 4000

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

/* What crashes is started again for ever. */
static void stage_supervise(struct stage *stage)
{
	const struct tine_super_options options = {
		.spares = stage->work->spares,
		.max_restarts = RESTARTS,
		.max_seconds = 1,
	};
	int error;

	if (!stage->work->supervised)
		return;
	error = tine_super_start(stage->ctx, &options, &stage->super);
	if (error < 0)
		errx(FAILED, "tine_super_start: %s", tine_strerror(error));
}

static struct signs *signs_map(void)
{
	struct signs *signs = mmap(NULL, sizeof *signs, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (signs == MAP_FAILED || sem_init(&signs->begun, 1, 0) < 0 ||
	    sem_init(&signs->go, 1, 0) < 0)
		err(FAILED, "no memory that is shared");
	signs->began = meter_now(); /* it is linked before there are children */
	return signs;
}

void stage_fill(struct stage *stage)
{
	stage->memory = stage_map(stage_size(stage->work));
}

void stage_empty(struct stage *stage)
{
	if (stage->memory)
		(void)munmap(stage->memory, stage_size(stage->work));
	stage->memory = NULL;
}

void stage_open(struct stage *stage, const struct work *work)
{
	size_t size = stage_size(work);

	*stage = (struct stage){ .work = work, .signs = signs_map() };
	if (tine_ctx_new(NULL, &stage->ctx) < 0)
		errx(FAILED, "no context");
	stage_supervise(stage);
	stage_fill(stage);
	if (work->result > 0) {
		stage->room = stage_map(size);
		(void)madvise(stage->room, size, MADV_DONTFORK);
	}
}

void stage_close(struct stage *stage)
{
	tine_super_free(stage->super);
	tine_ctx_free(stage->ctx);
	stage_empty(stage);
	if (stage->room)
		(void)munmap(stage->room, stage_size(stage->work));
	(void)munmap(stage->signs, sizeof *stage->signs);
}

void stage_rest(void)
{
	(void)usleep(REST_US);
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
