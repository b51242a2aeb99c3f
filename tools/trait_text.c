/* SPDX-License-Identifier: MIT */
/* trait_text.c - what a row has: texts. */
#include <inttypes.h>
#include <stdio.h>

#include "text.h"
#include "tine.h"
#include "trait.h"

const char *trait_id(const struct row *row, char room[FIELD_ROOM])
{
	row_id(row, room);
	return room;
}

/* Of what has ended, by what its board says. */
const char *trait_parent(const struct row *row, char room[FIELD_ROOM])
{
	if (row->end && row->end->parent != 0)
		row_write_id(row->end->parent, room);
	else if (row->end)
		(void)snprintf(room, FIELD_ROOM, "%d",
			       (int)row->board->head.pid);
	else if (row->parent)
		row_id(row->parent, room);
	else
		return "";
	return room;
}

const char *trait_kind(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row_kind_name(row->kind);
}

const char *trait_name(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->name;
}

const char *trait_app(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->board->head.app;
}

const char *trait_super(const struct row *row, char room[FIELD_ROOM])
{
	const struct row *super = row_super(row);

	(void)room;
	if (row->end && row->board->head.kind == BOARD_SUPER)
		return row->board->head.path;
	return super ? super->name : "";
}

const char *trait_state(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row_state(row);
}

const char *trait_note(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->note;
}

const char *trait_last(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->slot && row->slot->last_end != TINE_PENDING
		       ? tine_end_name((enum tine_end)row->slot->last_end)
		       : "";
}

/* A child's, of a supervisor. */
const char *trait_restart(const struct row *row, char room[FIELD_ROOM])
{
	static const char *const names[] = { [TINE_TEMPORARY] = "temporary",
					     [TINE_TRANSIENT] = "transient",
					     [TINE_PERMANENT] = "permanent" };

	(void)room;
	return row_is_child(row) ? names[row->end ? row->end->restart
						  : row->slot->restart]
				 : "";
}

/* ---- Of what has ended -------------------------------------------------- */

const char *trait_end(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->end ? tine_end_name((enum tine_end)row->end->end) : "";
}

/* A code by which others end may be either. */
const char *trait_cause(const struct row *row, char room[FIELD_ROOM])
{
	if (!row->end)
		return "";
	if (row->end->end == TINE_CRASHED || row->end->end == TINE_KILLED)
		return row->end->code > 0 ? text_signal(room, row->end->code)
					  : "";
	if (row->end->end != TINE_FAILED)
		return "";
	(void)snprintf(room, FIELD_ROOM, "%d", row->end->code);
	return room;
}

const char *trait_message(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->end ? row->end->message : "";
}

const char *trait_output(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->end ? row->end->output : "";
}

const char *trait_fingerprint(const struct row *row, char room[FIELD_ROOM])
{
	if (!row->end || row->end->fingerprint == 0)
		return "";
	(void)snprintf(room, FIELD_ROOM, "%016" PRIx64, row->end->fingerprint);
	return room;
}
