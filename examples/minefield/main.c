/* SPDX-License-Identifier: MIT */
/*
 * minefield - parsing is a minefield: walk it with somebody else's feet.
 *
 * Parses files that may hold anything with parsers that may do anything. Each
 * file meets each parser in a forked child, its own or one that does many; a
 * crash, a hang or a hunger for memory costs that one parse and is told as what
 * it was.
 *
 *   settings   the command line
 *   plan       which file meets which parser
 *   field      the plan as a stream, a few trials at once
 *   trial      one file and one parser, inside a child
 *   verdict    how a trial's end is read
 *   report     tells the verdicts in order
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "../common/standard.h"
#include "field.h"

int main(int argc, char **argv)
{
	struct settings settings;
	struct report report = { .plan = &settings.plan };
	int error;

	standard_fill();
	settings_read(&settings, argc, argv);
	report.printer = settings.json ? &printer_json : &printer_text;

	error = field_cross(&settings, &report);
	if (error < 0)
		errx(EXIT_FAILURE, "%s", tine_strerror(error));
	report.printer->totals(&report);
	if (fflush(stdout) != 0 || ferror(stdout))
		err(EXIT_FAILURE, "cannot write the report");

	settings_done(&settings);
	return EXIT_SUCCESS;
}
