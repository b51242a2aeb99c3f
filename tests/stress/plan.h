/* SPDX-License-Identifier: MIT */
/*
 * plan.h - what each of many tasks shall do, and how it must then end.
 *
 * All of it follows from a seed and the task's number, so that whoever starts
 * the task, the task itself, and the oracle need not talk to each other.
 */
#ifndef TINE_PLAN_H
#define TINE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "tine.h"

#define PLANS(X)                                                          \
	X(VALUE, 50, "value")      /* sends a few bytes */                \
	X(LARGE, 3, "large")       /* sends much, in a sealed file */     \
	X(CRASH, 10, "crash")      /* dies of a signal */                 \
	X(CODE, 10, "code")        /* returns a code, or exits with it */ \
	X(HANG, 3, "hang")         /* runs into its timeout */            \
	X(CUT, 3, "cut")           /* leaves in the middle of a frame */  \
	X(GARBAGE, 3, "garbage")   /* sends what is no frame */           \
	X(HOLD, 3, "hold")         /* a grandchild holds the channel */   \
	X(AFTER, 3, "after")       /* replies, and crashes then */        \
	X(OVERSIZE, 2, "oversize") /* sends more than max_result */       \
	X(CANCEL, 5, "cancel")     /* hangs, and is shut down */          \
	X(RACE, 5, "race")         /* is shut down as it ends */

enum plan_kind {
#define PLAN_ENUM(name, share, text) PLAN_##name,
	PLANS(PLAN_ENUM)
#undef PLAN_ENUM
		PLAN_KINDS
};

#define PLAN_MAX_RESULT ((size_t)256 << 10)
#define PLAN_TIMEOUT_MS 40
#define PLAN_SMALL 24

struct plan {
	uint64_t number;
	enum plan_kind kind;
	int code;          /* exit code, or signal */
	bool brutal;       /* how it is shut down, */
	int64_t cancel_us; /* and when; -1: not at all */
	uint64_t salt;     /* what its value is made of */
};

struct plan plan_make(uint64_t seed, uint64_t number);
const char *plan_name(enum plan_kind kind);

/* Runs in the task; arg is the struct plan. */
tine_fn plan_run;

/* What it sends: the size, and the byte at a place. */
size_t plan_size(const struct plan *plan);
unsigned char plan_byte(const struct plan *plan, size_t at);

/* Whether that is how it must end. */
bool plan_agrees(const struct plan *plan, const struct tine_result *result);

#endif
