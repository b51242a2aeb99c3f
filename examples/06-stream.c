/* SPDX-License-Identifier: MIT */
/*
 * 06-stream.c - an array, a child for each item, and a result for each.
 *
 * Prints:
 *	90 / 9: 10
 *	90 / 5: 18
 *	90 / 0: crashed: killed by SIGABRT after 1 ms
 *	90 / 2: 45
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include "tine.h"

/* Runs in a child of its own for each item, a few of them at once. */
static int divide(struct tine_self *self, const void *item, size_t size)
{
	const int *divisor = item;
	int quotient;

	(void)size;
	if (*divisor == 0)
		abort(); /* somebody else's bug */
	quotient = 90 / *divisor;
	return tine_send(self, &quotient, sizeof quotient) < 0;
}

static void tell(const struct tine_result *result)
{
	printf("90 / %d: ", *(const int *)result->input);
	if (result->end == TINE_OK)
		printf("%d\n", *(const int *)result->data);
	else
		printf("%s: %s\n", tine_end_name(result->end), result->message);
}

int main(void)
{
	const int divisors[] = { 9, 5, 0, 2 };
	const struct tine_result *result;
	struct tine_ctx *ctx;
	struct tine_stream *stream;
	int error;

	error = tine_ctx_new(NULL, &ctx);
	if (error < 0)
		errx(1, "no context: %s", tine_strerror(error));
	error = tine_stream_open(ctx, divide,
				 tine_array(divisors, 4, sizeof *divisors),
				 NULL, &stream);
	if (error < 0)
		errx(1, "no stream: %s", tine_strerror(error));

	/* In the order of the items; each is good until the next is taken. */
	while ((result = tine_stream_next(stream)))
		tell(result);
	error = tine_stream_error(stream);
	if (error < 0)
		errx(1, "it broke off: %s", tine_strerror(error));

	tine_stream_close(stream);
	tine_ctx_free(ctx);
	return 0;
}
