/* SPDX-License-Identifier: MIT */
/*
 * report.h - the verdicts, told in the order of the plan.
 */
#ifndef REPORT_H
#define REPORT_H

#include "plan.h"
#include "verdict.h"

struct report;

/* A way to print a report: for people, or for programs. */
struct printer {
	void (*verdict)(const struct plan *plan, size_t index,
			enum verdict verdict, const char *why);
	void (*totals)(const struct report *report);
};

extern const struct printer printer_text, printer_json;

struct report {
	const struct plan *plan;
	const struct printer *printer;
	struct outcome *outcomes; /* one a trial                         */
	size_t told;              /* the first outcome not yet printed   */
	size_t totals[PARSERS][VERDICTS];
};

/* Returns 0 or TINE_ENOMEM. */
int report_init(struct report *report, const struct plan *plan,
		const struct printer *printer);
void report_done(struct report *report);

/* The verdict on trial number index of the plan. */
void report_add(struct report *report, size_t index, enum verdict verdict,
		const char *why);

#endif
