/* SPDX-License-Identifier: MIT */
/* plot.c - a scan that nobody has made. */
#include "plot.h"

#include <stdlib.h>
#include <string.h>

#include "tine.h"

/* Room for one more. */
static void *more(void *list, size_t count, size_t size)
{
	char *longer = reallocarray(list, count + 1, size);

	if (!longer)
		abort();
	memset(longer + count * size, 0, size);
	return longer;
}

uint64_t plot_id(pid_t pid, unsigned number)
{
	return (uint64_t)pid << 32 | number;
}

void plot_begin(struct scan *scan)
{
	*scan = (struct scan){ .now_us = PLOT_NOW };
}

size_t plot_board(struct scan *scan, enum board_kind kind, pid_t pid,
		  const char *name, int seconds)
{
	struct scan_board *board;

	scan->boards = more(scan->boards, scan->count, sizeof *scan->boards);
	board = &scan->boards[scan->count];
	board->alive = true;
	board->name = (struct rundir_name){ pid, 77, 1 };
	board->head.kind = kind;
	board->head.pid = pid;
	board->head.started = 77;
	board->head.number = 1;
	board->head.mono_us = PLOT_NOW - seconds * INT64_C(1000000);
	board->head.real_us = PLOT_DAY + board->head.mono_us;
	board->tally.slates = -1;
	(void)strncpy(board->head.app, kind == BOARD_SUPER ? "shop" : name,
		      BOARD_NAME - 1);
	if (kind == BOARD_SUPER)
		(void)strncpy(board->head.path, name, BOARD_PATH - 1);
	return scan->count++;
}

struct board_slot *plot_slot(struct scan *scan, size_t at, enum slot_kind kind,
			     unsigned number, const char *name)
{
	struct scan_board *board = &scan->boards[at];
	struct board_slot *slot;

	board->slots = more(board->slots, board->slot_count, sizeof *slot);
	slot = &board->slots[board->slot_count++];
	slot->kind = (uint8_t)kind;
	slot->id = plot_id(board->head.pid, number);
	slot->last_end = TINE_PENDING;
	slot->slate = -1;
	slot->started_us = PLOT_NOW - 1000;
	(void)strncpy(slot->name, name, BOARD_NAME - 1);
	return slot;
}

struct board_end *plot_end(struct scan *scan, size_t at, enum slot_kind kind,
			   unsigned number, const char *name)
{
	struct scan_board *board = &scan->boards[at];
	struct board_end *end;

	board->ends = more(board->ends, board->end_count, sizeof *end);
	end = &board->ends[board->end_count++];
	end->number = board->end_count;
	end->kind = (uint8_t)kind;
	end->id = plot_id(board->head.pid, number);
	end->ended_us = PLOT_NOW - 1000000 + (int64_t)board->end_count;
	(void)strncpy(end->name, name, BOARD_NAME - 1);
	return end;
}

struct board_crash *plot_crash(struct scan *scan, size_t at,
			       uint64_t fingerprint, const char *name)
{
	struct scan_board *board = &scan->boards[at];
	struct board_crash *crash;

	board->crashes =
		more(board->crashes, board->crash_count, sizeof *crash);
	crash = &board->crashes[board->crash_count++];
	crash->fingerprint = fingerprint;
	crash->count = 1;
	crash->first_us = crash->last_us = PLOT_NOW;
	(void)strncpy(crash->name, name, BOARD_NAME - 1);
	return crash;
}
