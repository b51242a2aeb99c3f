/* SPDX-License-Identifier: MIT */
/*
 * ours.c - the same as in raw.c, by the library.
 */
#include "ours.h"

#include <err.h>
#include <stdlib.h>
#include <unistd.h>

#define FAILED 1

/* ---- In the child ------------------------------------------------------ */

static int child_send(struct tine_self *self, const void *arg, size_t size)
{
	return tine_send(self, arg, size);
}

static int child_hang(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	while (pause() < 0)
		;
	return 0;
}

/* ---- In the parent ----------------------------------------------------- */

static const struct tine_options plain;

static struct tine_task *ours_start(struct stage *stage, tine_fn *fn,
				    struct tine_options options)
{
	struct tine_task *task = NULL;
	int error;

	options.max_result = stage->work->result + 1; /* 0: a default */
	options.under = stage->super;
	error = tine_async(stage->ctx, fn, stage->memory, stage->work->result,
			   &options, &task);
	if (error < 0)
		errx(FAILED, "tine_async: %s", tine_strerror(error));
	return task;
}

static struct tine_task *ours_hanging(struct stage *stage)
{
	return ours_start(stage, child_hang, plain);
}

static void ours_check(const struct stage *stage,
		       const struct tine_result *result, enum tine_end end)
{
	if (result->end != end)
		errx(FAILED, "a task was to end %s, and: %s",
		     tine_end_name(end), result->message);
	if (end == TINE_OK)
		stage_check(stage, result->data, result->size);
}

/* ---- Operations -------------------------------------------------------- */

void ours_result(struct stage *stage)
{
	struct tine_task *task = ours_start(stage, child_send, plain);

	ours_check(stage, tine_await(task, TINE_FOREVER), TINE_OK);
	tine_free(task);
}

/* Where the result is to have no bytes, none are sent. */
void ours_exit(struct stage *stage)
{
	ours_result(stage);
}

void ours_kill(struct stage *stage)
{
	struct tine_task *task = ours_hanging(stage);

	ours_check(stage, tine_shutdown(task, 0), TINE_KILLED);
	tine_free(task);
}

/* The context ends them all; it is made again for the next time. */
void ours_crowd(struct stage *stage)
{
	size_t count = stage->work->children;
	struct tine_task **tasks = calloc(count, sizeof(struct tine_task *));

	if (!tasks)
		err(FAILED, "calloc");
	for (size_t i = 0; i < count; i++)
		tasks[i] = ours_hanging(stage);
	tine_ctx_free(stage->ctx);
	for (size_t i = 0; i < count; i++) {
		ours_check(stage, tine_await(tasks[i], 0), TINE_KILLED);
		tine_free(tasks[i]);
	}
	free(tasks);
	if (tine_ctx_new(NULL, &stage->ctx) < 0)
		errx(FAILED, "no context");
}

struct flight {
	struct stage *stage;
	size_t to_start;
};

static void flight_start(struct flight *flight);

static void on_landed(struct tine_task *task, const struct tine_result *result,
		      void *user)
{
	struct flight *flight = user;

	ours_check(flight->stage, result, TINE_OK);
	tine_free(task);
	flight_start(flight);
}

static void flight_start(struct flight *flight)
{
	struct tine_options options = { .on_end = on_landed, .user = flight };

	if (flight->to_start == 0)
		return;
	flight->to_start--;
	(void)ours_start(flight->stage, child_send, options);
}

void ours_flight(struct stage *stage)
{
	struct flight flight = { .stage = stage,
				 .to_start = stage->work->children };

	for (size_t i = 0; i < stage->work->abreast; i++)
		flight_start(&flight);
	if (tine_run(stage->ctx) < 0 || flight.to_start > 0)
		errx(FAILED, "tine_run");
}
