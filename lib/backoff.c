/* SPDX-License-Identifier: MIT */
/*
 * backoff.c - how long to wait before the next attempt.
 *
 * Pure: chance is an argument.
 */
#include "backoff.h"

static int64_t doubled(int64_t base_ms, int64_t max_ms, unsigned times)
{
	while (times-- > 0 && base_ms < max_ms)
		base_ms = base_ms > max_ms / 2 ? max_ms : base_ms * 2;
	return base_ms < max_ms ? base_ms : max_ms;
}

int64_t backoff_ms(int64_t base_ms, int64_t max_ms, unsigned attempt,
		   uint32_t random)
{
	int64_t full = doubled(base_ms, max_ms, attempt - 1);
	int64_t half = full / 2;

	return full - (int64_t)(random % (uint64_t)(half + 1));
}

int64_t backoff_after(const struct tine_retry *retry, unsigned attempts,
		      uint32_t random)
{
	return backoff_ms(retry->backoff_ms, retry->max_backoff_ms, attempts,
			  random);
}

bool backoff_wanted(const struct tine_retry *retry, unsigned attempts,
		    enum tine_end end)
{
	static const unsigned bits[] = {
		[TINE_FAILED] = TINE_RETRY_FAILED,
		[TINE_CRASHED] = TINE_RETRY_CRASHED,
		[TINE_TIMEOUT] = TINE_RETRY_TIMEOUT,
		[TINE_LIMIT] = TINE_RETRY_LIMIT,
	};

	return attempts < retry->attempts && end < sizeof bits / sizeof *bits &&
	       (retry->on & bits[end]);
}
