/* SPDX-License-Identifier: MIT */
/*
 * super.c - a supervisor, from outside: who started it, or found it.
 *
 * A question is a letter, and its answer has its serial. What else comes (a
 * report, the end of a task) is handed out by the loop only: while a call waits
 * without it, it is kept.
 *
 * Not here: tasks under it (loan.c), what it does (superd.c).
 */
#include "super.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <time.h>

#include "ask.h"
#include "clock.h"
#include "defer.h"
#include "loan.h"
#include "spawn.h"
#include "superd.h"

#define SUPER_ANSWER_MS 30000 /* a start takes no longer, unless it hangs */
#define SUPER_SHARE 256       /* letters, until others get a turn */
#define SUPER_MOMENT_NS 1000000
#define SUPER_MISSES 100 /* moments in a row without memory for a letter */

int super_check(const struct tine_super *super)
{
	if (!super || super->freed)
		return TINE_EUSAGE;
	if (!home_is_here(&super->home))
		return TINE_EOWNER;
	return super->ctx ? 0 : TINE_EGONE;
}

static struct tine_ctx *super_pin(struct tine_super *super)
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

static void super_unpin(struct tine_super *super, struct tine_ctx *ctx)
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

/* ---- What comes --------------------------------------------------------- */

static void super_tell(struct tine_super *super, const struct letter *letter)
{
	struct wire_in in = wire_in(letter->body, letter->size);
	struct report report;

	if (report_take(&in, &report) && super->options.on_event)
		super->options.on_event(super, &report.event,
					super->options.user);
	report_done(&report);
}

/* Takes the letter. */
static void super_answer(struct tine_super *super, struct letter *letter)
{
	LIST_EACH (node, &super->calls) {
		struct call *call = LIST_ENTRY(node, struct call, node);

		if (call->serial != letter->serial || call->done)
			continue;
		call->done = true;
		call->value = letter->failure && letter->value >= 0
				      ? letter->failure
				      : letter->value;
		call->letter = letter;
		return;
	}
	letter_free(letter);
}

/* What the loop hands out. */
static void super_handle(struct tine_super *super, struct letter *letter)
{
	if (letter->kind == SAY_EVENT)
		super_tell(super, letter);
	if (letter->kind == SAY_ENDED)
		loan_ended(super, letter);
	letter_free(letter);
}

/* Answers are sorted out at once; the rest is for the loop. Returns what
 * post_receive() did. */
static int super_fetch(struct tine_super *super)
{
	struct letter *letter;
	int got =
		super->gone ? TINE_EGONE : post_receive(&super->post, &letter);

	if (got == TINE_EGONE)
		super->pid = 0;
	if (got <= 0)
		return got;
	if (letter->kind == SAY_ANSWER)
		super_answer(super, letter);
	else
		list_append(&super->letters, &letter->node);
	return got;
}

static struct letter *super_take_end(struct tine_super *super, uint64_t serial)
{
	LIST_EACH (node, &super->letters) {
		struct letter *letter = LIST_ENTRY(node, struct letter, node);

		if (letter->kind != SAY_ENDED || letter->serial != serial)
			continue;
		list_remove(node);
		return letter;
	}
	return NULL;
}

/* Memory may be back in a moment: until then the letter waits. */
static bool super_may_retry(struct tine_super *super)
{
	const struct timespec moment = { .tv_nsec = SUPER_MOMENT_NS };

	if (++super->misses > SUPER_MISSES)
		return false;
	(void)nanosleep(&moment, NULL);
	return true;
}

/* 1: something may have come; 0: the time is over; or why nothing can come. */
static int super_await_letter(struct tine_super *super, int64_t deadline)
{
	int got = super_fetch(super);

	if (got == TINE_ENOMEM)
		return clock_left_ms(deadline) != 0 && super_may_retry(super)
			       ? 1
			       : got;
	super->misses = 0;
	if (got != 0)
		return got;
	return post_wait(&super->post, deadline) ||
	       clock_left_ms(deadline) != 0;
}

int super_await_end(struct tine_super *super, uint64_t serial, int64_t deadline,
		    struct letter **letter)
{
	int got = 1;

	while (!(*letter = super_take_end(super, serial)) && got > 0)
		got = super_await_letter(super, deadline);
	if (super->kick && !list_empty(&super->letters))
		loop_timer_again(super->kick, 0);
	return *letter ? 1 : got;
}

static void super_give_up_calls(struct tine_super *super)
{
	LIST_EACH (node, &super->calls) {
		struct call *call = LIST_ENTRY(node, struct call, node);

		if (!call->done)
			call->value = TINE_EGONE;
		call->done = true;
	}
}

void super_forsake(struct tine_super *super)
{
	if (super->gone)
		return;
	super->gone = true;
	loop_stop(super->watch);
	super->watch = NULL;
	super_give_up_calls(super);
	loan_forsake_all(super);
}

static void super_hand_out(struct tine_super *super)
{
	struct list_node *node;

	for (int i = 0; i < SUPER_SHARE && !super->freed; i++) {
		node = list_shift(&super->letters);
		if (!node)
			return;
		super_handle(super, LIST_ENTRY(node, struct letter, node));
	}
	if (!super->freed && super->ctx)
		loop_timer_again(super->kick, 0);
}

/* It cannot be heard any more. It learns of that, and so kills our tasks. */
static void super_break(struct tine_super *super)
{
	super_forsake(super);
	post_close(&super->post);
}

/* Neither the supervisor is there any more, nor its guardian. */
static void super_tell_end(struct tine_super *super)
{
	const struct tine_super_options *options = &super->options;

	if (super->told || !super->task || !task_is_done(super->task))
		return;
	super->told = true;
	if (!super->stopping && options->on_end)
		options->on_end(super, &super->task->result, options->user);
}

