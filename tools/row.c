/* SPDX-License-Identifier: MIT */
/* row.c - one row of a forest, asked about. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "forest.h"

void row_write_id(uint64_t id, char to[ROW_ID])
{
	(void)snprintf(to, ROW_ID, "%u.%u", (unsigned)(id >> 32), (unsigned)id);
}

void row_id(const struct row *row, char to[ROW_ID])
{
	if ((row->kind == ROW_PROGRAM || row->kind == ROW_SUPER) &&
	    row->pid > 0)
		(void)snprintf(to, ROW_ID, "%d", (int)row->pid);
	else
		row_write_id(row->id, to);
}

enum row_kind row_kind_of(unsigned slot_kind)
{
	static const enum row_kind kinds[SLOT_KIND_COUNT] = {
		[SLOT_TASK] = ROW_TASK,   [SLOT_STREAM] = ROW_STREAM,
		[SLOT_ITEM] = ROW_ITEM,   [SLOT_WORKER] = ROW_WORKER,
		[SLOT_CHILD] = ROW_CHILD, [SLOT_GUEST] = ROW_TASK,
		[SLOT_SPARE] = ROW_SPARE, [SLOT_SUPER] = ROW_SUPER,
	};

	return kinds[slot_kind];
}

const char *row_kind_name(enum row_kind kind)
{
	static const char *const names[ROW_KINDS] = {
		[ROW_PROGRAM] = "program", [ROW_SUPER] = "supervisor",
		[ROW_STREAM] = "stream",   [ROW_TASK] = "task",
		[ROW_ITEM] = "item",       [ROW_WORKER] = "worker",
		[ROW_CHILD] = "child",     [ROW_SPARE] = "spare",
	};

	return names[kind];
}

static bool is_held(const struct row *row)
{
	return row->proc.there && strchr("TtZX", row->proc.state);
}

const char *row_state(const struct row *row)
{
	if (row->end)
		return "ended";
	if (row->gone)
		return "gone";
	if (is_held(row))
		return proc_state_name(row->proc.state);
	if (row->slot && row->slot->kind != SLOT_SUPER)
		return slot_state_name(row->slot->state);
	if (row->slot && row->slot->state != NOW_RUNNING)
		return slot_state_name(row->slot->state);
	return row->proc.there ? proc_state_name(row->proc.state) : "unknown";
}

const struct row *row_super(const struct row *row)
{
	for (row = row->parent; row; row = row->parent)
		if (row->kind == ROW_SUPER)
			return row;
	return NULL;
}

const struct row *row_program(const struct row *row)
{
	while (row->parent)
		row = row->parent;
	return row->kind == ROW_PROGRAM ? row : NULL;
}

bool row_is_child(const struct row *row)
{
	if (row->kind == ROW_SUPER)
		return row->end ? row->board->head.kind == BOARD_SUPER
				: row->slot && row_super(row);
	return row->kind == ROW_CHILD;
}

bool row_has_tally(const struct row *row)
{
	return !row->end &&
	       (row->kind == ROW_PROGRAM || row->kind == ROW_SUPER);
}

int64_t row_age_us(const struct row *row, int64_t now_us)
{
	int64_t since =
		row->slot ? row->slot->started_us : row->board->head.mono_us;

	return since > 0 && since < now_us ? now_us - since : 0;
}

int64_t row_left_us(const struct row *row, int64_t now_us)
{
	if (!row->slot || row->slot->deadline_us == 0 ||
	    row->slot->deadline_us == CLOCK_NEVER)
		return CLOCK_NEVER;
	return row->slot->deadline_us > now_us ? row->slot->deadline_us - now_us
					       : 0;
}

/* ---- Finding ------------------------------------------------------------ */

/* "4711.3", or the number that tine_id() returns. False: it is neither. */
bool row_read_id(const char *text, uint64_t *id)
{
	unsigned owner, number;
	char again[ROW_ID];
	char *end;

	if (sscanf(text, "%10u.%10u", &owner, &number) == 2) {
		*id = (uint64_t)owner << 32 | number;
		row_write_id(*id, again);
		return strcmp(again, text) == 0;
	}
	errno = 0;
	*id = strtoull(text, &end, 10);
	return errno == 0 && *text >= '1' && *text <= '9' && *end == '\0';
}

static bool row_has_id(const struct row *row, uint64_t id)
{
	if (id >> 32 != 0)
		return row->id == id;
	return (uint64_t)row->pid == id;
}

bool row_is_meant(const struct row *row, const char *text)
{
	uint64_t id;

	if (row_read_id(text, &id))
		return row_has_id(row, id);
	return row->name[0] && strcmp(row->name, text) == 0;
}

size_t forest_find(const struct forest *forest, const char *text,
		   const struct row **found, size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < forest->walk_count; i++) {
		if (!row_is_meant(forest->walk[i], text))
			continue;
		if (count < most)
			found[count] = forest->walk[i];
		count++;
	}
	return count;
}
