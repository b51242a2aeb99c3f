/* SPDX-License-Identifier: MIT */
/*
 * spawn.c - how a task comes into being, and how its memory goes.
 *
 * Here is also the line at which the process is the task: spawn_main() runs
 * in the child, brings the function home, and never returns.
 */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "began.h"
#include "fd.h"
#include "host.h"
#include "limit.h"
#include "monitor.h"
#include "options.h"
#include "text.h"

/* ---- In the child ------------------------------------------------------ */

#define SPAWN_REFUSED 126 /* exit code of a child that could not be set up */

static struct tine_self spawn_self(const struct tine_task *task,
				   const struct newborn *newborn)
{
	return (struct tine_self){
		.channel = newborn->channel,
		.parent_pid = newborn->parent,
		.parent = task->ctx->self,
		.id = task->id,
		.of = task->ctx,
		.options = &task->options,
		.slate = slates_join(&task->ctx->slates, (size_t)task->slot),
	};
}

static _Noreturn void spawn_refuse(struct tine_self *self, const char *what)
{
	_exit(tine_fail(self, SPAWN_REFUSED, "could not be set up: %s: %s",
			what, strerror(errno)));
}

CALLS_TASK static void spawn_main(const struct newborn *newborn, void *data)
{
	const struct tine_task *task = data;
	struct tine_self self = spawn_self(task, newborn);
	int code;

	if (!newborn_settle(newborn))
		_exit(SPAWN_REFUSED);
	self_init(&self);
	if (!self.slate)
		_exit(SPAWN_REFUSED);
	if (!limit_apply(&task->options.limits))
		spawn_refuse(&self, "its limits");
	self_watch(&self, __builtin_frame_address(0));
	if (!newborn_wait(newborn))
		_exit(SPAWN_REFUSED);
	newborn_listen();

	code = self_code(task->fn(&self, task->arg, task->size));
	tine_ctx_free(self.ctx);
	(void)fflush(NULL);
	self_done(&self, code);
	_exit(code);
}

/* What a program wants to be called, and whether it wants to be seen, goes for
 * all of it. */
static struct tine_ctx_options self_ctx_options(const struct tine_self *self)
{
	const struct tine_ctx *of = self->host ? self->host->of : self->of;

	return (struct tine_ctx_options){
		.app = of ? of->board.head.app : NULL,
		.hidden = of && of->board.hidden,
	};
}

struct tine_ctx *tine_self_ctx(struct tine_self *self)
{
	struct tine_ctx_options options;
	struct tine_ctx *ctx;

	if (!self || !home_is_here(&self->home))
		return NULL;
	options = self_ctx_options(self);
	if (!self->ctx && tine_ctx_new(&options, &ctx) == 0) {
		ctx->self = self;
		ctx->traps = false;
		self->ctx = ctx;
	}
	return self->ctx;
}

/* ---- In the parent ----------------------------------------------------- */

/* A clean slate. */
static int spawn_prepare(struct tine_task *task)
{
	struct tine_ctx *ctx = task->ctx;

	if (task->slot >= 0)
		slates_give(&ctx->slates, (size_t)task->slot);
	task->slot = slates_take(&ctx->slates, &task->slate);
	return task->slot < 0 ? (int)task->slot : 0;
}

/* It has to outlive who forks it, for a while, and all it forks. */
static void spawn_let_live(struct child_plan *plan)
{
	plan->newborn.death_signal = false;
	plan->newborn.oom_score = "";
	plan->deadly = SIGUSR2;
}

int spawn_child(struct tine_task *task)
{
	struct child_plan plan = {
		.main = spawn_main,
		.data = task,
		.capture = task->options.capture,
		.newborn.keeps = task->options.keep_fds,
		.newborn.keep_count = task->options.keep_count,
	};
	int error = spawn_prepare(task);

	if (error == 0 && task->host)
		return task->host->start(task->host, task);
	if (error == 0)
		error = ctx_plan(task->ctx, &plan);
	if (task->keeper)
		spawn_let_live(&plan);
	if (error == 0)
		error = child_start(&task->child, &plan);
	if (error == 0 && task->child.error >= 0)
		(void)fcntl(task->child.error, F_SETFL, O_NONBLOCK);
	return error;
}

