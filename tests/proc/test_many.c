/* SPDX-License-Identifier: MIT */
/* test_many.c - waiting for several tasks at once. */
#include "children.h"
#include "fixture.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT 5
#define LONG_MS 20000

struct set {
	struct tine_task *tasks[COUNT];
	const struct tine_result *results[COUNT];
	int gates[COUNT];
};

/* Tasks that answer when their gate is opened. */
static void set_start(void **state, struct set *set)
{
	for (int i = 0; i < COUNT; i++) {
		int ends[2];
		struct tine_options options = { .keep_fds = ends,
						.keep_count = 1 };

		assert_int_equal(pipe(ends), 0);
		set->tasks[i] = fixture_start_with(state, child_wait_fd, ends,
						   sizeof *ends, &options);
		set->gates[i] = ends[1];
		(void)close(ends[0]);
	}
}

static void set_open(struct set *set, int i)
{
	if (set->gates[i] >= 0)
		(void)close(set->gates[i]);
	set->gates[i] = -1;
}

static void set_free(struct set *set)
{
	for (int i = 0; i < COUNT; i++) {
		set_open(set, i);
		tine_free(set->tasks[i]);
	}
}

static void ends_are(const struct set *set, const char *expected)
{
	for (int i = 0; i < COUNT; i++) {
		enum tine_end end = set->results[i]->end;
		char letter = end == TINE_OK        ? 'o'
			      : end == TINE_PENDING ? 'p'
			      : end == TINE_LOST    ? 'l'
			      : end == TINE_KILLED  ? 'k'
						    : '?';

		assert_int_equal(letter, expected[i]);
	}
}

/* ---- Await ------------------------------------------------------------- */

static void results_stand_in_the_order_of_the_tasks(void **state)
{
	struct set set;

	set_start(state, &set);
	for (int i = COUNT - 1; i >= 0; i--) {
		set_open(&set, i);
		fixture_wait_dead(set.tasks[i]);
	}
	assert_int_equal(
		tine_await_many(set.tasks, COUNT, LONG_MS, set.results), COUNT);
	ends_are(&set, "ooooo");
	set_free(&set);
}

static void no_tasks_need_no_wait(void **state)
{
	(void)state;
	assert_int_equal(tine_await_many(NULL, 0, TINE_FOREVER, NULL), 0);
	assert_int_equal(tine_yield_many(NULL, 0, NULL, NULL), 0);
}

static void when_the_time_is_over_the_rest_is_given_up(void **state)
{
	struct set set;

	set_start(state, &set);
	assert_int_equal(tine_await_many(set.tasks, COUNT, 0, set.results), 0);
	ends_are(&set, "ppppp");
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(tine_await(set.tasks[i], LONG_MS)->end,
				 TINE_LOST);
	set_free(&set);
}

static void the_first_bad_end_ends_the_wait(void **state)
{
	int code = 3;
	struct set set;

	set_start(state, &set);
	tine_free(set.tasks[2]);
	set.tasks[2] =
		fixture_start_with(state, child_exit, &code, sizeof code, NULL);
	assert_int_equal(
		tine_await_many(set.tasks, COUNT, TINE_FOREVER, set.results),
		1);
	assert_int_equal(set.results[2]->end, TINE_FAILED);
	assert_int_equal(set.results[2]->code, 3);
	for (int i = 0; i < COUNT; i++)
		if (i != 2) {
			assert_int_equal(set.results[i]->end, TINE_PENDING);
			assert_true(tine_pid(set.tasks[i]) > 0);
		}
	set_free(&set);
}

static void completed_and_running_mix(void **state)
{
	struct set set;

	set_start(state, &set);
	tine_free(set.tasks[1]);
	assert_int_equal(
		tine_completed(fixture_ctx(state), "x", 1, &set.tasks[1]), 0);
	for (int i = 0; i < COUNT; i++)
		set_open(&set, i);
	assert_int_equal(
		tine_await_many(set.tasks, COUNT, LONG_MS, set.results), COUNT);
	ends_are(&set, "ooooo");
	set_free(&set);
}

static void nonsense_is_refused_before_any_wait(void **state)
{
	struct set set;

	set_start(state, &set);
	assert_int_equal(tine_await_many(NULL, 2, TINE_FOREVER, set.results),
			 TINE_EUSAGE);
	assert_int_equal(tine_await_many(set.tasks, COUNT, -5, set.results),
			 TINE_EUSAGE);
	assert_int_equal(tine_await_many(set.tasks, COUNT, 0, NULL),
			 TINE_EUSAGE);
	tine_free(set.tasks[3]);
	set.tasks[3] = NULL;
	assert_int_equal(
		tine_await_many(set.tasks, COUNT, TINE_FOREVER, set.results),
		TINE_EUSAGE);
	set_free(&set);
}

