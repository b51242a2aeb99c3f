/* SPDX-License-Identifier: MIT */
/*
 * opening.c - how a stream comes into being.
 *
 * Nothing is pulled, forked or called yet: that waits until somebody asks for a
 * result, or the loop runs.
 */
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "spawn.h"
#include "stream.h"
#include "text.h"

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
	stream->place = -1;
	stream->exhausted = true; /* it has no source yet */
	list_init(&stream->due);
	list_init(&stream->put_off);
	ctx_own(ctx, &stream->owned, &owned_stream);
	job_init(job);
	job->ctx = ctx;
	job->id = spawn_id(ctx->owner);
	job->fn = fn;
	job->changed = stream_changed;
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
	stream->kick = loop_timer_start(ctx->loop, calls ? 0 : -1,
					stream_changed, stream);
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
