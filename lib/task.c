/* SPDX-License-Identifier: MIT */
/*
 * task.c - one function in one child at a time, and how that ended.
 *
 * What happens (the channel speaks, the process ends, a timer is over, the
 * owner wants something) becomes an event; state.c says what follows; the
 * action is done here. An end is told once, when the process has been reaped:
 * first to whom it is linked, then to the owner, then to the monitors.
 *
 * Before a timer is believed the child is looked at: a program that was
 * stopped, or busy, finds its timers over and its tasks long done.
 *
 * Not here: birth (spawn.c), the right to a result (claim.c), its making
 * (outcome.c), who hears of an end (monitor.c).
 */
#include "task.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>

#include "backoff.h"
#include "clock.h"
#include "fd.h"
#include "host.h"
#include "monitor.h"
#include "outcome.h"
#include "notice.h"
#include "spawn.h"

#define LINGER_MS 1000 /* from the last word to the exit */

static void task_event(struct tine_task *task, enum task_event event);

bool task_is_done(const struct tine_task *task)
{
	return task->state == TASK_DONE;
}

/* ---- Timers ------------------------------------------------------------ */

/* There is one, and what it means is up to the state. It is made with the
 * task: a time limit must not fail for want of memory. */
static void task_arm(struct tine_task *task, int64_t ms)
{
	task->due_us = ms < 0 ? 0 : clock_deadline(ms);
	loop_timer_again(task->timer, ms);
}

/* Returns whether it may go on. */
static bool task_goes_on(struct tine_task *task)
{
	int64_t left = 0;

	if (task->hooks && task->state == TASK_RUNNING)
		left = task->hooks->left_ms(task->hooks_data);
	if (left > 0)
		task_arm(task, left);
	return left > 0;
}

static void on_timer(void *data)
{
	struct tine_task *task = data;
	struct tine_ctx *ctx = task->ctx;
	enum task_state state = task->state;

	ctx_enter(ctx);
	if (!task_look(task) && !task_goes_on(task)) {
		if (state == TASK_RUNNING)
			task->cause = CAUSE_TIMEOUT;
		if (state == TASK_LEAVING && task->cause == CAUSE_NONE)
			task->cause = CAUSE_FOUL;
		task_event(task, EVENT_TIMER);
	}
	(void)ctx_leave(ctx);
}

/* ---- What comes from the child ----------------------------------------- */

static enum task_event event_of(enum last_word last)
{
	switch (last) {
	case LAST_DONE:
	case LAST_FELL: return EVENT_SAID;
	case LAST_CUT:
	case LAST_CLOSED: return EVENT_HANGUP;
	case LAST_EXCESS:
	case LAST_FOUL:
	case LAST_NO_ROOM:
	case LAST_NONE: break;
	}
	return EVENT_FOUL;
}

/* Its last word is in: there is nothing to read any more. */
static void task_heard(struct tine_task *task)
{
	enum task_event event = event_of(task->inbox.last);

	loop_stop(task->channel);
	task->channel = NULL;
	task->reaper->hint(task->reap);
	if (event == EVENT_FOUL && task->cause == CAUSE_NONE)
		task->cause = CAUSE_FOUL;
	task_event(task, event);
}

static void on_channel(void *data)
{
	struct tine_task *task = data;
	struct tine_ctx *ctx = task->ctx;

	ctx_enter(ctx);
	(void)inbox_read(&task->inbox, task->child.channel);
	if (task->inbox.last != LAST_NONE)
		task_heard(task);
	(void)ctx_leave(ctx);
}

/* Returns as read(2) does. */
static ssize_t task_read_error(struct tine_task *task)
{
	char piece[4096];
	ssize_t got = fd_read(task->child.error, piece, sizeof piece);

	if (got > 0)
		tail_add(task->tail, piece, (size_t)got);
	return got;
}

static void on_error(void *data)
{
	struct tine_task *task = data;
	ssize_t got = task_read_error(task);

	if (got > 0 || (got < 0 && errno == EAGAIN))
		return;
	loop_stop(task->error);
	task->error = NULL;
}

/* ---- The end of the process -------------------------------------------- */

static void task_unwatch(struct tine_task *task)
{
	loop_stop(task->channel);
	loop_stop(task->error);
	if (task->reap)
		task->reaper->stop(task->reap);
	task->channel = task->error = NULL;
	task->reap = NULL;
	task_arm(task, -1);
}

#define DRAIN_PIECES 64 /* a stranger may write to its stderr for ever */

