/* SPDX-License-Identifier: MIT */
/*
 * 04-links.c - a monitor hears of an end; a link shares it.
 *
 * Prints:
 *	reader: failed
 *	writer: killed
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>
#include "tine.h"

static int read_sand(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	return tine_fail(self, 1, "the disk is full of sand");
}

static int write_on(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	(void)sleep(3600);
	return 0;
}

static void tell(struct tine_task *task, const struct tine_result *result,
		 void *name)
{
	(void)task;
	printf("%s: %s\n", (char *)name, tine_end_name(result->end));
}

int main(void)
{
	char names[][8] = { "reader", "writer" };
	struct tine_ctx *ctx;
	struct tine_task *reader, *writer;
	struct tine_monitor *on_reader, *on_writer;

	if (tine_ctx_new(NULL, &ctx) < 0 ||
	    tine_async(ctx, read_sand, NULL, 0, NULL, &reader) < 0 ||
	    tine_async(ctx, write_on, NULL, 0, NULL, &writer) < 0 ||
	    tine_monitor(reader, tell, names[0], &on_reader) < 0 ||
	    tine_monitor(writer, tell, names[1], &on_writer) < 0)
		errx(1, "cannot start");

	/* Without the reader the writer is of no use, and dies with it. */
	if (tine_link(reader, writer) < 0 || tine_run(ctx) < 0)
		errx(1, "cannot go on");

	tine_free(reader);
	tine_free(writer);
	tine_ctx_free(ctx); /* and with it the monitors */
	return 0;
}
