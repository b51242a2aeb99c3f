/* SPDX-License-Identifier: MIT */
/* test_await.c - waiting for one task: await, yield, ignore. */
#include "children.h"
#include "fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- Children ---------------------------------------------------------- */

static int twice(struct tine_self *self, const void *arg, size_t size)
{
	int value;

	if (size != sizeof value)
		return 1;
	memcpy(&value, arg, sizeof value);
	value *= 2;
	return tine_send(self, &value, sizeof value);
}

static int await_own_parents_task(struct tine_self *self, const void *arg,
				  size_t size)
{
	struct tine_task *task = *(struct tine_task *const *)arg;
	const struct tine_result *result = tine_await(task, TINE_FOREVER);

	(void)size;
	(void)tine_send(self, result->message, strlen(result->message));
	return result->end == TINE_LOST ? 0 : 1;
}

/* ---- Await ------------------------------------------------------------- */

static void await_gives_what_the_child_sent(void **state)
{
	int input = 21, output = 0;
	struct tine_task *task =
		fixture_start_with(state, twice, &input, sizeof input, NULL);
	const struct tine_result *result = tine_await(task, TINE_FOREVER);

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, sizeof output);
	memcpy(&output, result->data, sizeof output);
	assert_int_equal(output, 42);
	assert_int_equal(result->attempts, 1);
	assert_true(result->pid > 0);
	assert_true(result->wall_us > 0);
	tine_free(task);
}

static void nothing_sent_is_ok_with_size_0(void **state)
{
	struct tine_task *task = fixture_start(state, child_nothing, NULL);
	const struct tine_result *result = tine_await(task, TINE_FOREVER);

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, 0);
	tine_free(task);
}

static void an_end_is_handed_out_once(void **state)
{
	struct tine_task *task = fixture_start(state, child_nothing, NULL);

	assert_int_equal(tine_await(task, TINE_FOREVER)->end, TINE_OK);
	assert_int_equal(tine_await(task, TINE_FOREVER)->end, TINE_LOST);
	assert_int_equal(tine_yield(task, TINE_FOREVER)->end, TINE_LOST);
	assert_int_equal(tine_shutdown(task, TINE_FOREVER)->end, TINE_LOST);
	assert_int_equal(tine_ignore(task)->end, TINE_LOST);
	tine_free(task);
}

static void a_wait_that_is_over_gives_up_the_result(void **state)
{
	int gate[2];
	struct tine_options options = { .keep_fds = gate, .keep_count = 1 };
	struct tine_task *task;

	assert_int_equal(pipe(gate), 0);
	task = fixture_start_with(state, child_wait_fd, gate, sizeof *gate,
				  &options);
	assert_int_equal(tine_await(task, 10)->end, TINE_PENDING);
	assert_true(tine_pid(task) > 0);
	(void)close(gate[1]);
	(void)close(gate[0]);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_int_equal(tine_pid(task), 0);
	assert_int_equal(tine_await(task, 0)->end, TINE_LOST);
	assert_int_equal(tine_shutdown(task, 0)->end, TINE_LOST);
	tine_free(task);
}

static void a_wait_of_no_time_looks_and_goes(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);

	assert_int_equal(tine_await(task, 0)->end, TINE_PENDING);
	tine_free(task);
}

static void exit_0_without_returning_is_failed_with_code_0(void **state)
{
	int code = 0;
	struct tine_task *task =
		fixture_start_with(state, child_exit, &code, sizeof code, NULL);
	const struct tine_result *result = tine_await(task, TINE_FOREVER);

	assert_int_equal(result->end, TINE_FAILED);
	assert_int_equal(result->code, 0);
	assert_non_null(strstr(result->message, "exit(0) without returning"));
	tine_free(task);
}

static void every_exit_code_comes_back(void **state)
{
	for (int code = 1; code < 256; code++) {
		struct tine_task *task = fixture_start_with(
			state, child_exit, &code, sizeof code, NULL);
		const struct tine_result *result =
			tine_await(task, TINE_FOREVER);

		assert_int_equal(result->end, TINE_FAILED);
		assert_int_equal(result->code, code);
		tine_free(task);
	}
}

static void another_process_is_told_that_it_is_not_the_owner(void **state)
{
	struct tine_task *first = fixture_start(state, child_hang, NULL);
	struct tine_task *second = fixture_start_with(
		state, await_own_parents_task, &first, sizeof first, NULL);
	const struct tine_result *result = tine_await(second, TINE_FOREVER);

	assert_int_equal(result->end, TINE_OK);
	assert_memory_equal(result->data, tine_strerror(TINE_EOWNER),
			    result->size);
	tine_free(second);
	tine_free(first);
}

