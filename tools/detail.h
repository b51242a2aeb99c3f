/* SPDX-License-Identifier: MIT */
/*
 * detail.h - what there is to be known of one row that has no field, since it
 * costs something to find out.
 */
#ifndef DETAIL_H
#define DETAIL_H

#include <jansson.h>

#include "forest.h"
#include "rundir.h"

struct detail {
	size_t below[ROW_KINDS]; /* under it, all the way down */

	/* What the system says of its process; -1: that cannot be known. */
	int64_t threads;
	int64_t descriptors;
	int64_t peak_bytes;

	int64_t grace_us; /* from SIGTERM to SIGKILL; -1: it has none */

	/* Of a program, or a supervisor; of others "", and -1. */
	char board[RUNDIR_PATH + RUNDIR_NAME];
	int64_t torn; /* records that cannot be read */
};

void detail_read(struct detail *detail, const struct row *row);

/* Prints lines, "  name      value", to stdout: none for what is not there.
 * False: no memory. */
bool detail_print(const struct detail *detail);

/* NULL: no memory. */
json_t *detail_json(const struct detail *detail);

#endif
