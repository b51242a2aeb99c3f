/* SPDX-License-Identifier: MIT */
/*
 * joblog.h - a line for each command that has ended, in the format of GNU
 * parallel; and what such lines of an earlier run say.
 */
#ifndef JOBLOG_H
#define JOBLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run/ending.h"

enum joblog_resume {
	JOBLOG_AFRESH,
	JOBLOG_RESUME,       /* what is there is done */
	JOBLOG_RESUME_FAILED /* the same, but for what failed */
};

struct joblog {
	int fd; /* -1: there is none */
	bool *done;
	uint64_t room;
};

/* Returns 0 or an errno; EBADMSG: it is not a log, from line *line on. */
int joblog_open(struct joblog *log, const char *path, enum joblog_resume resume,
		uint64_t *line);
void joblog_close(struct joblog *log);

/* Whether the command of that number need not run; NULL: no. */
bool joblog_has(const struct joblog *log, uint64_t seq);

/* Returns whether it could be written. */
bool joblog_add(const struct joblog *log, uint64_t seq,
		const struct ending *ending, const char *command);

#endif
