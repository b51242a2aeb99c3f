/* SPDX-License-Identifier: MIT */
/* test_ctx.c - contexts: loops of all kinds, guests' manners, the end. */
#include "children.h"
#include "fixture.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS 20000

static void count_end(struct tine_task *task, const struct tine_result *result,
		      void *user)
{
	(void)task;
	*(int *)user += result->end == TINE_OK;
}

/* ---- Loops ------------------------------------------------------------- */

static void on_a_loop_of_the_callers_callbacks_come_from_it(void **state)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct tine_ctx_options on_loop = { .loop = loop };
	int ended = 0;
	struct tine_options options = { .on_end = count_end, .user = &ended };
	struct tine_ctx *ctx;
	struct tine_task *tasks[3];

	(void)state;
	assert_int_equal(tine_ctx_new(&on_loop, &ctx), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(tine_async(ctx, child_nothing, NULL, 0,
					    &options, &tasks[i]),
				 0);
	(void)ev_run(loop, 0); /* returns: nothing of ours keeps it running */
	assert_int_equal(ended, 3);
	for (int i = 0; i < 3; i++)
		tine_free(tasks[i]);
	tine_ctx_free(ctx);
	ev_loop_destroy(loop);
}

struct ticker {
	ev_timer timer;
	int ticks;
};

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	((struct ticker *)timer)->ticks++;
}

static void during_a_wait_the_callers_loop_runs_along(void **state)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct tine_ctx_options on_loop = { .loop = loop };
	struct ticker ticker = { .ticks = 0 };
	struct tine_ctx *ctx;
	struct tine_task *task;

	(void)state;
	ev_timer_init(&ticker.timer, on_tick, 0.001, 0.001);
	ev_timer_start(loop, &ticker.timer);
	assert_int_equal(tine_ctx_new(&on_loop, &ctx), 0);
	assert_int_equal(tine_async(ctx, child_hang, NULL, 0, NULL, &task), 0);
	while (ticker.ticks < 3)
		assert_int_equal(tine_yield(task, 10)->end, TINE_PENDING);
	tine_free(task);
	tine_ctx_free(ctx);
	ev_timer_stop(loop, &ticker.timer);
	ev_loop_destroy(loop);
}

/* libev's default loop reaps every child of the program, also ours. */
static int use_default_loop(struct tine_self *self, const void *arg,
			    size_t size)
{
	struct tine_ctx_options on_default = { .loop = ev_default_loop(0) };
	struct tine_ctx *ctx;
	struct tine_task *tasks[40];
	const struct tine_result *result;
	int good = 0;

	(void)arg;
	(void)size;
	if (tine_ctx_new(&on_default, &ctx) < 0)
		return 100;
	for (int i = 0; i < 40; i++)
		if (tine_async(ctx, child_exit, &i, sizeof i, NULL, &tasks[i]))
			return 101;
	for (int i = 0; i < 40; i++) {
		result = tine_await(tasks[i], LONG_MS);
		if (result->end == TINE_FAILED && result->code == i)
			good++;
		tine_free(tasks[i]);
	}
	tine_ctx_free(ctx);
	return good == 40 ? 0 : tine_fail(self, 1, "only %d", good);
}

