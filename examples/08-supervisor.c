/* SPDX-License-Identifier: MIT */
/*
 * 08-supervisor.c - a worker that is started again when it crashes.
 *
 * Prints:
 *	started
 *	ended: killed by SIGABRT after 1 ms
 *	started again
 *	ended: returned 0 after 3 ms
 *	a task under the same supervisor saw 2 lives
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "tine.h"

/* What all processes see: memory is otherwise as of the supervisor's start. */
static volatile int *lives;

/* Has a bug in its first life. Who asks whether he is to stop is not ended by
 * SIGTERM any more, but may take leave. */
static int work(struct tine_self *self, const void *arg, size_t size)
{
	bool stopping = tine_stopping(self);

	(void)arg;
	(void)size;
	if (++*lives == 1)
		abort();
	for (; !stopping; stopping = tine_stopping(self))
		usleep(1000);
	return 0;
}

static int wait_for_lives(struct tine_self *self, const void *arg, size_t size)
{
	const int *wanted = arg;

	(void)size;
	while (*lives < *wanted)
		usleep(1000);
	return tine_send(self, (const void *)lives, sizeof *lives) < 0;
}

/* Called from the loop. Tasks under a supervisor are reported, too. */
static void report(struct tine_super *super, const struct tine_event *event,
		   void *user)
{
	(void)super;
	(void)user;
	if (strcmp(event->id, "worker") != 0)
		return;
	if (event->kind == TINE_STARTED)
		printf("started%s\n", event->restarts ? " again" : "");
	else
		printf("ended: %s\n", event->result->message);
}

int main(void)
{
	static const struct tine_child worker = { .id = "worker",
						  .fn = work,
						  .restart = TINE_PERMANENT };
	const struct tine_super_options options = { .children = &worker,
						    .child_count = 1,
						    .on_event = report };
	struct tine_options under = { 0 };
	const struct tine_result *result;
	struct tine_ctx *ctx;
	struct tine_super *super;
	struct tine_task *task;
	int seen, two = 2;

	lives = mmap(NULL, sizeof *lives, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (lives == MAP_FAILED || tine_ctx_new(NULL, &ctx) < 0 ||
	    tine_super_start(ctx, &options, &super) < 0)
		errx(1, "cannot start");
	under.under = super;
	if (tine_async(ctx, wait_for_lives, &two, sizeof two, &under, &task) <
	    0)
		errx(1, "cannot start a task");
	result = tine_await(task, TINE_FOREVER);
	if (result->end != TINE_OK)
		errx(1, "%s", result->message);
	memcpy(&seen, result->data, sizeof seen);

	tine_free(task);
	(void)tine_super_stop(super, TINE_FOREVER); /* in order; reports */
	tine_super_free(super);
	tine_ctx_free(ctx);
	printf("a task under the same supervisor saw %d lives\n", seen);
	return 0;
}
