/* SPDX-License-Identifier: MIT */
/*
 * hearing.c - what comes from a supervisor, and that nothing comes any more.
 *
 * Answers are sorted out at once, for who waits for them. What else comes (a
 * report, the end of a task) is handed out by the loop only: while a call waits
 * without it, it is kept.
 */
#include "hearing.h"

#include <time.h>

#include "ask.h"
#include "call.h"
#include "clock.h"
#include "loan.h"

#define HEARING_SHARE 256 /* letters, until others get a turn */
#define HEARING_MOMENT_NS 1000000
#define HEARING_MISSES 100 /* moments in a row without memory for a letter */

static void hearing_tell(struct tine_super *super, const struct letter *letter)
{
	struct wire_in in = wire_in(letter->body, letter->size);
	struct report report;

	if (report_take(&in, &report) && super->options.on_event)
		super->options.on_event(super, &report.event,
					super->options.user);
	report_done(&report);
}

/* Takes the letter. */
static void hearing_answer(struct tine_super *super, struct letter *letter)
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
static void hearing_handle(struct tine_super *super, struct letter *letter)
{
	if (letter->kind == SAY_EVENT)
		hearing_tell(super, letter);
	if (letter->kind == SAY_ENDED)
		loan_ended(super, letter);
	letter_free(letter);
}

/* Answers are sorted out at once; the rest is for the loop. Returns what
 * post_receive() did. */
int hearing_fetch(struct tine_super *super)
{
	struct letter *letter;
	int got =
		super->gone ? TINE_EGONE : post_receive(&super->post, &letter);

	if (got == TINE_EGONE)
		super->pid = 0;
	if (got <= 0)
		return got;
	if (letter->kind == SAY_ANSWER)
		hearing_answer(super, letter);
	else
		list_append(&super->letters, &letter->node);
	return got;
}

static struct letter *hearing_take_end(struct tine_super *super,
				       uint64_t serial)
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
static bool hearing_may_retry(struct tine_super *super)
{
	const struct timespec moment = { .tv_nsec = HEARING_MOMENT_NS };

	if (++super->misses > HEARING_MISSES)
		return false;
	(void)nanosleep(&moment, NULL);
	return true;
}

int hearing_wait(struct tine_super *super, int64_t deadline)
{
	int got = hearing_fetch(super);

	if (got == TINE_ENOMEM)
		return clock_left_ms(deadline) != 0 && hearing_may_retry(super)
			       ? 1
			       : got;
	super->misses = 0;
	if (got != 0)
		return got;
	return post_wait(&super->post, deadline) ||
	       clock_left_ms(deadline) != 0;
}

int hearing_await_end(struct tine_super *super, uint64_t serial,
		      int64_t deadline, struct letter **letter)
{
	int got = 1;

	while (!(*letter = hearing_take_end(super, serial)) && got > 0)
		got = hearing_wait(super, deadline);
	if (super->kick && !list_empty(&super->letters))
		loop_timer_again(super->kick, 0);
	return *letter ? 1 : got;
}

static void hearing_give_up_calls(struct tine_super *super)
{
	LIST_EACH (node, &super->calls) {
		struct call *call = LIST_ENTRY(node, struct call, node);

		if (!call->done)
			call->value = TINE_EGONE;
		call->done = true;
	}
}

void hearing_forsake(struct tine_super *super)
{
	if (super->gone)
		return;
	super->gone = true;
	loop_stop(super->watch);
	super->watch = NULL;
	hearing_give_up_calls(super);
	loan_forsake_all(super);
}

static void hearing_hand_out(struct tine_super *super)
{
	struct list_node *node;

	for (int i = 0; i < HEARING_SHARE && !super->freed; i++) {
		node = list_shift(&super->letters);
		if (!node)
			return;
		hearing_handle(super, LIST_ENTRY(node, struct letter, node));
	}
	if (!super->freed && super->ctx)
		loop_timer_again(super->kick, 0);
}

/* It cannot be heard any more. It learns of that, and so kills our tasks. */
static void hearing_break(struct tine_super *super)
{
	hearing_forsake(super);
	post_close(&super->post);
}

/* Neither the supervisor is there any more, nor its guardian. */
static void hearing_tell_end(struct tine_super *super)
{
	const struct tine_super_options *options = &super->options;

	if (super->told || !super->task || !task_is_done(super->task))
		return;
	super->told = true;
	if (!super->stopping && options->on_end)
		options->on_end(super, &super->task->result, options->user);
}

void hearing_look(void *data)
{
	struct tine_super *super = data;
	struct tine_ctx *ctx = super_pin(super);
	int got = 0;

	for (int i = 0; i < HEARING_SHARE; i++) {
		got = hearing_fetch(super);
		if (got <= 0)
			break;
		super->misses = 0;
	}
	hearing_hand_out(super);
	if (got == TINE_EGONE && !super->freed && list_empty(&super->letters)) {
		hearing_forsake(super);
		hearing_tell_end(super);
	}
	if (got == TINE_ENOMEM && !super->freed && !hearing_may_retry(super))
		hearing_break(super);
	super_unpin(super, ctx);
}
