/* SPDX-License-Identifier: MIT */
/*
 * flow.c - a stream's items, from the source to their ends.
 *
 * Whatever happens (a child speaks, an item ends, somebody asks for a result)
 * the stream advances: it takes what has ended, pulls the source while there is
 * room, and gives items to children. So it never matters who noticed first.
 *
 * Nothing is started for anybody who does not take results: items that have
 * ended and were not taken count as those that run.
 *
 * Not here: items in a fresh process each (solo.c), children that run many
 * (pool.c), in which order results are handed out (window.c).
 */
#include "flow.h"

#include "placard.h"
#include "solo.h"

bool flow_is_live(const struct tine_stream *stream)
{
	return !stream->stopped && !stream->over;
}

/* ---- The source --------------------------------------------------------- */

static void flow_close_source(struct tine_stream *stream)
{
	struct tine_source source = stream->source;

	if (stream->exhausted)
		return;
	stream->exhausted = true;
	if (source.close)
		source.close(source.state);
}

void flow_stop(struct tine_stream *stream, int error)
{
	if (stream->error == 0)
		stream->error = error;
	stream->stopped = true;
}

/* Whether the window has room for one more. */
static bool flow_has_room(const struct tine_stream *stream)
{
	const struct tine_stream_options *options = &stream->options;
	size_t most = options->max_concurrency;

	if (options->max_buffered > 0)
		most += options->max_buffered;
	else
		most += most + (stream->pooled ? pool_depth(&stream->pool) : 0);
	return stream->job.window.count < most;
}

static int flow_check_item(const struct tine_stream *stream, int got,
			   const void *bytes, size_t size)
{
	if (got != 1 || (!bytes && size > 0))
		return got < 0 ? got : TINE_EUSAGE;
	return size > stream->options.max_item ? TINE_ETOOBIG : 0;
}

/*
 * A source may run the loop, say because it is a stream. From in there only
 * what it asks for is pulled: else two sources could wait for each other. The
 * rest goes on when it has returned.
 */
static bool flow_may_pull(struct tine_stream *stream)
{
	struct tine_ctx *ctx = stream->ctx;

	if (ctx->pulls <= stream->level)
		return true;
	list_remove(&stream->put_off);
	list_append(&ctx->put_off, &stream->put_off);
	return false;
}

static void flow_go_on(struct tine_ctx *ctx)
{
	struct list_node *node;

	if (--ctx->pulls > 0)
		return;
	while ((node = list_shift(&ctx->put_off))) {
		struct tine_stream *stream =
			LIST_ENTRY(node, struct tine_stream, put_off);

		loop_timer_again(stream->kick, 0);
	}
}

static int flow_ask_source(struct tine_stream *stream, const void **bytes,
			   size_t *size)
{
	struct tine_ctx *ctx = stream->ctx;
	int got;

	ctx->pulls++;
	got = stream->source.next(stream->source.state, bytes, size);
	flow_go_on(ctx);
	return got;
}

static struct item *flow_pull(struct tine_stream *stream)
{
	const void *bytes = NULL;
	size_t size = 0;
	struct item *item = NULL;
	int got, error;

	if (stream->exhausted || !flow_has_room(stream) ||
	    !flow_may_pull(stream))
		return NULL;
	got = flow_ask_source(stream, &bytes, &size);
	if (!flow_is_live(stream))
		return NULL;
	if (got == 0) {
		flow_close_source(stream);
		return NULL;
	}
	if (got == TINE_LATER)
		return NULL;
	error = flow_check_item(stream, got, bytes, size);
	if (error == 0)
		item = window_add(&stream->job.window, bytes, size);
	if (!item)
		flow_stop(stream, error ? error : TINE_ENOMEM);
	return item;
}

/* ---- To the children ---------------------------------------------------- */

/* Too large for a pool's memory: a fork brings it over all the same. */
static bool flow_start_large(struct tine_stream *stream, struct item *item)
{
	if (!pool_has_seat(&stream->pool))
		return false;
	stream->trouble = solo_start(&stream->job, item);
	return stream->trouble == 0;
}

/* NULL: there is none now. The source may have closed the stream meanwhile. */
static struct item *flow_next_item(void *data)
{
	struct tine_stream *stream = data;
	struct item *item;

	while (flow_is_live(stream)) {
		item = window_first(&stream->job.window);
		if (!item)
			item = flow_pull(stream);
		if (!item || !stream->pooled || item->size <= RING_ITEM_MOST)
			return item;
		if (!flow_start_large(stream, item))
			break;
	}
	return NULL;
}

static int flow_fill_solos(struct tine_stream *stream)
{
	struct job *job = &stream->job;
	struct item *item;
	int error = 0;

	while (error == 0 &&
	       job->solo_count < stream->options.max_concurrency &&
	       (item = flow_next_item(stream)))
		error = solo_start(job, item);
	return error;
}

/* Whatever is under way may do what could not be started. */
static void flow_fill(struct tine_stream *stream)
{
	int error;

	stream->trouble = 0;
	error = stream->pooled
			? pool_fill(&stream->pool, flow_next_item, stream)
			: flow_fill_solos(stream);
	if (error == 0)
		error = stream->trouble;
	if (error < 0 && (stream->job.window.running == 0 ||
			  error == TINE_EFULL || error == TINE_EGONE))
		flow_stop(stream, error);
}

bool flow_drop_resting(struct tine_stream *stream)
{
	if (list_empty(&stream->job.resting))
		return false;
	job_drop_resting(&stream->job);
	return true;
}

/* ---- Advancing ---------------------------------------------------------- */

void flow_wind_up(struct tine_stream *stream)
{
	struct item *item;

	if (stream->over)
		return;
	stream->over = true;
	flow_close_source(stream);
	if (stream->pooled)
		pool_done(&stream->pool);
	solo_end_all(&stream->job);
	job_drop_resting(&stream->job);
	while ((item = window_first(&stream->job.window)))
		window_drop(&stream->job.window, item);
	placard_take_down(stream);
}

static void flow_advance_once(struct tine_stream *stream)
{
	if (stream->pooled)
		pool_collect(&stream->pool);
	if (stream->job.window.aborted)
		flow_stop(stream, TINE_ETIMEDOUT);
	if (flow_is_live(stream))
		flow_fill(stream);
	if (flow_is_live(stream) && stream->pooled &&
	    pool_balance(&stream->pool))
		stream->again = true;
}

void flow_advance(struct tine_stream *stream)
{
	stream->again = true;
	if (stream->advancing)
		return;
	stream->advancing = true;
	while (stream->again && flow_is_live(stream)) {
		stream->again = false;
		flow_advance_once(stream);
	}
	stream->advancing = false;
	placard_stir(stream);
	if (stream->stopped ||
	    (stream->exhausted && stream->job.window.count == 0))
		flow_wind_up(stream);
}
