/* SPDX-License-Identifier: MIT */
/*
 * stream.c - the results of many items, one by one.
 *
 * They are taken by whoever asks, or handed out from the loop. Callbacks and
 * sources are the user's code, and may close the stream, or free its context:
 * the memory of both stays until the last of our calls has returned.
 *
 * Not here: how items come to their ends (flow.c), how a stream comes into
 * being (opening.c).
 */
#include "stream.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "flow.h"

/* ---- Handing out -------------------------------------------------------- */

static void stream_release(struct tine_stream *stream)
{
	if (stream->taken)
		window_release(&stream->job.window, stream->taken);
	stream->taken = NULL;
}

/* What is on loan may be given to a task, whose child is to find it: so what
 * stands in the item itself, which children do not have, is copied. */
static void stream_tell(struct tine_stream *stream)
{
	const struct item *item = stream->taken;
	struct tine_result *result = &stream->result;

	item_tell(item, result);
	if (result->data == item->data_here)
		result->data =
			memcpy(stream->data, item->data_here, result->size);
	if (result->input == item->input_here)
		result->input = memcpy(stream->input, item->input_here,
				       result->input_size);
}

static bool stream_take(struct tine_stream *stream)
{
	stream_release(stream);
	stream->taken = window_take(&stream->job.window);
	if (stream->taken)
		stream_tell(stream);
	return stream->taken != NULL;
}

static void stream_free(struct tine_stream *stream);

/* Around all that runs the user's code: the stream stays, and its context. */
static struct tine_ctx *stream_pin(struct tine_stream *stream)
{
	stream->pins++;
	if (stream->ctx)
		ctx_enter(stream->ctx);
	return stream->ctx;
}

static void stream_unpin(struct tine_stream *stream, struct tine_ctx *ctx)
{
	if (--stream->pins == 0 && stream->closed)
		stream_free(stream);
	if (ctx)
		(void)ctx_leave(ctx);
}

/* A callback may run the loop, and has its result until it returns. Returns
 * whether there was anything. */
static bool stream_deliver(struct tine_stream *stream)
{
	const struct tine_options *task = &stream->options.task;
	bool any = false;

	if (stream->telling)
		return false;
	stream->telling = true;
	while (stream->ctx && stream_take(stream)) {
		any = true;
		task->on_end(NULL, &stream->result, task->user);
	}
	stream->telling = false;
	if (!stream->ctx || !stream->over || stream->told)
		return any;
	stream->told = true;
	list_remove(&stream->due);
	if (stream->options.on_done)
		stream->options.on_done(stream, stream->error, task->user);
	return any;
}

#define STREAM_SHARE 16     /* of a turn of the loop, for others' sake, */
#define STREAM_TURN_US 1000 /* and no more where the source takes so long */

/* Goes on until it can but wait for its children; or for the next turn. */
static void stream_drive(struct tine_stream *stream)
{
	bool calls = stream->options.task.on_end;
	int64_t late_us = clock_rough_us() + STREAM_TURN_US;

	for (int i = 0; i < STREAM_SHARE; i++) {
		if (i > 0 && clock_rough_us() >= late_us)
			break;
		flow_advance(stream);
		if (calls && stream_deliver(stream) && !stream->over)
			continue;
		if (!flow_is_live(stream) || !stream->pooled ||
		    pool_arm(&stream->pool))
			return;
	}
	if (flow_is_live(stream))
		loop_timer_again(stream->kick, 0);
}

void stream_changed(void *data)
{
	struct tine_stream *stream = data;
	struct tine_ctx *ctx;

	stream->stirred = stream->again = true;
	if (stream->advancing)
		return;
	ctx = stream_pin(stream);
	stream_drive(stream);
	stream_unpin(stream, ctx);
}

static bool stream_is_stirred(void *data)
{
	const struct tine_stream *stream = data;

	return stream->stirred || stream->stopped || stream->over;
}

/* A child that says again and again that it has something, and has not, must
 * not keep the loop from its timers: so it gets a turn in any case. */
