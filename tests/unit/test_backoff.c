/* SPDX-License-Identifier: MIT */
/* test_backoff.c - delays grow, are bounded, and are drawn by chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>

#include "backoff.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const uint32_t randoms[] = {
	0, 1, 49, 50, 51, 12345, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff
};

static const int64_t times[] = { 1,
				 2,
				 3,
				 100,
				 999,
				 5000,
				 60000,
				 86400000,
				 INT32_MAX,
				 (int64_t)1 << 40,
				 INT64_MAX / 2,
				 INT64_MAX - 1,
				 INT64_MAX };

static const unsigned attempts[] = { 1,  2,  3,  10, 31,   32,      33,
				     62, 63, 64, 65, 1000, 1000000, UINT_MAX };

/* With no chance, the delay is the full one. */
static int64_t full_ms(int64_t base_ms, int64_t max_ms, unsigned attempt)
{
	return backoff_ms(base_ms, max_ms, attempt, 0);
}

static void the_first_delay_is_the_base(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(times); i++)
		assert_int_equal(full_ms(times[i], INT64_MAX, 1), times[i]);
}

static void it_doubles_with_each_attempt(void **state)
{
	(void)state;
	for (unsigned attempt = 1; attempt < 40; attempt++)
		assert_int_equal(full_ms(3, INT64_MAX, attempt),
				 (int64_t)3 << (attempt - 1));
}

static void it_stops_at_the_maximum(void **state)
{
	static const struct {
		unsigned attempt;
		int64_t delay_ms;
	} steps[] = { { 1, 100 },  { 2, 200 },  { 3, 400 },
		      { 4, 800 },  { 5, 1600 }, { 6, 3200 },
		      { 7, 5000 }, { 8, 5000 }, { 1000, 5000 } };

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++)
		assert_int_equal(full_ms(100, 5000, steps[i].attempt),
				 steps[i].delay_ms);
}

static void a_base_above_the_maximum_is_the_maximum(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(attempts); i++)
		assert_int_equal(full_ms(INT64_MAX, 50, attempts[i]), 50);
}

static void later_attempts_never_wait_less(void **state)
{
	(void)state;
	for (size_t b = 0; b < COUNT(times); b++)
		for (size_t m = b; m < COUNT(times); m++)
			for (unsigned attempt = 1; attempt < 100; attempt++)
				assert_true(
					full_ms(times[b], times[m],
						attempt + 1) >=
					full_ms(times[b], times[m], attempt));
}

static void nothing_overflows(void **state)
{
	(void)state;
	for (size_t b = 0; b < COUNT(times); b++) {
		assert_int_equal(full_ms(times[b], INT64_MAX, 1000), INT64_MAX);
		assert_int_equal(full_ms(times[b], INT64_MAX, UINT_MAX),
				 INT64_MAX);
	}
}

static void assert_bounds(int64_t base_ms, int64_t max_ms, unsigned attempt)
{
	int64_t full = full_ms(base_ms, max_ms, attempt);

	assert_true(full >= 1 && full <= max_ms);
	for (size_t i = 0; i < COUNT(randoms); i++) {
		int64_t delay =
			backoff_ms(base_ms, max_ms, attempt, randoms[i]);

		assert_true(delay <= full);
		assert_true(delay >= full - full / 2);
	}
}

static void chance_takes_half_of_it_off_at_most(void **state)
{
	(void)state;
	for (size_t b = 0; b < COUNT(times); b++)
		for (size_t m = 0; m < COUNT(times); m++)
			for (size_t a = 0; a < COUNT(attempts); a++)
				assert_bounds(times[b], times[m], attempts[a]);
}

static void every_delay_of_the_upper_half_can_be_drawn(void **state)
{
	int drawn[101] = { 0 };

	(void)state;
	for (uint32_t random = 0; random < 51; random++)
		drawn[backoff_ms(100, 100, 1, random)]++;
	for (int delay = 0; delay <= 100; delay++)
		assert_int_equal(drawn[delay], delay >= 50);
}

static void the_same_chance_gives_the_same_delay(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(randoms); i++)
		assert_int_equal(backoff_ms(100, 5000, 4, randoms[i]),
				 backoff_ms(100, 5000, 4, randoms[i]));
}

/* ---- As the policy has it ------------------------------------------------ */

static void a_policy_gives_its_own_delays(void **state)
{
	const struct tine_retry retry = { .backoff_ms = 7,
					  .max_backoff_ms = 500 };

	(void)state;
	for (size_t a = 0; a < COUNT(attempts); a++)
		for (size_t i = 0; i < COUNT(randoms); i++)
			assert_int_equal(
				backoff_after(&retry, attempts[a], randoms[i]),
				backoff_ms(7, 500, attempts[a], randoms[i]));
}

static const struct {
	enum tine_end end;
	unsigned on; /* 0: nobody tries that again */
} ends[] = {
	{ TINE_OK, 0 },
	{ TINE_FAILED, TINE_RETRY_FAILED },
	{ TINE_CRASHED, TINE_RETRY_CRASHED },
	{ TINE_TIMEOUT, TINE_RETRY_TIMEOUT },
	{ TINE_LIMIT, TINE_RETRY_LIMIT },
	{ TINE_SHUTDOWN, 0 },
	{ TINE_KILLED, 0 },
	{ TINE_GARBLED, 0 },
	{ TINE_LOST, 0 },
	{ TINE_PENDING, 0 },
	{ (enum tine_end)(TINE_PENDING + 1), 0 },
	{ (enum tine_end)1000000, 0 },
};

static void an_end_is_tried_again_if_the_policy_names_it(void **state)
{
	(void)state;
	for (unsigned on = 0; on < 32; on++)
		for (size_t i = 0; i < COUNT(ends); i++) {
			const struct tine_retry retry = { .attempts = 2,
							  .on = on };

			assert_int_equal(backoff_wanted(&retry, 1, ends[i].end),
					 (on & ends[i].on) != 0);
		}
}

static void only_as_often_as_the_policy_says(void **state)
{
	static const unsigned most[] = { 1, 2, 10, UINT_MAX - 1, UINT_MAX };

	(void)state;
	for (size_t i = 0; i < COUNT(most); i++) {
		const struct tine_retry retry = { .attempts = most[i],
						  .on = TINE_RETRY_FAILED };

		assert_true(backoff_wanted(&retry, most[i] - 1, TINE_FAILED));
		assert_false(backoff_wanted(&retry, most[i], TINE_FAILED));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_delay_is_the_base),
		cmocka_unit_test(it_doubles_with_each_attempt),
		cmocka_unit_test(it_stops_at_the_maximum),
		cmocka_unit_test(a_base_above_the_maximum_is_the_maximum),
		cmocka_unit_test(later_attempts_never_wait_less),
		cmocka_unit_test(nothing_overflows),
		cmocka_unit_test(chance_takes_half_of_it_off_at_most),
		cmocka_unit_test(every_delay_of_the_upper_half_can_be_drawn),
		cmocka_unit_test(the_same_chance_gives_the_same_delay),
		cmocka_unit_test(a_policy_gives_its_own_delays),
		cmocka_unit_test(an_end_is_tried_again_if_the_policy_names_it),
		cmocka_unit_test(only_as_often_as_the_policy_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
