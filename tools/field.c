/* SPDX-License-Identifier: MIT */
/*
 * field.c - a field of a row: found, printed, compared.
 *
 * Not here: which there are (fields.c).
 */
#include "field.h"

#include <stdio.h>
#include <string.h>

#include "moment.h"
#include "record.h"
#include "units.h"

const struct field *field_find(const char *name)
{
	for (const struct field *field = fields; field->name; field++)
		if (strcmp(field->name, name) == 0)
			return field;
	return NULL;
}

bool field_is_of(const struct field *field, enum field_of of)
{
	return field->of == FIELD_BOTH || field->of == of;
}

/* ---- Printing ----------------------------------------------------------- */

static const char *print_number(enum field_unit unit, int64_t number,
				char room[FIELD_ROOM])
{
	if (number == FIELD_NONE)
		return "";
	switch (unit) {
	case FIELD_TIME: return units_duration(room, number);
	case FIELD_DATE: return moment_print(room, number);
	case FIELD_SIZE: return units_bytes(room, (uint64_t)number);
	case FIELD_FLAG: return number ? "yes" : "";
	case FIELD_TEXT:
	case FIELD_COUNT: break;
	}
	(void)snprintf(room, FIELD_ROOM, "%lld", (long long)number);
	return room;
}

const char *field_print(const struct field *field, const struct row *row,
			int64_t now_us, char room[FIELD_ROOM])
{
	if (field->text)
		return field->text(row, room);
	if (field->shown)
		return field->shown(row, room);
	return print_number(field->unit, field->number(row, now_us), room);
}

int64_t field_ago_us(const struct field *field, const struct row *row,
		     int64_t now_us)
{
	return scan_day_us(row->board, now_us) - field->number(row, now_us);
}

static json_t *json_number(enum field_unit unit, int64_t number)
{
	char room[MOMENT_ROOM];

	if (number == FIELD_NONE)
		return json_null();
	if (unit == FIELD_DATE)
		return json_string(moment_write(room, number));
	return unit == FIELD_FLAG ? json_boolean(number != 0)
				  : json_integer(number);
}

json_t *field_json(const struct field *field, const struct row *row,
		   int64_t now_us)
{
	char room[FIELD_ROOM];
	const char *text;

	if (!field->text)
		return json_number(field->unit, field->number(row, now_us));
	text = field->text(row, room);
	return *text ? record_text(text) : json_null();
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