static void stream_sleep(struct tine_stream *stream, unsigned turn)
{
	bool ready = stream->pooled && !pool_arm(&stream->pool);

	stream->stirred = false;
	if (!ready || turn % STREAM_SHARE == 0)
		(void)loop_run(stream->ctx->loop, stream_is_stirred, stream,
			       ready ? clock_us() : CLOCK_NEVER);
}

/* A consumer that is slower than the children might find results for ever, and
 * never wait: all timeouts and timers of the loop would be late. */
static bool stream_take_at_once(struct tine_stream *stream)
{
	if (stream->ctx && loop_is_overdue(stream->ctx->loop))
		return false;
	return stream_take(stream);
}

static void stream_catch_up(struct tine_stream *stream)
{
	if (stream->ctx && loop_is_overdue(stream->ctx->loop))
		(void)loop_run(stream->ctx->loop, stream_is_stirred, stream,
			       clock_us());
}

static bool stream_wait(struct tine_stream *stream)
{
	stream_catch_up(stream);
	for (unsigned turn = 1; !stream->closed; turn++) {
		flow_advance(stream);
		if (stream->closed)
			break;
		if (stream_take(stream))
			return true;
		if (!flow_is_live(stream))
			break;
		stream_sleep(stream, turn);
	}
	return false;
}

/* 0, or why it is not to be asked. */
static int stream_check(const struct tine_stream *stream)
{
	if (!stream)
		return TINE_EUSAGE;
	return home_is_here(&stream->home) ? 0 : TINE_EOWNER;
}

const struct tine_result *tine_stream_next(struct tine_stream *stream)
{
	struct tine_ctx *ctx;
	unsigned level;
	bool got;

	if (stream_check(stream) < 0)
		return NULL;
	stream->misused = stream->options.task.on_end;
	if (stream->misused)
		return NULL;
	if (stream_take_at_once(stream))
		return &stream->result;
	ctx = stream_pin(stream);
	level = stream->level;
	stream->level = ctx ? ctx->pulls : 0;
	got = stream_wait(stream);
	stream->level = level;
	stream_unpin(stream, ctx);
	return got ? &stream->result : NULL;
}

/* Whoever takes results himself looks when he does. */
void tine_stream_wake(struct tine_stream *stream)
{
	if (stream_check(stream) < 0 || !stream->ctx || stream->over)
		return;
	stream->stirred = true;
	if (stream->options.task.on_end)
		loop_timer_again(stream->kick, 0);
}

int tine_stream_error(const struct tine_stream *stream)
{
	int error = stream_check(stream);

	if (error < 0)
		return error;
	return stream->misused ? TINE_EUSAGE : stream->error;
}

/* ---- Opening and closing ------------------------------------------------ */

/* From now on it lives without a context. In the middle of an advance what is
 * left of it is wound up there. */
static void stream_orphan(struct tine_stream *stream)
{
	if (!stream->ctx)
		return;
	flow_stop(stream, stream->over ? 0 : TINE_EUSAGE);
	if (!stream->advancing)
		flow_wind_up(stream);
	loop_stop(stream->kick);
	stream->kick = NULL;
	list_remove(&stream->due);
	list_remove(&stream->put_off);
	list_remove(&stream->owned.node);
	stream->ctx = NULL;
}

static struct tine_stream *stream_of(struct owned *owned)
{
	return LIST_ENTRY(owned, struct tine_stream, owned);
}

static void stream_owned_end(struct owned *owned)
{
	(void)owned; /* its tasks are owned, too */
}

static void stream_owned_orphan(struct owned *owned)
{
	struct tine_stream *stream = stream_of(owned);
	struct tine_ctx *ctx = stream_pin(stream);

	stream_orphan(stream);
	stream_unpin(stream, ctx);
}

const struct owned_kind owned_stream = {
	.end = stream_owned_end,
	.orphan = stream_owned_orphan,
};

static void stream_free(struct tine_stream *stream)
{
	stream_release(stream);
	window_done(&stream->job.window);
	home_done(&stream->home);
	free(stream->keeps);
	free(stream);
}

void tine_stream_close(struct tine_stream *stream)
{
	struct tine_ctx *ctx;

	if (stream_check(stream) < 0 || stream->closed)
		return;
	ctx = stream_pin(stream);
	stream->closed = true;
	stream_orphan(stream);
	stream_unpin(stream, ctx);
}
