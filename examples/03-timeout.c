/* SPDX-License-Identifier: MIT */
/*
 * 03-timeout.c - two limits: how long we wait, and how long a task may run.
 *
 * Prints:
 *	after our wait: pending
 *	after its time: timeout
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>
#include "tine.h"

static int sleep_on(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	(void)sleep(3600);
	return 0;
}

int main(void)
{
	const struct tine_options options = { .timeout_ms = 200 };
	const struct tine_result *result;
	struct tine_ctx *ctx;
	struct tine_task *task;
	int error;

	error = tine_ctx_new(NULL, &ctx);
	if (error < 0)
		errx(1, "no context: %s", tine_strerror(error));
	error = tine_async(ctx, sleep_on, NULL, 0, &options, &task);
	if (error < 0)
		errx(1, "no task: %s", tine_strerror(error));

	/* A yield that comes back without an end may be asked again. */
	result = tine_yield(task, 10);
	printf("after our wait: %s\n", tine_end_name(result->end));

	result = tine_yield(task, TINE_FOREVER);
	printf("after its time: %s\n", tine_end_name(result->end));

	tine_free(task);
	tine_ctx_free(ctx);
	return 0;
}
