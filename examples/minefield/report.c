/* SPDX-License-Identifier: MIT */
/*
 * report.c - the verdicts, told in the order of the plan.
 *
 * Trials end as they please; it is the stream that hands out their ends in
 * order, so nothing has to be kept here but the sums.
 *
 * Not here: what the lines look like (print_text.c, print_json.c).
 */
#include "report.h"

void report_add(struct report *report, const struct tine_result *result)
{
	enum verdict verdict = verdict_of(result);
	size_t parser = result->index % report->plan->parser_count;

	report->totals[parser][verdict]++;
	report->printer->verdict(report->plan, result->index, verdict,
				 result->end == TINE_OK ? "" : result->message);
}
