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

/* What it fails with; it returns 0 when the parser accepts the file. */
enum trial_code {
	TRIAL_REJECTED = 1, /* the parser says no, and the message why    */
	TRIAL_UNREADABLE,   /* the file never came as far as the parser   */
	TRIAL_STARVED,      /* there was no memory left to read or parse  */
};

tine_fn trial_run; /* its argument is a struct trial */

#endif
