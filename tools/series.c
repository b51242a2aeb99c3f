/* SPDX-License-Identifier: MIT */
/* series.c - numbers of programs and supervisors, for monitors. */
#include "series.h"

#include <stdlib.h>
#include <string.h>

#include "defer.h"

/* ---- One board ---------------------------------------------------------- */

/* A guest is counted where its owner is. */
static bool is_work(const struct board_slot *slot)
{
	return slot->kind == SLOT_TASK || slot->kind == SLOT_ITEM ||
	       slot->kind == SLOT_CHILD;
}

static void series_count_slots(struct series *series,
			       const struct scan_board *board)
{
	for (size_t i = 0; i < board->slot_count; i++) {
		const struct board_slot *slot = &board->slots[i];

		if (is_work(slot))
			series->states[slot->state]++;
		if (slot->kind != SLOT_STREAM)
			continue;
		series->streams++;
		series->busy += slot->busy;
	}
}

static struct series series_of(const struct scan_board *board)
{
	struct series series = {
		.app = board->head.app,
		.pid = board->head.pid,
		.super =
			board->head.kind == BOARD_SUPER ? board->head.path : "",
		.alive = board->alive,
		.started_us = scan_day_us(board, board->head.mono_us),
		.started = board->tally.started,
		.restarts = board->tally.restarts,
		.torn = board->torn,
	};

	memcpy(series.ended, board->tally.ended, sizeof series.ended);
	if (board->alive)
		series_count_slots(&series, board);
	return series;
}

/* ---- Those that are called alike ---------------------------------------- */

static int compare_series(const void *a, const void *b)
{
	const struct series *one = a, *other = b;
	int order = strcmp(one->app, other->app);

	if (order == 0)
		order = (one->pid > other->pid) - (one->pid < other->pid);
	return order ? order : strcmp(one->super, other->super);
}

/* Whoever wrote a board may have counted to the end. */
static void add(uint64_t *sum, uint64_t more)
{
	*sum = *sum > UINT64_MAX - more ? UINT64_MAX : *sum + more;
}

static void series_add(struct series *sum, const struct series *more)
{
	sum->alive |= more->alive;
	if (more->started_us < sum->started_us)
		sum->started_us = more->started_us;
	add(&sum->started, more->started);
	add(&sum->restarts, more->restarts);
	add(&sum->streams, more->streams);
	add(&sum->busy, more->busy);
	add(&sum->torn, more->torn);
	for (size_t i = 0; i < BOARD_END_KINDS; i++)
		add(&sum->ended[i], more->ended[i]);
	for (size_t i = 0; i < NOW_COUNT; i++)
		add(&sum->states[i], more->states[i]);
}

static void series_unite(struct all_series *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->count; i++) {
		struct series *series = &all->series[i];

		if (kept > 0 &&
		    compare_series(&all->series[kept - 1], series) == 0)
			series_add(&all->series[kept - 1], series);
		else
			all->series[kept++] = *series;
	}
	all->count = kept;
}

/* ---- All of them -------------------------------------------------------- */

static bool series_look(struct all_series *all)
{
	AUTO_FREE struct proc *procs = calloc(all->count + 1, sizeof *procs);

	if (!procs)
		return false;
	for (size_t i = 0; i < all->count; i++)
		procs[i].pid = all->series[i].alive ? all->series[i].pid : 0;
	proc_read(procs, all->count);
	for (size_t i = 0; i < all->count; i++)
		all->series[i].proc = procs[i];
	return true;
}

bool series_read(struct all_series *all, const struct scan *scan)
{
	*all = (struct all_series){
		calloc(scan->count + 1, sizeof *all->series), 0
	};
	if (!all->series)
		return false;
	for (size_t i = 0; i < scan->count; i++)
		all->series[all->count++] = series_of(&scan->boards[i]);
	if (all->count > 1)
		qsort(all->series, all->count, sizeof *all->series,
		      compare_series);
	series_unite(all);
	return series_look(all);
}

void series_done(struct all_series *all)
{
	free(all->series);
	*all = (struct all_series){ 0 };
}
