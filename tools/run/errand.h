/* SPDX-License-Identifier: MIT */
/*
 * errand.h - one command, from its start to its end, in a pooled child.
 */
#ifndef ERRAND_H
#define ERRAND_H

#include <stdint.h>

#include "run/brake.h"
#include "run/command.h"
#include "run/program.h"
#include "tine.h"

/* What is the same for all of them. */
struct errand_plan {
	struct command_plan command;
	const char *path; /* of its program; NULL: it depends on the input */
	struct program_rules rules;
	struct brake_pipes brake;
	int parcels;        /* the socket that takes them */
	int64_t timeout_ms; /* TINE_FOREVER: none */
	int64_t grace_ms;
	bool retried;          /* somebody will try again what failed */
	enum brake_level halt; /* to pull the brake to, when it is enough */
};

/* What the item of an errand is: a number, and behind it the input. */
struct errand_item {
	uint64_t seq;
	char input[];
};

/* For all errand_run() in children that are forked from now on; it stays the
 * caller's. */
void errand_prepare(const struct errand_plan *plan);

/* Sends a struct ending. Returns 0, or 1 if another attempt makes sense. */
tine_fn errand_run;

#endif
