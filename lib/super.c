/* SPDX-License-Identifier: MIT */
/*
 * super.c - a supervisor, from outside: who started it, or found it.
 *
 * How its handle comes into being, and how both end. A callback may free it: so
 * those who use it are counted, and the last one takes the memory along.
 *
 * Not here: what it is asked (call.c), what it says (hearing.c), tasks under it
 * (loan.c), what it does (superd.c).
 */
#include "super.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>

#include "ask.h"
#include "clock.h"
#include "defer.h"
#include "hearing.h"
#include "loan.h"
#include "spawn.h"
#include "superd.h"

#define SUPER_ANSWER_MS 30000 /* a start takes no longer, unless it hangs */

int super_check(const struct tine_super *super)
{
	if (!super || super->freed)
		return TINE_EUSAGE;
	if (!home_is_here(&super->home))
		return TINE_EOWNER;
	return super->ctx ? 0 : TINE_EGONE;
}

struct tine_ctx *super_pin(struct tine_super *super)
{
	super->pins++;
	if (super->ctx)
		ctx_enter(super->ctx);
	return super->ctx;
}

static void super_drop_letters(struct tine_super *super)
{
	struct list_node *node;

	while ((node = list_shift(&super->letters)))
		letter_free(LIST_ENTRY(node, struct letter, node));
}

void super_unpin(struct tine_super *super, struct tine_ctx *ctx)
{
	if (--super->pins == 0 && super->freed) {
		super_drop_letters(super);
		home_done(&super->home);
		free(super);
	}
	if (ctx)
		(void)ctx_leave(ctx);
}

void super_hold(struct tine_super *super)
{
	super->pins++;
}

void super_drop(struct tine_super *super)
{
	super_unpin(super, NULL);
}

pid_t tine_super_pid(const struct tine_super *super)
{
	return super && !super->gone ? super->pid : 0;
}

/* ---- Coming into being -------------------------------------------------- */

static const struct owned_kind owned_super;

static struct tine_super *super_new(struct tine_ctx *ctx)
{
	struct tine_super *super = calloc(1, sizeof *super);

	if (!super)
		return NULL;
	super->host = loan_host;
	super->ctx = ctx;
	super->post.socket = -1;
	list_init(&super->post.unsent);
	list_init(&super->letters);
	list_init(&super->calls);
	list_init(&super->loans);
	home_init(&super->home);
	super->kick = loop_timer_start(ctx->loop, -1, hearing_look, super);
	if (!super->kick) {
		free(super);
		return NULL;
	}
	ctx_own(ctx, &super->owned, &owned_super);
	return super;
}

static int super_watch(struct tine_super *super)
{
	super->post.lifts = true;
	super->watch = loop_readable_start(super->ctx->loop, super->post.socket,
					   hearing_look, super);
	if (!super->watch)
		return TINE_ENOMEM;
	loop_background(super->watch);
	loop_timer_again(super->kick, 0);
	return 0;
}

/* The program of a process is who forked the first of its callers. */
static int super_program(const struct tine_ctx *ctx, struct program *program)
{
	const struct tine_self *self = ctx->self;

	while (self && self->parent)
		self = self->parent;
	return program_of(self ? self->parent_pid : ctx->owner, program);
}

/* Its guardian has ended, and with it all there was; unless that was killed,
 * and the supervisor is about to notice. */
static void on_guardian_end(struct tine_task *task,
			    const struct tine_result *result, void *user)
{
	(void)task;
	(void)result;
	hearing_look(user);
}

static int super_launch(struct tine_super *super, struct plan *plan)
{
	struct launch launch = {
		.plan = plan,
		.starter = super->ctx->owner,
		.reports = plan->reports,
	};
	struct tine_options options = {
		.name = plan->name[0] ? plan->name : NULL,
		.grace_ms = TINE_FOREVER,
		.on_end = on_guardian_end,
		.user = super,
	};

	int error = super_program(super->ctx, &launch.program);

	if (error < 0)
		return error;
	memcpy(launch.path, plan->name, sizeof plan->name);
	return launch_start(super->ctx, &launch, superd_main, &options,
			    &super->task, &super->post, &super->pid,
			    &super->letters);
}

static int super_start(struct tine_ctx *ctx,
		       const struct tine_super_options *options,
		       struct plan *plan, struct tine_super **super)
{
	struct tine_super *made = super_new(ctx);
	int error;

	if (!made)
		return TINE_ENOMEM;
	made->options = *options;
	error = super_launch(made, plan);
	if (error == 0)
		error = super_watch(made);
	if (error < 0)
		tine_super_free(made);
	else
		*super = made;
	return error;
}

int tine_super_start(struct tine_ctx *ctx,
		     const struct tine_super_options *options,
		     struct tine_super **super)
{
	static const struct tine_super_options none;
	struct wire_out out;
	struct wire_in in;
	struct plan *plan;
	int error = ctx_check(ctx);

	if (error < 0)
		return error;
	if (!super || tine_super_options_fault(options) || ctx->doomed)
		return TINE_EUSAGE;
	wire_begin(&out, SPEC_MOST);
	plan_put(&out, options ? options : &none);
	in = wire_in(out.buf.data, out.buf.size);
	error = out.error < 0 ? out.error : plan_take(&in, &plan);
	wire_done(&out);
	if (error < 0)
		return error;
	error = super_start(ctx, options ? options : &none, plan, super);
	plan_free(plan);
	return error;
}

