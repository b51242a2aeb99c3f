/* SPDX-License-Identifier: MIT */
/*
 * history.c - what has ended, as all boards have it.
 *
 * A task under a supervisor has ended on two boards. Its owner's has all there
 * is to be known; so the other one counts only if the owner's is not there.
 */
#include "history.h"

#include <stdlib.h>

/* ---- Tasks under supervisors -------------------------------------------- */

static bool is_guest(const struct row *row)
{
	return row->end->kind == SLOT_GUEST;
}

static int compare_guests(const void *a, const void *b)
{
	const struct row *one = a, *other = b;

	if (one->id != other->id)
		return one->id < other->id ? -1 : 1;
	return is_guest(one) - is_guest(other);
}

/* That a task was under a supervisor is kept. */
static void history_drop_guests(struct history *history)
{
	struct row *rows = history->rows, *last = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < history->count; i++) {
		if (last && is_guest(&rows[i]) && !is_guest(last) &&
		    last->id == rows[i].id) {
			last->parent = rows[i].parent;
			continue;
		}
		last = &rows[kept++];
		*last = rows[i];
	}
	history->count = kept;
}

/* ---- The order of time -------------------------------------------------- */

static int compare_rows(const void *a, const void *b)
{
	const struct row *one = a, *other = b;
	int64_t ended = scan_day_us(one->board, one->end->ended_us);
	int64_t ends = scan_day_us(other->board, other->end->ended_us);

	if (ended != ends)
		return ended < ends ? -1 : 1;
	return (one->end->number > other->end->number) -
	       (one->end->number < other->end->number);
}

/* ---- All ---------------------------------------------------------------- */

static struct row history_super(const struct scan_board *board)
{
	return (struct row){
		.kind = ROW_SUPER,
		.board = board,
		.pid = board->head.pid,
		.name = board->head.path,
		.gone = !board->alive,
		.tally = &board->tally,
		.note = "",
	};
}

static struct row history_row(const struct scan_board *board,
			      const struct board_end *end, struct row *super)
{
	return (struct row){
		.kind = row_kind_of(end->kind),
		.board = board,
		.id = end->id,
		.pid = end->pid,
		.name = end->name,
		.gone = !board->alive,
		.end = end,
		.tally = &board->tally,
		.parent = super,
		.note = end->note,
	};
}

static void history_add(struct history *history, const struct scan_board *board,
			struct row *super)
{
	*super = history_super(board);
	if (board->head.kind != BOARD_SUPER)
		super = NULL;
	for (size_t i = 0; i < board->end_count; i++)
		history->rows[history->count++] =
			history_row(board, &board->ends[i], super);
}

static void history_sort(struct history *history,
			 int (*compare)(const void *, const void *))
{
	if (history->count > 1)
		qsort(history->rows, history->count, sizeof *history->rows,
		      compare);
}

bool history_gather(struct history *history, const struct scan *scan)
{
	size_t most = 0;

	for (size_t i = 0; i < scan->count; i++)
		most += scan->boards[i].end_count;
	*history = (struct history){
		.rows = calloc(most + 1, sizeof *history->rows),
		.supers = calloc(scan->count + 1, sizeof *history->supers),
	};
	if (!history->rows || !history->supers)
		return false;
	for (size_t i = 0; i < scan->count; i++)
		history_add(history, &scan->boards[i], &history->supers[i]);
	history_sort(history, compare_guests);
	history_drop_guests(history);
	history_sort(history, compare_rows);
	return true;
}

void history_done(struct history *history)
{
	free(history->rows);
	free(history->supers);
	*history = (struct history){ 0 };
}

/* ---- Finding ------------------------------------------------------------ */

size_t history_find(const struct history *history, const char *text,
		    const struct row **found, size_t most)
{
	size_t count = 0;

	for (size_t i = history->count; i > 0 && count < most; i--)
		if (row_is_meant(&history->rows[i - 1], text))
			found[count++] = &history->rows[i - 1];
	return count;
}

const char *history_stack(const struct row *row)
{
	const struct scan_board *board = row->board;

	for (size_t i = 0; row->end->fingerprint && i < board->crash_count; i++)
		if (board->crashes[i].fingerprint == row->end->fingerprint)
			return board->crashes[i].stack;
	return "";
}
