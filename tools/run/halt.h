/* SPDX-License-Identifier: MIT */
/*
 * halt.h - when a run has seen enough: "never", "soon,fail=3", "now,fail=10%",
 * "now,success=1".
 */
#ifndef HALT_H
#define HALT_H

#include <stdbool.h>
#include <stdint.h>

#include "run/brake.h"

struct halt {
	enum brake_level level; /* BRAKE_OFF: never */
	bool success;           /* these are counted, and not failures */
	bool percent;
	uint64_t number;
};

/* False: the text is none of these. */
bool halt_parse(struct halt *halt, const char *text);

/* Whether it is time. A percentage is of all inputs: `total`, 0 as long as
 * nobody knows how many there are. */
bool halt_is_met(const struct halt *halt, uint64_t succeeded, uint64_t failed,
		 uint64_t total);

#endif
