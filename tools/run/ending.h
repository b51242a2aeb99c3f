/* SPDX-License-Identifier: MIT */
/*
 * ending.h - how a command ended, as who watched it sends it home.
 *
 * Behind it stand the bytes of stdout and then of stderr, as far as they did
 * not go into files.
 */
#ifndef ENDING_H
#define ENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include "tine.h"

/* What it wrote to one of the two. */
struct ending_output {
	uint64_t total;
	uint64_t lost; /* of that, what could not be kept, for this errno */
	int error;
	bool spilled;  /* it comes in a file; else */
	uint32_t size; /* so many bytes stand here */
};

struct ending {
	enum tine_end end; /* TINE_PENDING: it was not begun any more */
	int exit;          /* -1: it did not exit */
	int signal;        /* 0: it did not die of one */
	bool core;
	bool timed_out;
	int error;          /* it could not be started: an errno */
	unsigned strays;    /* processes it left, which were killed */
	int64_t started_us; /* of the wall's clock */
	int64_t wall_us;
	struct rusage usage; /* its own, and of what it waited for */
	struct ending_output out, err;
};

#endif
