/* SPDX-License-Identifier: MIT */
/*
 * report.c - what became of each URL, and of all of them.
 *
 * A line is written as a whole as soon as it is known: somebody may read them
 * while we fetch.
 */
#include <err.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../common/jstring.h"
#include "report.h"
#include "visit.h"

/* A result, read. */
struct outcome {
	enum tine_end end;
	const char *error; /* NULL: none */
	struct visit visit;
};

/* A child has met a stranger's bytes: what it sends may be anything. */
static void outcome_read(struct outcome *outcome,
			 const struct tine_result *result)
{
	struct visit *visit = &outcome->visit;
	bool whole = result->size == sizeof *visit;

	*outcome = (struct outcome){ .end = result->end };
	if (whole)
		memcpy(visit, result->data, sizeof *visit);
	visit->why[sizeof visit->why - 1] = '\0';
	if (result->end != TINE_OK) {
		outcome->error = result->message;
	} else if (!whole) {
		outcome->end = TINE_GARBLED;
		outcome->error = "it sent no answer";
	} else if (*visit->why != '\0') {
		outcome->end = TINE_FAILED;
		outcome->error = visit->why;
	}
}

/* ---- Lines -------------------------------------------------------------- */

static json_t *line_number(bool there, int64_t number)
{
	return there ? json_integer(number) : NULL;
}

static json_t *line_of(const struct outcome *outcome,
		       const struct tine_result *result)
{
	const struct visit *visit = &outcome->visit;

	return json_pack(
		"{s:o, s:I, s:s, s:o*, s:o*, s:o*, s:i, s:I}", "url",
		jstring(result->input), "index", (json_int_t)result->index,
		"end", tine_end_name(outcome->end), "status",
		line_number(visit->status > 0, visit->status), "bytes",
		line_number(!outcome->error, (int64_t)visit->bytes), "error",
		outcome->error ? jstring(outcome->error) : NULL, "attempts",
		(int)result->attempts, "ms",
		(json_int_t)(result->wall_us / 1000));
}

static void report_print(const struct outcome *outcome,
			 const struct tine_result *result)
{
	json_t *line = line_of(outcome, result);

	if (!line)
		errx(EXIT_FAILURE, "out of memory");
	(void)json_dumpf(line, stdout, JSON_COMPACT);
	(void)putchar('\n');
	json_decref(line);
	if (fflush(stdout) != 0 || ferror(stdout))
		err(EXIT_FAILURE, "cannot write what came");
}

/* ---- The report --------------------------------------------------------- */

void report_init(struct report *report, enum progress_when when, size_t total)
{
	*report = (struct report){ 0 };
	progress_start(&report->progress, when, total, "URLs", "not ok");
}

void report_add(struct report *report, const struct tine_result *result)
{
	struct outcome outcome;

	outcome_read(&outcome, result);
	progress_give_way(&report->progress);
	report_print(&outcome, result);
	report->count++;
	report->ends[outcome.end]++;
	progress_step(&report->progress, outcome.end != TINE_OK);
}

void report_done(struct report *report)
{
	progress_stop(&report->progress);
}

void report_totals(const struct report *report)
{
	(void)fprintf(stderr, "%zu URL%s", report->count,
		      report->count == 1 ? "" : "s");
	for (enum tine_end end = 0; end <= TINE_PENDING; end++)
		if (report->ends[end] > 0)
			(void)fprintf(stderr, ", %zu %s", report->ends[end],
				      tine_end_name(end));
	(void)fputc('\n', stderr);
}

bool report_is_good(const struct report *report)
{
	return report->ends[TINE_OK] == report->count;
}
