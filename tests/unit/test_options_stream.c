/* SPDX-License-Identifier: MIT */
/* test_options_stream.c - zeroes become a stream's defaults; and what is wrong
 * is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "options.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void fill(const struct tine_stream_options *given,
		 struct tine_stream_options *full)
{
	assert_null(tine_stream_options_fault(given));
	assert_int_equal(options_fill_stream(given, full), 0);
}

/* Refused, with a text that names the field, and `full` is what it was. */
static void refuse(const struct tine_stream_options *given, const char *field)
{
	const char *fault = tine_stream_options_fault(given);
	struct tine_stream_options full, before;

	assert_non_null(fault);
	assert_ptr_equal(strstr(fault, field), fault);
	memset(&full, 0x5a, sizeof full);
	before = full;
	assert_int_equal(options_fill_stream(given, &full), TINE_EUSAGE);
	assert_memory_equal(&full, &before, sizeof full);
}

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	(void)task;
	(void)result;
	(void)user;
}

static void on_done(struct tine_stream *stream, int error, void *user)
{
	(void)stream;
	(void)error;
	(void)user;
}

static void assert_defaults(const struct tine_stream_options *full)
{
	assert_int_equal(full->task.timeout_ms, 5000);
	assert_int_equal(full->task.grace_ms, 5000);
	assert_int_equal(full->task.max_result, 64 << 20);
	assert_int_equal(full->task.retry.attempts, 1);
	assert_int_equal(full->max_concurrency, sysconf(_SC_NPROCESSORS_ONLN));
	assert_false(full->unordered);
	assert_int_equal(full->on_timeout, TINE_ABORT);
	assert_int_equal(full->reuse, 1);
	assert_int_equal(full->max_buffered, 0);
	assert_int_equal(full->max_item, 1 << 30);
	assert_null(full->on_done);
}

static void null_and_all_zero_mean_all_defaults(void **state)
{
	static const struct tine_stream_options zero;
	struct tine_stream_options full;

	(void)state;
	fill(NULL, &full);
	assert_defaults(&full);
	fill(&zero, &full);
	assert_defaults(&full);
}

static void what_is_given_stays_as_it_is(void **state)
{
	const struct tine_stream_options given = {
		.task = { .timeout_ms = 1,
			  .grace_ms = 2,
			  .max_result = 3,
			  .retry = { .attempts = 4,
				     .on = TINE_RETRY_LIMIT,
				     .backoff_ms = 5,
				     .max_backoff_ms = 6 },
			  .on_end = on_end,
			  .user = *state },
		.max_concurrency = 65536,
		.unordered = true,
		.on_timeout = TINE_KILL,
		.reuse = UINT32_MAX,
		.max_buffered = SIZE_MAX,
		.max_item = SIZE_MAX,
		.on_done = on_done,
	};
	struct tine_stream_options full, twice;

	fill(&given, &full);
	assert_memory_equal(&full, &given, sizeof full);
	fill(&full, &twice);
	assert_memory_equal(&twice, &full, sizeof full);
}

static void items_may_take_for_ever(void **state)
{
	struct tine_stream_options full,
		given = { .task.timeout_ms = TINE_FOREVER };

	(void)state;
	fill(&given, &full);
	assert_int_equal(full.task.timeout_ms, TINE_FOREVER);
}

static void so_many_at_once_are_too_many(void **state)
{
	static const unsigned counts[] = { 65537, 1u << 31, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++)
		refuse(&(struct tine_stream_options){ .max_concurrency =
							      counts[i] },
		       "max_concurrency");
}

static void a_timeout_aborts_or_kills(void **state)
{
	static const int values[] = { 2, -1, INT32_MAX, INT32_MIN };

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct tine_stream_options given = { .reuse = 1 };

		memcpy(&given.on_timeout, &values[i], sizeof values[i]);
		refuse(&given, "on_timeout");
	}
}

static void who_is_told_of_the_end_gets_the_results_too(void **state)
{
	struct tine_stream_options full,
		given = { .on_done = on_done, .task.on_end = on_end };

	(void)state;
	fill(&given, &full);
	given.task.on_end = NULL;
	refuse(&given, "on_done");
}

/* ---- What is wrong with a task's ---------------------------------------- */

static const int closed = 1 << 20;

static const struct {
	struct tine_options options;
	const char *field;
} bad[] = {
	{ { .timeout_ms = -2 }, "timeout_ms" },
	{ { .grace_ms = -2 }, "grace_ms" },
	{ { .limits.cpu_ms = -1 }, "limits.cpu_ms" },
	{ { .retry.on = 1u << 31 }, "retry.on" },
	{ { .retry.on = 16 }, "retry.on" },
	{ { .retry.backoff_ms = -1 }, "retry.backoff_ms" },
	{ { .retry.max_backoff_ms = -1 }, "retry.max_backoff_ms" },
	{ { .retry = { .backoff_ms = 2, .max_backoff_ms = 1 } },
	  "retry.backoff_ms" },
	{ { .keep_count = 1 }, "keep_fds" },
	{ { .keep_fds = &closed, .keep_count = 1 }, "keep_fds" },
};

static void a_fault_names_its_field(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		const char *fault = tine_options_fault(&bad[i].options);

		assert_non_null(fault);
		assert_ptr_equal(strstr(fault, bad[i].field), fault);
	}
}

static void what_is_refused_for_a_task_is_refused_for_a_stream(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		refuse(&(struct tine_stream_options){ .task = bad[i].options },
		       bad[i].field);
}

static void a_fault_is_what_filling_refuses(void **state)
{
	struct tine_options full;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(options_fill(&bad[i].options, &full),
				 TINE_EUSAGE);
}

static void what_is_good_has_no_fault(void **state)
{
	static const struct tine_options good[] = {
		{ .timeout_ms = 0 },
		{ .timeout_ms = TINE_FOREVER, .grace_ms = TINE_FOREVER },
		{ .retry = { .attempts = 9, .backoff_ms = INT64_MAX } },
		{ .keep_fds = &closed },
	};
	struct tine_options full;

	(void)state;
	assert_null(tine_options_fault(NULL));
	assert_null(tine_stream_options_fault(NULL));
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_null(tine_options_fault(&good[i]));
		assert_int_equal(options_fill(&good[i], &full), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_and_all_zero_mean_all_defaults),
		cmocka_unit_test(what_is_given_stays_as_it_is),
		cmocka_unit_test(items_may_take_for_ever),
		cmocka_unit_test(so_many_at_once_are_too_many),
		cmocka_unit_test(a_timeout_aborts_or_kills),
		cmocka_unit_test(who_is_told_of_the_end_gets_the_results_too),
		cmocka_unit_test(a_fault_names_its_field),
		cmocka_unit_test(
			what_is_refused_for_a_task_is_refused_for_a_stream),
		cmocka_unit_test(a_fault_is_what_filling_refuses),
		cmocka_unit_test(what_is_good_has_no_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
