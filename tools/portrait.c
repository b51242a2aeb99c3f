/* SPDX-License-Identifier: MIT */
/* portrait.c - all there is to be known of one. */
#include "portrait.h"

#include <stdlib.h>
#include <string.h>

#define PORTRAIT_MOST 1024 /* that are looked at */

/* ---- Which ends belong to it -------------------------------------------- */

static bool is_of_process(const struct row *row, const struct row *end)
{
	const struct rundir_name *name = &row->board->name;
	const struct rundir_name *other = &end->board->name;

	return name->pid == other->pid && name->started == other->started;
}

/* A child has another id each time that it is started. */
static bool is_same(const struct row *row, const struct row *end)
{
	if (row->id == end->id)
		return true;
	return row->kind == ROW_CHILD && end->kind == ROW_CHILD &&
	       row->board == end->board && row->name[0] &&
	       strcmp(row->name, end->name) == 0;
}

static bool is_of_many(const struct row *row)
{
	return row->kind == ROW_PROGRAM || row->kind == ROW_SUPER ||
	       row->kind == ROW_STREAM;
}

static bool belongs(const struct row *row, const struct row *end)
{
	if (row->end || !is_of_many(row))
		return is_same(row, end);
	if (row->kind == ROW_STREAM)
		return end->end->parent == row->id;
	return row->slot && row->slot->kind != SLOT_SUPER
		       ? end->id == row->id
		       : is_of_process(row, end);
}

static bool portrait_gather(struct portrait *portrait,
			    const struct history *history, size_t most)
{
	const struct row *whose = portrait->row ? portrait->row : portrait->end;
	size_t at = history->count;

	portrait->ends = calloc(history->count + 1, sizeof(struct row *));
	if (!portrait->ends)
		return false;
	for (size_t i = history->count; i > 0 && portrait->end_count < most;
	     i--)
		if (belongs(whose, &history->rows[i - 1])) {
			portrait->ends[--at] = &history->rows[i - 1];
			portrait->end_count++;
		}
	memmove(portrait->ends, portrait->ends + at,
		portrait->end_count * sizeof *portrait->ends);
	if (!portrait_is_of_many(portrait) && portrait->end_count > 0)
		portrait->end = portrait->ends[portrait->end_count - 1];
	return true;
}

/* ---- Finding ------------------------------------------------------------ */

/* Those that are gone count only if nobody else is meant. */
static size_t drop_gone(const struct row **found, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!found[i]->gone)
			found[kept++] = found[i];
	return kept > 0 ? kept : count;
}

/* The workers of a stream have its name, and are not who is meant by it. */
static size_t drop_workers(const struct row **found, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		const struct row *row = found[i], *parent = row->parent;

		if (!parent || parent->kind != ROW_STREAM ||
		    strcmp(parent->name, row->name) != 0)
			found[kept++] = row;
	}
	return kept > 0 ? kept : count;
}

/* A process that is several things: the first of them is above the others. */
static bool is_one_process(const struct row *const *found, size_t count,
			   const char *text)
{
	uint64_t id;

	if (!row_read_id(text, &id))
		return false;
	for (size_t i = 1; i < count; i++)
		if (found[i]->pid != found[0]->pid ||
		    found[i]->gone != found[0]->gone)
			return false;
	return true;
}

static size_t find_meant(const struct row **found, size_t count,
			 const char *text)
{
	count = drop_gone(found, count);
	if (count > 1)
		count = drop_workers(found, count);
	return count > 1 && is_one_process(found, count, text) ? 1 : count;
}

static size_t find_live(const struct forest *forest, const char *text,
			const struct row *found[PORTRAIT_OTHERS])
{
	const struct row *all[PORTRAIT_MOST];
	size_t count = forest_find(forest, text, all, PORTRAIT_MOST);

	if (count <= PORTRAIT_MOST)
		count = find_meant(all, count, text);
	memcpy(found, all,
	       sizeof *found *
		       (count < PORTRAIT_OTHERS ? count : PORTRAIT_OTHERS));
	return count;
}

int portrait_find(struct portrait *portrait, const struct forest *forest,
		  const struct history *history, const char *text, size_t most,
		  const struct row *others[PORTRAIT_OTHERS])
{
	size_t count = find_live(forest, text, others);

	*portrait = (struct portrait){ 0 };
	if (count > 1)
		return (int)count;
	if (count == 1)
		portrait->row = others[0];
	else if (history_find(history, text, &portrait->end, 1) == 0)
		return 0;
	return portrait_gather(portrait, history, most) ? 1 : -1;
}

void portrait_done(struct portrait *portrait)
{
	free(portrait->ends);
	*portrait = (struct portrait){ 0 };
}

bool portrait_is_of_many(const struct portrait *portrait)
{
	return portrait->row && is_of_many(portrait->row);
}
