/* SPDX-License-Identifier: MIT */
/*
 * clock.c - the monotonic clock, and deadlines on it.
 *
 * Nothing else in the library asks for the time; the wall clock is not asked
 * at all, so setting it moves no timeout.
 */
#include "clock.h"

#include <time.h>

static int64_t clock_read(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now); /* cannot fail */
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_us(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

int64_t clock_rough_us(void)
{
	return clock_read(CLOCK_MONOTONIC_COARSE);
}

int64_t clock_deadline(int64_t timeout_ms)
{
	int64_t now = clock_us();

	if (timeout_ms < 0 || timeout_ms > (CLOCK_NEVER - now) / 1000)
		return CLOCK_NEVER;
	return now + timeout_ms * 1000;
}

int64_t clock_left_ms(int64_t deadline)
{
	int64_t now;

	if (deadline == CLOCK_NEVER)
		return -1;
	now = clock_us();
	return deadline > now ? (deadline - now + 999) / 1000 : 0;
}
