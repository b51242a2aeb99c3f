/* SPDX-License-Identifier: MIT */
/*
 * stage.c - a program to look at: two tasks, a supervisor with a child that
 * crashes and comes again, a stream in a pool; some have ended already.
 *
 * Says "ready" when all of that is there, and ends when its stdin does.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tine.h"

#define ITEMS 50
#define CRASHES 3

static int last_as(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	(void)tine_note(self, "page %d of %d", 3, 7);
	while (!tine_stopping(self))
		(void)pause();
	return 0;
}

static int last(struct tine_self *self, const void *arg, size_t size)
{
	(void)size;
	(void)arg;
	(void)self;
	while (pause() < 0)
		continue;
	return 0;
}

/* A build with sanitizers shall not see it first. */
__attribute__((noinline, no_sanitize("undefined", "address"))) static void
poke(volatile int *at)
{
	*at = 1;
}

static int crash(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	(void)tine_note(self, "about to poke");
	(void)fputs("the page is not there\n", stderr);
	poke(NULL);
	return 0;
}

/* What all processes see. */
static volatile int *lives;

/* Crashes until it did so often enough. */
static int hothead(struct tine_self *self, const void *arg, size_t size)
{
	return ++*lives <= CRASHES ? crash(self, arg, size)
				   : last(self, arg, size);
}

static int fail(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	return tine_fail(self, 7, "no page %d", 4);
}

static int square(struct tine_self *self, const void *item, size_t size)
{
	const int *number = item;
	int product = *number * *number;

	(void)size;
	if (*number == 13)
		abort();
	return tine_send(self, &product, sizeof product) < 0;
}

/* ---- The scene ---------------------------------------------------------- */

struct scene {
	struct tine_ctx *ctx;
	struct tine_super *super;
	struct tine_stream *stream;
	int number;
};

static void need(int error, const char *what)
{
	if (error < 0)
		errx(1, "%s: %s", what, tine_strerror(error));
}

static struct tine_task *start(struct scene *scene, tine_fn *fn,
			       const char *name, bool under)
{
	const struct tine_options options = {
		.name = name,
		.under = under ? scene->super : NULL,
		.capture = !under,
	};
	struct tine_task *task;

	need(tine_async(scene->ctx, fn, NULL, 0, &options, &task), name);
	return task;
}

static void run(struct scene *scene, tine_fn *fn, const char *name, bool under)
{
	struct tine_task *task = start(scene, fn, name, under);

	(void)tine_await(task, TINE_FOREVER);
	tine_free(task);
}

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

/* All but the last of its items are over. */
static void pool(struct scene *scene)
{
	const struct tine_stream_options options = { .task.name = "squares",
						     .reuse = 1000,
						     .max_concurrency = 2 };
	struct tine_source source = { .next = count_up,
				      .state = &scene->number };

	need(tine_stream_open(scene->ctx, square, source, &options,
			      &scene->stream),
	     "a stream");
	for (int i = 1; i < ITEMS; i++)
		(void)tine_stream_next(scene->stream);
}

static int crashes;

static void count_crashes(struct tine_super *super,
			  const struct tine_event *event, void *user)
{
	(void)super;
	(void)user;
	if (event->kind == TINE_ENDED && event->result->end == TINE_CRASHED)
		crashes++;
}

static void supervise(struct scene *scene)
{
	const struct tine_child children[] = {
		{ .id = "clerk", .fn = last_as, .restart = TINE_PERMANENT },
		{ .id = "hothead", .fn = hothead, .restart = TINE_PERMANENT },
	};
	const struct tine_super_options options = {
		.name = "office",
		.children = children,
		.child_count = 2,
		.max_restarts = 10,
		.on_event = count_crashes,
	};

	lives = mmap(NULL, sizeof *lives, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (lives == MAP_FAILED)
		err(1, "mmap");
	need(tine_super_start(scene->ctx, &options, &scene->super), "super");
}

int main(int argc, char **argv)
{
	const struct tine_ctx_options options = { .app = argc > 1 ? argv[1]
								  : "stage" };
	struct scene scene = { 0 };
	struct tine_task *tasks[2];
	char byte;

	need(tine_ctx_new(&options, &scene.ctx), "a context");
	tine_trap_exits(scene.ctx, true);
	supervise(&scene);
	tasks[0] = start(&scene, last_as, "reader", false);
	tasks[1] = start(&scene, last, "visitor", true);
	run(&scene, fail, "failing", false);
	run(&scene, crash, "falling", false);
	run(&scene, crash, "guest", true);
	pool(&scene);
	while (crashes < CRASHES)
		(void)tine_yield(tasks[0], 10);
	(void)puts("ready");
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	tine_stream_close(scene.stream);
	tine_free(tasks[0]);
	tine_free(tasks[1]);
	tine_super_free(scene.super);
	tine_ctx_free(scene.ctx);
	return 0;
}
