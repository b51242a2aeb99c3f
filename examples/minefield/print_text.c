/* SPDX-License-Identifier: MIT */
/*
 * print_text.c - a report for people.
 */
#include <stdio.h>

#include "../common/plain.h"
#include "report.h"

static void print_verdict(const struct plan *plan, size_t index,
			  enum verdict verdict, const char *why)
{
	struct trial trial = plan_trial(plan, index);

	if (trial.parser == plan->parsers[0])
		puts(plain(trial.path));
	if (*why == '\0')
		printf("  %-8s %s\n", trial.parser->name,
		       verdict_name(verdict));
	else
		printf("  %-8s %-8s  %s\n", trial.parser->name,
		       verdict_name(verdict), why);
}

static void print_row(const struct report *report, enum verdict verdict)
{
	printf("%-8s", verdict_name(verdict));
	for (size_t i = 0; i < report->plan->parser_count; i++)
		printf(" %8zu", report->totals[i][verdict]);
	putchar('\n');
}

static void print_totals(const struct report *report)
{
	printf("\n%-8s", "");
	for (size_t i = 0; i < report->plan->parser_count; i++)
		printf(" %8s", report->plan->parsers[i]->name);
	putchar('\n');
	for (enum verdict verdict = 0; verdict < VERDICTS; verdict++)
		print_row(report, verdict);
}

const struct printer printer_text = {
	.verdict = print_verdict,
	.totals = print_totals,
};
