/* SPDX-License-Identifier: MIT */
/*
 * forest.c - programs, and what is under each, as trees of rows.
 *
 * Any process of the user may have written these boards, and may say that two
 * tasks are under each other: so a row counts only if it is found from a
 * program, on a way that is not too long.
 */
#include "forest.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "defer.h"
#include "notes.h"
#include "tine.h"

#define FOREST_DEPTH 64

/* What is looked up while it grows. */
struct index {
	struct row **boards; /* a board's row, or that which its slots are under
				until a better one is found; NULL: none */
	struct row **ids;    /* rows that have a slot, by their ids */
	size_t id_count;
	struct proc *supers; /* of the processes that are supervisors */
};

/* ---- Looking up --------------------------------------------------------- */

static int compare_ids(const void *a, const void *b)
{
	const struct row *const *one = a, *const *other = b;

	return ((*one)->id > (*other)->id) - ((*one)->id < (*other)->id);
}

static struct row *index_find(const struct index *index, uint64_t id)
{
	struct row key = { .id = id }, *wanted = &key;
	struct row **found =
		index->id_count == 0 || id == 0
			? NULL
			: bsearch(&wanted, index->ids, index->id_count,
				  sizeof wanted, compare_ids);

	return found ? *found : NULL;
}

/* The first board of a process has its row. */
static struct row *index_find_process(const struct forest *forest,
				      const struct index *index,
				      const struct rundir_name *name)
{
	for (size_t i = 0; i < forest->scan->count; i++) {
		const struct rundir_name *other = &forest->scan->boards[i].name;

		if (index->boards[i] && other->pid == name->pid &&
		    other->started == name->started)
			return index->boards[i];
	}
	return NULL;
}

/* One that lives, rather than one that had the same pid once. */
static struct row *index_find_pid(const struct forest *forest,
				  const struct index *index, pid_t pid)
{
	struct row *found = NULL;

	for (size_t i = 0; i < forest->scan->count; i++) {
		const struct scan_board *board = &forest->scan->boards[i];

		if (!index->boards[i] || board->head.pid != pid)
			continue;
		found = index->boards[i];
		if (board->alive)
			return found;
	}
	return found;
}

/* ---- Rows --------------------------------------------------------------- */

static struct row *forest_add(struct forest *forest,
			      const struct scan_board *board,
			      const struct board_slot *slot)
{
	struct row *row = &forest->all[forest->count++];

	*row = (struct row){ .board = board,
			     .slot = slot,
			     .gone = !board->alive,
			     .load = -1,
			     .tally = &board->tally,
			     .note = "" };
	if (slot) {
		row->kind = row_kind_of(slot->kind);
		row->id = slot->id;
		row->pid = slot->pid;
		row->name = slot->name;
	} else {
		row->kind = board->head.kind == BOARD_SUPER ? ROW_SUPER
							    : ROW_PROGRAM;
		row->pid = board->head.pid;
		row->name = row->kind == ROW_SUPER ? board->head.path
						   : board->head.app;
	}
	return row;
}

static size_t board_number(const struct forest *forest, const struct row *row)
{
	return (size_t)(row->board - forest->scan->boards);
}

/* What another board of its process counts. */
static void forest_add_tally(struct forest *forest, struct row *row,
			     const struct board_tally *tally)
{
	struct board_tally *sum = &forest->tallies[board_number(forest, row)];

	if (row->tally != sum)
		*sum = *row->tally;
	row->tally = sum;
	sum->started += tally->started;
	sum->restarts += tally->restarts;
	for (int end = 0; end < BOARD_END_KINDS; end++)
		sum->ended[end] += tally->ended[end];
}

/* Those of a task come under its row, which is not known yet. */
static void forest_add_boards(struct forest *forest, struct index *index,
			      bool gone)
{
	for (size_t i = 0; i < forest->scan->count; i++) {
		const struct scan_board *board = &forest->scan->boards[i];

		if ((!board->alive && !gone) || board->head.kind == BOARD_TASK)
			continue;
		index->boards[i] =
			index_find_process(forest, index, &board->name);
		if (index->boards[i])
			forest_add_tally(forest, index->boards[i],
					 &board->tally);
		else
			index->boards[i] = forest_add(forest, board, NULL);
	}
}

static void forest_read_supers(struct forest *forest, struct index *index)
{
	for (size_t i = 0; i < forest->scan->count; i++) {
		const struct scan_board *board = &forest->scan->boards[i];

		if (board->alive && board->head.kind == BOARD_SUPER)
			index->supers[i].pid = board->head.pid;
	}
	proc_read(index->supers, forest->scan->count);
}

/* What stands between a supervisor and who started it is its guardian, which is
 * not worth a row. */
static struct row *index_find_guarded(const struct forest *forest,
				      const struct index *index, pid_t guardian)
{
	for (size_t i = 0; i < forest->scan->count; i++)
		if (index->supers[i].there &&
		    index->supers[i].parent == guardian)
			return index->boards[i];
	return NULL;
}

