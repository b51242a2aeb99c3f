/* SPDX-License-Identifier: MIT */
/* test_options.c - zeroes become defaults, and contradictions are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "options.h"

#define RETRY_ALL                                                      \
	(TINE_RETRY_FAILED | TINE_RETRY_CRASHED | TINE_RETRY_TIMEOUT | \
	 TINE_RETRY_LIMIT)

static void fill(const struct tine_options *given, struct tine_options *full)
{
	assert_int_equal(options_fill(given, full), 0);
}

/* Refused, and `full` is what it was. */
static void refuse(const struct tine_options *given)
{
	struct tine_options full, before;

	memset(&full, 0x5a, sizeof full);
	before = full;
	assert_int_equal(options_fill(given, &full), TINE_EUSAGE);
	assert_memory_equal(&full, &before, sizeof full);
}

static void assert_defaults(const struct tine_options *full)
{
	assert_null(full->name);
	assert_false(full->nolink);
	assert_int_equal(full->timeout_ms, TINE_FOREVER);
	assert_int_equal(full->grace_ms, 5000);
	assert_int_equal(full->max_result, 64 << 20);
	assert_false(full->capture);
	assert_int_equal(full->keep_count, 0);
	assert_int_equal(full->retry.attempts, 1);
	assert_int_equal(full->retry.on, RETRY_ALL);
	assert_int_equal(full->retry.backoff_ms, 100);
	assert_int_equal(full->retry.max_backoff_ms, 5000);
	assert_null(full->on_end);
}

static void null_means_all_defaults(void **state)
{
	struct tine_options full;

	(void)state;
	fill(NULL, &full);
	assert_defaults(&full);
}

static void all_zero_means_the_same(void **state)
{
	static const struct tine_options zero;
	struct tine_options full;

	(void)state;
	fill(&zero, &full);
	assert_defaults(&full);
	assert_memory_equal(&full.limits, &zero.limits, sizeof full.limits);
}

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	(void)task;
	(void)result;
	(void)user;
}

static void what_is_given_stays_as_it_is(void **state)
{
	const int fds[] = { STDIN_FILENO };
	const struct tine_options given = {
		.name = "name",
		.nolink = true,
		.timeout_ms = 1,
		.grace_ms = 2,
		.max_result = 3,
		.capture = true,
		.keep_fds = fds,
		.keep_count = 0,
		.limits = { .memory_bytes = 4,
			    .file_bytes = 5,
			    .cpu_ms = 6,
			    .files = 7,
			    .processes = 8,
			    .core = true },
		.retry = { .attempts = 9,
			   .on = TINE_RETRY_LIMIT,
			   .backoff_ms = 10,
			   .max_backoff_ms = 11 },
		.on_end = on_end,
		.user = *state,
	};
	struct tine_options full;

	fill(&given, &full);
	assert_memory_equal(&full, &given, sizeof full);
}

