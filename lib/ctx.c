/* SPDX-License-Identifier: MIT */
/*
 * ctx.c - an event loop, and all that lives in it.
 *
 * The context holds what its children share, so that it is made once: the
 * null device, the warden, the slates, the way to learn of a death. It knows
 * nothing of tasks: what it owns is told to end when it ends.
 *
 * A callback may free the context it was called from. So the calls that are
 * under way are counted, and the last one out takes the memory along.
 */
#include "ctx.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "defer.h"
#include "err.h"
#include "fd.h"
#include "tine.h"

#define CTX_OOM_MORE 200 /* points by which a task is the better victim */

int ctx_check(const struct tine_ctx *ctx)
{
	if (!ctx)
		return TINE_EUSAGE;
	return ctx->owner == getpid() ? 0 : TINE_EOWNER;
}

void ctx_own(struct tine_ctx *ctx, struct owned *owned,
	     const struct owned_kind *kind)
{
	owned->kind = kind;
	list_append(&ctx->owned, &owned->node);
}

/* ---- Making ------------------------------------------------------------ */

/* TINE_GUARD=signal or =warden leaves a child one guard of its two. */
static int ctx_choose_guards(struct tine_ctx *ctx)
{
	const char *wish = secure_getenv("TINE_GUARD");

	ctx->death_signal = !wish || strcmp(wish, "warden") != 0;
	ctx->use_warden = !wish || strcmp(wish, "signal") != 0;
	return !wish || !ctx->death_signal || !ctx->use_warden ? 0
							       : TINE_EUSAGE;
}

static void ctx_find_oom_score(struct tine_ctx *ctx)
{
	AUTO_CLOSE int fd =
		open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);
	char text[16] = "";
	long score;

	if (fd < 0 || fd_read(fd, text, sizeof text - 1) <= 0)
		return;
	score = strtol(text, NULL, 10) + CTX_OOM_MORE;
	(void)snprintf(ctx->oom_score, sizeof ctx->oom_score, "%d",
		       score < 1000 ? (int)score : 1000);
}

static int ctx_open(struct tine_ctx *ctx)
{
	ctx->null = fd_lift(open("/dev/null", O_RDWR | O_CLOEXEC));
	if (ctx->null < 0)
		return err_from_errno(errno);
	fd_table_init(&ctx->table);
	return 0;
}

static void ctx_close(struct tine_ctx *ctx)
{
	loop_stop(ctx->warden_watch);
	warden_stop(&ctx->warden);
	slates_done(&ctx->slates);
	crash_free(ctx->crash);
	board_done(&ctx->board);
	loop_free(ctx->loop);
	defer_close(&ctx->null);
	fd_table_done(&ctx->table);
	free(ctx);
}

static void ctx_init(struct tine_ctx *ctx,
		     const struct tine_ctx_options *options)
{
	*ctx = (struct tine_ctx){
		.owner = getpid(), .null = -1, .table.list = -1, .traps = true
	};
	list_init(&ctx->children);
	list_init(&ctx->living);
	list_init(&ctx->due);
	list_init(&ctx->owned);
	list_init(&ctx->put_off);
	slates_init(&ctx->slates);
	warden_init(&ctx->warden);
	board_init(&ctx->board, options->app);
	ctx->board.hidden = options->hidden;
	ctx_find_oom_score(ctx);
}

int tine_ctx_new(const struct tine_ctx_options *options, struct tine_ctx **ctx)
{
	static const struct tine_ctx_options none;
	struct tine_ctx *made;
	int error;

	if (!ctx)
		return TINE_EUSAGE;
	made = malloc(sizeof *made);
	if (!made)
		return TINE_ENOMEM;
	if (!options)
		options = &none;
	ctx_init(made, options);
	error = ctx_choose_guards(made);
	if (error == 0)
		error = loop_new(options->loop, &made->loop);
	if (error == 0)
		error = reap_choose(made->loop, &made->reap);
	if (error == 0)
		error = ctx_open(made);
	if (error < 0) {
		ctx_close(made);
		return error;
	}
	*ctx = made;
	return 0;
}

/* ---- Freeing ----------------------------------------------------------- */

/* All are told first, so that they end side by side. */
static void ctx_end_all(struct tine_ctx *ctx)
{
	struct list_node *node;

	LIST_EACH (each, &ctx->owned) {
		struct owned *owned = LIST_ENTRY(each, struct owned, node);

		owned->kind->end(owned);
	}
	while ((node = list_shift(&ctx->owned))) {
		struct owned *owned = LIST_ENTRY(node, struct owned, node);

		owned->kind->orphan(owned);
	}
}

