/* SPDX-License-Identifier: MIT */
/*
 * 05-own-loop.c - tasks on the libev loop that a program has anyway.
 *
 * Prints:
 *	the task says hello
 *	and the clock ticked on
 */
#include <err.h>
#include <ev.h>
#include <stdio.h>
#include <unistd.h>
#include "tine.h"

static int greet(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	(void)usleep(100000);
	return tine_send(self, "hello", sizeof "hello") < 0;
}

static void greeted(struct tine_task *task, const struct tine_result *result,
		    void *loop)
{
	if (result->end == TINE_OK)
		printf("the task says %s\n", (const char *)result->data);
	tine_free(task);
	ev_break(loop, EVBREAK_ALL);
}

static void tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	++*(int *)timer->data;
}

int main(void)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct tine_ctx_options home = { .loop = loop };
	struct tine_options options = { .on_end = greeted, .user = loop };
	struct tine_ctx *ctx;
	struct tine_task *task;
	int ticks = 0;
	ev_timer timer = { .data = &ticks };

	ev_timer_init(&timer, tick, 0.01, 0.01);
	ev_timer_start(loop, &timer);
	if (tine_ctx_new(&home, &ctx) < 0 ||
	    tine_async(ctx, greet, NULL, 0, &options, &task) < 0)
		errx(1, "cannot start");
	(void)ev_run(loop, 0); /* not tine_run(): the loop is ours */
	printf("and the clock %s\n", ticks > 0 ? "ticked on" : "stood still");
	tine_ctx_free(ctx);
	ev_loop_destroy(loop);
	return 0;
}
