/* SPDX-License-Identifier: MIT */
/*
 * supers.c - children of a supervisor.
 *
 * When something was, in a child, it writes where all can see it: what would
 * have to be sent for that would take time, too.
 */
#include "supers.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "meter.h"

#define FAILED 1
#define PHOENIX "phoenix"

/* ---- In the child ------------------------------------------------------ */

static struct signs *signs_of(const void *arg)
{
	struct signs *signs;

	memcpy(&signs, arg, sizeof signs);
	return signs;
}

static int child_first(struct tine_self *self, const void *arg, size_t size)
{
	struct signs *signs = signs_of(arg);

	(void)self;
	(void)size;
	signs->began = meter_now();
	return 0;
}

static void await_sign(sem_t *sign)
{
	while (sem_wait(sign) < 0 && errno == EINTR)
		;
}

static int child_die_by(struct signs *signs, int number)
{
	signs->began = meter_now();
	(void)sem_post(&signs->begun);
	await_sign(&signs->go);
	signs->died = meter_now();
	return raise(number);
}

static int child_die(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)size;
	return child_die_by(signs_of(arg), SIGKILL);
}

static int child_crash(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)size;
	return child_die_by(signs_of(arg), SIGSEGV);
}

/* ---- Operations -------------------------------------------------------- */

static void supers_check(int error, const char *what)
{
	if (error < 0)
		errx(FAILED, "%s: %s", what, tine_strerror(error));
}

void supers_first(struct stage *stage)
{
	const struct tine_options options = { .under = stage->super };
	const struct tine_result *result;
	struct tine_task *task = NULL;

	supers_check(tine_async(stage->ctx, child_first, &stage->signs,
				sizeof stage->signs, &options, &task),
		     "tine_async");
	result = tine_await(task, TINE_FOREVER);
	if (result->end != TINE_OK)
		errx(FAILED, "a task: %s", result->message);
	tine_free(task);
	stage->until = stage->signs->began;
	stage_rest();
}

static void supers_start(const struct stage *stage, tine_fn *fn)
{
	const struct tine_child child = {
		.id = PHOENIX,
		.fn = fn,
		.arg = &stage->signs,
		.size = sizeof stage->signs,
		.restart = TINE_PERMANENT,
		.shutdown_ms = TINE_BRUTAL,
	};

	supers_check(tine_start_child(stage->super, &child),
		     "tine_start_child");
}

static void supers_end(const struct stage *stage)
{
	supers_check(tine_terminate_child(stage->super, PHOENIX),
		     "tine_terminate_child");
	supers_check(tine_delete_child(stage->super, PHOENIX),
		     "tine_delete_child");
}

static void supers_revive(struct stage *stage, tine_fn *fn)
{
	struct signs *signs = stage->signs;

	supers_start(stage, fn);
	await_sign(&signs->begun);
	(void)sem_post(&signs->go);
	await_sign(&signs->begun);
	stage->under_way = signs->died;
	stage->until = signs->began;
	supers_end(stage);
}

void supers_restart(struct stage *stage)
{
	supers_revive(stage, child_die);
}

void supers_crash(struct stage *stage)
{
	supers_revive(stage, child_crash);
}
