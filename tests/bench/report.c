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
	printf("%-15s %9s %9s %5s %11s  %s\n", "", "raw us", "tine us", "ratio",
	       "least-most", "compares");
	return NULL;
}

static void text_row(void *state, const struct row *row,
		     const struct row_meters *meters)
{
	char spread[32];

	(void)state;
	(void)snprintf(spread, sizeof spread, "%.2f-%.2f", meters->ratio.least,
		       meters->ratio.most);
	printf("%-15s %9.1f %9.1f %5.2f %11s  %s\n", row->name,
	       meters->raw.median, meters->ours.median, meters->ratio.median,
	       spread, row->text);
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
	.end = text_end,
};

/* ---- For programs ------------------------------------------------------ */

static json_t *json_meter(const struct meter *meter)
{
	return json_pack("{s:f,s:f,s:f}", "least", meter->least, "median",
			 meter->median, "most", meter->most);
}

static void *json_start(void)
{
	return json_array();
}

static void json_row(void *list, const struct row *row,
		     const struct row_meters *meters)
{
	json_t *object = json_pack(
		"{s:s,s:s,s:o,s:o,s:o}", "name", row->name, "compares",
		row->text, "raw_us", json_meter(&meters->raw), "tine_us",
		json_meter(&meters->ours), "ratio", json_meter(&meters->ratio));

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
	.end = json_end,
};
