/* SPDX-License-Identifier: MIT */
/*
 * claim.c - the right to a task's result: once, and its owner's alone.
 *
 * The waits run the loop, so that everything else in the context goes on; what
 * can be known without it is looked at first. While a wait is under way, a
 * callback may free the task, or the whole context: then there is a result
 * that says so, which is nobody's memory.
 */
#include "claim.h"

#include <signal.h>
#include <unistd.h>

#include "clock.h"
#include "monitor.h"
#include "outcome.h"

int claim_check(const struct tine_task *task)
{
	if (!task)
		return TINE_EUSAGE;
	return task->owner == getpid() ? 0 : TINE_EOWNER;
}

const struct tine_result *claim_none(int error)
{
#define NO_RESULT(name, value, text)     \
	[-(value)] = { .end = TINE_LOST, \
		       .message = text,  \
		       .note = "",       \
		       .output = "",     \
		       .crash = "" },
	static const struct tine_result results[] = {
		[0] = { .end = TINE_LOST,
			.message =
				"the task, or its context, was freed meanwhile",
			.note = "",
			.output = "",
			.crash = "" },
		TINE_ERRORS(NO_RESULT)
	};
#undef NO_RESULT

	return &results[-error];
}

static const char *const claim_texts[] = {
	[CLAIM_TAKEN] = "its result was handed out before",
	[CLAIM_GIVEN_UP] = "its result was given up by a wait that was over",
	[CLAIM_IGNORED] = "its result was ignored",
};

const struct tine_result *claim_take(struct tine_task *task)
{
	if (task->claim != CLAIM_OPEN)
		return outcome_lost(task, claim_texts[task->claim]);
	if (!task_is_done(task))
		return outcome_pending(task);
	task->claim = CLAIM_TAKEN;
	return &task->result;
}

void claim_give_up(struct tine_task *task, enum claim claim)
{
	task->claim = claim;
	inbox_discard(&task->inbox);
}

/* ---- Waiting ----------------------------------------------------------- */

static bool wait_is_over(void *data)
{
	const struct tine_task *task = data;

	return task_is_done(task) || task->freed || !task->ctx ||
	       task->ctx->doomed;
}

/* Returns whether the task is still there. */
static bool claim_wait(struct tine_task *task, int64_t timeout_ms)
{
	struct tine_ctx *ctx = task->ctx;
	int64_t deadline = clock_deadline(timeout_ms);
	bool there;

	if (!ctx || task_is_done(task))
		return true;
	ctx_enter(ctx);
	task_pin(task);
	(void)task_look(task);
	if (!wait_is_over(task))
		(void)loop_run(ctx->loop, wait_is_over, task, deadline);
	there = task_unpin(task);
	return ctx_leave(ctx) && there;
}

static const struct tine_result *claim_refuse(struct tine_task *task, int error)
{
	return task ? outcome_lost(task, tine_strerror(error))
		    : claim_none(error);
}

static int wait_check(const struct tine_task *task, int64_t timeout_ms)
{
	int error = claim_check(task);

	return error < 0 ? error : timeout_ms < TINE_FOREVER ? TINE_EUSAGE : 0;
}

const struct tine_result *tine_yield(struct tine_task *task, int64_t timeout_ms)
{
	int error = wait_check(task, timeout_ms);

	if (error < 0)
		return claim_refuse(task, error);
	if (task->claim == CLAIM_OPEN && !claim_wait(task, timeout_ms))
		return claim_none(0);
	return claim_take(task);
}

const struct tine_result *tine_await(struct tine_task *task, int64_t timeout_ms)
{
	const struct tine_result *result = tine_yield(task, timeout_ms);

	if (result->end == TINE_PENDING)
		claim_give_up(task, CLAIM_GIVEN_UP);
	return result;
}

const struct tine_result *tine_ignore(struct tine_task *task)
{
	const struct tine_result *result = tine_yield(task, 0);

	if (result->end == TINE_PENDING) {
		monitor_unlink(task);
		claim_give_up(task, CLAIM_IGNORED);
	}
	return result;
}

/* ---- Shutting down ----------------------------------------------------- */

static void shut_down(struct tine_task *task, int64_t grace_ms)
{
	bool ends = grace_ms >= 0 && grace_ms < INT64_MAX - TASK_KILL_MS;

	task->grace_ms = grace_ms;
	if (grace_ms != 0)
		task_end(task, EVENT_CANCEL, CAUSE_SHUTDOWN);
	else
		task_end(task, EVENT_BRUTAL, CAUSE_BRUTAL);
	if (grace_ms == 0 && task->child.pid > 0)
		(void)child_wait(&task->child, clock_deadline(TASK_KILL_MS));
	(void)claim_wait(task, ends ? grace_ms + TASK_KILL_MS : TINE_FOREVER);
}

/* What was given up is not handed out after all; how it died may be told. */
static const struct tine_result *shut_down_result(struct tine_task *task)
{
	bool open = task->claim == CLAIM_OPEN || task->result.end != TINE_OK;

	if (task_is_done(task) && open)
		task->claim = CLAIM_OPEN;
	return claim_take(task);
}

const struct tine_result *tine_shutdown(struct tine_task *task,
					int64_t grace_ms)
{
	int error = wait_check(task, grace_ms);
	struct tine_ctx *ctx;
	bool there;

	if (error < 0)
		return claim_refuse(task, error);
	ctx = task->ctx;
	if (task->claim == CLAIM_TAKEN)
		return claim_take(task);
	if (!ctx || task_is_done(task))
		return shut_down_result(task);
	ctx_enter(ctx);
	task_pin(task);
	monitor_unlink(task);
	(void)task_look(task);
	if (!wait_is_over(task))
		shut_down(task, grace_ms);
	there = task_unpin(task);
	if (!ctx_leave(ctx) || !there)
		return claim_none(0);
	return shut_down_result(task);
}
