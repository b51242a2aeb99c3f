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
	size_t totals[PARSERS][VERDICTS];
};

/* The end of the next trial of the plan. */
void report_add(struct report *report, const struct tine_result *result);

#endif
