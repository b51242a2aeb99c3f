/* SPDX-License-Identifier: MIT */
/* field.c - what there is to be shown of a row, field by field. */
#include "field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "record.h"
#include "tine.h"
#include "units.h"

/* ---- Texts -------------------------------------------------------------- */

static const char *text_id(const struct row *row, char room[FIELD_ROOM])
{
	row_id(row, room);
	return room;
}

static const char *text_parent(const struct row *row, char room[FIELD_ROOM])
{
	if (!row->parent)
		return "";
	row_id(row->parent, room);
	return room;
}

static const char *text_kind(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row_kind_name(row->kind);
}

static const char *text_name(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->name;
}

static const char *text_app(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->board->head.app;
}

static const char *text_super(const struct row *row, char room[FIELD_ROOM])
{
	const struct row *super = row_super(row);

	(void)room;
	return super ? super->name : "";
}

static const char *text_state(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row_state(row);
}

static const char *text_note(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->note;
}

static const char *text_last(const struct row *row, char room[FIELD_ROOM])
{
	(void)room;
	return row->slot && row->slot->last_end != TINE_PENDING
		       ? tine_end_name((enum tine_end)row->slot->last_end)
		       : "";
}

static const char *text_restart(const struct row *row, char room[FIELD_ROOM])
{
	static const char *const names[] = { [TINE_TEMPORARY] = "temporary",
					     [TINE_TRANSIENT] = "transient",
					     [TINE_PERMANENT] = "permanent" };

	(void)room;
	return row->kind == ROW_CHILD || (row->kind == ROW_SUPER &&
					  row_super(row) && row->slot)
		       ? names[row->slot->restart]
		       : "";
}

/* ---- Numbers ------------------------------------------------------------ */

static int64_t number_pid(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->pid > 0 ? row->pid : FIELD_NONE;
}

static int64_t number_left(const struct row *row, int64_t now_us)
{
	int64_t left = row_left_us(row, now_us);

	return left == CLOCK_NEVER ? FIELD_NONE : left;
}

static int64_t number_cpu(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->proc.there ? row->proc.cpu_us : FIELD_NONE;
}

/* Of late, where somebody looks again and again; else since it began. */
static int64_t number_load(const struct row *row, int64_t now_us)
{
	int64_t age_us = row_age_us(row, now_us);

	if (row->load >= 0 || !row->proc.there || age_us == 0)
		return row->load >= 0 ? row->load : FIELD_NONE;
	return row->proc.cpu_us * 100 / age_us;
}

static int64_t number_rss(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->proc.there ? (int64_t)row->proc.rss_bytes : FIELD_NONE;
}

static bool is_child(const struct row *row)
{
	return row->kind == ROW_CHILD ||
	       (row->kind == ROW_SUPER && row->slot && row_super(row));
}

static int64_t number_restarts(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return is_child(row) ? row->slot->restarts : FIELD_NONE;
}

static bool is_tried(const struct row *row)
{
	return row->slot && (row->kind == ROW_TASK || row->kind == ROW_ITEM);
}

static int64_t number_attempts(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return is_tried(row) ? row->slot->attempts : FIELD_NONE;
}

static int64_t number_index(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->kind == ROW_ITEM ? (int64_t)row->slot->index : FIELD_NONE;
}

