/* SPDX-License-Identifier: MIT */
/* findings.c - what was found, for people and for programs. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "defer.h"
#include "doctor/findings.h"
#include "record.h"
#include "table.h"

#define DOCTOR_SCHEMA 1

bool findings_are_well(const struct finding *findings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (findings[i].verdict == FINDING_BAD)
			return false;
	return true;
}

static enum term_colour colour_of(enum finding_verdict verdict)
{
	switch (verdict) {
	case FINDING_OK: return TERM_GREEN;
	case FINDING_NOTE: return TERM_YELLOW;
	case FINDING_BAD: return TERM_RED;
	}
	return TERM_PLAIN;
}

static bool tell_table(const struct finding *findings, size_t count,
		       const struct term *term)
{
	static const struct table_column columns[] = {
		{ .title = "CHECK" },
		{ .title = "VERDICT" },
		{ .title = "VALUE" },
	};
	struct table *table = table_new(columns, 3);
	bool good;

	for (size_t i = 0; i < count; i++) {
		const struct finding *finding = &findings[i];

		table_cell(table, TERM_PLAIN, "%s", finding->name);
		table_cell(table, colour_of(finding->verdict), "%s",
			   finding_verdict_name(finding->verdict));
		table_cell(table, TERM_PLAIN, "%s", finding->value);
	}
	good = table_print(table, stdout, term);
	table_free(table);
	return good;
}

#define INDENT 2
#define USUAL_WIDTH 80

/* Of its words, as many as fit in a line; at least one. */
static size_t fitting(const char *text, size_t room)
{
	size_t size = strlen(text), end;

	if (size <= room)
		return size;
	for (end = room; end > 0 && text[end] != ' ';)
		end--;
	return end > 0 ? end : strcspn(text, " ");
}

static void tell_words(const char *text, const struct term *term)
{
	int width = term->width > 0 ? term->width : USUAL_WIDTH;
	size_t room = width > 2 * INDENT ? (size_t)width - INDENT : INDENT;

	while (*text) {
		size_t size = fitting(text, room);

		(void)printf("%*s%.*s\n", INDENT, "", (int)size, text);
		text += size;
		text += strspn(text, " ");
	}
}

static bool tell_advice(const char *title, const char *text,
			const struct term *term)
{
	AUTO_FREE char *safe = term_safe(text, strlen(text));
	AUTO_FREE char *all = NULL;

	if (!safe || asprintf(&all, "%s%s", title, safe) < 0)
		return false;
	if (*text)
		tell_words(all, term);
	return true;
}

/* What is not ok, each with what it means. */
static bool tell_faults(const struct finding *findings, size_t count,
			const struct term *term)
{
	for (size_t i = 0; i < count; i++) {
		const struct finding *finding = &findings[i];
		enum term_colour colour = colour_of(finding->verdict);

		if (finding->verdict == FINDING_OK)
			continue;
		(void)printf("\n%s%s%s\n", term_on(term, colour), finding->name,
			     term_off(term, colour));
		if (!tell_advice("", finding->instead, term) ||
		    !tell_advice("Remedy: ", finding->remedy, term))
			return false;
	}
	return !ferror(stdout);
}

bool findings_print_text(const struct finding *findings, size_t count)
{
	struct term term;

	term_look(&term, STDOUT_FILENO);
	return tell_table(findings, count, &term) &&
	       tell_faults(findings, count, &term) && fflush(stdout) == 0;
}

static json_t *json_finding(const struct finding *finding)
{
	return json_pack(
		"{ss ss so so so sO*}", "check", finding->name, "verdict",
		finding_verdict_name(finding->verdict), "value",
		record_text(finding->value), "instead",
		*finding->instead ? record_text(finding->instead) : json_null(),
		"remedy",
		*finding->remedy ? record_text(finding->remedy) : json_null(),
		"numbers", finding->numbers);
}

bool findings_print_json(const struct finding *findings, size_t count)
{
	json_t *record = record_new(DOCTOR_SCHEMA), *list = json_array();

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(list, json_finding(&findings[i]));
	(void)json_object_set_new(record, "kind", json_string("doctor"));
	(void)json_object_set_new(record, "version", json_string(TINE_VERSION));
	(void)json_object_set_new(
		record, "works",
		json_boolean(findings_are_well(findings, count)));
	(void)json_object_set_new(record, "findings", list);
	return record_print(record, stdout, RECORD_PRETTY);
}
