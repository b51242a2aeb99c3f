/* SPDX-License-Identifier: MIT */
/*
 * streams.c - items through streams.
 *
 * An item is its number. What is sent back is twice that, or, where the result
 * is to be large, the memory, of which a child has a copy.
 */
#include "streams.h"

#include <err.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "meter.h"

#define FAILED 1
#define REUSE 1000000

/* ---- In the child ------------------------------------------------------- */

static const struct stage *here; /* as of the fork */

static int child_twice(struct tine_self *self, const void *arg, size_t size)
{
	uint64_t number;

	memcpy(&number, arg, size);
	number *= 2;
	return tine_send(self, &number, sizeof number);
}

static int child_memory(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	return tine_send(self, here->memory, here->work->result);
}

static int child_mined(struct tine_self *self, const void *arg, size_t size)
{
	uint64_t number;

	memcpy(&number, arg, size);
	if (number % STREAMS_ITEMS_A_CRASH == STREAMS_ITEMS_A_CRASH / 2)
		return raise(SIGSEGV);
	return child_twice(self, arg, size);
}

/* ---- The items ---------------------------------------------------------- */

struct numbers {
	uint64_t next, count;
	uint64_t item;
};

static int numbers_next(void *state, const void **item, size_t *size)
{
	struct numbers *numbers = state;

	if (numbers->next == numbers->count)
		return 0;
	numbers->item = numbers->next++;
	*item = &numbers->item;
	*size = sizeof numbers->item;
	return 1;
}

/* ---- In the parent ------------------------------------------------------ */

struct tally {
	uint64_t ok, crashed;
};

static void tally_ok(struct tally *tally, const struct tine_result *result)
{
	uint64_t twice = 2 * result->index;

	tally->ok++;
	if (here->work->result > sizeof twice)
		stage_check(here, result->data, result->size);
	else if (result->size != sizeof twice ||
		 memcmp(result->data, &twice, sizeof twice) != 0)
		errx(FAILED, "the result of item %llu is wrong",
		     (unsigned long long)result->index);
}

static void tally_add(struct tally *tally, const struct tine_result *result)
{
	if (result->end == TINE_OK)
		tally_ok(tally, result);
	else if (result->end == TINE_CRASHED && result->code == SIGSEGV)
		tally->crashed++;
	else
		errx(FAILED, "an item ended %s: %s", tine_end_name(result->end),
		     result->message);
}

static struct tally streams_take(struct stage *stage,
				 struct tine_stream *stream)
{
	const struct tine_result *result;
	struct tally tally = { 0 };

	while ((result = tine_stream_next(stream))) {
		if (tally.ok + tally.crashed == 0)
			stage->under_way = meter_now();
		tally_add(&tally, result);
	}
	return tally;
}

static void streams_run(struct stage *stage, tine_fn *fn, uint64_t count,
			uint64_t crashes, struct tine_stream_options options)
{
	struct numbers numbers = { .count = count };
	struct tine_source source = { numbers_next, NULL, &numbers };
	struct tine_stream *stream;
	struct tally tally;
	int error;

	here = stage;
	options.on_timeout = TINE_KILL;
	error = tine_stream_open(stage->ctx, fn, source, &options, &stream);
	if (error < 0)
		errx(FAILED, "tine_stream_open: %s", tine_strerror(error));
	tally = streams_take(stage, stream);
	error = tine_stream_error(stream);
	tine_stream_close(stream);
	if (error < 0 || tally.ok != count - crashes ||
	    tally.crashed != crashes)
		errx(FAILED, "a stream did not do all of its items");
}

/* ---- Operations --------------------------------------------------------- */

static struct tine_stream_options pooled(const struct stage *stage)
{
	return (struct tine_stream_options){
		.max_concurrency = (unsigned)stage->work->abreast,
		.reuse = REUSE,
	};
}

void streams_flow(struct stage *stage)
{
	bool large = stage->work->result > sizeof(uint64_t);

	streams_run(stage, large ? child_memory : child_twice,
		    stage->work->children, 0, pooled(stage));
}

void streams_pool(struct stage *stage)
{
	streams_flow(stage);
	stage->under_way = 0;
}

void streams_fresh(struct stage *stage)
{
	struct tine_stream_options options = pooled(stage);

	options.reuse = 0;
	streams_run(stage, child_twice, stage->work->children, 0, options);
	stage->under_way = 0;
}

/* A stream has always room for one more than it runs. */
void streams_one(struct stage *stage)
{
	struct tine_stream_options options = pooled(stage);

	options.max_concurrency = 1;
	options.max_buffered = 1;
	streams_run(stage, child_twice, stage->work->children, 0, options);
	stage->under_way = 0;
}

static void streams_mines(struct stage *stage, tine_fn *fn, uint64_t crashes)
{
	uint64_t count = stage->work->children * STREAMS_ITEMS_A_CRASH;

	streams_run(stage, fn, count, crashes, pooled(stage));
	stage->under_way = 0;
}

void streams_crash(struct stage *stage)
{
	streams_mines(stage, child_mined, stage->work->children);
}

void streams_calm(struct stage *stage)
{
	streams_mines(stage, child_twice, 0);
}
