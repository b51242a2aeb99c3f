/* SPDX-License-Identifier: MIT */
/*
 * troop.c - a program for the tool to look at.
 *
 * It has a supervisor "crew" with two permanent children, "anna" and "boris",
 * who never do anything, and so many tasks that sleep. A line of its input is
 * the name of one more task. It ends when its input does.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tine.h"

static int idle(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	tine_note(self, "waits for orders");
	while (pause() < 0)
		;
	return 0;
}

static void must(int error)
{
	if (error < 0)
		errx(1, "%s", tine_strerror(error));
}

static void start_crew(struct tine_ctx *ctx)
{
	static const struct tine_child crew[] = {
		{ .id = "anna", .fn = idle, .restart = TINE_PERMANENT },
		{ .id = "boris", .fn = idle, .restart = TINE_PERMANENT },
	};
	struct tine_super *super;

	must(tine_super_start(ctx,
			      &(struct tine_super_options){ .name = "crew",
							    .max_restarts = 100,
							    .children = crew,
							    .child_count = 2 },
			      &super));
}

static void start_task(struct tine_ctx *ctx, const char *name)
{
	struct tine_task *task;

	must(tine_async(ctx, idle, NULL, 0,
			&(struct tine_options){ .name = name }, &task));
}

int main(int argc, char **argv)
{
	const struct tine_ctx_options options = { .app = "troop" };
	int count = argc > 1 ? atoi(argv[1]) : 0;
	struct tine_ctx *ctx;
	char line[64];

	must(tine_ctx_new(&options, &ctx));
	start_crew(ctx);
	for (int i = 0; i < count; i++)
		start_task(ctx, "private");
	(void)puts("ready");
	(void)fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		start_task(ctx, line);
	}
	tine_ctx_free(ctx);
	return 0;
}
