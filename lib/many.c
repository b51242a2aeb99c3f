/* SPDX-License-Identifier: MIT */
/*
 * many.c - waiting for several tasks of one context at once.
 *
 * What has ended is looked at again only when something has: the context
 * counts the ends, and each task knows which of them was its own, so "in the
 * order they ended" needs no list of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "clock.h"
#include "defer.h"
#include "monitor.h"
#include "outcome.h"

struct many {
	struct tine_ctx *ctx;
	struct tine_task **tasks; /* ours: a callback may change the caller's */
	size_t count;
	size_t limit;     /* enough when so many have ended */
	bool stop_at_bad; /* or one of them badly */
	uint64_t ends;    /* of the context, when we last looked */
	bool enough;
};

static int many_check(struct tine_task *const *tasks, size_t count,
		      const struct tine_result **results)
{
	if (count > 0 && (!tasks || !results))
		return TINE_EUSAGE;
	for (size_t i = 0; i < count; i++) {
		int error = claim_check(tasks[i]);

		if (error < 0)
			return error;
		if (!tasks[i]->ctx || tasks[i]->ctx != tasks[0]->ctx)
			return TINE_EUSAGE;
	}
	return 0;
}

static bool many_ended(const struct tine_task *task)
{
	return task_is_done(task) && task->claim == CLAIM_OPEN;
}

static bool many_bad(const struct tine_task *task)
{
	return task->claim != CLAIM_OPEN ||
	       (task_is_done(task) && task->result.end != TINE_OK);
}

/* Those whose result was handed out before will bring nothing any more. */
static bool many_look(const struct many *many)
{
	size_t ended = 0, waiting = 0;

	for (size_t i = 0; i < many->count; i++) {
		const struct tine_task *task = many->tasks[i];

		if (task->freed)
			return true;
		if (many_ended(task))
			ended++;
		else if (task->claim == CLAIM_OPEN)
			waiting++;
		if (many->stop_at_bad && many_bad(task))
			return true;
	}
	return waiting == 0 || ended >= many->limit;
}

static bool many_enough(void *data)
{
	struct many *many = data;

	if (many->ctx->doomed)
		return true;
	if (many->ctx->ends != many->ends) {
		many->ends = many->ctx->ends;
		many->enough = many_look(many);
	}
	return many->enough;
}

/* Whether there is anything to collect: a callback may have freed one. */
static bool many_is_whole(const struct many *many)
{
	for (size_t i = 0; i < many->count; i++)
		if (many->tasks[i]->freed)
			return false;
	return !many->ctx->doomed;
}

static void many_pin(const struct many *many)
{
	for (size_t i = 0; i < many->count; i++)
		task_pin(many->tasks[i]);
}

/* Returns whether all are still there. */
static bool many_unpin(const struct many *many)
{
	bool there = true;

	for (size_t i = 0; i < many->count; i++)
		if (!task_unpin(many->tasks[i]))
			there = false;
	return there;
}

static void many_wait(struct many *many, int64_t timeout_ms)
{
	int64_t deadline = clock_deadline(timeout_ms);

	for (size_t i = 0; i < many->count; i++)
		(void)task_look(many->tasks[i]);
	many->enough = many_look(many);
	many->ends = many->ctx->ends;
	if (!many->enough)
		(void)loop_run(many->ctx->loop, many_enough, many, deadline);
}

typedef int many_collect(const struct many *many,
			 const struct tine_yield_options *options,
			 const struct tine_result **results);

/* Callbacks come during the wait, and while results are collected, too: so the
 * caller's results are not touched before it is known that they are good. */
static int many_run(struct many *many, struct tine_task *const *tasks,
		    many_collect *collect,
		    const struct tine_yield_options *options,
		    const struct tine_result **results)
{
	AUTO_FREE struct tine_task **copy = malloc(many->count * sizeof *copy);
	AUTO_FREE const struct tine_result **found =
		malloc(many->count * sizeof *found);
	int ended = 0;
	bool there;

	if (!copy || !found)
		return TINE_ENOMEM;
	many->tasks = memcpy(copy, tasks, many->count * sizeof *copy);
	many->ctx = tasks[0]->ctx;
	ctx_enter(many->ctx);
	many_pin(many);
	many_wait(many, options->timeout_ms);
	if (many_is_whole(many))
		ended = collect(many, options, found);
	there = many_unpin(many);
	if (!ctx_leave(many->ctx) || !there)
		return TINE_EUSAGE;
	memcpy(results, found, many->count * sizeof *found);
	return ended;
}

