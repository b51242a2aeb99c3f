/* SPDX-License-Identifier: MIT */
/*
 * 07-pool.c - children that run many items each: a fraction of a fork for each.
 *
 * Prints:
 *	100000 items after 25 ms: 99993 ok, 7 crashed
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "tine.h"

#define ITEMS 100000

/* The source: asked for an item when there is room for one. 1: here it is. */
static int count_up(void *state, const void **item, size_t *size)
{
	int *number = state;

	if (*number == ITEMS)
		return 0;
	++*number;
	*item = number;
	*size = sizeof *number;
	return 1;
}

/* A crash costs its own item; those behind it go to another child. */
static int square(struct tine_self *self, const void *item, size_t size)
{
	const int *number = item;
	long product = (long)*number * *number;

	(void)size;
	if (*number % 13579 == 0)
		abort();
	return tine_send(self, &product, sizeof product) < 0;
}

static long long milliseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int main(void)
{
	const struct tine_stream_options options = { .reuse = ITEMS };
	int number = 0, ends[TINE_PENDING] = { 0 };
	struct tine_source source = { .next = count_up, .state = &number };
	const struct tine_result *result;
	struct tine_ctx *ctx;
	struct tine_stream *stream;
	long long start = milliseconds();

	if (tine_ctx_new(NULL, &ctx) < 0 ||
	    tine_stream_open(ctx, square, source, &options, &stream) < 0)
		errx(1, "cannot start");
	while ((result = tine_stream_next(stream)))
		ends[result->end]++;
	if (tine_stream_error(stream) < 0)
		errx(1, "it broke off");
	printf("%d items after %lld ms: %d ok, %d crashed\n", ITEMS,
	       milliseconds() - start, ends[TINE_OK], ends[TINE_CRASHED]);

	tine_stream_close(stream);
	tine_ctx_free(ctx);
	return 0;
}
