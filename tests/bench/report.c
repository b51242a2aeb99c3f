/* SPDX-License-Identifier: MIT */
/*
 * report.c - what was measured, for people or for programs.
 */
#include "report.h"

#include <err.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

/* ---- The machine ------------------------------------------------------- */

struct machine {
	long cores;
	struct utsname system;
	long resident_kib; /* the most that this program had */
};

static struct machine machine_look(void)
{
	struct machine machine = { .cores = sysconf(_SC_NPROCESSORS_ONLN) };
	struct rusage usage;

	(void)uname(&machine.system);
	(void)getrusage(RUSAGE_SELF, &usage);
	machine.resident_kib = usage.ru_maxrss;
	return machine;
}

/* ---- For people -------------------------------------------------------- */

static void *text_start(void)
{
	printf("%-15s %-7s %9s %9s %6s %13s  %s\n", "", "against", "it takes",
	       "tine", "ratio", "least-most", "compares");
	return NULL;
}

#define FIGURE 16

/* Three digits, but no fewer than there are before the point. */
static const char *text_figure(char text[FIGURE], double figure)
{
	double size = figure < 0 ? -figure : figure;
	int digits = size < 1 ? 3 : size < 10 ? 2 : size < 1000 ? 1 : 0;

	(void)snprintf(text, FIGURE, "%.*f", digits, figure);
	return text;
}

static void text_compared(const struct row *row, const struct measure *measure)
{
	char against[FIGURE], ours[FIGURE], ratio[FIGURE];
	char least[FIGURE], most[FIGURE], spread[2 * FIGURE];

	(void)snprintf(spread, sizeof spread, "%s-%s",
		       text_figure(least, measure->ratio.least),
		       text_figure(most, measure->ratio.most));
	printf("%-15s %-7s %9s %9s %6s %13s  %s\n", row->name,
	       row->against.name, text_figure(against, measure->against.median),
	       text_figure(ours, measure->ours.median),
	       text_figure(ratio, measure->ratio.median), spread, row->text);
}

static void text_alone(const struct row *row, const struct measure *measure)
{
	bool missing = row->against.name != NULL;
	char ours[FIGURE];

	printf("%-15s %-7s %9s %9s %6s %13s  %s\n", row->name,
	       missing ? row->against.name : "", missing ? "is not" : "",
	       text_figure(ours, measure->ours.median), "",
	       missing ? "installed" : "", row->text);
}

static void text_row(void *state, const struct row *row,
		     const struct measure *measure)
{
	(void)state;
	if (measure->compared)
		text_compared(row, measure);
	else
		text_alone(row, measure);
	(void)fflush(stdout);
}

static void text_throng(void *state, const struct row *row,
			const struct throng *throng)
{
	(void)state;
	printf("%-15s %zu children: started in %.2f s, counted in %.4f s, "
	       "listed in %.4f s, stopped in %.2f s; %.2f KiB each in the "
	       "supervisor, which is busy for %.0f ms of an idle second\n",
	       row->name, throng->children, throng->start, throng->count,
	       throng->list, throng->stop, throng->kib, throng->busy_ms);
	(void)fflush(stdout);
}

static void text_end(void *state, unsigned runs)
{
	struct machine machine = machine_look();

	(void)state;
	printf("\n%u runs; %ld cores, %s %s, at most %ld MiB resident\n", runs,
	       machine.cores, machine.system.sysname, machine.system.release,
	       machine.resident_kib >> 10);
}

const struct report report_text = {
	.start = text_start,
	.row = text_row,
	.throng = text_throng,
	.end = text_end,
};

/* ---- For programs ------------------------------------------------------ */

static json_t *json_meter(const struct meter *meter, bool there)
{
	return there ? json_pack("{s:f,s:f,s:f}", "least", meter->least,
				 "median", meter->median, "most", meter->most)
		     : json_null();
}

static void *json_start(void)
{
	return json_array();
}

static void json_row(void *list, const struct row *row,
		     const struct measure *measure)
{
	bool compared = measure->compared;
	json_t *object = json_pack(
		"{s:s,s:s,s:s,s:s?,s:o,s:o,s:o}", "name", row->name, "compares",
		row->text, "unit", row->figure == FIGURE_PEAK ? "KiB" : "us",
		"against", row->against.name, "it_takes",
		json_meter(&measure->against, compared), "tine",
		json_meter(&measure->ours, true), "ratio",
		json_meter(&measure->ratio, compared));

	if (json_array_append_new(list, object) < 0)
		errx(1, "no memory for a row");
}

static void json_throng(void *list, const struct row *row,
			const struct throng *throng)
{
	json_t *object = json_pack(
		"{s:s,s:s,s:i,s:f,s:f,s:f,s:f,s:f,s:f}", "name", row->name,
		"measures", row->text, "children", (int)throng->children,
		"start_s", throng->start, "count_s", throng->count, "list_s",
		throng->list, "stop_s", throng->stop, "kib_each", throng->kib,
		"busy_ms", throng->busy_ms);

	if (json_array_append_new(list, object) < 0)
		errx(1, "no memory for a row");
}

static void json_end(void *list, unsigned runs)
{
	struct machine machine = machine_look();
	json_t *all = json_pack(
		"{s:o,s:i,s:{s:i,s:s,s:s,s:i}}", "rows", (json_t *)list, "runs",
		(int)runs, "machine", "cores", (int)machine.cores, "system",
		machine.system.sysname, "release", machine.system.release,
		"resident_kib", (int)machine.resident_kib);

	if (!all || json_dumpf(all, stdout,
			       JSON_INDENT(2) | JSON_REAL_PRECISION(6)) < 0)
		errx(1, "no memory for the report");
	putchar('\n');
	json_decref(all);
}

const struct report report_json = {
	.start = json_start,
	.row = json_row,
	.throng = json_throng,
	.end = json_end,
};
