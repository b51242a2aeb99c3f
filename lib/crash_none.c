/* SPDX-License-Identifier: MIT */
/* crash_none.c - where a child crashed, built without libdw. */
#include "crash.h"

char *crash_text(struct crash **crash, const struct slate_crash *record)
{
	(void)crash;
	return crash_line(record);
}

void crash_free(struct crash *crash)
{
	(void)crash;
}
