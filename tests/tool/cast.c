/* SPDX-License-Identifier: MIT */
/*
 * cast.c - a program with one of each kind, for the tool to act on.
 *
 * Says "ready" and its pid when all of them are there, and then of each task
 * that ends "NAME END CODE: MESSAGE", a line each. Runs until it is ended.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tine.h"

/* ---- What they do ------------------------------------------------------- */

static int hang(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	tine_note(self, "hanging");
	for (;;)
		(void)pause();
	return 0;
}

static int stubborn(struct tine_self *self, const void *arg, size_t size)
{
	(void)signal(SIGTERM, SIG_IGN);
	return hang(self, arg, size);
}

static int polite(struct tine_self *self, const void *arg, size_t size)
{
	const struct timespec moment = { .tv_nsec = 5000000 };

	(void)arg;
	(void)size;
	while (!tine_stopping(self))
		(void)nanosleep(&moment, NULL);
	return tine_send(self, "bye", 3);
}

/* Leaves another process behind in its group, which holds a pipe open. */
static int parent(struct tine_self *self, const void *arg, size_t size)
{
	if (fork() == 0)
		for (;;)
			(void)pause();
	return hang(self, arg, size);
}

/* Ends when it is told to, with the number that it was given. */
static int told(struct tine_self *self, const void *arg, size_t size)
{
	sigset_t signals;
	int number;

	(void)size;
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	tine_note(self, "for a word");
	(void)sigwait(&signals, &number);
	return *(const int *)arg;
}

/* ---- The program -------------------------------------------------------- */

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	(void)task;
	(void)printf("%s %s %d: %s\n", (const char *)user,
		     tine_end_name(result->end), result->code, result->message);
}

static void check(int error, const char *what)
{
	if (error == 0)
		return;
	(void)fprintf(stderr, "cast: %s: %s\n", what, tine_strerror(error));
	exit(1);
}

static void start(struct tine_ctx *ctx, const char *name, tine_fn *fn,
		  const int *value, struct tine_options options)
{
	struct tine_task *task;

	options.name = name;
	options.on_end = on_end;
	options.user = (void *)(uintptr_t)name;
	check(tine_async(ctx, fn, value, value ? sizeof *value : 0, &options,
			 &task),
	      name);
}

static void start_tasks(struct tine_ctx *ctx)
{
	static const int good = 0, bad = 3;
	const struct tine_options slow = { .grace_ms = 200 };
	const struct tine_options again = {
		.retry = { .attempts = 2, .backoff_ms = 1 },
	};
	const struct tine_options none = { 0 };

	start(ctx, "plain", hang, NULL, none);
	start(ctx, "other", hang, NULL, none);
	start(ctx, "twin", hang, NULL, none);
	start(ctx, "twin", hang, NULL, none);
	start(ctx, "stubborn", stubborn, NULL, slow);
	start(ctx, "rock", stubborn, NULL, none);
	start(ctx, "polite", polite, NULL, none);
	start(ctx, "parent", parent, NULL, none);
	start(ctx, "good", told, &good, none);
	start(ctx, "bad", told, &bad, none);
	start(ctx, "again", told, &bad, again);
	start(ctx, "\033[31mred\n", hang, NULL, none);
}

static void start_supers(struct tine_ctx *ctx)
{
	static const struct tine_child hands[] = {
		{ .id = "hand", .fn = hang, .restart = TINE_PERMANENT },
	};
	static const struct tine_super_options below = {
		.name = "below",
		.children = hands,
		.child_count = 1,
	};
	static const struct tine_child clerks[] = {
		{ .id = "clerk", .fn = hang, .restart = TINE_PERMANENT },
		{ .id = "mule",
		  .fn = stubborn,
		  .restart = TINE_PERMANENT,
		  .shutdown_ms = 10000 },
		{ .id = "late", .fn = hang, .restart = TINE_PERMANENT },
		{ .id = "tree", .super = &below, .restart = TINE_PERMANENT },
	};
	static const struct tine_super_options boss = {
		.name = "boss",
		.children = clerks,
		.child_count = sizeof clerks / sizeof *clerks,
	};
	static const struct tine_child ghosts[] = {
		{ .id = "ghost", .fn = hang, .restart = TINE_PERMANENT },
	};
	static const struct tine_super_options nameless = {
		.children = ghosts,
		.child_count = 1,
	};
	struct tine_options under = { 0 };
	struct tine_super *super;

	check(tine_super_start(ctx, &nameless, &super), "nameless");
	check(tine_super_start(ctx, &boss, &super), "boss");
	under.under = super;
	start(ctx, "guest", hang, NULL, under);
}

int main(void)
{
	const struct tine_ctx_options options = { .app = "cast" };
	struct tine_ctx *ctx;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	check(tine_ctx_new(&options, &ctx), "context");
	start_supers(ctx);
	start_tasks(ctx);
	(void)printf("ready %d\n", (int)getpid());
	(void)tine_run(ctx);
	tine_ctx_free(ctx);
	return 0;
}
