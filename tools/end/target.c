/* SPDX-License-Identifier: MIT */
/* target.c - who is to be ended, or waited for: what boards say of him. */
#include "end/target.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "defer.h"
#include "term.h"

/* A row knows its slot, and not whose it is. */
static const struct scan_board *board_of(const struct scan *scan,
					 const struct board_slot *slot)
{
	for (size_t i = 0; i < scan->count; i++) {
		const struct scan_board *board = &scan->boards[i];

		if (slot >= board->slots &&
		    slot < board->slots + board->slot_count)
			return board;
	}
	return NULL;
}

/* A supervisor's own name is the last in its path; one that has none shows the
 * path of those above, and is told apart when it answers. */
static void take_super(struct target *target, const struct scan_board *owner,
		       const struct row *row)
{
	const struct row *program = row_program(row);
	const char *path = owner->head.path, *slash = strrchr(path, '/');

	target->under_super = owner->head.kind == BOARD_SUPER &&
			      (target->slot.kind == SLOT_CHILD ||
			       target->slot.kind == SLOT_SUPER);
	memcpy(target->super, path, sizeof target->super);
	if (slash)
		memmove(target->super, slash + 1, strlen(slash));
	if (program)
		target->program = program->board->name;
}

static void take_owner(struct target *target, const struct scan_board *owner,
		       const struct row *row)
{
	target->slot = *row->slot;
	target->owner = owner->name;
	target->slates = owner->tally.slates;
	take_super(target, owner, row);
}

void target_take(struct target *target, const struct forest *forest,
		 const struct row *row)
{
	const struct scan_board *owner =
		row->slot ? board_of(forest->scan, row->slot) : NULL;

	*target = (struct target){ .kind = row->kind,
				   .pid = row->pid,
				   .slates = -1 };
	row_id(row, target->id);
	(void)snprintf(target->name, sizeof target->name, "%s", row->name);
	if (row->board->head.pid == row->pid && row->board != owner) {
		target->has_board = true;
		target->board = row->board->name;
	}
	if (owner)
		take_owner(target, owner, row);
}

/* ---- Finding it --------------------------------------------------------- */

#define FOUND_MOST 20 /* that are listed */

static void list_row(const struct row *row)
{
	AUTO_FREE char *name = term_safe(row->name, strlen(row->name));
	char id[ROW_ID];

	row_id(row, id);
	(void)fprintf(stderr, "  %s  %s  pid %d  %s\n", id,
		      row_kind_name(row->kind), (int)row->pid,
		      name ? name : "");
}

static void list_rows(const struct row *const *rows, size_t count)
{
	for (size_t i = 0; i < count && i < FOUND_MOST; i++)
		list_row(rows[i]);
	if (count > FOUND_MOST)
		(void)fprintf(stderr, "  and %zu more\n", count - FOUND_MOST);
}

bool target_find(struct target *target, const struct forest *forest,
		 const char *text)
{
	const struct row *rows[FOUND_MOST];
	size_t count = forest_find(forest, text, rows, FOUND_MOST);

	if (count == 1) {
		target_take(target, forest, rows[0]);
		return true;
	}
	if (count == 0) {
		warnx("there is nothing with the id, pid or name '%s'",
		      term_brief(text));
		return false;
	}
	warnx("'%s' may be one of %zu; name one by its id:", term_brief(text),
	      count);
	list_rows(rows, count);
	return false;
}
