/* SPDX-License-Identifier: MIT */
/* moment.c - a moment of the day. */
#include "moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND INT64_C(1000000)

int64_t moment_now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail */
	return now.tv_sec * SECOND + now.tv_nsec / 1000;
}

/* What comes from a board may be of any year; but they have four digits. */
#define MOMENT_LAST INT64_C(253402300799)

static time_t moment_seconds(int64_t us)
{
	int64_t seconds = us < 0 ? 0 : us / SECOND;

	return seconds > MOMENT_LAST ? MOMENT_LAST : seconds;
}

const char *moment_print(char to[MOMENT_ROOM], int64_t us)
{
	time_t seconds = moment_seconds(us);
	struct tm day = { 0 };

	(void)localtime_r(&seconds, &day);
	(void)strftime(to, MOMENT_ROOM, "%Y-%m-%d %H:%M:%S", &day);
	return to;
}

const char *moment_write(char to[MOMENT_ROOM], int64_t us)
{
	time_t seconds = moment_seconds(us);
	struct tm day = { 0 };
	size_t size;

	(void)gmtime_r(&seconds, &day);
	size = strftime(to, MOMENT_ROOM, "%Y-%m-%dT%H:%M:%S", &day);
	(void)snprintf(to + size, MOMENT_ROOM - size, ".%06dZ",
		       us < 0 ? 0 : (int)(us % SECOND));
	return to;
}
