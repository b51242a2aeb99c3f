/* SPDX-License-Identifier: MIT */
/*
 * 02-crash.c - a task that dies of a bug does not take us along.
 *
 * Prints:
 *	crashed: killed by SIGSEGV at address 0xbad0 after 1 ms while 'storing'
 *	and we go on
 */
#include <err.h>
#include <stdio.h>
#include "tine.h"

static int store(struct tine_self *self, const void *arg, size_t size)
{
	volatile int *wild = (volatile int *)0xbad0;

	(void)arg;
	(void)size;
	tine_note(self, "storing");
	*wild = 42;
	return 0;
}

int main(void)
{
	const struct tine_result *result;
	struct tine_ctx *ctx;
	struct tine_task *task;
	int error;

	error = tine_ctx_new(NULL, &ctx);
	if (error < 0)
		errx(1, "no context: %s", tine_strerror(error));
	error = tine_async(ctx, store, NULL, 0, NULL, &task);
	if (error < 0)
		errx(1, "no task: %s", tine_strerror(error));

	result = tine_await(task, TINE_FOREVER);
	printf("%s: %s\n", tine_end_name(result->end), result->message);
	printf("and we go on\n");

	tine_free(task);
	tine_ctx_free(ctx);
	return 0;
}