/* What must outlive the call that made it, if there may be more attempts. */
static bool spawn_copy(struct tine_task *task)
{
	struct tine_options *options = &task->options;
	size_t keeps = options->keep_count * sizeof *options->keep_fds;

	if (options->retry.attempts < 2)
		return true;
	if (task->size > 0) {
		task->copy = malloc(task->size);
		if (!task->copy)
			return false;
		task->arg = memcpy(task->copy, task->arg, task->size);
	}
	if (keeps > 0) {
		task->keeps = malloc(keeps);
		if (!task->keeps)
			return false;
		options->keep_fds =
			memcpy(task->keeps, options->keep_fds, keeps);
	}
	return true;
}

uint64_t spawn_id(pid_t owner)
{
	static _Atomic uint32_t last;

	return (uint64_t)owner << 32 | ++last;
}

static bool spawn_has_words(const struct tine_task *task)
{
	return task->words == (const struct task_words *)(task + 1);
}

static const struct owned_kind owned_task;

static struct tine_task *spawn_new(struct tine_ctx *ctx,
				   const struct tine_options *options)
{
	struct task_words *words = ctx->words;
	struct tine_task *task =
		calloc(1, sizeof *task + (words ? 0 : 2 * sizeof *words));

	if (!task)
		return NULL;
	task->words = words ? words : (struct task_words *)(task + 1);
	task->other_words = words ? words : task->words + 1;
	task->options = *options;
	task->ctx = ctx;
	task->owner = ctx->owner;
	task->id = spawn_id(ctx->owner);
	task->state = TASK_DONE; /* until it is started */
	task->slot = task->place = -1;
	task->grace_ms = options->grace_ms;
	task->bound = !options->nolink;
	task->child = (struct child){ .pidfd = -1, .channel = -1, .error = -1 };
	if (options->name)
		text_line(task->name, sizeof task->name, options->name,
			  SIZE_MAX);
	list_init(&task->child.node);
	list_init(&task->living);
	list_init(&task->monitors);
	link_init(&task->links);
	inbox_init(&task->inbox, options->max_result);
	ctx_own(ctx, &task->owned, &owned_task);
	return task;
}

/* It never lived. */
static int spawn_undo(struct tine_task *task, int error)
{
	task_release(task);
	spawn_free(task);
	return error;
}

static int spawn_make(struct tine_ctx *ctx, tine_fn *fn, const void *arg,
		      size_t size, const struct tine_options *full,
		      struct tine_task **task)
{
	struct tine_task *made = spawn_new(ctx, full);

	if (!made)
		return TINE_ENOMEM;
	made->fn = fn;
	made->arg = arg;
	made->size = size;
	if (full->capture)
		made->tail = calloc(1, sizeof *made->tail);
	if ((full->capture && !made->tail) || !spawn_copy(made))
		return spawn_undo(made, TINE_ENOMEM);
	*task = made;
	return 0;
}

static int spawn_start(struct tine_task *task)
{
	int error = task_start(task);

	return error < 0 ? spawn_undo(task, error) : 0;
}

int spawn_task(struct tine_ctx *ctx, tine_fn *fn, const void *arg, size_t size,
	       const struct tine_options *options, task_dress *dress,
	       struct tine_task **task)
{
	struct tine_options full;
	struct tine_task *made = NULL;
	int error = ctx_check(ctx);

