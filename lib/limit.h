/* SPDX-License-Identifier: MIT */
/* limit.h - what a child may use, and whether it met that. */
#ifndef TINE_LIMIT_H
#define TINE_LIMIT_H

#include <stdbool.h>

#include "tine.h"

#define LIMITS(X)                 \
	X(MEMORY, "memory")       \
	X(CPU, "cpu")             \
	X(FILES, "files")         \
	X(FILE_SIZE, "file size") \
	X(PROCESSES, "processes") \
	X(RESULT, "max_result")

enum limit {
	LIMIT_NONE,
#define LIMIT_ENUM(name, text) LIMIT_##name,
	LIMITS(LIMIT_ENUM)
#undef LIMIT_ENUM
		LIMIT_COUNT
};

const char *limit_name(enum limit limit);

/* In the child. Returns false, with errno, if the system refuses one. */
bool limit_apply(const struct tine_limits *limits);

/*
 * In the child that is about to end badly: which of its limits stands behind
 * the errno that is left, or behind memory that is used up.
 */
enum limit limit_met(const struct tine_limits *limits, int error);

/* In the parent: which of its limits this signal enforced. */
enum limit limit_of_signal(const struct tine_limits *limits, int number,
			   const struct rusage *usage);

#endif
