/* SPDX-License-Identifier: MIT */
/* test_shutdown.c - ending a task, and its whole process group. */
#include "children.h"
#include "fixture.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define LONG_MS 20000 /* far longer than anything takes that works */

/* ---- Children ---------------------------------------------------------- */

static void handle_by_exit(int number)
{
	_exit(number == SIGTERM ? 0 : 1);
}

static int exit_when_asked(struct tine_self *self, const void *arg, size_t size)
{
	(void)signal(SIGTERM, handle_by_exit);
	return child_hang(self, arg, size);
}

/* Notices that it was asked, and goes on all the same. */
static int child_polite_not(struct tine_self *self, const void *arg,
			    size_t size)
{
	(void)arg;
	(void)size;
	while (!tine_stopping(self))
		(void)usleep(1000);
	tine_note(self, "asked");
	while (pause() < 0)
		;
	return 0;
}

static int stop_itself(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	tine_note(self, "hanging");
	return raise(SIGSTOP);
}

/* Two more processes in its group, the second ignoring what it can; tells
 * their pids. */
static int have_family(struct tine_self *self, const void *arg, size_t size)
{
	pid_t pids[2];

	for (int i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			(void)(i ? child_stubborn : child_hang)(self, arg,
								size);
	}
	(void)tine_send(self, pids, sizeof pids);
	return child_hang(self, arg, size);
}

/* Leaves a process behind in its group, and returns. */
static int leave_family(struct tine_self *self, const void *arg, size_t size)
{
	pid_t pid = fork();

	if (pid == 0)
		(void)child_stubborn(self, arg, size);
	return tine_send(self, &pid, sizeof pid);
}

static int signal_own_group(struct tine_self *self, const void *arg,
			    size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	return kill(0, SIGUSR1);
}

/* ---- Graceful ---------------------------------------------------------- */

static void who_does_not_mind_stops_when_asked(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);
	const struct tine_result *result;

	fixture_wait_note(task, "hanging");
	result = tine_shutdown(task, LONG_MS);
	assert_int_equal(result->end, TINE_SHUTDOWN);
	assert_int_equal(result->code, SIGTERM);
	assert_int_equal(tine_pid(task), 0);
	tine_free(task);
}

static void exit_0_when_asked_is_a_shutdown(void **state)
{
	struct tine_task *task = fixture_start(state, exit_when_asked, NULL);

	fixture_wait_note(task, "hanging");
	assert_int_equal(tine_shutdown(task, LONG_MS)->end, TINE_SHUTDOWN);
	tine_free(task);
}

static void who_outlives_its_grace_is_killed(void **state)
{
	struct tine_task *task = fixture_start(state, child_stubborn, NULL);
	const struct tine_result *result;

	fixture_wait_note(task, "stubborn");
	result = tine_shutdown(task, 20);
	assert_int_equal(result->end, TINE_KILLED);
	assert_int_equal(result->code, SIGKILL);
	tine_free(task);
}

static void an_answer_while_stopping_counts(void **state)
{
	struct tine_task *task = fixture_start(state, child_polite, NULL);
	const struct tine_result *result;

	fixture_wait_note(task, "polite");
	result = tine_shutdown(task, LONG_MS);
	assert_int_equal(result->end, TINE_OK);
	assert_memory_equal(result->data, "bye", 3);
	tine_free(task);
}

static void a_stopped_process_wakes_up_to_stop(void **state)
{
	struct tine_task *task = fixture_start(state, stop_itself, NULL);

	fixture_wait_note(task, "hanging");
	assert_int_equal(tine_shutdown(task, LONG_MS)->end, TINE_SHUTDOWN);
	tine_free(task);
}

static void a_shutdown_brings_its_own_grace(void **state)
{
	struct tine_options options = { .timeout_ms = 10, .grace_ms = LONG_MS };
	struct tine_task *task =
		fixture_start(state, child_polite_not, &options);
	const struct tine_result *result;

	fixture_wait_note(task, "asked");
	result = tine_shutdown(task, 20);
	assert_int_equal(result->end, TINE_TIMEOUT);
	assert_int_equal(result->code, SIGKILL);
	tine_free(task);
}

