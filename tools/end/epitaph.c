/* SPDX-License-Identifier: MIT */
/* epitaph.c - what the owner of something that has ended says of it. */
#include "end/epitaph.h"

#include <stdio.h>
#include <string.h>

#include "record.h"
#include "tine.h"

static bool is_same(const struct rundir_name *one,
		    const struct rundir_name *other)
{
	return one->pid == other->pid && one->started == other->started &&
	       one->number == other->number;
}

static bool find_end(const struct scan_board *board, uint64_t id,
		     struct board_end *end)
{
	for (size_t i = board->end_count; i > 0; i--)
		if (board->ends[i - 1].id == id) {
			*end = board->ends[i - 1];
			return true;
		}
	return false;
}

static bool find_attempt(const struct scan_board *board, struct target *target)
{
	for (size_t i = 0; i < board->slot_count; i++)
		if (board->slots[i].id == target->slot.id) {
			target->slot = board->slots[i];
			if (!target->has_board)
				target->pid = board->slots[i].pid;
			return true;
		}
	return false;
}

static enum epitaph_state look_at(const struct scan_board *board,
				  struct target *target, struct board_end *end)
{
	if (find_end(board, target->slot.id, end))
		return EPITAPH_WRITTEN;
	if (!board->alive)
		return EPITAPH_NONE;
	return find_attempt(board, target) ? EPITAPH_LATER : EPITAPH_MISSED;
}

enum epitaph_state epitaph_look(struct target *target, struct board_end *end)
{
	enum epitaph_state state = EPITAPH_NONE;
	struct scan scan;

	if (target->slot.id == 0 ||
	    scan_read(&scan, SCAN_SLOTS | SCAN_ENDS) < 0)
		return EPITAPH_NONE;
	for (size_t i = 0; i < scan.count; i++)
		if (is_same(&scan.boards[i].name, &target->owner))
			state = look_at(&scan.boards[i], target, end);
	scan_done(&scan);
	return state;
}

bool epitaph_find(const char *text, struct target *target,
		  struct board_end *end)
{
	struct scan scan;
	bool found = false;
	uint64_t id;

	if (!row_read_id(text, &id) || scan_read(&scan, SCAN_ENDS) < 0)
		return false;
	for (size_t i = 0; i < scan.count && !found; i++)
		found = find_end(&scan.boards[i], id, end);
	scan_done(&scan);
	if (!found)
		return false;
	*target = (struct target){ .pid = end->pid, .slot.id = id };
	row_write_id(id, target->id);
	(void)snprintf(target->name, sizeof target->name, "%s", end->name);
	target->kind = end->kind == SLOT_ITEM    ? ROW_ITEM
		       : end->kind == SLOT_CHILD ? ROW_CHILD
		       : end->kind == SLOT_SUPER ? ROW_SUPER
						 : ROW_TASK;
	return true;
}

json_t *epitaph_json(const struct board_end *end)
{
	if (!end)
		return json_null();
	return json_pack("{ss si so}", "verdict", tine_end_name(end->end),
			 "code", end->code, "message",
			 record_text(end->message));
}
