/* SPDX-License-Identifier: MIT */
/*
 * use.c - whether the library works here: each kind of child is made once.
 */
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "doctor/check.h"
#include "doctor/trial.h"
#include "text.h"

#define ITEMS 100

/* The answer of a trial is how many microseconds it took. */
static void look_by(struct finding *finding, tine_fn *fn, const char *what)
{
	int64_t us = 0;
	struct trial trial = trial_run(fn, NULL, 0, &us, sizeof us);
	char duration[TEXT_DURATION];

	if (!trial.done) {
		finding_say(finding, "%s", trial.why);
		finding_bad(finding, "%s cannot be had here.", what);
		finding_remedy(finding, "See what else is not ok.");
		return;
	}
	finding_say(finding, "works, in %s", text_duration(duration, us));
	finding_number(finding, "us", us);
}

static int fail(struct tine_self *self, int error)
{
	return tine_fail(self, 1, "%s", tine_strerror(error));
}

static int answer(struct tine_self *self, int64_t since)
{
	int64_t us = clock_us() - since;

	return tine_send(self, &us, sizeof us) == 0 ? 0 : 1;
}

static int nothing(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	return 0;
}

/* ---- A task ------------------------------------------------------------- */

static int task_of_a_task(struct tine_self *self, const void *arg, size_t size)
{
	int64_t since = clock_us();
	struct tine_task *task;
	int error = tine_async(tine_self_ctx(self), nothing, arg, size, NULL,
			       &task);
	enum tine_end end;

	if (error < 0)
		return fail(self, error);
	end = tine_await(task, TINE_FOREVER)->end;
	tine_free(task);
	return end == TINE_OK ? answer(self, since) : 1;
}

static void look_at_task(struct finding *finding)
{
	look_by(finding, task_of_a_task, "A task");
}

/* ---- A pool ------------------------------------------------------------- */

static int pool_of_a_task(struct tine_self *self, const void *arg, size_t size)
{
	static const struct tine_stream_options options = {
		.reuse = ITEMS,
		.max_concurrency = 2,
	};
	static const char items[ITEMS];
	int64_t since = clock_us();
	struct tine_results *results;
	int count = tine_map(tine_self_ctx(self), nothing, items, ITEMS, 1,
			     &options, &results);

	(void)arg;
	(void)size;
	if (count < 0)
		return fail(self, count);
	for (int i = 0; i < count; i++)
		if (results->results[i].end != TINE_OK)
			return tine_fail(self, 1, "%s",
					 results->results[i].message);
	tine_results_free(results);
	return count == ITEMS ? answer(self, since) : 1;
}

static void look_at_pool(struct finding *finding)
{
	look_by(finding, pool_of_a_task, "A pool");
}

/* ---- A supervisor ------------------------------------------------------- */

static int stays(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	while (!tine_stopping(self))
		(void)pause();
	return 0;
}

static int super_of_a_task(struct tine_self *self, const void *arg, size_t size)
{
	static const struct tine_child child = { .id = "child", .fn = stays };
	static const struct tine_super_options options = {
		.name = "doctor",
		.children = &child,
		.child_count = 1,
	};
	int64_t since = clock_us();
	struct tine_ctx *ctx = tine_self_ctx(self);
	struct tine_super *super = NULL, *found = NULL;
	int error = tine_super_start(ctx, &options, &super);

	(void)arg;
	(void)size;
	if (error == 0)
		error = tine_super_find(ctx, "doctor", &found);
	if (error == 0)
		error = tine_terminate_child(found, "child");
	if (error == 0)
		error = tine_super_stop(super, TINE_FOREVER);
	tine_super_free(found);
	tine_super_free(super);
	return error < 0 ? fail(self, error) : answer(self, since);
}

static void look_at_super(struct finding *finding)
{
	look_by(finding, super_of_a_task, "A supervisor");
}

/* ---- A crash ------------------------------------------------------------ */

#define CRASH_SITE "doctor_crash"

/* With a name for the report to find. */
__attribute__((noinline)) static void doctor_crash(void)
{
	(void)raise(SIGFPE);
	__asm__ volatile(""); /* no tail call */
}

static int crashes(struct tine_self *self, const void *arg, size_t size)
{
	doctor_crash();
	return nothing(self, arg, size);
}

static void look_at_crash(struct finding *finding)
{
	struct trial trial = trial_run(crashes, NULL, 0, NULL, 0);

	if (strstr(trial.crash, CRASH_SITE)) {
		finding_say(finding, "told by function");
		return;
	}
	trial.crash[strcspn(trial.crash, "\n")] = '\0';
	finding_say(finding, "%s", trial.crash[0] ? trial.crash : trial.why);
	finding_note(finding, "Crashes are told by module and offset.");
	finding_remedy(finding,
		       "Keep symbols in programs (no strip), and see libdw.");
}

const struct check checks_use[] = {
	{ .name = "task", .look = look_at_task },
	{ .name = "pool", .look = look_at_pool },
	{ .name = "supervisor", .look = look_at_super },
	{ .name = "crash", .look = look_at_crash },
	{ 0 },
};