/* Of those that are gone nobody knows whose child was whose: so by name. */
static struct row *index_find_named(const struct forest *forest,
				    const struct index *index,
				    const struct scan_board *above,
				    const struct board_slot *slot)
{
	for (size_t i = 0; i < forest->scan->count; i++) {
		const struct scan_board *board = &forest->scan->boards[i];
		const char *path = board->head.path;
		const char *last = strrchr(path, '/');

		if (!board->alive && board->head.kind == BOARD_SUPER &&
		    board->head.parent == above->head.pid && index->boards[i] &&
		    !index->boards[i]->slot &&
		    strcmp(last ? last + 1 : path, slot->name) == 0)
			return index->boards[i];
	}
	return NULL;
}

static void forest_add_slot(struct forest *forest, struct index *index,
			    size_t board, const struct board_slot *slot)
{
	const struct scan_board *above = &forest->scan->boards[board];
	struct row *row = NULL;

	if (slot->kind == SLOT_SUPER)
		row = index_find_guarded(forest, index, slot->pid);
	if (slot->kind == SLOT_SUPER && !row && !above->alive)
		row = index_find_named(forest, index, above, slot);
	if (row) {
		row->slot = slot;
		row->id = slot->id;
		row->parent = index->boards[board];
	} else {
		row = forest_add(forest, above, slot);
		row->parent = index->boards[board];
	}
	index->ids[index->id_count++] = row;
}

static void forest_add_slots(struct forest *forest, struct index *index,
			     bool gone)
{
	for (size_t i = 0; i < forest->scan->count; i++) {
		const struct scan_board *board = &forest->scan->boards[i];

		for (size_t k = 0; k < board->slot_count; k++)
			if (board->alive || gone)
				forest_add_slot(forest, index, i,
						&board->slots[k]);
	}
	qsort(index->ids, index->id_count, sizeof *index->ids, compare_ids);
}

/* ---- Who is under whom -------------------------------------------------- */

static bool is_guest(const struct row *row)
{
	return row->slot && row->slot->kind == SLOT_GUEST;
}

/* A task under a supervisor stands on two boards: on its owner's with all there
 * is to be known of it, on the supervisor's with where it is. */
static void forest_place_guest(const struct index *index, struct row *guest)
{
	struct row *first = index_find(index, guest->id);
	struct row *const *end = index->ids + index->id_count;
	struct row **at;

	if (!first)
		return;
	at = bsearch(&first, index->ids, index->id_count, sizeof first,
		     compare_ids);
	while (at > index->ids && at[-1]->id == guest->id)
		at--;
	for (; at < end && (*at)->id == guest->id; at++)
		if (!is_guest(*at) && (*at)->kind == ROW_TASK) {
			(*at)->parent = guest->parent;
			guest->parent = guest; /* nobody finds it there */
			return;
		}
}

static const struct scan_board *forest_board(const struct forest *forest,
					     size_t at)
{
	return &forest->scan->boards[at];
}

/* The boards of tasks. One whose task is not there is a tree of its own. */
static void forest_place_board(struct forest *forest, struct index *index,
			       size_t at)
{
	const struct scan_board *board = forest_board(forest, at);
	struct row *row = index_find(index, board->head.task);

	if (!row)
		row = index_find_pid(forest, index, board->head.parent);
	if (!row)
		row = forest_add(forest, board, NULL);
	index->boards[at] = row;
}

static void forest_place_boards(struct forest *forest, struct index *index,
				bool gone)
{
	for (size_t i = 0; i < forest->scan->count; i++)
		if (!index->boards[i] &&
		    (forest_board(forest, i)->alive || gone))
			forest_place_board(forest, index, i);
}

static void forest_place_row(struct forest *forest, const struct index *index,
			     struct row *row)
{
	struct row *stream = NULL;

	if (row->slot && row->slot->parent != 0)
		stream = index_find(index, row->slot->parent);
	if (stream && stream->kind == ROW_STREAM && stream != row)
		row->parent = stream;
	else if (row->slot && !row->parent)
		row->parent = index->boards[board_number(forest, row)];
	else if (row->kind == ROW_SUPER && !row->parent)
		row->parent =
			index_find_pid(forest, index, row->board->head.parent);
	if (row->parent == row)
		row->parent = NULL;
}

static void forest_place_all(struct forest *forest, struct index *index)
{
	for (size_t i = 0; i < forest->count; i++)
		forest_place_row(forest, index, &forest->all[i]);
	for (size_t i = 0; i < forest->count; i++)
		if (is_guest(&forest->all[i]))
			forest_place_guest(index, &forest->all[i]);
}

/* ---- The trees ---------------------------------------------------------- */

static bool forest_is_root(const struct row *row)
{
	return !row->parent;
}