static void on_post(void *data)
{
	struct tine_super *super = data;
	struct tine_ctx *ctx = super_pin(super);
	int got = 0;

	for (int i = 0; i < SUPER_SHARE; i++) {
		got = super_fetch(super);
		if (got <= 0)
			break;
		super->misses = 0;
	}
	super_hand_out(super);
	if (got == TINE_EGONE && !super->freed && list_empty(&super->letters)) {
		super_forsake(super);
		super_tell_end(super);
	}
	if (got == TINE_ENOMEM && !super->freed && !super_may_retry(super))
		super_break(super);
	super_unpin(super, ctx);
}

static void on_kick(void *data)
{
	on_post(data);
}

/* ---- Asking ------------------------------------------------------------- */

static bool call_is_done(void *data)
{
	const struct call *call = data;

	return call->done || call->super->freed || !call->super->ctx;
}

static void call_wait(struct call *call)
{
	struct tine_super *super = call->super;
	int64_t deadline = clock_deadline(SUPER_ANSWER_MS);
	int got = 1;

	while (!call->done && got > 0)
		got = super_await_letter(super, deadline);
	if (!call->done && got == TINE_ENOMEM)
		call->value = TINE_ENOMEM;
	loop_timer_again(super->kick, 0);
}

void call_done(struct call *call)
{
	list_remove(&call->node);
	letter_free(call->letter);
}

int super_send(struct tine_super *super, struct letter *letter,
	       struct call *call)
{
	int error;

	*call = (struct call){ .super = super, .value = TINE_EGONE };
	list_init(&call->node);
	if (super->gone)
		return TINE_EGONE;
	call->serial = letter->serial = ++super->serial;
	error = post_send_all(&super->post, letter,
			      clock_deadline(SUPER_ANSWER_MS));
	if (error == 0)
		list_append(&super->calls, &call->node);
	return error;
}

int super_hear(struct call *call, bool by_loop)
{
	struct tine_super *super = call->super;
	struct tine_ctx *ctx = super_pin(super);

	if (by_loop)
		(void)loop_run(ctx->loop, call_is_done, call, CLOCK_NEVER);
	else
		call_wait(call);
	list_remove(&call->node);
	super_unpin(super, ctx);
	return call->done ? 0 : (int)call->value;
}

static int super_call(struct tine_super *super, struct letter *letter,
		      struct call *call, bool by_loop)
{
	int error = super_send(super, letter, call);

	return error < 0 ? error : super_hear(call, by_loop);
}

/* Asks for what is answered by a number alone. */
static int super_ask(struct tine_super *super, enum ask kind,
		     struct wire_out *out, bool by_loop)
{
	struct letter letter = {
		.kind = kind,
		.body = out->buf.data,
		.size = out->buf.size,
	};
	struct call call;
	int error = out->error;

	if (error < 0)
		return error;
	error = super_call(super, &letter, &call, by_loop);
	if (error == 0)
		error = (int)call.value;
	call_done(&call);
	return error;
}

static int super_ask_about(struct tine_super *super, enum ask kind,
			   const char *id)
{
	struct wire_out out;
	int error = super_check(super);

	if (error < 0)
		return error;
	if (!id || strlen(id) >= SPEC_ID)
		return TINE_EUSAGE;
	wire_begin(&out, SPEC_MOST);
	wire_put_text(&out, id);
	error = super_ask(super, kind, &out, true);
	wire_done(&out);
	return error;
}

int tine_start_child(struct tine_super *super, const struct tine_child *child)
{
	struct wire_out out;
	int error = super_check(super);

	if (error < 0)
		return error;
	if (tine_child_fault(child))
		return TINE_EUSAGE;
	wire_begin(&out, SPEC_MOST);
	spec_put(&out, child);
	error = super_ask(super, ASK_START, &out, false);
	wire_done(&out);
	return error;
}

int tine_terminate_child(struct tine_super *super, const char *id)
{
	return super_ask_about(super, ASK_TERMINATE, id);
}

int tine_restart_child(struct tine_super *super, const char *id)
{
	return super_ask_about(super, ASK_RESTART, id);
}

int tine_delete_child(struct tine_super *super, const char *id)
{
	return super_ask_about(super, ASK_DELETE, id);
}

int tine_children(struct tine_super *super, struct tine_child_info *infos,
		  size_t count)
{
	struct letter letter = { .kind = ASK_LIST, .value = (int64_t)count };
	struct call call;
	int error = super_check(super);

	if (error < 0)
		return error;
	if (!infos && count > 0)
		return TINE_EUSAGE;
	error = super_call(super, &letter, &call, false);
	if (error == 0 && call.value > 0 && call.letter->size > 0 &&
	    call.letter->size <= count * sizeof *infos)
		memcpy(infos, call.letter->body, call.letter->size);
	if (error == 0)
		error = (int)call.value;
	call_done(&call);
	return error;
}

int tine_count(struct tine_super *super, struct tine_counts *counts)
{
	struct letter letter = { .kind = ASK_COUNT };
	struct call call;
	int error = super_check(super);

	if (error < 0)
		return error;
	if (!counts)
		return TINE_EUSAGE;
	error = super_call(super, &letter, &call, false);
	if (error == 0)
		error = (int)call.value;
	if (error == 0 && call.letter->size == sizeof *counts)
		memcpy(counts, call.letter->body, sizeof *counts);
	call_done(&call);
	return error;
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
	super->kick = loop_timer_start(ctx->loop, -1, on_kick, super);
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
					   on_post, super);
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
	on_post(user);
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
	super_forsake(super);
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

	while ((got = super_fetch(super)) >= 0)
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
		super_forsake(super);
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
	super_forsake(super);
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
