/* SPDX-License-Identifier: MIT */
/*
 * mishap.h - bugs of each kind, which know where they are.
 *
 * On its way into one, each function sends the line on which it calls the next,
 * and the last one the line of the bug: so that is what a report has to say.
 */
#ifndef TINE_MISHAP_H
#define TINE_MISHAP_H

#include <stdbool.h>
#include <stddef.h>

#include "tine.h"

struct mishap {
	const char *name;
	void (*fn)(struct tine_self *self);
	int signal;
	const char *functions[2]; /* the innermost of this file's, its caller */
	int first, last; /* lines of the innermost, if it says none; 0 */
	bool nowhere;    /* it called what is no function */
	bool overflow;
};

extern const struct mishap mishaps[];
extern const size_t mishap_count;

/* Commits the one of that number, a size_t. */
tine_fn mishap_run;

const struct mishap *mishap_named(const char *name);

/* What it sent: the last line, and the one before; 0: there was none. */
int mishap_line(const struct tine_result *result, size_t from_last);

#endif
