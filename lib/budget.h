/* SPDX-License-Identifier: MIT */
/*
 * budget.h - how many restarts a supervisor has left.
 *
 * The rule is OTP's: a restart counts for a period of whole seconds, its last
 * second included (now <= then + period); if there are more than max_restarts
 * in it, the supervisor gives up. Failed attempts count as well.
 */
#ifndef TINE_BUDGET_H
#define TINE_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct budget {
	unsigned max_restarts, max_seconds;
	int64_t *seconds; /* a ring: when there were restarts, ... */
	size_t room;
	size_t head, count; /* ... the oldest, and how many */
};

void budget_init(struct budget *budget, unsigned max_restarts,
		 unsigned max_seconds);
void budget_done(struct budget *budget);

/* One more restart, now. Returns whether it is within the budget; without the
 * memory to count it, it is not. */
bool budget_spend(struct budget *budget, int64_t now_us);

#endif