static void task_drain(struct tine_task *task)
{
	inbox_drain(&task->inbox, task->child.channel);
	for (int i = 0; task->tail && i < DRAIN_PIECES; i++)
		if (task_read_error(task) <= 0)
			break;
}

static bool may_retry(const struct tine_task *task)
{
	int code;
	bool asked = task->cause != CAUSE_NONE &&
		     task->cause != CAUSE_TIMEOUT && task->cause != CAUSE_FOUL;

	return !asked && backoff_wanted(&task->options.retry, task->attempts,
					outcome_end(task, &code));
}

/* Who was forked by others is guarded by them; and a keeper by nobody. */
static bool task_is_guarded(const struct tine_task *task)
{
	return !task->host && !task->keeper;
}

static void task_unguard(struct tine_task *task, pid_t pid)
{
	if (task_is_guarded(task))
		ctx_unguard(task->ctx, &task->child, pid);
}

/* The process is reaped; nothing of it is left but what it said. */
static void task_buried(struct tine_task *task)
{
	task_unwatch(task);
	task_unguard(task, task->result.pid);
	child_close(&task->child);
	if (task->hooks)
		task->hooks->gone(task->hooks_data);
	outcome_write(task);
}

/* Who is reaped by others has ended when they say so. */
static bool task_find_end(struct tine_task *task, int64_t deadline)
{
	struct host *host = task->child.host;

	if (!host)
		return child_collect(&task->child, &task->exit);
	if (!host->look(host, &task->child, deadline, &task->exit))
		return false;
	child_taken(&task->child, &task->exit);
	return true;
}

/* Its host may have had a reason of his own to end it. */
static void task_hear_cause(struct tine_task *task)
{
	if (task->cause == CAUSE_NONE)
		task->cause = task->exit.cause;
	if (task->exit.killed)
		task->killed = true;
}

/* Returns whether it ended. */
static bool task_collect(struct tine_task *task, const struct child_exit *taken,
			 int64_t deadline)
{
	task->result.pid = task->child.pid;
	if (taken) {
		child_taken(&task->child, taken);
		task->exit = *taken;
	} else if (!task_find_end(task, deadline)) {
		return false;
	}
	task_hear_cause(task);
	task_drain(task);
	task_buried(task);
	return true;
}

static bool on_exit_seen(void *data, const struct child_exit *taken)
{
	struct tine_task *task = data;
	struct tine_ctx *ctx = task->ctx;
	bool ended;

	ctx_enter(ctx);
	ended = task_collect(task, taken, 0);
	if (ended)
		task_event(task, may_retry(task) ? EVENT_RETRY : EVENT_EXIT);
	(void)ctx_leave(ctx);
	return ended;
}

bool task_look(struct tine_task *task)
{
	return task->child.pid > 0 && on_exit_seen(task, NULL);
}

/* ---- Actions ----------------------------------------------------------- */

static int task_guard(struct tine_task *task)
{
	if (task_is_guarded(task))
		return ctx_guard(task->ctx, &task->child);
	if (task->keeper) {
		loop_background(task->channel);
		task->reaper->background(task->reap);
	}
	return 0;
}

static int task_watch(struct tine_task *task)
{
	struct tine_ctx *ctx = task->ctx;
	struct child *child = &task->child;

	task->reaper = task->host ? task->host->reap : ctx->reap;
	task->channel = loop_readable_start(ctx->loop, child->channel,
					    on_channel, task);
	if (child->error >= 0)
		task->error = loop_readable_start(ctx->loop, child->error,
						  on_error, task);
	task->reap = task->reaper->start(ctx->loop, child, on_exit_seen, task);
	if (!task->channel || !task->reap ||
	    (child->error >= 0 && !task->error))
		return TINE_ENOMEM;
	return task_guard(task);
}

/* Its watches could not be set: it never passed its gate, so that it hears no
 * signal but this. */
static void task_abandon(struct tine_task *task)
{
	struct child_exit ended;
	pid_t pid = task->child.pid;

	task_unwatch(task);
	child_signal(&task->child, SIGKILL);
	(void)child_wait(&task->child, CLOCK_NEVER);
	(void)child_collect(&task->child, &ended);
	task_unguard(task, pid);
	child_close(&task->child);
}

/* Only now what the attempt before left behind goes: it might have stayed
 * the last. */
