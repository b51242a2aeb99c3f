/* SPDX-License-Identifier: MIT */
/* backoff.h - how long to wait before the next attempt. */
#ifndef TINE_BACKOFF_H
#define TINE_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

#include "tine.h"

/*
 * The delay after attempt number `attempt` (the first is 1) failed: base_ms
 * doubled for each attempt before it, at most max_ms, of which the upper half
 * is drawn by `random`, so that those who failed together do not all come
 * back together.
 */
int64_t backoff_ms(int64_t base_ms, int64_t max_ms, unsigned attempt,
		   uint32_t random);

/* The same, as the policy has it. */
int64_t backoff_after(const struct tine_retry *retry, unsigned attempts,
		      uint32_t random);

/* Whether the policy gives another attempt to what ended so. */
bool backoff_wanted(const struct tine_retry *retry, unsigned attempts,
		    enum tine_end end);

#endif
