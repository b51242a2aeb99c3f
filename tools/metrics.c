/* SPDX-License-Identifier: MIT */
/*
 * metrics.c - tine metrics: numbers for a monitor.
 *
 * The text format of Prometheus; or, if asked for, OpenMetrics, which differs
 * in what a counter is called where it is described.
 */
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "series.h"
#include "tine.h"
#include "verb.h"

struct page {
	const struct all_series *all;
	bool open; /* OpenMetrics */
};

/* ---- A sample ----------------------------------------------------------- */

static void print_value(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			(void)fputs("\\n", stdout);
		else if (*text == '\\' || *text == '"')
			(void)printf("\\%c", *text);
		else
			(void)putchar(*text);
	}
}

static void print_label(const char *name, const char *value)
{
	(void)printf("%s=\"", name);
	print_value(value);
	(void)putchar('"');
}

/* One that has a label more, if `label` is not NULL. */
static void print_sample(const char *name, const struct series *series,
			 const char *label, const char *value)
{
	(void)printf("%s{", name);
	print_label("app", series->app);
	(void)printf(",pid=\"%d\",", (int)series->pid);
	print_label("super", series->super);
	if (label) {
		(void)putchar(',');
		print_label(label, value);
	}
	(void)printf("} ");
}

static void print_number(const char *name, const struct series *series,
			 uint64_t number)
{
	print_sample(name, series, NULL, NULL);
	(void)printf("%" PRIu64 "\n", number);
}

/* ---- What there is of each ---------------------------------------------- */

static void print_up(const char *name, const struct series *series)
{
	print_number(name, series, series->alive);
}

static void print_since(const char *name, const struct series *series)
{
	print_sample(name, series, NULL, NULL);
	(void)printf("%" PRId64 ".%06d\n", series->started_us / 1000000,
		     (int)(series->started_us % 1000000));
}

static void print_resident(const char *name, const struct series *series)
{
	if (series->proc.there)
		print_number(name, series, series->proc.rss_bytes);
}

static void print_running(const char *name, const struct series *series)
{
	for (unsigned state = 0; series->alive && state < NOW_COUNT; state++) {
		print_sample(name, series, "state", slot_state_name(state));
		(void)printf("%" PRIu64 "\n", series->states[state]);
	}
}

static void print_streams(const char *name, const struct series *series)
{
	if (series->alive)
		print_number(name, series, series->streams);
}

static void print_busy(const char *name, const struct series *series)
{
	if (series->alive)
		print_number(name, series, series->busy);
}

static void print_torn(const char *name, const struct series *series)
{
	print_number(name, series, series->torn);
}

static void print_started(const char *name, const struct series *series)
{
	print_number(name, series, series->started);
}

static void print_ended(const char *name, const struct series *series)
{
	for (int end = TINE_OK; end < TINE_PENDING; end++) {
		print_sample(name, series, "end",
			     tine_end_name((enum tine_end)end));
		(void)printf("%" PRIu64 "\n", series->ended[end]);
	}
}

static void print_restarts(const char *name, const struct series *series)
{
	print_number(name, series, series->restarts);
}

/* ---- All ---------------------------------------------------------------- */

#define COUNTED "_total"

struct family {
	const char *name; /* a counter's, without COUNTED */
	bool counts;
	const char *help;
	void (*print)(const char *name, const struct series *series);
};

static const struct family families[] = {
	{ "tine_program_up", false, "Whether the process lives.", print_up },
	{ "tine_program_start_time_seconds", false,
	  "When it had its first task, in seconds since 1970.", print_since },
	{ "tine_resident_bytes", false,
	  "Resident memory of the process itself.", print_resident },
	{ "tine_tasks_running", false,
	  "Tasks, items and children that there are, by their states.",
	  print_running },
	{ "tine_streams", false, "Streams that are open.", print_streams },
	{ "tine_stream_items_running", false,
	  "Items of streams that run, in pools too.", print_busy },
	{ "tine_torn_records", false,
	  "Records of its board that cannot be read.", print_torn },
	{ "tine_tasks_started", true,
	  "Tasks, items and children that were started.", print_started },
	{ "tine_tasks_ended", true,
	  "Tasks, items and children that have ended, by how they did.",
	  print_ended },
	{ "tine_restarts", true, "Children that were started again.",
	  print_restarts },
};

static void print_family(const struct page *page, const struct family *family)
{
	char name[64];

	(void)snprintf(name, sizeof name, "%s%s", family->name,
		       family->counts ? COUNTED : "");
	(void)printf("# HELP %s %s\n# TYPE %s %s\n",
		     page->open ? family->name : name, family->help,
		     page->open ? family->name : name,
		     family->counts ? "counter" : "gauge");
	for (size_t i = 0; i < page->all->count; i++)
		family->print(name, &page->all->series[i]);
}

static bool metrics_print(const struct page *page)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		print_family(page, &families[i]);
	return fputs("# EOF\n", stdout) >= 0 && !ferror(stdout);
}

/* ---- The command line --------------------------------------------------- */

enum { OPTION_OPEN = 256 };

static const struct argp_option options[] = {
	{ "openmetrics", OPTION_OPEN, NULL, 0,
	  "OpenMetrics, not the text format of Prometheus", 0 },
	{ 0 }
};

static error_t take(int key, char *value, struct argp_state *state)
{
	struct page *page = state->input;

	(void)value;
	if (key != OPTION_OPEN)
		return ARGP_ERR_UNKNOWN;
	page->open = true;
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = take,
	.doc = "Print numbers of what runs and has ended, for a monitor.",
};

int verb_metrics(int argc, char **argv)
{
	struct all_series all;
	struct page page = { .all = &all };
	struct scan scan;
	bool good;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &page);
	if (!scan_or_say(&scan, SCAN_SLOTS))
		return VERB_NOTHING;
	good = series_read(&all, &scan) && metrics_print(&page);
	series_done(&all);
	scan_done(&scan);
	return verb_finish(good);
}
