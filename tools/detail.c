/* SPDX-License-Identifier: MIT */
/* detail.c - what there is to be known of one row, that has no field. */
#include "detail.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record.h"
#include "term.h"
#include "units.h"

/* ---- What is under it --------------------------------------------------- */

static void count_below(struct detail *detail, const struct row *row)
{
	for (size_t i = 0; i < row->row_count; i++) {
		const struct row *under = row->rows[i];

		if (under->depth != row->depth + 1)
			continue;
		detail->below[under->kind]++;
		count_below(detail, under);
	}
}

/* ---- Its process -------------------------------------------------------- */

/* A line of /proc/PID/status that begins so; -1: there is none. */
static int64_t status_number(const char *path, const char *name)
{
	FILE *stream = fopen(path, "re");
	char line[256];
	int64_t number = -1;

	while (stream && number < 0 && fgets(line, sizeof line, stream))
		if (strncmp(line, name, strlen(name)) == 0)
			number = strtoll(line + strlen(name), NULL, 10);
	if (stream)
		(void)fclose(stream);
	return number;
}

static int64_t count_descriptors(const char *path)
{
	DIR *list = opendir(path);
	const struct dirent *entry;
	int64_t count = 0;

	if (!list)
		return -1;
	while ((entry = readdir(list)))
		count += entry->d_name[0] != '.';
	(void)closedir(list);
	return count;
}

static void read_process(struct detail *detail, const struct row *row)
{
	char path[64];
	int64_t peak;

	detail->threads = detail->descriptors = detail->peak_bytes = -1;
	if (!row->proc.there)
		return;
	(void)snprintf(path, sizeof path, "/proc/%d/status", (int)row->pid);
	detail->threads = status_number(path, "Threads:");
	peak = status_number(path, "VmHWM:");
	detail->peak_bytes = peak < 0 ? -1 : peak * 1024;
	(void)snprintf(path, sizeof path, "/proc/%d/fd", (int)row->pid);
	detail->descriptors = count_descriptors(path);
}

/* ---- All of it ---------------------------------------------------------- */

static void read_board(struct detail *detail, const struct row *row)
{
	char home[RUNDIR_PATH], name[RUNDIR_NAME];

	detail->torn = -1;
	if (!row_has_tally(row) || !rundir_path(home))
		return;
	rundir_write_name(&row->board->name, name);
	(void)snprintf(detail->board, sizeof detail->board, "%s/%s", home,
		       name);
	detail->torn = row->board->torn;
}

void detail_read(struct detail *detail, const struct row *row)
{
	memset(detail, 0, sizeof *detail);
	count_below(detail, row);
	read_process(detail, row);
	read_board(detail, row);
	detail->grace_us = row->slot && row->slot->grace_ms >= 0
				   ? row->slot->grace_ms * 1000
				   : -1;
}

/* ---- Text --------------------------------------------------------------- */

static void print_amount(const char *name, int64_t amount)
{
	if (amount >= 0)
		(void)printf("  %-9s %" PRId64 "\n", name, amount);
}

static const char *plural(enum row_kind kind, size_t count)
{
	return count == 1 ? "" : kind == ROW_CHILD ? "ren" : "s";
}

static void print_below(const struct detail *detail)
{
	const char *before = "  below     ";

	for (enum row_kind kind = 0; kind < ROW_KINDS; kind++) {
		size_t count = detail->below[kind];

		if (count == 0)
			continue;
		(void)printf("%s%zu %s%s", before, count, row_kind_name(kind),
			     plural(kind, count));
		before = ", ";
	}
	if (*before == ',')
		(void)putchar('\n');
}

/* The path may be anything. */
static bool print_board(const struct detail *detail)
{
	char *safe;

	if (!*detail->board)
		return true;
	safe = term_safe(detail->board, strlen(detail->board));
	if (safe)
		(void)printf("  %-9s %s\n", "board", safe);
	free(safe);
	return safe;
}

bool detail_print(const struct detail *detail)
{
	char room[UNITS_ROOM];

	print_amount("threads", detail->threads);
	print_amount("fds", detail->descriptors);
	if (detail->peak_bytes >= 0)
		(void)printf("  %-9s %s\n", "peak",
			     units_bytes(room, (uint64_t)detail->peak_bytes));
	if (detail->grace_us >= 0)
		(void)printf("  %-9s %s\n", "grace",
			     units_duration(room, detail->grace_us));
	print_below(detail);
	if (detail->torn > 0)
		print_amount("torn", detail->torn);
	return print_board(detail);
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *amount_json(int64_t amount)
{
	return amount < 0 ? json_null() : json_integer(amount);
}

static json_t *below_json(const struct detail *detail)
{
	json_t *object = json_object();

	for (enum row_kind kind = 0; kind < ROW_KINDS; kind++)
		if (detail->below[kind] > 0)
			(void)json_object_set_new(
				object, row_kind_name(kind),
				json_integer((json_int_t)detail->below[kind]));
	return object;
}

json_t *detail_json(const struct detail *detail)
{
	return json_pack(
		"{so so so so so so so}", "threads",
		amount_json(detail->threads), "descriptors",
		amount_json(detail->descriptors), "peak_bytes",
		amount_json(detail->peak_bytes), "grace_us",
		amount_json(detail->grace_us), "below", below_json(detail),
		"torn", amount_json(detail->torn), "board",
		*detail->board ? record_text(detail->board) : json_null());
}
