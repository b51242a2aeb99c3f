/* SPDX-License-Identifier: MIT */
/*
 * 01-await.c - run a function in another process, and take what it gives back.
 *
 * Prints:
 *	6 times 7 is 42
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include "tine.h"

struct factors {
	int a, b;
};

/* Runs in the child. It sees a copy of the argument, and of all our memory. */
static int multiply(struct tine_self *self, const void *arg, size_t size)
{
	const struct factors *factors = arg;
	int product = factors->a * factors->b;

	(void)size;
	return tine_send(self, &product, sizeof product) < 0;
}

int main(void)
{
	const struct factors factors = { 6, 7 };
	const struct tine_result *result;
	struct tine_ctx *ctx;
	struct tine_task *task;
	int error, product = 0;

	error = tine_ctx_new(NULL, &ctx);
	if (error < 0)
		errx(1, "no context: %s", tine_strerror(error));
	error = tine_async(ctx, multiply, &factors, sizeof factors, NULL,
			   &task);
	if (error < 0)
		errx(1, "no task: %s", tine_strerror(error));

	/* Here we could do something else; the child is at work. */

	result = tine_await(task, TINE_FOREVER);
	if (result->end != TINE_OK || result->size != sizeof product)
		errx(1, "no product: %s", result->message);
	memcpy(&product, result->data, sizeof product);
	printf("%d times %d is %d\n", factors.a, factors.b, product);

	tine_free(task); /* and with it the result */
	tine_ctx_free(ctx);
	return 0;
}
