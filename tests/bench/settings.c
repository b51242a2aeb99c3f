/* SPDX-License-Identifier: MIT */
/*
 * settings.c - what the user asks for on the command line.
 */
#include "settings.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS 9
#define RUNS_QUICK 3
#define RUNS_MOST 1000

static const char doc[] =
	"Measure what tine takes, and how much that is beside what the same "
	"takes by system calls alone, or by other libraries."
	"\v"
	"A row shows microseconds for each child or item: the medians of "
	"several runs, and the median, the least and the most of the ratios of "
	"a run of what tine is held against and the run of tine that followed "
	"it. That is the same by system calls (raw), or by another library, if "
	"it is installed.\n"
	"\n"
	"The exit status is 0 when all was measured, 1 when a result was wrong "
	"or a child was left, 2 when the command line is wrong.";

enum { KEY_RUNS = 256, KEY_QUICK, KEY_ONLY, KEY_JSON };

static const struct argp_option options[] = {
	{ .name = "runs",
	  .key = KEY_RUNS,
	  .arg = "N",
	  .doc = "Run each half N times (default: 9; with --quick: 3)" },
	{ .name = "quick",
	  .key = KEY_QUICK,
	  .doc = "Do less in each run, and leave out what is slow" },
	{ .name = "only",
	  .key = KEY_ONLY,
	  .arg = "NAME",
	  .doc = "Measure only this row, also with --quick; any other "
		 "NAME lists them" },
	{ .name = "json", .key = KEY_JSON, .doc = "Print a JSON object" },
	{ 0 },
};

static unsigned settings_runs(const char *text, const struct argp_state *state)
{
	char *end;
	unsigned long runs = strtoul(text, &end, 10);

	if (end == text || *end != '\0' || runs < 1 || runs > RUNS_MOST)
		argp_error(state, "--runs takes a number from 1 to %d, not %s",
			   RUNS_MOST, text);
	return (unsigned)runs;
}

static const struct row *settings_row(const char *name,
				      const struct argp_state *state)
{
	const struct row *row = row_find(name);

	if (row)
		return row;
	for (size_t i = 0; i < row_count; i++)
		(void)fprintf(stderr, "%-15s  %s\n", rows[i].name,
			      rows[i].text);
	argp_error(state, "there is no row '%s'; these are all", name);
	return NULL;
}

static error_t settings_take(int key, char *value, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case KEY_RUNS: settings->runs = settings_runs(value, state); return 0;
	case KEY_QUICK: settings->quick = true; return 0;
	case KEY_ONLY: settings->only = settings_row(value, state); return 0;
	case KEY_JSON: settings->json = true; return 0;
	case ARGP_KEY_END:
		if (settings->runs == 0)
			settings->runs = settings->quick ? RUNS_QUICK : RUNS;
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

void settings_read(struct settings *settings, int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = settings_take,
		.doc = doc,
	};

	*settings = (struct settings){ .runs = 0 };
	argp_err_exit_status = 2;
	(void)argp_parse(&argp, argc, argv, 0, NULL, settings);
}