static void on_libevs_default_loop_each_exit_code_is_right(void **state)
{
	struct tine_task *task = fixture_start(state, use_default_loop, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_string_equal(result->end == TINE_OK ? "" : result->message, "");
	tine_free(task);
}

/* ---- Guests ------------------------------------------------------------ */

static void the_programs_own_children_are_its_own(void **state)
{
	for (int i = 0; i < 50; i++) {
		struct tine_task *task =
			fixture_start(state, child_nothing, NULL);
		pid_t own = fork();
		int status;

		if (own == 0)
			_exit(i);
		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
		assert_int_equal(waitpid(own, &status, 0), own);
		assert_int_equal(WEXITSTATUS(status), i);
		tine_free(task);
	}
}

static void the_warden_is_nobody_the_program_waits_for(void **state)
{
	struct tine_task *task = fixture_start(state, child_nothing, NULL);

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	tine_free(task);
}

/* Somebody else takes the statuses of our children. */
static void a_thief_of_statuses_does_no_other_harm(void **state)
{
	bool pidfd = strcmp(getenv("TINE_REAP") ? getenv("TINE_REAP") : "",
			    "sigchld") != 0;

	for (int i = 0; i < 20; i++) {
		struct tine_task *good =
			fixture_start(state, child_nothing, NULL);
		struct tine_task *bad = fixture_start_with(
			state, child_exit, &(int){ 7 }, sizeof(int), NULL);
		const struct tine_result *result;

		assert_true(waitpid(-1, NULL, 0) > 0);
		assert_true(waitpid(-1, NULL, 0) > 0);
		assert_int_equal(tine_await(good, LONG_MS)->end, TINE_OK);
		result = tine_await(bad, LONG_MS);
		if (pidfd && result->end == TINE_FAILED)
			assert_int_equal(result->code, 7);
		else
			assert_int_equal(result->end, TINE_LOST);
		tine_free(good);
		tine_free(bad);
	}
}

static void ignored_sigchld_costs_at_most_the_code(void **state)
{
	void (*before)(int) = signal(SIGCHLD, SIG_IGN);
	struct tine_task *task = fixture_start(state, child_nothing, NULL);
	struct tine_task *bad = fixture_start_with(
		state, child_exit, &(int){ 7 }, sizeof(int), NULL);
	const struct tine_result *result;

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	result = tine_await(bad, LONG_MS);
	assert_true(result->end == TINE_LOST ||
		    (result->end == TINE_FAILED && result->code == 7));
	(void)signal(SIGCHLD, before);
	tine_free(task);
	tine_free(bad);
}

static void the_program_does_not_become_a_subreaper(void **state)
{
	int is = 1;
	struct tine_task *task = fixture_start(state, child_nothing, NULL);

	assert_int_equal(prctl(PR_GET_CHILD_SUBREAPER, &is), 0);
	assert_int_equal(is, 0);
	tine_free(task);
}

/* ---- Nonsense ---------------------------------------------------------- */

static void nonsense_is_refused_and_leaves_outputs_alone(void **state)
{
	struct tine_ctx *ctx = fixture_ctx(state);
	struct tine_task *task = (void *)state;
	static const struct tine_options bad[] = {
		{ .timeout_ms = -2 },
		{ .grace_ms = -7 },
		{ .keep_count = 1 },
		{ .limits.cpu_ms = -1 },
		{ .retry.on = 1024 },
		{ .retry.backoff_ms = -1 },
		{ .retry = { .backoff_ms = 10, .max_backoff_ms = 5 } },
	};

	assert_int_equal(tine_ctx_new(NULL, NULL), TINE_EUSAGE);
	assert_int_equal(tine_run(NULL), TINE_EUSAGE);
	assert_int_equal(tine_async(NULL, child_nothing, NULL, 0, NULL, &task),
			 TINE_EUSAGE);
	assert_int_equal(tine_async(ctx, NULL, NULL, 0, NULL, &task),
			 TINE_EUSAGE);
	assert_int_equal(tine_async(ctx, child_nothing, NULL, 8, NULL, &task),
			 TINE_EUSAGE);
	assert_int_equal(tine_async(ctx, child_nothing, NULL, 0, NULL, NULL),
			 TINE_EUSAGE);
	assert_int_equal(tine_completed(ctx, NULL, 3, &task), TINE_EUSAGE);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(
			tine_async(ctx, child_nothing, NULL, 0, &bad[i], &task),
			TINE_EUSAGE);
	assert_ptr_equal(task, state);
	tine_ctx_free(NULL);
}

static void a_choice_that_means_nothing_is_refused(void **state)
{
	char *reap = getenv("TINE_REAP") ? strdup(getenv("TINE_REAP")) : NULL;
	struct tine_ctx *ctx = NULL;

	(void)state;
	(void)setenv("TINE_REAP", "magic", 1);
	assert_int_equal(tine_ctx_new(NULL, &ctx), TINE_EUSAGE);
	(void)unsetenv("TINE_REAP");
	(void)setenv("TINE_GUARD", "angel", 1);
	assert_int_equal(tine_ctx_new(NULL, &ctx), TINE_EUSAGE);
	(void)unsetenv("TINE_GUARD");
	assert_null(ctx);
	if (reap)
		(void)setenv("TINE_REAP", reap, 1);
	free(reap);
}

/* ---- Shortage ---------------------------------------------------------- */

static void without_descriptors_nothing_starts_and_nothing_leaks(void **state)
{
	struct tine_task *task = fixture_start(state, child_nothing, NULL);
	struct rlimit limit, few;
	int started = 0;
	struct tine_task *tasks[200];

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	few = limit;
	few.rlim_cur = 64;
	(void)setrlimit(RLIMIT_NOFILE, &few);
	while (tine_async(fixture_ctx(state), child_hang, NULL, 0, NULL,
			  &tasks[started]) == 0)
		started++;
	for (int i = 0; i < 100; i++)
		assert_int_equal(tine_async(fixture_ctx(state), child_nothing,
					    NULL, 0, NULL, &task),
				 TINE_ELIMIT);
	while (started > 0)
		tine_free(tasks[--started]);
	task = fixture_start(state, child_nothing, NULL);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* A limit that does not hold for root. */
static void without_processes_nothing_starts_and_nothing_leaks(void **state)
{
	struct rlimit limit, few;
	struct tine_task *task;

	if (geteuid() == 0)
		return;
	task = fixture_start(state, child_nothing, NULL);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
	(void)getrlimit(RLIMIT_NPROC, &limit);
	few = limit;
	few.rlim_cur = 1;
	(void)setrlimit(RLIMIT_NPROC, &few);
	for (int i = 0; i < 20; i++)
		assert_int_equal(tine_async(fixture_ctx(state), child_nothing,
					    NULL, 0, NULL, &task),
				 TINE_ELIMIT);
	(void)setrlimit(RLIMIT_NPROC, &limit);
	task = fixture_start(state, child_nothing, NULL);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
}

/* Shared memory counts as a file, and the kernel kills who goes beyond. */
static void where_no_file_may_be_large_nothing_starts(void **state)
{
	struct rlimit limit, low;
	struct tine_ctx *ctx;
	struct tine_task *task;

	(void)state;
	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	(void)getrlimit(RLIMIT_FSIZE, &limit);
	low = limit;
	low.rlim_cur = 100000;
	(void)setrlimit(RLIMIT_FSIZE, &low);
	assert_int_equal(tine_async(ctx, child_nothing, NULL, 0, NULL, &task),
			 TINE_ELIMIT);
	(void)setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(tine_async(ctx, child_nothing, NULL, 0, NULL, &task),
			 0);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
	tine_ctx_free(ctx);
}

static void stdio_may_be_closed(void **state)
{
	int kept[3];
	struct tine_ctx *ctx;
	struct tine_task *task;
	const struct tine_result *result;
	enum tine_end end;

	(void)state;
	for (int i = 0; i < 3; i++) {
		kept[i] = fcntl(i, F_DUPFD_CLOEXEC, 100);
		(void)close(i);
	}
	if (tine_ctx_new(NULL, &ctx) == 0 &&
	    tine_async(ctx, child_echo, "hello", 5, NULL, &task) == 0) {
		result = tine_await(task, LONG_MS);
		end = result->end;
		tine_free(task);
		tine_ctx_free(ctx);
	} else {
		end = TINE_LOST;
	}
	for (int i = 0; i < 3; i++) {
		(void)dup2(kept[i], i);
		(void)close(kept[i]);
	}
	assert_int_equal(end, TINE_OK);
}

/* ---- Ends -------------------------------------------------------------- */

static void handles_outlive_their_context(void **state)
{
	struct tine_ctx *ctx;
	struct tine_task *ended, *alive;
	const struct tine_result *result;
	pid_t pid;

	(void)state;
	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	assert_int_equal(tine_async(ctx, child_echo, "hello", 5, NULL, &ended),
			 0);
	assert_int_equal(tine_async(ctx, child_stubborn, NULL, 0, NULL, &alive),
			 0);
	pid = tine_pid(alive);
	result = tine_await(ended, LONG_MS);
	tine_ctx_free(ctx);
	assert_int_equal(kill(pid, 0), -1);
	assert_memory_equal(result->data, "hello", 5);
	assert_int_equal(tine_await(alive, LONG_MS)->end, TINE_KILLED);
	assert_int_equal(tine_shutdown(alive, 0)->end, TINE_LOST);
	tine_free(ended);
	tine_free(alive);
}

static void a_thousand_tasks_live_at_once(void **state)
{
	static struct tine_task *tasks[1000];
	struct rlimit limit;
	int count = 1000;

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < 2100)
		count = (int)limit.rlim_max / 2 - 50;
	limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < count; i++)
		tasks[i] = fixture_start(state, child_hang, NULL);
	for (int i = 0; i < count; i += 2)
		assert_int_equal(tine_shutdown(tasks[i], LONG_MS)->end,
				 TINE_SHUTDOWN);
	for (int i = 0; i < count; i++)
		tine_free(tasks[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(on_a_loop_of_the_callers_callbacks_come_from_it),
		FIXTURE_TEST(during_a_wait_the_callers_loop_runs_along),
		FIXTURE_TEST(on_libevs_default_loop_each_exit_code_is_right),
		FIXTURE_TEST(the_programs_own_children_are_its_own),
		FIXTURE_TEST(the_warden_is_nobody_the_program_waits_for),
		FIXTURE_TEST(a_thief_of_statuses_does_no_other_harm),
		FIXTURE_TEST(ignored_sigchld_costs_at_most_the_code),
		FIXTURE_TEST(the_program_does_not_become_a_subreaper),
		FIXTURE_TEST(nonsense_is_refused_and_leaves_outputs_alone),
		FIXTURE_TEST(a_choice_that_means_nothing_is_refused),
		FIXTURE_TEST(
			without_descriptors_nothing_starts_and_nothing_leaks),
		FIXTURE_TEST(
			without_processes_nothing_starts_and_nothing_leaks),
		FIXTURE_TEST(where_no_file_may_be_large_nothing_starts),
		FIXTURE_TEST(stdio_may_be_closed),
		FIXTURE_TEST(handles_outlive_their_context),
		FIXTURE_TEST(a_thousand_tasks_live_at_once),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