	if (error < 0)
		return error;
	if (!fn || !task || (!arg && size > 0) || ctx->doomed)
		return TINE_EUSAGE;
	error = options_fill(options, &full);
	if (error == 0)
		error = spawn_make(ctx, fn, arg, size, &full, &made);
	if (error < 0)
		return error;
	made->dress = dress;
	made->host = (struct host *)full.under;
	if (made->host)
		made->host->hold(made->host);
	error = spawn_start(made);
	if (error < 0)
		return error;
	list_append(&ctx->living, &made->living);
	*task = made;
	return 0;
}

int tine_async(struct tine_ctx *ctx, tine_fn *fn, const void *arg, size_t size,
	       const struct tine_options *options, struct tine_task **task)
{
	return spawn_task(ctx, fn, arg, size, options, NULL, task);
}

int spawn_keeper(struct tine_ctx *ctx, tine_fn *fn, const void *arg,
		 const struct tine_options *options, struct tine_task **task)
{
	struct tine_options full;
	struct tine_task *made = NULL;
	int error = options_fill(options, &full);

	if (error == 0)
		error = spawn_make(ctx, fn, arg, 0, &full, &made);
	if (error < 0)
		return error;
	made->keeper = true;
	made->bound = false;
	list_remove(&made->owned.node);
	error = spawn_start(made);
	if (error == 0)
		*task = made;
	return error;
}

int tine_completed(struct tine_ctx *ctx, const void *data, size_t size,
		   struct tine_task **task)
{
	struct tine_options full;
	struct tine_task *made;
	int error = ctx_check(ctx);

	if (error < 0)
		return error;
	if (!task || (!data && size > 0) || ctx->doomed)
		return TINE_EUSAGE;
	(void)options_fill(NULL, &full);
	full.max_result = size;
	made = spawn_new(ctx, &full);
	if (!made)
		return TINE_ENOMEM;
	if (buf_add(&made->inbox.data, data, size) < 0)
		return spawn_undo(made, TINE_ENOMEM);
	made->ended = ++ctx->ends;
	made->attempts = 1;
	made->result = (struct tine_result){
		.end = TINE_OK,
		.message = "completed without a process",
		.note = "",
		.output = "",
		.crash = "",
		.data = made->inbox.data.data,
		.size = size,
		.attempts = 1,
	};
	*task = made;
	return 0;
}

pid_t tine_pid(const struct tine_task *task)
{
	return task ? task->child.pid : 0;
}

uint64_t tine_id(const struct tine_task *task)
{
	return task ? task->id : 0;
}

/* ---- The end of a handle ----------------------------------------------- */

void spawn_free(struct tine_task *task)
{
	monitor_forget(task);
	inbox_done(&task->inbox);
	free(task->tail);
	free(task->copy);
	free(task->keeps);
	free(task->linked);
	if (task->host)
		task->host->drop(task->host);
	if (spawn_has_words(task)) {
		free(task->words->output);
		free(task->words->crash);
		free(task->other_words->output);
	}
	free(task);
}

void tine_free(struct tine_task *task)
{
	if (!task || task->owner != getpid() || task->freed)
		return;
	if (task->ctx) {
		task->ctx->ends++; /* who waits for it looks again */
		task_kill(task);
		task_release(task);
	}
	task->freed = true;
	task_pin(task);
	(void)task_unpin(task);
}

static struct tine_task *task_of(struct owned *owned)
{
	return LIST_ENTRY(owned, struct tine_task, owned);
}

/* Work that is left with a supervisor. */
static bool task_lives_on(const struct tine_task *task)
{
	return task->host && task->options.nolink && task->child.pid > 0;
}

static void task_owned_end(struct owned *owned)
{
	struct tine_task *task = task_of(owned);

	if (task->child.pid > 0 && !task_lives_on(task))
		child_kill(&task->child);
}

/* The handle stays its owner's, and so does its result. */
static void task_owned_orphan(struct owned *owned)
{
	struct tine_task *task = task_of(owned);

	if (task_lives_on(task))
		task_let_go(task);
	task_kill(task);
	task_release(task);
}

static const struct owned_kind owned_task = {
	.end = task_owned_end,
	.orphan = task_owned_orphan,
};
