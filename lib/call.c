/* SPDX-License-Identifier: MIT */
/*
 * call.c - what a supervisor is asked: a letter, whose answer has its serial.
 *
 * Here are the functions of tine.h that are questions, and no more.
 */
#include "call.h"

#include <string.h>

#include "ask.h"
#include "clock.h"
#include "hearing.h"
#include "spec.h"

#define CALL_MS 30000 /* a start takes no longer, unless it hangs */

static bool call_is_done(void *data)
{
	const struct call *call = data;

	return call->done || call->super->freed || !call->super->ctx;
}

static void call_wait(struct call *call)
{
	struct tine_super *super = call->super;
	int64_t deadline = clock_deadline(CALL_MS);
	int got = 1;

	while (!call->done && got > 0)
		got = hearing_wait(super, deadline);
	if (!call->done && got == TINE_ENOMEM)
		call->value = TINE_ENOMEM;
	loop_timer_again(super->kick, 0);
}

void call_done(struct call *call)
{
	list_remove(&call->node);
	letter_free(call->letter);
}

int call_send(struct tine_super *super, struct letter *letter,
	      struct call *call)
{
	int error;

	*call = (struct call){ .super = super, .value = TINE_EGONE };
	list_init(&call->node);
	if (super->gone)
		return TINE_EGONE;
	call->serial = letter->serial = ++super->serial;
	error = post_send_all(&super->post, letter, clock_deadline(CALL_MS));
	if (error == 0)
		list_append(&super->calls, &call->node);
	return error;
}

int call_hear(struct call *call, bool by_loop)
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

static int call_make(struct tine_super *super, struct letter *letter,
		     struct call *call, bool by_loop)
{
	int error = call_send(super, letter, call);

	return error < 0 ? error : call_hear(call, by_loop);
}

/* Asks for what is answered by a number alone. */
static int call_for_number(struct tine_super *super, enum ask kind,
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
	error = call_make(super, &letter, &call, by_loop);
	if (error == 0)
		error = (int)call.value;
	call_done(&call);
	return error;
}

static int call_about(struct tine_super *super, enum ask kind, const char *id)
{
	struct wire_out out;
	int error = super_check(super);

	if (error < 0)
		return error;
	if (!id || strlen(id) >= SPEC_ID)
		return TINE_EUSAGE;
	wire_begin(&out, SPEC_MOST);
	wire_put_text(&out, id);
	error = call_for_number(super, kind, &out, true);
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
	error = call_for_number(super, ASK_START, &out, false);
	wire_done(&out);
	return error;
}

int tine_terminate_child(struct tine_super *super, const char *id)
{
	return call_about(super, ASK_TERMINATE, id);
}

int tine_restart_child(struct tine_super *super, const char *id)
{
	return call_about(super, ASK_RESTART, id);
}

int tine_delete_child(struct tine_super *super, const char *id)
{
	return call_about(super, ASK_DELETE, id);
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
	error = call_make(super, &letter, &call, false);
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
	error = call_make(super, &letter, &call, false);
	if (error == 0)
		error = (int)call.value;
	if (error == 0 && call.letter->size == sizeof *counts)
		memcpy(counts, call.letter->body, sizeof *counts);
	call_done(&call);
	return error;
}
