/* SPDX-License-Identifier: MIT */
/*
 * stream.c - items from a source, a few at a time, and a result for each.
 *
 * Whatever happens (a child speaks, an item ends, somebody asks for a result)
 * the stream advances: it takes what has ended, pulls the source while there is
 * room, and gives items to children. So it never matters who noticed first.
 *
 * Nothing is started for anybody who does not take results: items that have
 * ended and were not taken count as those that run.
 *
 * Callbacks and sources are the user's code, and may close the stream, or free
 * its context: its memory stays until the last of our calls has returned.
 *
 * Not here: items in a fresh process each (solo.c), children that run many
 * (pool.c), in which order results are handed out (window.c).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "home.h"
#include "options.h"
#include "pool.h"
#include "solo.h"
#include "task.h"
#include "text.h"

struct tine_stream {
	struct owned owned;
	struct list_node due; /* in its context, while the loop drives it */
	struct tine_ctx *ctx; /* NULL: freed before the stream was */
	struct home home;
	struct tine_stream_options options;
	struct tine_source source;
	struct job job;
	struct pool pool;
	bool pooled;
	bool exhausted; /* the source has ended, and is closed */
	bool stopped;   /* nothing more is to be started, ... */
	bool over;      /* ... no child is left, and there will be none */
	bool told;      /* on_done was called */
	int error;
	int trouble; /* why an item cannot be started; 0: nothing */

	bool advancing; /* and it is to advance once more */
	bool again;
	bool stirred;            /* something has happened */
	struct loop_watch *kick; /* a timer: it goes on in the next turn */
	unsigned pins;           /* calls that use it are under way, */
	bool closed;             /* and one of them closed it */
	char name[TASK_NAME];    /* options.task.name, */
	int *keeps;              /* and .keep_fds */

	struct item *taken; /* whose result is on loan */
	struct tine_result result;
	_Alignas(16) unsigned char input[ITEM_HERE], data[ITEM_HERE];
};

static bool stream_is_live(const struct tine_stream *stream)
{
	return !stream->stopped && !stream->over;
}

/* ---- The source --------------------------------------------------------- */

static void stream_close_source(struct tine_stream *stream)
{
	struct tine_source source = stream->source;

	if (stream->exhausted)
		return;
	stream->exhausted = true;
	if (source.close)
		source.close(source.state);
}

/* From here on nothing is pulled, or given to a child; the first error stays.
 * Those who are in the middle of it get to know, and see to the rest. */
static void stream_stop(struct tine_stream *stream, int error)
{
	if (stream->error == 0)
		stream->error = error;
	stream->stopped = true;
}

/* Whether the window has room for one more. */
static bool stream_has_room(const struct tine_stream *stream)
{
	const struct tine_stream_options *options = &stream->options;
	size_t most = options->max_concurrency;

	if (options->max_buffered > 0)
		most += options->max_buffered;
	else
		most += most + (stream->pooled ? pool_depth(&stream->pool) : 0);
	return stream->job.window.count < most;
}

static int stream_check_item(const struct tine_stream *stream, int got,
			     const void *bytes, size_t size)
{
	if (got != 1 || (!bytes && size > 0))
		return got < 0 ? got : TINE_EUSAGE;
	return size > stream->options.max_item ? TINE_ETOOBIG : 0;
}

static struct item *stream_pull(struct tine_stream *stream)
{
	const void *bytes = NULL;
	size_t size = 0;
	struct item *item = NULL;
	int got, error;

	if (stream->exhausted || !stream_has_room(stream))
		return NULL;
	got = stream->source.next(stream->source.state, &bytes, &size);
	if (!stream_is_live(stream))
		return NULL;
	if (got == 0) {
		stream_close_source(stream);
		return NULL;
	}
	error = stream_check_item(stream, got, bytes, size);
	if (error == 0)
		item = window_add(&stream->job.window, bytes, size);
	if (!item)
		stream_stop(stream, error ? error : TINE_ENOMEM);
	return item;
}

/* ---- To the children ---------------------------------------------------- */

/* Too large for a pool's memory: a fork brings it over all the same. */
static bool stream_start_large(struct tine_stream *stream, struct item *item)
{
	if (!pool_has_seat(&stream->pool))
		return false;
	stream->trouble = solo_start(&stream->job, item);
	return stream->trouble == 0;
}