/* ---- Await ------------------------------------------------------------- */

static int await_collect(const struct many *many,
			 const struct tine_yield_options *options,
			 const struct tine_result **results)
{
	int ended = 0;

	(void)options;
	for (size_t i = 0; i < many->count; i++) {
		results[i] = claim_take(many->tasks[i]);
		if (results[i]->end == TINE_PENDING)
			claim_give_up(many->tasks[i], CLAIM_GIVEN_UP);
		else if (results[i]->end != TINE_LOST)
			ended++;
	}
	return ended;
}

int tine_await_many(struct tine_task *const *tasks, size_t count,
		    int64_t timeout_ms, const struct tine_result **results)
{
	const struct tine_yield_options wait = { .timeout_ms = timeout_ms };
	int error = many_check(tasks, count, results);
	struct many many = { .count = count,
			     .limit = count,
			     .stop_at_bad = true };

	if (error < 0)
		return error;
	if (timeout_ms < TINE_FOREVER)
		return TINE_EUSAGE;
	if (count == 0)
		return 0;
	return many_run(&many, tasks, await_collect, &wait, results);
}

/* ---- Yield ------------------------------------------------------------- */

/* The first end behind that one, among those not handed out; 0: none. */
static uint64_t end_after(const struct many *many, uint64_t before)
{
	uint64_t first = 0;

	for (size_t i = 0; i < many->count; i++) {
		uint64_t ended = many->tasks[i]->ended;

		if (many_ended(many->tasks[i]) && ended > before &&
		    (first == 0 || ended < first))
			first = ended;
	}
	return first;
}

/* Beyond the limit an end stays where it is, for the next call. */
static uint64_t last_within_limit(const struct many *many)
{
	uint64_t last = 0;

	for (size_t i = 0; i < many->limit; i++) {
		uint64_t next = end_after(many, last);

		if (next == 0)
			break;
		last = next;
	}
	return last;
}

static const struct tine_result *
yield_one(struct tine_task *task, uint64_t last, bool enough,
	  const struct tine_yield_options *options)
{
	if (task->claim != CLAIM_OPEN ||
	    (task_is_done(task) && task->ended <= last))
		return claim_take(task);
	if (enough || options->on_timeout == TINE_ON_TIMEOUT_NOTHING)
		return outcome_pending(task);
	return options->on_timeout == TINE_ON_TIMEOUT_KILL
		       ? tine_shutdown(task, 0)
		       : tine_ignore(task);
}

static int yield_collect(const struct many *many,
			 const struct tine_yield_options *options,
			 const struct tine_result **results)
{
	uint64_t last = last_within_limit(many);
	int ended = 0;

	for (size_t i = 0; i < many->count; i++) {
		results[i] =
			yield_one(many->tasks[i], last, many->enough, options);
		if (results[i]->end != TINE_PENDING &&
		    results[i]->end != TINE_LOST)
			ended++;
	}
	return ended;
}

static bool yield_options_are_good(const struct tine_yield_options *options)
{
	return options->timeout_ms >= TINE_FOREVER &&
	       (unsigned)options->on_timeout <= TINE_ON_TIMEOUT_KILL;
}

int tine_yield_many(struct tine_task *const *tasks, size_t count,
		    const struct tine_yield_options *options,
		    const struct tine_result **results)
{
	static const struct tine_yield_options none;
	int error = many_check(tasks, count, results);
	struct many many = { .count = count };

	options = options ? options : &none;
	if (error < 0)
		return error;
	if (!yield_options_are_good(options))
		return TINE_EUSAGE;
	if (count == 0)
		return 0;
	many.limit = options->limit && options->limit < count ? options->limit
							      : count;
	return many_run(&many, tasks, yield_collect, options, results);
}
