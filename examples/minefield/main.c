/* SPDX-License-Identifier: MIT */
/*
 * minefield - parsing is a minefield: walk it with somebody else's feet.
 *
 * Parses files that may hold anything with parsers that may do anything. Each
 * file meets each parser in a forked child; a crash, a hang or a hunger for
 * memory costs that one parse and is told as what it was.
 *
 *   settings   the command line
 *   plan       which file meets which parser
 *   field      runs the plan, a few tasks at once
 *   trial      one file and one parser, inside a task
 *   verdict    how a task's end is read
 *   report     tells the verdicts in order
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "field.h"

int main(int argc, char **argv)
{
	struct settings settings;
	struct report report;
	int error;

	settings_read(&settings, argc, argv);
	error = report_init(&report, &settings.plan,
			    settings.json ? &printer_json : &printer_text);
	if (error < 0)
		errx(EXIT_FAILURE, "%s", tine_strerror(error));

	error = field_cross(&settings, &report);
	if (error < 0)
		errx(EXIT_FAILURE, "%s", tine_strerror(error));
	report.printer->totals(&report);
	if (fflush(stdout) != 0 || ferror(stdout))
		err(EXIT_FAILURE, "cannot write the report");

	report_done(&report);
	settings_done(&settings);
	return EXIT_SUCCESS;
}