static struct item *stream_next_item(void *data)
{
	struct tine_stream *stream = data;
	struct item *item;

	for (;;) {
		item = window_first(&stream->job.window);
		if (!item)
			item = stream_pull(stream);
		if (!item || !stream->pooled || item->size <= RING_ITEM_MOST)
			return item;
		if (!stream_start_large(stream, item))
			return NULL;
	}
}

static int stream_fill_solos(struct tine_stream *stream)
{
	struct job *job = &stream->job;
	struct item *item;
	int error = 0;

	while (error == 0 &&
	       job->solo_count < stream->options.max_concurrency &&
	       (item = stream_next_item(stream)))
		error = solo_start(job, item);
	return error;
}

/* Whatever is under way may do what could not be started. */
static void stream_fill(struct tine_stream *stream)
{
	int error;

	stream->trouble = 0;
	error = stream->pooled
			? pool_fill(&stream->pool, stream_next_item, stream)
			: stream_fill_solos(stream);
	if (error == 0)
		error = stream->trouble;
	if (error < 0 && stream->job.window.running == 0)
		stream_stop(stream, error);
}

/* ---- Advancing ---------------------------------------------------------- */

/* What has ended stays, to be taken. */
static void stream_wind_up(struct tine_stream *stream)
{
	struct item *item;

	if (stream->over)
		return;
	stream->over = true;
	stream_close_source(stream);
	if (stream->pooled)
		pool_done(&stream->pool);
	solo_end_all(&stream->job);
	job_drop_resting(&stream->job);
	while ((item = window_first(&stream->job.window)))
		window_drop(&stream->job.window, item);
}

static void stream_advance_once(struct tine_stream *stream)
{
	if (stream->pooled)
		pool_collect(&stream->pool);
	if (stream->job.window.aborted)
		stream_stop(stream, TINE_ETIMEDOUT);
	if (stream_is_live(stream))
		stream_fill(stream);
	if (stream_is_live(stream) && stream->pooled &&
	    pool_balance(&stream->pool))
		stream->again = true;
}

/* Who calls this holds the context. */
static void stream_advance(struct tine_stream *stream)
{
	stream->again = true;
	if (stream->advancing)
		return;
	stream->advancing = true;
	while (stream->again && stream_is_live(stream)) {
		stream->again = false;
		stream_advance_once(stream);
	}
	stream->advancing = false;
	if (stream->stopped ||
	    (stream->exhausted && stream->job.window.count == 0))
		stream_wind_up(stream);
}

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

/* Returns whether there was anything. */
static bool stream_deliver(struct tine_stream *stream)
{
	const struct tine_options *task = &stream->options.task;
	bool any = false;

	while (!stream->closed && stream_take(stream)) {
		any = true;
		task->on_end(NULL, &stream->result, task->user);
	}
	if (stream->closed || !stream->over || stream->told)
		return any;
	stream->told = true;
	list_remove(&stream->due);
	if (stream->options.on_done)
		stream->options.on_done(stream, stream->error, task->user);
	return any;
}

#define STREAM_SHARE 16 /* of a turn of the loop, for others' sake */

/* Goes on until it can but wait for its children; or for the next turn. */
static void stream_drive(struct tine_stream *stream)
{
	bool calls = stream->options.task.on_end;

	for (int i = 0; i < STREAM_SHARE; i++) {
		stream_advance(stream);
		if (calls && stream_deliver(stream) && !stream->over)
			continue;
		if (!stream_is_live(stream) || !stream->pooled ||
		    pool_arm(&stream->pool))
			return;
	}
	if (stream_is_live(stream))
		loop_timer_again(stream->kick, 0);
}

static void on_changed(void *data)
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

static void stream_sleep(struct tine_stream *stream)
{
	stream->stirred = false;
	if (!stream->pooled || pool_arm(&stream->pool))
		(void)loop_run(stream->ctx->loop, stream_is_stirred, stream,
			       CLOCK_NEVER);
}