/* All rows that are under somebody, in one array, each parent's in a row. */
static bool forest_branch(struct forest *forest)
{
	struct row **places = calloc(2 * forest->count + 1, sizeof *places);
	size_t used = 0;

	if (!places)
		return false;
	forest->roots = places;
	for (size_t i = 0; i < forest->count; i++)
		if (forest_is_root(&forest->all[i]))
			forest->roots[forest->root_count++] = &forest->all[i];
		else
			forest->all[i].parent->row_count++;
	places += forest->root_count;
	for (size_t i = 0; i < forest->count; i++) {
		forest->all[i].rows = places + used;
		used += forest->all[i].row_count;
		forest->all[i].row_count = 0;
	}
	for (size_t i = 0; i < forest->count; i++) {
		struct row *row = &forest->all[i], *parent = row->parent;

		if (parent)
			parent->rows[parent->row_count++] = row;
	}
	return true;
}

static void forest_step(struct forest *forest, struct row *row, size_t *at,
			unsigned depth)
{
	row->depth = depth;
	forest->walk[(*at)++] = row;
	if (depth >= FOREST_DEPTH)
		return;
	for (size_t i = 0; i < row->row_count; i++)
		forest_step(forest, row->rows[i], at, depth + 1);
}

bool forest_walk(struct forest *forest)
{
	size_t at = 0;

	free(forest->walk);
	forest->walk = calloc(forest->count + 1, sizeof(struct row *));
	if (!forest->walk)
		return false;
	for (size_t i = 0; i < forest->root_count; i++)
		forest_step(forest, forest->roots[i], &at, 0);
	forest->walk_count = at;
	return true;
}

/* Those that are in a circle, or too deep, are under nobody: so whoever looks
 * for what a row is under gets to an end. */
static void forest_cut(struct forest *forest)
{
	for (size_t i = 0; i < forest->count; i++) {
		struct row *row = &forest->all[i];

		if (row->parent && row->depth == 0) {
			row->parent = NULL;
			row->row_count = 0;
		}
	}
}

/* ---- What costs something ----------------------------------------------- */

/* Of programs and supervisors always: whether they are stopped is the first
 * thing to know. */
static bool forest_look(struct forest *forest, unsigned parts)
{
	const bool all = parts & FOREST_PROC, notes = parts & FOREST_NOTES;
	AUTO_FREE struct proc *procs = calloc(forest->count + 1, sizeof *procs);

	if (notes)
		forest->notes = calloc(forest->count + 1, FOREST_NOTE);
	if (!procs || (notes && !forest->notes))
		return false;
	for (size_t i = 0; i < forest->count; i++) {
		const struct row *row = &forest->all[i];

		if (!row->gone &&
		    (all || row->kind == ROW_PROGRAM || row->kind == ROW_SUPER))
			procs[i].pid = row->pid;
	}
	proc_read_beside(procs, forest->count, notes_read, forest);
	for (size_t i = 0; i < forest->count; i++)
		forest->all[i].proc = procs[i];
	return true;
}

/* ---- All of it ---------------------------------------------------------- */

static size_t forest_most(const struct scan *scan)
{
	size_t most = 0;

	for (size_t i = 0; i < scan->count; i++)
		most += 2 + scan->boards[i].slot_count;
	return most;
}

static bool forest_plant(struct forest *forest, struct index *index, bool gone)
{
	size_t most = forest_most(forest->scan), boards = forest->scan->count;

	forest->all = calloc(most + 1, sizeof *forest->all);
	forest->tallies = calloc(boards + 1, sizeof *forest->tallies);
	index->boards = calloc(boards + 1, sizeof *index->boards);
	index->ids = calloc(most + 1, sizeof *index->ids);
	index->supers = calloc(boards + 1, sizeof *index->supers);
	if (!forest->all || !forest->tallies || !index->boards || !index->ids ||
	    !index->supers)
		return false;
	forest_add_boards(forest, index, gone);
	forest_read_supers(forest, index);
	forest_add_slots(forest, index, gone);
	forest_place_boards(forest, index, gone);
	forest_place_all(forest, index);
	if (!forest_branch(forest) || !forest_walk(forest))
		return false;
	forest_cut(forest);
	return true;
}

bool forest_grow(struct forest *forest, const struct scan *scan, bool gone,
		 unsigned parts)
{
	struct index index = { 0 };
	bool good;

	*forest = (struct forest){ .scan = scan };
	good = forest_plant(forest, &index, gone) && forest_look(forest, parts);
	free(index.boards);
	free(index.ids);
	free(index.supers);
	if (!good)
		forest_done(forest);
	return good;
}

void forest_done(struct forest *forest)
{
	free(forest->all);
	free(forest->roots);
	free(forest->walk);
	free(forest->notes);
	free(forest->tallies);
	*forest = (struct forest){ 0 };
}
