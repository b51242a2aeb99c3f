/* SPDX-License-Identifier: MIT */
/*
 * run.c - tine run: a command for each input, a few at once.
 */
#include <argp.h>

#include "verb.h"

int verb_run(int argc, char **argv)
{
	static const struct argp argp = {
		.args_doc = "COMMAND [ARG...] ::: INPUT...",
		.doc = "Run a command for each input, a few at once.",
	};

	(void)argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);
	return VERB_NOTHING;
}