static int await_many_of_the_parent(struct tine_self *self, const void *arg,
				    size_t size)
{
	const struct tine_result *results[COUNT];
	struct set *set = *(struct set *const *)arg;
	int error = tine_await_many(set->tasks, COUNT, TINE_FOREVER, results);

	(void)self;
	(void)size;
	return error == TINE_EOWNER && tine_yield_many(set->tasks, COUNT, NULL,
						       results) == TINE_EOWNER
		       ? 0
		       : 1;
}

static void another_process_is_refused_before_any_wait(void **state)
{
	struct set set, *address = &set;
	struct tine_task *other;

	set_start(state, &set);
	other = fixture_start_with(state, await_many_of_the_parent, &address,
				   sizeof address, NULL);
	assert_int_equal(tine_await(other, LONG_MS)->end, TINE_OK);
	tine_free(other);
	set_free(&set);
}

/* ---- Yield ------------------------------------------------------------- */

static void yield_many_waits_for_each_however_it_ends(void **state)
{
	int code = 3;
	struct tine_yield_options options = { .timeout_ms = TINE_FOREVER };
	struct set set;

	set_start(state, &set);
	tine_free(set.tasks[0]);
	set.tasks[0] =
		fixture_start_with(state, child_exit, &code, sizeof code, NULL);
	for (int i = 0; i < COUNT; i++)
		set_open(&set, i);
	assert_int_equal(
		tine_yield_many(set.tasks, COUNT, &options, set.results),
		COUNT);
	assert_int_equal(set.results[0]->end, TINE_FAILED);
	assert_int_equal(set.results[4]->end, TINE_OK);
	set_free(&set);
}

static void by_default_those_not_ended_stay_as_they_are(void **state)
{
	struct set set;

	set_start(state, &set);
	set_open(&set, 1);
	fixture_wait_dead(set.tasks[1]);
	assert_int_equal(tine_yield_many(set.tasks, COUNT, NULL, set.results),
			 1);
	ends_are(&set, "poppp");
	for (int i = 0; i < COUNT; i++)
		set_open(&set, i);
	assert_int_equal(tine_await(set.tasks[0], LONG_MS)->end, TINE_OK);
	assert_int_equal(tine_await(set.tasks[1], LONG_MS)->end, TINE_LOST);
	assert_int_equal(tine_shutdown(set.tasks[2], 0)->end != TINE_PENDING,
			 true);
	set_free(&set);
}

static void on_timeout_kill_leaves_them_dead(void **state)
{
	struct tine_yield_options options = { .timeout_ms = 5,
					      .on_timeout =
						      TINE_ON_TIMEOUT_KILL };
	struct set set;
	pid_t pids[COUNT];

	set_start(state, &set);
	for (int i = 0; i < COUNT; i++)
		pids[i] = tine_pid(set.tasks[i]);
	(void)tine_yield_many(set.tasks, COUNT, &options, set.results);
	ends_are(&set, "kkkkk");
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(kill(pids[i], 0), -1);
	set_free(&set);
}

static void on_timeout_ignore_lets_them_go_on(void **state)
{
	struct tine_yield_options options = { .on_timeout =
						      TINE_ON_TIMEOUT_IGNORE };
	struct set set;

	set_start(state, &set);
	(void)tine_yield_many(set.tasks, COUNT, &options, set.results);
	ends_are(&set, "ppppp");
	for (int i = 0; i < COUNT; i++) {
		assert_true(tine_pid(set.tasks[i]) > 0);
		set_open(&set, i);
	}
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_int_equal(tine_yield(set.tasks[0], 0)->end, TINE_LOST);
	set_free(&set);
}

static void a_limit_hands_out_the_first_to_end(void **state)
{
	struct tine_yield_options options = {
		.limit = 2,
		.timeout_ms = TINE_FOREVER,
		.on_timeout = TINE_ON_TIMEOUT_KILL,
	};
	struct set set;

	set_start(state, &set);
	set_open(&set, 3);
	fixture_wait_dead(set.tasks[3]);
	(void)tine_yield_many(set.tasks, COUNT, NULL, set.results);
	set_open(&set, 4);
	fixture_wait_dead(set.tasks[4]);
	set_open(&set, 1);
	assert_int_equal(
		tine_yield_many(set.tasks, COUNT, &options, set.results), 2);
	ends_are(&set, "popl"
		       "o");
	assert_true(tine_pid(set.tasks[0]) > 0);
	assert_true(tine_pid(set.tasks[2]) > 0);
	set_free(&set);
}

static void beyond_the_limit_an_end_waits_for_the_next_call(void **state)
{
	struct tine_yield_options one = { .limit = 1 };
	struct set set;

	set_start(state, &set);
	for (int i = 0; i < COUNT; i++) {
		set_open(&set, i);
		fixture_wait_dead(set.tasks[i]);
	}
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(
			tine_yield_many(set.tasks, COUNT, &one, set.results),
			1);
	assert_int_equal(tine_yield_many(set.tasks, COUNT, &one, set.results),
			 0);
	ends_are(&set, "lllll");
	set_free(&set);
}

