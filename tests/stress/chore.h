/* SPDX-License-Identifier: MIT */
/*
 * chore.h - what each of many items of a stream shall do, and how it must end.
 *
 * All of it follows from a seed and the item's number. The item itself is those
 * two and a filling, so that the child can tell whether it came whole.
 */
#ifndef TINE_CHORE_H
#define TINE_CHORE_H

#include <stdbool.h>
#include <stdint.h>

#include "tine.h"

#define CHORES(X)                                                     \
	X(TINY, 500, "tiny")         /* sends back what it got */     \
	X(VALUE, 6001, "value")      /* sends a few bytes */          \
	X(NOTE, 500, "note")         /* and leaves a note */          \
	X(LARGE, 200, "large")       /* sends some hundred KiB, */    \
	X(HUGE, 10, "huge")          /* or more than 4 MiB */         \
	X(SLOW, 100, "slow")         /* takes some ms */              \
	X(CODE, 800, "code")         /* sends, and returns a code, */ \
	X(FAIL, 500, "fail")         /* or says why, */               \
	X(EXIT, 200, "exit")         /* or leaves by exit(), */       \
	X(CRASH, 400, "crash")       /* or dies of a signal, */       \
	X(HANG, 1, "hang")           /* or runs into its timeout */   \
	X(FLAKY, 100, "flaky")       /* crashes the first time */     \
	X(OVERSIZE, 300, "oversize") /* sends more than max_result */ \
	X(GARBAGE, 30, "garbage")    /* writes over shared memory */

enum chore_kind {
#define CHORE_ENUM(name, share, text) CHORE_##name,
	CHORES(CHORE_ENUM)
#undef CHORE_ENUM
		CHORE_KINDS
};

#define CHORE_MAX_RESULT ((size_t)6 << 20)
#define CHORE_MAX_ITEM ((size_t)600 << 10)
#define CHORE_TIMEOUT_MS 1000
#define CHORE_GRACE_MS 200

/* How often each was begun, written by children; one byte each. */
typedef _Atomic unsigned char chore_runs;

struct chore {
	uint64_t number;
	enum chore_kind kind;
	int code;    /* exit code, or signal */
	size_t size; /* of the item */
	uint64_t salt;
};

/* With an even seed, nobody writes garbage. */
struct chore chore_make(uint64_t seed, uint64_t number);
const char *chore_name(enum chore_kind kind);

/* The item: chore->size bytes, for room of CHORE_MAX_ITEM. */
void chore_write_item(const struct chore *chore, uint64_t seed,
		      chore_runs *runs, unsigned char *bytes);

/* Runs in the child. */
tine_fn chore_run;

/* Whether that is how it must end, with so many attempts for those that crash.
 */
bool chore_agrees(const struct chore *chore, unsigned attempts,
		  const struct tine_result *result);

/* Whether that is how it may end if a child that had done it wrote garbage
 * before anybody took its result: no value, or of a large one the part
 * that is proven and something behind it. */
bool chore_was_spoilt(const struct chore *chore, unsigned runs,
		      const struct tine_result *result);

#endif
