/* SPDX-License-Identifier: MIT */
/*
 * notice.c - what is to be seen of tasks on the board of their context.
 *
 * A record is made anew each time, from what there is: so it cannot differ from
 * that for long, and nothing has to be kept for it.
 */
#include "notice.h"

#include <string.h>

#include "clock.h"
#include "text.h"

/* ---- The board ---------------------------------------------------------- */

static void notice_whose(struct board_head *head, const struct tine_ctx *ctx)
{
	const struct tine_self *self = ctx->self;

	if (!self || head->kind != BOARD_PROGRAM)
		return;
	head->kind = BOARD_TASK;
	head->parent = self->parent_pid;
	head->task = self->id;
}

struct board *notice_board(struct tine_ctx *ctx)
{
	struct board *board = &ctx->board;

	if (board->fd >= 0)
		return board;
	if (board->hidden)
		return NULL;
	notice_whose(&board->head, ctx);
	return board_open(board) ? board : NULL;
}

/* Where the notes of its tasks are. */
static void notice_slates(struct board *board, const struct tine_ctx *ctx)
{
	if (board->tally.slates == ctx->slates.fd)
		return;
	board->tally.slates = ctx->slates.fd;
	(void)board_sum_up(board);
}

void notice_name(char to[BOARD_NAME], const char *name)
{
	text_line(to, BOARD_NAME, name, SIZE_MAX);
}

/* ---- A task ------------------------------------------------------------- */

static uint8_t notice_state(enum task_state state)
{
	static const uint8_t states[TASK_STATES] = {
		[TASK_RUNNING] = NOW_RUNNING,   [TASK_LEAVING] = NOW_LEAVING,
		[TASK_STOPPING] = NOW_STOPPING, [TASK_KILLING] = NOW_KILLING,
		[TASK_WAITING] = NOW_WAITING,   [TASK_DONE] = NOW_DOWN,
	};

	return states[state];
}

/* What a pool's child ends by is the end of the item that it was on. */
static bool notice_has_end(const struct board_slot *slot)
{
	return slot->kind != SLOT_WORKER && slot->kind != SLOT_SPARE;
}

static struct board_slot notice_slot(const struct tine_task *task)
{
	struct board_slot slot = {
		.id = task->id,
		.pid = task->child.pid,
		.kind = task->keeper ? SLOT_SUPER : SLOT_TASK,
		.state = notice_state(task->state),
		.last_end = TINE_PENDING,
		.started_us = task->started_us,
		.deadline_us = task->due_us,
		.grace_ms = task->grace_ms,
		.slate = task->slot,
		.attempts = task->attempts,
		.flags = (task->options.nolink ? 0u : SLOT_LINKED) |
			 (task->keeper ? SLOT_KEEPS_TREE : 0u),
	};

	memcpy(slot.name, task->name, sizeof slot.name);
	if (task->dress)
		task->dress(task, &slot);
	return slot;
}

/* A spare counts when it has become something. */
static void notice_begin(struct tine_task *task, const struct board_slot *slot)
{
	if (task->counted || !notice_has_end(slot))
		return;
	task->counted = true;
	task->ctx->board.tally.started++;
}

void notice_task(struct tine_task *task)
{
	struct board *board = notice_board(task->ctx);
	struct board_slot slot;

	if (!board)
		return;
	if (task->place < 0)
		task->place = board_take(board);
	if (task->place < 0)
		return;
	notice_slates(board, task->ctx);
	slot = notice_slot(task);
	notice_begin(task, &slot);
	board_put(board, task->place, &slot);
}

static void notice_nothing(struct tine_task *task)
{
	if (task->place >= 0)
		board_give(&task->ctx->board, task->place);
	task->place = -1;
}

void notice_restart(struct tine_ctx *ctx)
{
	struct board *board = notice_board(ctx);

	if (!board)
		return;
	board->tally.restarts++;
	(void)board_sum_up(board);
}

/* ---- Ends --------------------------------------------------------------- */

static int64_t notice_us(struct timeval time)
{
	return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

/* The last of it, where there is more than fits. */
static void notice_tail(char *to, size_t room, const char *from)
{
	size_t length = strlen(from);

	if (length >= room)
		from += length - (room - 1);
	memcpy(to, from, strlen(from) + 1);
}

static void notice_usage(struct board_end *end, const struct rusage *usage)
{
	end->user_us = notice_us(usage->ru_utime);
	end->system_us = notice_us(usage->ru_stime);
	end->rss_kib = usage->ru_maxrss;
	end->major_faults = usage->ru_majflt;
}

static void notice_tell(struct board *board, long place, struct board_end *end,
			const struct tine_result *result)
{
	end->pid = result->pid;
	end->code = result->code;
	end->end = (uint8_t)result->end;
	end->core = result->core;
	end->fingerprint = result->fingerprint;
	end->attempts = result->attempts;
	end->adopted = result->adopted;
	end->ended_us = clock_us();
	end->wall_us = result->wall_us;
	end->result_size = result->size;
	end->output_size = result->output_dropped + strlen(result->output);
	notice_usage(end, &result->usage);
	text_line(end->message, sizeof end->message, result->message, SIZE_MAX);
	text_line(end->note, sizeof end->note, result->note, SIZE_MAX);
	notice_tail(end->output, sizeof end->output, result->output);
	board_add_end(board, place, end, result->crash);
}

void notice_result(struct tine_ctx *ctx, struct board_end *end,
		   const struct tine_result *result)
{
	struct board *board = notice_board(ctx);

	if (board)
		notice_tell(board, -1, end, result);
}

void notice_end(struct tine_task *task)
{
	struct board *board;
	struct board_slot slot;
	struct board_end end = { 0 };

	if (!task->ctx || task->place < 0)
		return;
	board = &task->ctx->board;
	slot = notice_slot(task);
	if (!notice_has_end(&slot)) {
		notice_nothing(task);
		return;
	}
	end.id = slot.id;
	end.kind = slot.kind;
	end.parent = slot.parent;
	end.index = slot.index;
	end.restart = slot.restart;
	end.restarts = slot.restarts;
	memcpy(end.name, slot.name, sizeof end.name);
	board->tally.ended[task->result.end]++;
	notice_tell(board, task->place, &end, &task->result);
	task->place = -1;
}