static void filling_twice_changes_nothing_more(void **state)
{
	static const struct tine_options given[] = {
		{ .timeout_ms = 5 },
		{ .grace_ms = TINE_FOREVER },
		{ .retry = { .attempts = 3, .backoff_ms = 9000 } },
		{ .retry = { .max_backoff_ms = INT64_MAX } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		struct tine_options once, twice;

		fill(&given[i], &once);
		fill(&once, &twice);
		assert_memory_equal(&once, &twice, sizeof once);
	}
}

static void for_ever_may_be_said(void **state)
{
	static const struct tine_options given = { .timeout_ms = TINE_FOREVER,
						   .grace_ms = TINE_FOREVER };
	struct tine_options full;

	(void)state;
	fill(&given, &full);
	assert_int_equal(full.timeout_ms, TINE_FOREVER);
	assert_int_equal(full.grace_ms, TINE_FOREVER);
}

static void the_largest_values_are_good(void **state)
{
	static const struct tine_options given = {
		.timeout_ms = INT64_MAX,
		.grace_ms = INT64_MAX,
		.max_result = SIZE_MAX,
		.limits = { .memory_bytes = UINT64_MAX,
			    .file_bytes = UINT64_MAX,
			    .cpu_ms = INT64_MAX,
			    .files = UINT32_MAX,
			    .processes = UINT32_MAX },
		.retry = { .attempts = UINT32_MAX,
			   .on = RETRY_ALL,
			   .backoff_ms = INT64_MAX,
			   .max_backoff_ms = INT64_MAX },
	};
	struct tine_options full;

	(void)state;
	fill(&given, &full);
	assert_memory_equal(&full, &given, sizeof full);
}

static void the_longest_backoff_is_never_below_the_first(void **state)
{
	static const struct {
		int64_t backoff_ms, max_backoff_ms;
	} rows[] = { { 1, 5000 },
		     { 4999, 5000 },
		     { 5000, 5000 },
		     { 5001, 5001 },
		     { INT64_MAX, INT64_MAX } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tine_options full,
			given = { .retry.backoff_ms = rows[i].backoff_ms };

		fill(&given, &full);
		assert_int_equal(full.retry.backoff_ms, rows[i].backoff_ms);
		assert_int_equal(full.retry.max_backoff_ms,
				 rows[i].max_backoff_ms);
	}
}

static void times_below_for_ever_are_refused(void **state)
{
	static const struct tine_options bad[] = {
		{ .timeout_ms = -2 },
		{ .timeout_ms = INT64_MIN },
		{ .grace_ms = -2 },
		{ .grace_ms = INT64_MIN },
		{ .limits.cpu_ms = -1 },
		{ .limits.cpu_ms = INT64_MIN },
		{ .retry.backoff_ms = -1 },
		{ .retry.backoff_ms = INT64_MIN },
		{ .retry.max_backoff_ms = -1 },
		{ .retry.max_backoff_ms = INT64_MIN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuse(&bad[i]);
}

static void a_backoff_above_its_maximum_is_refused(void **state)
{
	static const struct tine_options bad[] = {
		{ .retry = { .backoff_ms = 2, .max_backoff_ms = 1 } },
		{ .retry = { .backoff_ms = INT64_MAX, .max_backoff_ms = 9 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuse(&bad[i]);
}

static void a_retry_on_what_there_is_not_is_refused(void **state)
{
	(void)state;
	for (int bit = 0; bit < 32; bit++) {
		unsigned on = 1u << bit;
		struct tine_options full, given = { .retry.on = on };

		if (!(on & RETRY_ALL))
			refuse(&given);
		else
			fill(&given, &full);
	}
}

static void every_choice_of_retries_is_kept(void **state)
{
	(void)state;
	for (unsigned on = 1; on <= RETRY_ALL; on++) {
		struct tine_options full, given = { .retry.on = on };

		fill(&given, &full);
		assert_int_equal(full.retry.on, on);
	}
}

static void kept_descriptors_must_be_open(void **state)
{
	int fds[2], closed;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	fill(&(struct tine_options){ .keep_fds = fds, .keep_count = 2 },
	     &(struct tine_options){ .name = "full" });
	closed = fds[1];
	assert_int_equal(close(closed), 0);
	refuse(&(struct tine_options){ .keep_fds = fds, .keep_count = 2 });
	fds[1] = -1;
	refuse(&(struct tine_options){ .keep_fds = fds, .keep_count = 2 });
	fill(&(struct tine_options){ .keep_fds = fds, .keep_count = 1 },
	     &(struct tine_options){ .name = "full" });
	assert_int_equal(close(fds[0]), 0);
}

static void a_count_without_descriptors_is_refused(void **state)
{
	(void)state;
	refuse(&(struct tine_options){ .keep_count = 1 });
	refuse(&(struct tine_options){ .keep_count = SIZE_MAX });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_means_all_defaults),
		cmocka_unit_test(all_zero_means_the_same),
		cmocka_unit_test(what_is_given_stays_as_it_is),
		cmocka_unit_test(filling_twice_changes_nothing_more),
		cmocka_unit_test(for_ever_may_be_said),
		cmocka_unit_test(the_largest_values_are_good),
		cmocka_unit_test(the_longest_backoff_is_never_below_the_first),
		cmocka_unit_test(times_below_for_ever_are_refused),
		cmocka_unit_test(a_backoff_above_its_maximum_is_refused),
		cmocka_unit_test(a_retry_on_what_there_is_not_is_refused),
		cmocka_unit_test(every_choice_of_retries_is_kept),
		cmocka_unit_test(kept_descriptors_must_be_open),
		cmocka_unit_test(a_count_without_descriptors_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
