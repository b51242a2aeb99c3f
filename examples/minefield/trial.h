/* SPDX-License-Identifier: MIT */
/*
 * trial.h - one file before one parser.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "parser.h"
#include "tine.h"

struct trial {
	const char *path;
	const struct parser *parser;
};

/*
 * What it fails with; it returns 0 when the parser accepts the file. A parser
 * that calls exit() shall not be mistaken for one that answers, hence numbers
 * that nobody else is likely to use.
 */
enum trial_code {
	TRIAL_REJECTED = 101, /* the parser says no; the message says why */
	TRIAL_UNREADABLE,     /* the file did not come to the parser      */
	TRIAL_STARVED,        /* no memory was left to read or to parse   */
};

tine_fn trial_run; /* its argument is a struct trial */

#endif