static void a_grace_may_be_as_long_as_time(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);

	fixture_wait_note(task, "hanging");
	assert_int_equal(tine_shutdown(task, INT64_MAX)->end, TINE_SHUTDOWN);
	tine_free(task);
}

/* ---- Brutal ------------------------------------------------------------ */

static void without_grace_it_is_killed_at_once(void **state)
{
	struct tine_task *task = fixture_start(state, child_stubborn, NULL);
	pid_t pid = tine_pid(task);

	fixture_wait_note(task, "stubborn");
	assert_int_equal(tine_shutdown(task, 0)->end, TINE_KILLED);
	assert_int_equal(kill(pid, 0), -1);
	tine_free(task);
}

/* ---- What ended by itself ---------------------------------------------- */

static void check_ended_before(void **state, tine_fn *fn, int number,
			       enum tine_end end, int code)
{
	for (int brutal = 0; brutal < 2; brutal++) {
		struct tine_task *task = fixture_start_with(
			state, fn, &number, sizeof number, NULL);
		const struct tine_result *result;

		fixture_wait_dead(task);
		result = tine_shutdown(task, brutal ? 0 : LONG_MS);
		assert_int_equal(result->end, end);
		assert_int_equal(result->code, code);
		tine_free(task);
	}
}

static void an_end_that_came_before_is_its_own(void **state)
{
	check_ended_before(state, child_echo, 1, TINE_OK, 0);
	check_ended_before(state, child_return, 3, TINE_FAILED, 3);
	check_ended_before(state, child_exit, 0, TINE_FAILED, 0);
	check_ended_before(state, child_raise, SIGSEGV, TINE_CRASHED, SIGSEGV);
	check_ended_before(state, child_raise, SIGTERM, TINE_CRASHED, SIGTERM);
	check_ended_before(state, child_raise, SIGKILL, TINE_CRASHED, SIGKILL);
}

static void behind_a_shutdown_there_is_nothing(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);

	(void)tine_shutdown(task, 0);
	assert_int_equal(tine_await(task, TINE_FOREVER)->end, TINE_LOST);
	assert_int_equal(tine_yield(task, TINE_FOREVER)->end, TINE_LOST);
	assert_int_equal(tine_shutdown(task, LONG_MS)->end, TINE_LOST);
	tine_free(task);
}

static void how_it_died_is_told_also_behind_a_wait_that_was_over(void **state)
{
	int code = 3;

	for (int noticed = 0; noticed < 2; noticed++) {
		struct tine_task *task = fixture_start_with(
			state, child_exit, &code, sizeof code, NULL);

		if (tine_await(task, 0)->end == TINE_PENDING) {
			fixture_wait_dead(task);
			if (noticed)
				(void)tine_run(fixture_ctx(state));
			assert_int_equal(tine_shutdown(task, 0)->end,
					 TINE_FAILED);
		}
		tine_free(task);
	}
}

static void shutdown_works_behind_a_wait_that_was_over(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);

	assert_int_equal(tine_await(task, 0)->end, TINE_PENDING);
	assert_int_equal(tine_shutdown(task, 0)->end, TINE_KILLED);
	assert_int_equal(tine_shutdown(task, 0)->end, TINE_LOST);
	tine_free(task);
}

/* ---- The group --------------------------------------------------------- */

static void the_whole_group_ends(void **state)
{
	struct tine_task *task = fixture_start(state, have_family, NULL);
	const struct tine_result *result;
	pid_t pids[2];

	fixture_wait_note(task, "hanging");
	result = tine_shutdown(task, 20);
	assert_int_equal(result->size, sizeof pids);
	memcpy(pids, result->data, sizeof pids);
	assert_true(fixture_gone(pids[0]));
	assert_true(fixture_gone(pids[1]));
	tine_free(task);
}

