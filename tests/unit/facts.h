/* SPDX-License-Identifier: MIT */
/* facts.h - facts about the end of a child, one by one or all together. */
#ifndef TINE_FACTS_H
#define TINE_FACTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>

#include "verdict.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* How a process may end. */
#define LEFT(number) .how = EXIT_CODE, .status = (number)
#define DIED(number) .how = EXIT_SIGNAL, .status = (number)
#define SHOT DIED(SIGKILL), .killed = true /* by us */
#define GONE .how = EXIT_UNKNOWN
#define RETURNED(number) .last = LAST_DONE, .value = (number)

/* What the library did before that. */
#define ASKED .cause = CAUSE_SHUTDOWN, .grace_ms = 100
#define DISMISSED .cause = CAUSE_NONE, .dismissed = true
#define BRUTAL .cause = CAUSE_BRUTAL, .killed = true

/* The same with options, and words that are not NULL. The options: 500 ms, a
 * result of 1 MiB, and every limit there is. */
struct facts facts_filled(struct facts facts);

enum tine_end end_of(struct facts facts, int *code);

/* Calls fn with these facts and every exit, last word, value, cause and limit
 * that there can be. */
typedef void facts_fn(const struct facts *facts);
void each_combination(struct facts facts, facts_fn *fn);

#endif