static bool stream_wait(struct tine_stream *stream)
{
	while (!stream->closed) {
		stream_advance(stream);
		if (stream->closed)
			break;
		if (stream_take(stream))
			return true;
		if (!stream_is_live(stream))
			break;
		stream_sleep(stream);
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
	bool got;

	if (stream_check(stream) < 0 || stream->options.task.on_end)
		return NULL;
	if (stream_take(stream))
		return &stream->result;
	ctx = stream_pin(stream);
	got = stream_wait(stream);
	stream_unpin(stream, ctx);
	return got ? &stream->result : NULL;
}

int tine_stream_error(const struct tine_stream *stream)
{
	int error = stream_check(stream);

	if (error < 0)
		return error;
	if (stream->options.task.on_end && !stream->over)
		return TINE_EUSAGE;
	return stream->error;
}

/* ---- Opening and closing ------------------------------------------------ */

/* From now on it lives without a context. In the middle of an advance what is
 * left of it is wound up there. */
static void stream_orphan(struct tine_stream *stream)
{
	if (!stream->ctx)
		return;
	stream_stop(stream, stream->over ? 0 : TINE_EUSAGE);
	if (!stream->advancing)
		stream_wind_up(stream);
	loop_stop(stream->kick);
	stream->kick = NULL;
	list_remove(&stream->due);
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
	stream_orphan(stream_of(owned));
}

static const struct owned_kind owned_stream = {
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

/* Options are the caller's only during the call. */
static bool stream_copy_options(struct tine_stream *stream)
{
	struct tine_options *task = &stream->options.task;
	size_t size = task->keep_count * sizeof *task->keep_fds;

	if (task->name) {
		text_line(stream->name, sizeof stream->name, task->name,
			  SIZE_MAX);
		task->name = stream->name;
	}
	if (size == 0)
		return true;
	stream->keeps = malloc(size);
	if (stream->keeps)
		task->keep_fds = memcpy(stream->keeps, task->keep_fds, size);
	return stream->keeps != NULL;
}

static void stream_init(struct tine_stream *stream, struct tine_ctx *ctx,
			tine_fn *fn, const struct tine_stream_options *options)
{
	struct job *job = &stream->job;

	stream->ctx = ctx;
	home_init(&stream->home);
	home_mark(&stream->home);
	stream->options = *options;
	stream->exhausted = true; /* it has no source yet */
	list_init(&stream->due);
	ctx_own(ctx, &stream->owned, &owned_stream);
	job_init(job);
	job->ctx = ctx;
	job->fn = fn;
	job->changed = on_changed;
	job->data = stream;
	window_init(&job->window, !options->unordered,
		    options->on_timeout == TINE_ABORT);
}

/* Nothing is pulled, and nobody is called, before the loop runs. */
static int stream_prepare(struct tine_stream *stream)
{
	const struct tine_stream_options *options = &stream->options;
	bool calls = options->task.on_end;
	struct tine_ctx *ctx = stream->ctx;
	int error = 0;

	if (!stream_copy_options(stream))
		return TINE_ENOMEM;
	stream->job.options = options->task;
	stream->pooled = options->reuse > 1;
	if (stream->pooled)
		window_keep_apart(&stream->job.window);
	if (stream->pooled)
		error = pool_init(&stream->pool, &stream->job,
				  options->max_concurrency, options->reuse);
	stream->kick =
		loop_timer_start(ctx->loop, calls ? 0 : -1, on_changed, stream);
	if (error == 0 && !stream->kick)
		error = TINE_ENOMEM;
	if (error == 0 && calls)
		list_append(&ctx->due, &stream->due);
	return error;
}

static int stream_new(struct tine_ctx *ctx, tine_fn *fn,
		      const struct tine_stream_options *options,
		      struct tine_stream **stream)
{
	struct tine_stream_options full;
	struct tine_stream *made;
	int error = options_fill_stream(options, &full);

	if (error < 0)
		return error;
	made = calloc(1, sizeof *made);
	if (!made)
		return TINE_ENOMEM;
	stream_init(made, ctx, fn, &full);
	error = stream_prepare(made);
	if (error < 0) {
		tine_stream_close(made);
		return error;
	}
	*stream = made;
	return 0;
}

int tine_stream_open(struct tine_ctx *ctx, tine_fn *fn,
		     struct tine_source source,
		     const struct tine_stream_options *options,
		     struct tine_stream **stream)
{
	int error = ctx_check(ctx);

	if (error == 0 && (!fn || !source.next || !stream || ctx->doomed))
		error = TINE_EUSAGE;
	if (error == 0)
		error = stream_new(ctx, fn, options, stream);
	if (error < 0) {
		if (source.close)
			source.close(source.state);
		return error;
	}
	(*stream)->source = source;
	(*stream)->exhausted = false;
	return 0;
}
