/* SPDX-License-Identifier: MIT */
/*
 * placard.c - what is to be seen of a stream on the board of its context.
 *
 * A pool runs millions of items a second: so it is looked at now and then, by a
 * timer that runs only when something has changed, and keeps no loop running.
 */
#include "placard.h"

#include <string.h>

#include "clock.h"
#include "notice.h"
#include "spawn.h"

#define PLACARD_MS 50

/* Items of a pool are no tasks, which are counted one by one; but for those
 * that are too large for it. */
static void placard_count(struct tine_stream *stream, struct board *board)
{
	uint64_t *ends = stream->job.ends;
	uint64_t pooled = stream->job.window.next - stream->job.solos_ever;

	if (!stream->pooled)
		return;
	board->tally.started += pooled - stream->counted;
	stream->counted = pooled;
	for (int end = 0; end < TINE_PENDING; end++) {
		board->tally.ended[end] += ends[end];
		ends[end] = 0;
	}
	(void)board_sum_up(board);
}

static struct board_slot placard_slot(const struct tine_stream *stream)
{
	const struct job *job = &stream->job;
	const struct tine_options *task = &stream->options.task;
	struct board_slot slot = {
		.id = job->id,
		.kind = SLOT_STREAM,
		.state = job->window.count > 0 ? NOW_RUNNING : NOW_IDLE,
		.last_end = TINE_PENDING,
		.started_us = stream->began_us,
		.grace_ms = task->grace_ms,
		.slate = -1,
		.started = job->window.next,
		.ended = job->ended,
		.bad = job->bad,
		.busy = (uint32_t)job->window.running,
		.most = stream->options.max_concurrency,
	};

	notice_name(slot.name, task->name ? task->name : "");
	return slot;
}

static void placard_put_up(struct tine_stream *stream)
{
	struct board *board = notice_board(stream->ctx);
	struct board_slot slot;

	stream->shown_us = clock_rough_us();
	if (!board)
		return;
	if (stream->place < 0)
		stream->place = board_take(board);
	slot = placard_slot(stream);
	board_put(board, stream->place, &slot);
	placard_count(stream, board);
	if (stream->pooled)
		pool_show(&stream->pool);
}

static void on_time(void *data)
{
	struct tine_stream *stream = data;

	stream->to_be_shown = false;
	placard_put_up(stream);
}

/* The first time there is nothing to be waited for. */
static bool placard_begin(struct tine_stream *stream)
{
	stream->began_us = clock_us();
	stream->placard =
		loop_timer_start(stream->ctx->loop, -1, on_time, stream);
	if (!stream->placard)
		return false;
	loop_background(stream->placard);
	return true;
}

void placard_stir(struct tine_stream *stream)
{
	if (stream->to_be_shown || !stream->ctx || stream->ctx->board.hidden)
		return;
	if (!stream->placard && !placard_begin(stream))
		return;
	if (clock_rough_us() - stream->shown_us >= PLACARD_MS * 1000) {
		placard_put_up(stream);
		return;
	}
	stream->to_be_shown = true;
	loop_timer_again(stream->placard, PLACARD_MS);
}

void placard_take_down(struct tine_stream *stream)
{
	if (stream->placard) {
		placard_count(stream, &stream->ctx->board);
		board_give(&stream->ctx->board, stream->place);
	}
	loop_stop(stream->placard);
	stream->placard = NULL;
	stream->place = -1;
	stream->to_be_shown = true;
}