static void task_begin(struct tine_task *task)
{
	inbox_done(&task->inbox);
	inbox_init(&task->inbox, task->options.max_result);
	if (task->claim == CLAIM_GIVEN_UP || task->claim == CLAIM_IGNORED)
		inbox_discard(&task->inbox);
	if (task->tail)
		task->tail->total = 0;
	task->state = TASK_RUNNING;
	task->cause = CAUSE_NONE;
	task->killed = false;
	task->attempts++;
	task->started_us = clock_us();
	task_arm(task, task->options.timeout_ms);
}

int task_start(struct tine_task *task)
{
	struct loop *loop = task->ctx->loop;
	int error;

	if (!task->timer)
		task->timer = loop_timer_start(loop, -1, on_timer, task);
	if (!task->timer)
		return TINE_ENOMEM;
	error = spawn_child(task);
	if (error < 0)
		return error;
	error = task_watch(task);
	if (error == 0 && !task->host)
		error = child_open_gate(&task->child);
	if (error < 0) {
		task_abandon(task);
		return error;
	}
	task_begin(task);
	notice_task(task);
	return 0;
}

/* No process could be had: the attempt before stays the last. */
static void task_restart(struct tine_task *task)
{
	if (task_start(task) < 0)
		task_event(task, EVENT_EXIT);
}

static void task_wait(struct tine_task *task)
{
	uint32_t random = 0;

	(void)getrandom(&random, sizeof random, GRND_NONBLOCK);
	task_arm(task,
		 backoff_after(&task->options.retry, task->attempts, random));
	notice_task(task);
}

static void task_term(struct tine_task *task)
{
	child_say_stop(&task->child);
	child_signal(&task->child, SIGTERM);
	child_signal(&task->child, SIGCONT);
	task_arm(task, task->grace_ms);
	notice_task(task);
}

static void task_kill_now(struct tine_task *task)
{
	task->killed = true;
	child_kill(&task->child);
	task_arm(task, -1);
	notice_task(task);
}

static void task_finish(struct tine_task *task)
{
	task_arm(task, -1);
	task->ended = ++task->ctx->ends;
	list_remove(&task->living);
	notice_end(task);
	monitor_tell(task);
}

static void task_do(struct tine_task *task, enum task_action action)
{
	switch (action) {
	case ACT_NOTHING: break;
	case ACT_LINGER: task_arm(task, LINGER_MS); break;
	case ACT_TERM: task_term(task); break;
	case ACT_GRACE: task_arm(task, task->grace_ms); break;
	case ACT_KILL: task_kill_now(task); break;
	case ACT_WAIT: task_wait(task); break;
	case ACT_START: task_restart(task); break;
	case ACT_FINISH: task_finish(task); break;
	}
}

static void task_event(struct tine_task *task, enum task_event event)
{
	struct task_step step = state_step(task->state, event);

	task->state = step.next;
	task_do(task, step.action);
}

void task_end(struct tine_task *task, enum task_event event, enum cause cause)
{
	if (task->cause == CAUSE_NONE)
		task->cause = cause;
	task_event(task, event);
}

void task_doom(struct tine_task *task)
{
	task->heard = true;
	if (!task_is_done(task))
		task_end(task, EVENT_BRUTAL, CAUSE_BRUTAL);
}

void task_kill(struct tine_task *task)
{
	int64_t deadline;

	if (task_is_done(task))
		return;
	task_doom(task);
	if (task->child.pid == 0)
		return;
	task->result.pid = task->child.pid;
	deadline = clock_deadline(TASK_KILL_MS);
	if (!child_wait(&task->child, deadline) ||
	    !task_collect(task, NULL, deadline))
		task_buried(task); /* alive, in the hands of the kernel */
	task_event(task, EVENT_EXIT);
}

void task_let_go(struct tine_task *task)
{
	task->heard = true;
	task->exit = (struct child_exit){ .how = EXIT_LET_GO };
	task->result.pid = task->child.pid;
	task_drain(task);
	task_buried(task);
	task->child.pid = 0;
	task_event(task, EVENT_EXIT);
}

void task_release(struct tine_task *task)
{
	list_remove(&task->living);
	list_remove(&task->owned.node);
	loop_stop(task->timer);
	task->timer = NULL;
	if (task->slot >= 0)
		slates_give(&task->ctx->slates, (size_t)task->slot);
	task->slot = -1;
	task->slate = NULL;
	task->ctx = NULL;
}

void task_pin(struct tine_task *task)
{
	task->pins++;
}

bool task_unpin(struct tine_task *task)
{
	bool freed = task->freed;

	if (--task->pins == 0 && freed)
		spawn_free(task);
	return !freed;
}
