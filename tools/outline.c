/* SPDX-License-Identifier: MIT */
/* outline.c - a forest as somebody looks through it. */
#include "outline.h"

#include <stdlib.h>

#define OUTLINE_PID ((uint64_t)1 << 63)

/* Ids have a pid in their upper half, whose highest bit is never set. */
uint64_t outline_key(const struct row *row)
{
	if (row->kind == ROW_PROGRAM || row->kind == ROW_SUPER)
		return OUTLINE_PID | (uint32_t)row->pid;
	return row->id;
}

void outline_done(struct outline *outline)
{
	free(outline->rows);
	free(outline->folded);
	*outline = (struct outline){ 0 };
}

/* ---- Folding ------------------------------------------------------------ */

static size_t outline_find_folded(const struct outline *outline, uint64_t key)
{
	size_t at = 0;

	while (at < outline->folded_count && outline->folded[at] != key)
		at++;
	return at;
}

bool outline_is_folded(const struct outline *outline, const struct row *row)
{
	return outline_find_folded(outline, outline_key(row)) <
	       outline->folded_count;
}

static bool outline_add_folded(struct outline *outline, uint64_t key)
{
	uint64_t *folded = reallocarray(
		outline->folded, outline->folded_count + 1, sizeof *folded);

	if (!folded)
		return false;
	outline->folded = folded;
	folded[outline->folded_count++] = key;
	return true;
}

bool outline_fold(struct outline *outline, const struct row *row, bool fold)
{
	size_t at = outline_find_folded(outline, outline_key(row));

	if (fold == (at < outline->folded_count))
		return true;
	if (fold)
		return outline_add_folded(outline, outline_key(row));
	outline->folded[at] = outline->folded[--outline->folded_count];
	return true;
}

void outline_unfold_all(struct outline *outline)
{
	outline->folded_count = 0;
}

/* ---- Looking ------------------------------------------------------------ */

/* Between a row and its program nothing is folded. */
static bool outline_hides(const struct outline *outline, const struct row *row)
{
	if (outline->folded_count == 0)
		return false;
	for (row = row->parent; row; row = row->parent)
		if (outline_is_folded(outline, row))
			return true;
	return false;
}

static void outline_clamp(struct outline *outline, size_t height)
{
	if (outline->chosen >= outline->count)
		outline->chosen = outline->count ? outline->count - 1 : 0;
	if (outline->top + height > outline->count)
		outline->top =
			outline->count > height ? outline->count - height : 0;
	if (outline->chosen < outline->top)
		outline->top = outline->chosen;
	if (height > 0 && outline->chosen >= outline->top + height)
		outline->top = outline->chosen - height + 1;
}

static void outline_choose_again(struct outline *outline)
{
	for (size_t i = 0; i < outline->count; i++)
		if (outline_key(outline->rows[i]) == outline->key) {
			outline->chosen = i;
			return;
		}
}

static void outline_remember(struct outline *outline)
{
	const struct row *row = outline_chosen(outline);

	outline->key = row ? outline_key(row) : 0;
}

bool outline_look(struct outline *outline, const struct forest *forest,
		  size_t height)
{
	const struct row **rows =
		calloc(forest->walk_count + 1, sizeof(const struct row *));

	if (!rows)
		return false;
	free(outline->rows);
	outline->rows = rows;
	outline->count = 0;
	for (size_t i = 0; i < forest->walk_count; i++)
		if (forest->walk[i]->shown &&
		    !outline_hides(outline, forest->walk[i]))
			rows[outline->count++] = forest->walk[i];
	outline_choose_again(outline);
	outline_clamp(outline, height);
	outline_remember(outline);
	return true;
}

const struct row *outline_chosen(const struct outline *outline)
{
	return outline->count > 0 ? outline->rows[outline->chosen] : NULL;
}

void outline_move(struct outline *outline, long by, size_t height)
{
	if (by < 0 && (size_t)-by > outline->chosen)
		outline->chosen = 0;
	else
		outline->chosen += (size_t)by;
	outline_clamp(outline, height);
	outline_remember(outline);
}
