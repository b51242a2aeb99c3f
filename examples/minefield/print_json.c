/* SPDX-License-Identifier: MIT */
/*
 * print_json.c - a report for programs: JSON lines.
 *
 * Jansson writes them. It and json-c both have a json_object_get() and a few
 * more names in common; as long as no file of this program uses one of those,
 * the two get along.
 */
#include <err.h>
#include <jansson.h>
#include <stdlib.h>

#include "../common/jstring.h"
#include "report.h"

/* Prints the value and takes it. */
static void print_line(json_t *value)
{
	if (!value)
		errx(EXIT_FAILURE, "out of memory");
	(void)json_dumpf(value, stdout, JSON_COMPACT);
	(void)putchar('\n');
	json_decref(value);
}

static void print_verdict(const struct plan *plan, size_t index,
			  enum verdict verdict, const char *why)
{
	struct trial trial = plan_trial(plan, index);

	print_line(json_pack("{s:o, s:s, s:s, s:s}", "file",
			     jstring(trial.path), "parser", trial.parser->name,
			     "verdict", verdict_name(verdict), "message", why));
}

static void print_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		errx(EXIT_FAILURE, "out of memory");
}

static json_t *print_counts(const size_t counts[VERDICTS])
{
	json_t *object = json_object();

	for (enum verdict verdict = 0; verdict < VERDICTS; verdict++)
		print_set(object, verdict_name(verdict),
			  json_integer((json_int_t)counts[verdict]));
	return object;
}

static void print_totals(const struct report *report)
{
	json_t *totals = json_object();

	for (size_t i = 0; i < report->plan->parser_count; i++)
		print_set(totals, report->plan->parsers[i]->name,
			  print_counts(report->totals[i]));
	print_line(json_pack("{s:o}", "totals", totals));
}

const struct printer printer_json = {
	.verdict = print_verdict,
	.totals = print_totals,
};
