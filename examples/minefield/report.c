/* SPDX-License-Identifier: MIT */
/*
 * report.c - the verdicts, told in the order of the plan.
 *
 * Trials end as they please. A verdict that is early waits for those before
 * it, and is forgotten as soon as it is told; of an accepted file it is not
 * worth a string to remember.
 *
 * Not here: what the lines look like (print_text.c, print_json.c).
 */
#include <stdlib.h>
#include <string.h>

#include "report.h"

struct outcome {
	bool known;
	enum verdict verdict;
	char *why; /* NULL: nothing to say, or no memory to say it */
};

int report_init(struct report *report, const struct plan *plan,
		const struct printer *printer)
{
	struct outcome *outcomes = calloc(plan_count(plan), sizeof *outcomes);

	if (!outcomes)
		return TINE_ENOMEM;
	*report = (struct report){
		.plan = plan,
		.printer = printer,
		.outcomes = outcomes,
	};
	return 0;
}

void report_done(struct report *report)
{
	for (size_t i = report->told; i < plan_count(report->plan); i++)
		free(report->outcomes[i].why);
	free(report->outcomes);
}

static void report_tell(struct report *report)
{
	for (; report->told < plan_count(report->plan); report->told++) {
		struct outcome *outcome = &report->outcomes[report->told];

		if (!outcome->known)
			return;
		report->printer->verdict(report->plan, report->told,
					 outcome->verdict,
					 outcome->why ? outcome->why : "");
		free(outcome->why);
	}
}

void report_add(struct report *report, size_t index, enum verdict verdict,
		const char *why)
{
	report->totals[index % report->plan->parser_count][verdict]++;
	report->outcomes[index] = (struct outcome){
		.known = true,
		.verdict = verdict,
		.why = *why != '\0' ? strdup(why) : NULL,
	};
	report_tell(report);
}
