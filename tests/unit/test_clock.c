/* SPDX-License-Identifier: MIT */
/* test_clock.c - deadlines: what is left of them, and what never ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "clock.h"

#define HOUR_MS 3600000

static void time_does_not_go_back(void **state)
{
	int64_t before = clock_us();

	(void)state;
	for (int i = 0; i < 10000; i++) {
		int64_t now = clock_us();

		assert_true(now >= before);
		before = now;
	}
}

static void a_deadline_is_now_and_the_timeout(void **state)
{
	int64_t before = clock_us();
	int64_t deadline = clock_deadline(HOUR_MS);
	int64_t after = clock_us();

	(void)state;
	assert_true(deadline >= before + (int64_t)HOUR_MS * 1000);
	assert_true(deadline <= after + (int64_t)HOUR_MS * 1000);
}

static void a_negative_timeout_never_ends(void **state)
{
	static const int64_t times[] = { -1, -2, -1000000, INT64_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		assert_true(clock_deadline(times[i]) == CLOCK_NEVER);
}

static void a_timeout_too_long_to_count_never_ends(void **state)
{
	static const int64_t times[] = { INT64_MAX, INT64_MAX - 1,
					 INT64_MAX / 2, INT64_MAX / 1000 };

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		assert_true(clock_deadline(times[i]) == CLOCK_NEVER);
}

static void a_long_timeout_is_still_counted(void **state)
{
	const int64_t century_ms = (int64_t)100 * 366 * 24 * HOUR_MS;

	(void)state;
	assert_true(clock_deadline(century_ms) < CLOCK_NEVER);
	assert_true(clock_left_ms(clock_deadline(century_ms)) <= century_ms);
	assert_true(clock_left_ms(clock_deadline(century_ms)) >
		    century_ms - HOUR_MS);
}

static void never_has_no_end_to_wait_for(void **state)
{
	(void)state;
	assert_int_equal(clock_left_ms(CLOCK_NEVER), -1);
}

static void what_is_over_has_nothing_left(void **state)
{
	const int64_t times[] = {
		INT64_MIN,        -1, 0, 1, clock_us() - 1, clock_us(),
		clock_deadline(0)
	};

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		assert_int_equal(clock_left_ms(times[i]), 0);
}

static void what_is_left_is_not_more_than_the_timeout(void **state)
{
	(void)state;
	for (int64_t ms = 0; ms < 1000; ms++) {
		int64_t left = clock_left_ms(clock_deadline(ms));

		assert_true(left >= 0 && left <= ms);
	}
}

/* Or a wait for what is left would spin through its last millisecond. */
static void less_than_a_millisecond_is_one(void **state)
{
	int64_t left, deadline, now;

	(void)state;
	do {
		deadline = clock_us() + 900;
		left = clock_left_ms(deadline);
		now = clock_us();
	} while (now >= deadline); /* we were held up: ask again */
	assert_int_equal(left, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_does_not_go_back),
		cmocka_unit_test(a_deadline_is_now_and_the_timeout),
		cmocka_unit_test(a_negative_timeout_never_ends),
		cmocka_unit_test(a_timeout_too_long_to_count_never_ends),
		cmocka_unit_test(a_long_timeout_is_still_counted),
		cmocka_unit_test(never_has_no_end_to_wait_for),
		cmocka_unit_test(what_is_over_has_nothing_left),
		cmocka_unit_test(what_is_left_is_not_more_than_the_timeout),
		cmocka_unit_test(less_than_a_millisecond_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