static void nonsense_is_answered_not_obeyed(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);

	assert_int_equal(tine_await(NULL, 0)->end, TINE_LOST);
	assert_string_equal(tine_await(NULL, 0)->message,
			    tine_strerror(TINE_EUSAGE));
	assert_int_equal(tine_await(task, -2)->end, TINE_LOST);
	assert_int_equal(tine_yield(task, 0)->end, TINE_PENDING);
	assert_int_equal(tine_pid(NULL), 0);
	tine_free(NULL);
	tine_free(task);
}

/* ---- Yield ------------------------------------------------------------- */

static void yield_may_be_asked_again(void **state)
{
	int gate[2];
	struct tine_options options = { .keep_fds = gate, .keep_count = 1 };
	struct tine_task *task;
	const struct tine_result *result;

	assert_int_equal(pipe(gate), 0);
	task = fixture_start_with(state, child_wait_fd, gate, sizeof *gate,
				  &options);
	assert_int_equal(tine_yield(task, 0)->end, TINE_PENDING);
	assert_int_equal(tine_yield(task, 5)->end, TINE_PENDING);
	(void)close(gate[1]);
	(void)close(gate[0]);
	result = tine_yield(task, TINE_FOREVER);
	assert_int_equal(result->end, TINE_OK);
	assert_memory_equal(result->data, "late", 4);
	tine_free(task);
}

static void pending_tells_the_note_of_the_moment(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);

	fixture_wait_note(task, "hanging");
	assert_non_null(strstr(tine_yield(task, 0)->message, "'hanging'"));
	tine_free(task);
}

/* ---- Ignore ------------------------------------------------------------ */

static void ignoring_what_has_ended_hands_it_out(void **state)
{
	struct tine_task *task = fixture_start(state, child_nothing, NULL);

	fixture_wait_dead(task);
	assert_int_equal(tine_ignore(task)->end, TINE_OK);
	assert_int_equal(tine_await(task, 0)->end, TINE_LOST);
	tine_free(task);
}

static void who_is_ignored_goes_on_and_ends_well(void **state)
{
	int gate[2];
	struct tine_options options = { .keep_fds = gate, .keep_count = 1 };
	struct tine_task *task;

	assert_int_equal(pipe(gate), 0);
	task = fixture_start_with(state, child_wait_fd, gate, sizeof *gate,
				  &options);
	assert_int_equal(tine_ignore(task)->end, TINE_PENDING);
	(void)close(gate[1]);
	(void)close(gate[0]);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_int_equal(tine_await(task, 0)->end, TINE_LOST);
	tine_free(task);
}

/* ---- Completed --------------------------------------------------------- */

static void completed_needs_no_process(void **state)
{
	struct tine_task *task = NULL;
	const struct tine_result *result;

	assert_int_equal(tine_completed(fixture_ctx(state), "known", 5, &task),
			 0);
	assert_int_equal(tine_pid(task), 0);
	result = tine_await(task, 0);
	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, 5);
	assert_memory_equal(result->data, "known", 5);
	tine_free(task);
}

static void completed_serves_every_kind_of_wait(void **state)
{
	struct tine_task *tasks[3];

	for (int i = 0; i < 3; i++)
		assert_int_equal(
			tine_completed(fixture_ctx(state), NULL, 0, &tasks[i]),
			0);
	assert_int_equal(tine_yield(tasks[0], 0)->end, TINE_OK);
	assert_int_equal(tine_shutdown(tasks[1], 0)->end, TINE_OK);
	assert_int_equal(tine_ignore(tasks[2])->end, TINE_OK);
	for (int i = 0; i < 3; i++)
		tine_free(tasks[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(await_gives_what_the_child_sent),
		FIXTURE_TEST(nothing_sent_is_ok_with_size_0),
		FIXTURE_TEST(an_end_is_handed_out_once),
		FIXTURE_TEST(a_wait_that_is_over_gives_up_the_result),
		FIXTURE_TEST(a_wait_of_no_time_looks_and_goes),
		FIXTURE_TEST(exit_0_without_returning_is_failed_with_code_0),
		FIXTURE_TEST(every_exit_code_comes_back),
		FIXTURE_TEST(another_process_is_told_that_it_is_not_the_owner),
		FIXTURE_TEST(nonsense_is_answered_not_obeyed),
		FIXTURE_TEST(yield_may_be_asked_again),
		FIXTURE_TEST(pending_tells_the_note_of_the_moment),
		FIXTURE_TEST(ignoring_what_has_ended_hands_it_out),
		FIXTURE_TEST(who_is_ignored_goes_on_and_ends_well),
		FIXTURE_TEST(completed_needs_no_process),
		FIXTURE_TEST(completed_serves_every_kind_of_wait),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