static void what_a_task_left_behind_ends_with_it(void **state)
{
	struct tine_task *task = fixture_start(state, leave_family, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);
	pid_t pid;

	assert_int_equal(result->end, TINE_OK);
	memcpy(&pid, result->data, sizeof pid);
	assert_true(fixture_gone(pid));
	tine_free(task);
}

static void a_task_that_signals_its_group_hits_itself_alone(void **state)
{
	struct tine_task *task = fixture_start(state, signal_own_group, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_CRASHED);
	assert_int_equal(result->code, SIGUSR1);
	tine_free(task);
}

/* ---- Timeouts ---------------------------------------------------------- */

static void who_runs_too_long_ends_with_a_timeout(void **state)
{
	struct tine_options options = { .timeout_ms = 20 };
	struct tine_task *task = fixture_start(state, child_hang, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_TIMEOUT);
	assert_true(result->wall_us >= 20000);
	assert_non_null(strstr(result->message, "20 ms"));
	tine_free(task);
}

static void a_timeout_kills_who_ignores_it(void **state)
{
	struct tine_options options = { .timeout_ms = 20, .grace_ms = 20 };
	struct tine_task *task = fixture_start(state, child_stubborn, &options);

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_TIMEOUT);
	tine_free(task);
}

static void what_came_before_a_timeout_is_handed_over(void **state)
{
	struct tine_options options = { .timeout_ms = 50 };
	struct tine_task *task = fixture_start_with(state, child_send_hang,
						    "partial", 7, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_TIMEOUT);
	assert_int_equal(result->size, 7);
	assert_memory_equal(result->data, "partial", 7);
	assert_string_equal(result->note, "sent");
	tine_free(task);
}

/* A program that was busy finds the timer over, and the task long done. */
static void a_timer_looks_before_it_kills(void **state)
{
	struct tine_options options = { .timeout_ms = 200 };
	struct tine_task *task = fixture_start(state, child_nothing, &options);

	fixture_wait_dead(task);
	(void)usleep(250000); /* the program is busy, and its timer is over */
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
}

static void free_kills_and_tells_nobody(void **state)
{
	struct tine_task *task = fixture_start(state, child_stubborn, NULL);
	pid_t pid = tine_pid(task);

	tine_free(task);
	assert_int_equal(kill(pid, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(who_does_not_mind_stops_when_asked),
		FIXTURE_TEST(exit_0_when_asked_is_a_shutdown),
		FIXTURE_TEST(who_outlives_its_grace_is_killed),
		FIXTURE_TEST(an_answer_while_stopping_counts),
		FIXTURE_TEST(a_stopped_process_wakes_up_to_stop),
		FIXTURE_TEST(a_shutdown_brings_its_own_grace),
		FIXTURE_TEST(a_grace_may_be_as_long_as_time),
		FIXTURE_TEST(
			how_it_died_is_told_also_behind_a_wait_that_was_over),
		FIXTURE_TEST(without_grace_it_is_killed_at_once),
		FIXTURE_TEST(an_end_that_came_before_is_its_own),
		FIXTURE_TEST(behind_a_shutdown_there_is_nothing),
		FIXTURE_TEST(shutdown_works_behind_a_wait_that_was_over),
		FIXTURE_TEST(the_whole_group_ends),
		FIXTURE_TEST(what_a_task_left_behind_ends_with_it),
		FIXTURE_TEST(a_task_that_signals_its_group_hits_itself_alone),
		FIXTURE_TEST(who_runs_too_long_ends_with_a_timeout),
		FIXTURE_TEST(a_timeout_kills_who_ignores_it),
		FIXTURE_TEST(what_came_before_a_timeout_is_handed_over),
		FIXTURE_TEST(a_timer_looks_before_it_kills),
		FIXTURE_TEST(free_kills_and_tells_nobody),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
