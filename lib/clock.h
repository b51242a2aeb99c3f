/* SPDX-License-Identifier: MIT */
/*
 * clock.h - the monotonic clock, and deadlines on it.
 *
 * A deadline is an absolute time, so that a sequence of waits shares one.
 */
#ifndef TINE_CLOCK_H
#define TINE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_NEVER INT64_MAX

int64_t clock_us(void);

/* The same as of the last tick, some ms ago; a tenth of the cost. */
int64_t clock_rough_us(void);

/* In timeout_ms from now; CLOCK_NEVER if that is negative. In microseconds. */
int64_t clock_deadline(int64_t timeout_ms);

/* What is left of it, rounded up to milliseconds, 0 when over; -1: never. */
int64_t clock_left_ms(int64_t deadline);

#endif