void tine_ctx_free(struct tine_ctx *ctx)
{
	if (ctx_check(ctx) < 0 || ctx->doomed)
		return;
	ctx->depth++;
	ctx->doomed = true;
	ctx_end_all(ctx);
	(void)ctx_leave(ctx);
}

void ctx_enter(struct tine_ctx *ctx)
{
	ctx->depth++;
}

bool ctx_leave(struct tine_ctx *ctx)
{
	bool doomed = ctx->doomed;

	assert(ctx->depth > 0);
	if (--ctx->depth == 0 && doomed)
		ctx_close(ctx);
	return !doomed;
}

/* ---- Running ----------------------------------------------------------- */

static bool ctx_is_idle(void *data)
{
	const struct tine_ctx *ctx = data;

	return ctx->doomed ||
	       (list_empty(&ctx->living) && list_empty(&ctx->due));
}

int tine_run(struct tine_ctx *ctx)
{
	int error = ctx_check(ctx);

	if (error < 0)
		return error;
	ctx_enter(ctx);
	(void)loop_run(ctx->loop, ctx_is_idle, ctx, CLOCK_NEVER);
	(void)ctx_leave(ctx);
	return 0;
}

void tine_trap_exits(struct tine_ctx *ctx, bool trap)
{
	if (ctx_check(ctx) == 0)
		ctx->traps = trap;
}

/* ---- Children ---------------------------------------------------------- */

/* The death signal comes when the forking *thread* ends: only the first one
 * is sure to live as long as the program. */
static bool ctx_death_signal(const struct tine_ctx *ctx)
{
	return ctx->death_signal && gettid() == ctx->owner;
}

static int ctx_new_warden(struct tine_ctx *ctx);

/* Nothing ever comes from a warden but its end. If there cannot be another now,
 * the next child brings it. */
static void on_warden_gone(void *data)
{
	(void)ctx_new_warden(data);
}

static void ctx_stop_warden(struct tine_ctx *ctx)
{
	loop_stop(ctx->warden_watch);
	ctx->warden_watch = NULL;
	warden_stop(&ctx->warden);
}

static int ctx_start_warden(struct tine_ctx *ctx)
{
	int error = warden_start(&ctx->warden);

	if (error < 0)
		return error;
	ctx->warden_watch = loop_readable_start(ctx->loop, ctx->warden.orders,
						on_warden_gone, ctx);
	if (ctx->warden_watch) {
		loop_background(ctx->warden_watch);
		return 0;
	}
	ctx_stop_warden(ctx);
	return TINE_ENOMEM;
}

/* It hears of all that live: there may have been one before that was killed,
 * or none, when the one before could not be replaced. */
static int ctx_new_warden(struct tine_ctx *ctx)
{
	int error;

	ctx_stop_warden(ctx);
	error = ctx_start_warden(ctx);
	LIST_EACH (node, &ctx->children) {
		struct child *child = LIST_ENTRY(node, struct child, node);

		if (error == 0 &&
		    !warden_add(&ctx->warden, child->pid, child->pidfd))
			error = TINE_ESYS;
	}
	if (error < 0)
		ctx_stop_warden(ctx);
	return error;
}

int ctx_plan(struct tine_ctx *ctx, struct child_plan *plan)
{
	plan->pidfd = ctx->reap->pidfd;
	plan->newborn.oom_score = ctx->oom_score;
	plan->newborn.parent = ctx->owner;
	plan->newborn.death_signal = ctx_death_signal(ctx);
	plan->newborn.null = ctx->null;
	plan->newborn.tame = ctx->tame;
	plan->table = &ctx->table;
	if (ctx->use_warden && ctx->warden.pid == 0)
		return ctx_new_warden(ctx);
	return 0;
}

int ctx_guard(struct tine_ctx *ctx, struct child *child)
{
	list_append(&ctx->children, &child->node);
	if (!ctx->use_warden ||
	    warden_add(&ctx->warden, child->pid, child->pidfd))
		return 0;
	return ctx_new_warden(ctx);
}

void ctx_unguard(struct tine_ctx *ctx, struct child *child, pid_t pid)
{
	list_remove(&child->node);
	if (ctx->use_warden)
		warden_drop(&ctx->warden, pid);
}