static int64_t amount(uint64_t value)
{
	return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

static uint64_t ended(const struct row *row)
{
	const struct board_tally *tally = &row->board->tally;
	uint64_t count = 0;

	for (int end = 0; end < BOARD_END_KINDS; end++)
		count += tally->ended[end];
	return count;
}

static bool has_tally(const struct row *row)
{
	return row->kind == ROW_PROGRAM || row->kind == ROW_SUPER;
}

static int64_t number_done(const struct row *row, int64_t now_us)
{
	(void)now_us;
	if (has_tally(row))
		return amount(ended(row));
	return row->kind == ROW_STREAM   ? amount(row->slot->ended)
	       : row->kind == ROW_WORKER ? amount(row->slot->started)
					 : FIELD_NONE;
}

static int64_t number_bad(const struct row *row, int64_t now_us)
{
	(void)now_us;
	if (has_tally(row))
		return amount(ended(row) - row->board->tally.ended[TINE_OK]);
	return row->kind == ROW_STREAM ? amount(row->slot->bad) : FIELD_NONE;
}

static int64_t number_busy(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->kind == ROW_STREAM || row->kind == ROW_WORKER
		       ? row->slot->busy
		       : FIELD_NONE;
}

/* ---- The list ----------------------------------------------------------- */

const struct field fields[] = {
	{ "id", "ID", "id", "what other verbs take", FIELD_TEXT, 0, text_id,
	  NULL },
	{ "pid", "PID", "pid", "its process", FIELD_COUNT, 0, NULL,
	  number_pid },
	{ "kind", "KIND", "kind", "program, supervisor, task, ...", FIELD_TEXT,
	  0, text_kind, NULL },
	{ "name", "NAME", "name", "its name, or id under its supervisor",
	  FIELD_TEXT, 0, text_name, NULL },
	{ "app", "APP", "app", "its program's name", FIELD_TEXT, 0, text_app,
	  NULL },
	{ "super", "SUPER", "super", "the supervisor that it is under",
	  FIELD_TEXT, 0, text_super, NULL },
	{ "parent", "PARENT", "parent", "the id of what it is under",
	  FIELD_TEXT, 0, text_parent, NULL },
	{ "state", "STATE", "state", "running, stopping, waiting, gone, ...",
	  FIELD_TEXT, FOREST_PROC, text_state, NULL },
	{ "age", "AGE", "age_us", "since it began", FIELD_TIME, 0, NULL,
	  row_age_us },
	{ "left", "LEFT", "left_us",
	  "until its timeout, its end by force, or its next start", FIELD_TIME,
	  0, NULL, number_left },
	{ "cpu", "CPU", "cpu_us", "processor time until now", FIELD_TIME,
	  FOREST_PROC, NULL, number_cpu },
	{ "load", "%CPU", "cpu_percent", "processor time, of late", FIELD_COUNT,
	  FOREST_PROC, NULL, number_load },
	{ "rss", "RSS", "rss_bytes", "resident memory", FIELD_SIZE, FOREST_PROC,
	  NULL, number_rss },
	{ "restarts", "RESTARTS", "restarts", "of a child", FIELD_COUNT, 0,
	  NULL, number_restarts },
	{ "restart", "RESTART", "restart", "a child's policy", FIELD_TEXT, 0,
	  text_restart, NULL },
	{ "attempts", "TRY", "attempts", "which attempt it is", FIELD_COUNT, 0,
	  NULL, number_attempts },
	{ "index", "INDEX", "index", "an item's number", FIELD_COUNT, 0, NULL,
	  number_index },
	{ "busy", "BUSY", "busy", "items that run", FIELD_COUNT, 0, NULL,
	  number_busy },
	{ "done", "DONE", "done", "tasks, or items, that have ended",
	  FIELD_COUNT, 0, NULL, number_done },
	{ "bad", "BAD", "bad", "those of them that are not ok", FIELD_COUNT, 0,
	  NULL, number_bad },
	{ "last", "LAST", "last_end", "how a child's last process ended",
	  FIELD_TEXT, 0, text_last, NULL },
	{ "note", "NOTE", "note", "what it says that it is doing", FIELD_TEXT,
	  FOREST_NOTES, text_note, NULL },
	{ 0 }
};

const struct field *field_find(const char *name)
{
	for (const struct field *field = fields; field->name; field++)
		if (strcmp(field->name, name) == 0)
			return field;
	return NULL;
}

/* ---- Printing ----------------------------------------------------------- */

static const char *print_number(enum field_unit unit, int64_t number,
				char room[FIELD_ROOM])
{
	if (number == FIELD_NONE)
		return "";
	if (unit == FIELD_TIME)
		return units_duration(room, number);
	if (unit == FIELD_SIZE)
		return units_bytes(room, (uint64_t)number);
	(void)snprintf(room, FIELD_ROOM, "%lld", (long long)number);
	return room;
}

const char *field_print(const struct field *field, const struct row *row,
			int64_t now_us, char room[FIELD_ROOM])
{
	if (field->text)
		return field->text(row, room);
	return print_number(field->unit, field->number(row, now_us), room);
}

json_t *field_json(const struct field *field, const struct row *row,
		   int64_t now_us)
{
	char room[FIELD_ROOM];
	int64_t number;

	if (field->text) {
		const char *text = field->text(row, room);

		return *text ? record_text(text) : json_null();
	}
	number = field->number(row, now_us);
	return number == FIELD_NONE ? json_null() : json_integer(number);
}

int field_compare(const struct field *field, const struct row *one,
		  const struct row *other, int64_t now_us)
{
	char rooms[2][FIELD_ROOM];
	int64_t a, b;

	if (field->text)
		return strcmp(field->text(one, rooms[0]),
			      field->text(other, rooms[1]));
	a = field->number(one, now_us);
	b = field->number(other, now_us);
	return (a > b) - (a < b);
}