/* The first letter is of who is there. */
static int super_greet(struct tine_super *super)
{
	int64_t deadline = clock_deadline(SUPER_ANSWER_MS);
	struct letter *letter;
	int got;

	while ((got = post_receive(&super->post, &letter)) == 0)
		if (!post_wait(&super->post, deadline) &&
		    clock_left_ms(deadline) == 0)
			return TINE_EGONE;
	if (got < 0)
		return got;
	super->pid = (pid_t)letter->value;
	letter_free(letter);
	return super_watch(super);
}

int tine_super_find(struct tine_ctx *ctx, const char *name,
		    struct tine_super **super)
{
	struct tine_super *made;
	struct program program;
	int socket, error = ctx_check(ctx);

	if (error < 0)
		return error;
	if (!name || !*name || strlen(name) >= SPEC_ID || !super || ctx->doomed)
		return TINE_EUSAGE;
	error = super_program(ctx, &program);
	if (error < 0)
		return error;
	socket = address_connect(&program, name);
	if (socket < 0)
		return socket;
	made = super_new(ctx);
	if (!made) {
		(void)close(socket);
		return TINE_ENOMEM;
	}
	post_open(&made->post, socket);
	error = super_greet(made);
	if (error < 0)
		tine_super_free(made);
	else
		*super = made;
	return error == TINE_EGONE ? TINE_ENOENT : error;
}

/* ---- Ending ------------------------------------------------------------- */

/* Nobody else has its number as long as its end of the post is open. */
static void super_signal_stranger(const struct tine_super *super, int number)
{
	AUTO_CLOSE int pidfd = super->pid > 0 ? pidfd_open(super->pid, 0) : -1;

	if (super->pid <= 0 || !post_is_open(&super->post))
		return;
	if (pidfd < 0)
		(void)kill(super->pid, number);
	else
		(void)pidfd_send_signal(pidfd, number, NULL, 0);
}

/* It stops its children, and ends. */
static void super_say_stop(struct tine_super *super)
{
	const struct letter letter = { .kind = ASK_STOP };

	super->stopping = true;
	if (!super->gone && post_send(&super->post, &letter) < 0 &&
	    !super->task)
		super_signal_stranger(super, SIGTERM);
	if (super->task && !task_is_done(super->task))
		task_end(super->task, EVENT_CANCEL, CAUSE_SHUTDOWN);
}

static bool super_is_gone(void *data)
{
	const struct tine_super *super = data;

	return super->freed || !super->ctx ||
	       (super->gone && (!super->task || task_is_done(super->task)));
}

/* Who only found it cannot wait for its process, but kill it: its guardian does
 * the rest. */
static void super_kill(struct tine_super *super)
{
	if (super->task)
		task_kill(super->task);
	else
		super_signal_stranger(super, SIGKILL);
	hearing_forsake(super);
}

int tine_super_stop(struct tine_super *super, int64_t timeout_ms)
{
	struct tine_ctx *ctx;
	int error = super_check(super);

	if (error == TINE_EGONE)
		return 0;
	if (error < 0 || timeout_ms < TINE_FOREVER)
		return error < 0 ? error : TINE_EUSAGE;
	ctx = super_pin(super);
	super_say_stop(super);
	if (!loop_run(ctx->loop, super_is_gone, super,
		      clock_deadline(timeout_ms)))
		super_kill(super);
	super_unpin(super, ctx);
	return 0;
}

#define SUPER_SEE_OFF_MS 2000

/* Its guardian was killed: so it kills, and ends, in a moment. */
static void super_see_off(struct tine_super *super)
{
	int64_t deadline = clock_deadline(SUPER_SEE_OFF_MS);
	int got;

	while ((got = hearing_fetch(super)) >= 0)
		if (got == 0 && !post_wait(&super->post, deadline) &&
		    clock_left_ms(deadline) == 0)
			return;
}

/* Its children have their times: waits without the loop, as long as it takes.
 */
static void super_end_task(struct tine_super *super)
{
	struct tine_task *task = super->task;

	if (!task)
		return;
	task->heard = true;
	if (task_is_done(task))
		super_see_off(super);
	else {
		super_say_stop(super);
		hearing_forsake(super);
		post_close(&super->post);
		(void)child_wait(&task->child, CLOCK_NEVER);
		task_kill(task);
	}
	tine_free(task);
	super->task = NULL;
}

static void super_orphan(struct tine_super *super)
{
	if (!super->ctx)
		return;
	super_end_task(super);
	hearing_forsake(super);
	post_close(&super->post);
	loop_stop(super->kick);
	super->kick = NULL;
	list_remove(&super->owned.node);
	super->ctx = NULL;
}

static struct tine_super *super_of(struct owned *owned)
{
	return LIST_ENTRY(owned, struct tine_super, owned);
}

static void super_owned_end(struct owned *owned)
{
	struct tine_super *super = super_of(owned);

	if (super->task)
		super_say_stop(super);
}

static void super_owned_orphan(struct owned *owned)
{
	struct tine_super *super = super_of(owned);
	struct tine_ctx *ctx = super_pin(super);

	super_orphan(super);
	super_unpin(super, ctx);
}

static const struct owned_kind owned_super = {
	.end = super_owned_end,
	.orphan = super_owned_orphan,
};

void tine_super_free(struct tine_super *super)
{
	struct tine_ctx *ctx;

	if (!super || super->freed || !home_is_here(&super->home))
		return;
	ctx = super_pin(super);
	super_orphan(super);
	super->freed = true;
	super_unpin(super, ctx);
}
