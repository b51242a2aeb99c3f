/* SPDX-License-Identifier: MIT */
/*
 * moment.h - a moment of the day: microseconds since 1970, as clocks show it.
 */
#ifndef MOMENT_H
#define MOMENT_H

#include <stdint.h>

#define MOMENT_ROOM 40

int64_t moment_now_us(void);

/* "2026-11-25 14:03:12", where we are. */
const char *moment_print(char to[MOMENT_ROOM], int64_t us);

/* "2026-11-25T13:03:12.000042Z", for programs. */
const char *moment_write(char to[MOMENT_ROOM], int64_t us);

#endif