static void a_limit_above_the_count_is_the_count(void **state)
{
	struct tine_yield_options options = { .limit = 100,
					      .timeout_ms = TINE_FOREVER };
	struct set set;

	set_start(state, &set);
	for (int i = 0; i < COUNT; i++)
		set_open(&set, i);
	assert_int_equal(
		tine_yield_many(set.tasks, COUNT, &options, set.results),
		COUNT);
	set_free(&set);
}

static void free_the_last(struct tine_task *task,
			  const struct tine_result *result, void *user)
{
	struct set *set = user;

	(void)task;
	(void)result;
	tine_free(set->tasks[COUNT - 1]);
	set->tasks[COUNT - 1] = NULL;
}

/* Killing the first calls back, and the callback frees the last. */
static void a_callback_may_free_a_task_while_results_are_collected(void **state)
{
	struct tine_yield_options kill_all = { .on_timeout =
						       TINE_ON_TIMEOUT_KILL };
	struct set set;
	struct tine_options options = { .on_end = free_the_last, .user = &set };

	set_start(state, &set);
	tine_free(set.tasks[0]);
	set.tasks[0] = fixture_start(state, child_hang, &options);
	assert_int_equal(
		tine_yield_many(set.tasks, COUNT, &kill_all, set.results),
		TINE_EUSAGE);
	assert_null(set.tasks[COUNT - 1]);
	set_free(&set);
}

/* By a callback that comes of no end. */
static void a_task_freed_in_a_wait_ends_it_and_costs_no_result(void **state)
{
	struct tine_yield_options wait = { .timeout_ms = TINE_FOREVER };
	struct tine_monitor *monitor;
	struct set set;

	set_start(state, &set);
	set_open(&set, 1);
	set_open(&set, COUNT - 1);
	fixture_wait_dead(set.tasks[1]);
	fixture_wait_dead(set.tasks[COUNT - 1]);
	tine_free(set.tasks[0]);
	assert_int_equal(
		tine_completed(fixture_ctx(state), "x", 1, &set.tasks[0]), 0);
	assert_int_equal(
		tine_monitor(set.tasks[0], free_the_last, &set, &monitor), 0);
	memset(set.results, 0, sizeof set.results);
	assert_int_equal(tine_yield_many(set.tasks, COUNT, &wait, set.results),
			 TINE_EUSAGE);
	assert_null(set.tasks[COUNT - 1]);
	for (int i = 0; i < COUNT; i++)
		assert_null(set.results[i]);
	for (int i = 0; i < 2; i++)
		assert_int_equal(tine_await(set.tasks[i], 0)->end, TINE_OK);
	assert_int_equal(tine_yield(set.tasks[2], 0)->end, TINE_PENDING);
	tine_demonitor(monitor);
	set_free(&set);
}

static void after_the_limit_a_second_call_may_kill(void **state)
{
	struct tine_yield_options limit = { .limit = 1,
					    .timeout_ms = TINE_FOREVER,
					    .on_timeout =
						    TINE_ON_TIMEOUT_KILL };
	struct tine_yield_options poll = { .on_timeout = TINE_ON_TIMEOUT_KILL };
	struct set set;

	set_start(state, &set);
	set_open(&set, 0);
	assert_int_equal(tine_yield_many(set.tasks, COUNT, &limit, set.results),
			 1);
	ends_are(&set, "opppp");
	assert_true(tine_pid(set.tasks[1]) > 0);
	(void)tine_yield_many(set.tasks, COUNT, &poll, set.results);
	ends_are(&set, "lkkkk");
	set_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(results_stand_in_the_order_of_the_tasks),
		FIXTURE_TEST(no_tasks_need_no_wait),
		FIXTURE_TEST(when_the_time_is_over_the_rest_is_given_up),
		FIXTURE_TEST(the_first_bad_end_ends_the_wait),
		FIXTURE_TEST(completed_and_running_mix),
		FIXTURE_TEST(nonsense_is_refused_before_any_wait),
		FIXTURE_TEST(another_process_is_refused_before_any_wait),
		FIXTURE_TEST(yield_many_waits_for_each_however_it_ends),
		FIXTURE_TEST(by_default_those_not_ended_stay_as_they_are),
		FIXTURE_TEST(on_timeout_kill_leaves_them_dead),
		FIXTURE_TEST(on_timeout_ignore_lets_them_go_on),
		FIXTURE_TEST(a_limit_hands_out_the_first_to_end),
		FIXTURE_TEST(beyond_the_limit_an_end_waits_for_the_next_call),
		FIXTURE_TEST(a_limit_above_the_count_is_the_count),
		FIXTURE_TEST(
			a_callback_may_free_a_task_while_results_are_collected),
		FIXTURE_TEST(
			a_task_freed_in_a_wait_ends_it_and_costs_no_result),
		FIXTURE_TEST(after_the_limit_a_second_call_may_kill),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
