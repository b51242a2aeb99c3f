/* SPDX-License-Identifier: MIT */
/*
 * mode.h - the ways of a stream in which everything is to hold: as many at once
 * as there are items, namely four, fewer and more; fresh and in pools.
 */
#ifndef TINE_MODE_H
#define TINE_MODE_H

#include <stddef.h>

#include "tine.h"

struct mode {
	const char *name;
	unsigned max_concurrency, reuse;
};

extern const struct mode modes[];
extern const size_t mode_count;

/* The one of the running test. */
extern const struct mode *mode;

/* Its options, with TINE_KILL. */
struct tine_stream_options mode_options(void);

/* Runs a group of tests in each mode; how many failed. */
#define MODES_RUN(tests)                                              \
	({                                                            \
		int failed = 0;                                       \
                                                                      \
		for (mode = modes; mode < modes + mode_count; mode++) \
			failed += cmocka_run_group_tests_name(        \
				mode->name, tests, NULL, NULL);       \
		failed;                                               \
	})

#endif
