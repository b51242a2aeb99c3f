/* SPDX-License-Identifier: MIT */
/* crash_none.c - the stack of a child that crashed, built without libdw. */
#include "crash.h"

void crash_unwind(struct crash **crash, const struct slate_crash *record,
		  const struct registers *from, struct story *story)
{
	(void)crash;
	(void)record;
	(void)from;
	(void)story;
}

void crash_free(struct crash *crash)
{
	(void)crash;
}
