/* SPDX-License-Identifier: MIT */
/*
 * tell.h - what a run says of each command: its output, a line of JSON, a
 * complaint.
 */
#ifndef TELL_H
#define TELL_H

#include "run/account.h"

enum tell_json {
	TELL_NO_JSON,
	TELL_JSON,     /* on stdout, with the output in it */
	TELL_JSON_FILE /* beside the output, which is passed on */
};

#define TELL_SCHEMA 1

struct tell {
	enum tell_json json;
	int file; /* for the last */
	const struct errand_plan *plan;
};

/* Returns 0, or an errno: it cannot be written. */
int tell_account(const struct tell *tell, const struct account *account);

#endif
