/* SPDX-License-Identifier: MIT */
/* test_limit.c - limits have names, and signals that stand for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>

#include "limit.h"

static const struct tine_limits none;
static const struct tine_limits cpu = { .cpu_ms = 1500 };
static const struct tine_limits file_size = { .file_bytes = 1 };
static const struct tine_limits both = { .cpu_ms = 1500, .file_bytes = 1 };
static const struct tine_limits others = {
	.memory_bytes = 1, .files = 1, .processes = 1, .core = true
};

static void every_limit_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < LIMIT_COUNT; i++) {
		assert_true(strlen(limit_name((enum limit)i)) > 0);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(limit_name((enum limit)i),
						limit_name((enum limit)j));
	}
}

static void a_signal_is_a_limits_only_where_that_was_set(void **state)
{
	static const struct {
		const struct tine_limits *limits;
		int number;
		enum limit limit;
	} rows[] = {
		{ &none, SIGXCPU, LIMIT_NONE },
		{ &none, SIGXFSZ, LIMIT_NONE },
		{ &others, SIGXCPU, LIMIT_NONE },
		{ &others, SIGXFSZ, LIMIT_NONE },
		{ &cpu, SIGXCPU, LIMIT_CPU },
		{ &cpu, SIGXFSZ, LIMIT_NONE },
		{ &file_size, SIGXCPU, LIMIT_NONE },
		{ &file_size, SIGXFSZ, LIMIT_FILE_SIZE },
		{ &both, SIGXCPU, LIMIT_CPU },
		{ &both, SIGXFSZ, LIMIT_FILE_SIZE },
	};
	static const struct rusage usage;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(
			limit_of_signal(rows[i].limits, rows[i].number, &usage),
			rows[i].limit);
}

static void other_signals_are_no_limits(void **state)
{
	static const struct rusage usage = { .ru_utime = { .tv_sec = 100 } };

	(void)state;
	for (int number = 0; number < 65; number++)
		if (number != SIGXCPU && number != SIGXFSZ && number != SIGKILL)
			assert_int_equal(limit_of_signal(&both, number, &usage),
					 LIMIT_NONE);
}

/* For one that ignores SIGXCPU, the kernel has SIGKILL. */
static void a_kill_is_the_cpu_limits_when_all_of_it_was_used(void **state)
{
	static const struct {
		struct rusage usage;
		enum limit limit;
	} rows[] = {
		{ { .ru_utime = { 0, 0 } }, LIMIT_NONE },
		{ { .ru_utime = { 1, 499999 } }, LIMIT_NONE },
		{ { .ru_utime = { 1, 500000 } }, LIMIT_CPU },
		{ { .ru_stime = { 1, 500000 } }, LIMIT_CPU },
		{ { .ru_stime = { 2, 0 } }, LIMIT_CPU },
		{ { .ru_utime = { 0, 750000 }, .ru_stime = { 0, 750000 } },
		  LIMIT_CPU },
		{ { .ru_utime = { 0, 750000 }, .ru_stime = { 0, 749999 } },
		  LIMIT_NONE },
		{ { .ru_utime = { 1000000000, 0 } }, LIMIT_CPU },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(limit_of_signal(&cpu, SIGKILL, &rows[i].usage),
				 rows[i].limit);
}

static void a_kill_without_a_cpu_limit_is_just_a_kill(void **state)
{
	static const struct rusage usage = { .ru_utime = { .tv_sec = 100 } };

	(void)state;
	assert_int_equal(limit_of_signal(&none, SIGKILL, &usage), LIMIT_NONE);
	assert_int_equal(limit_of_signal(&others, SIGKILL, &usage), LIMIT_NONE);
	assert_int_equal(limit_of_signal(&file_size, SIGKILL, &usage),
			 LIMIT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_limit_has_a_name_of_its_own),
		cmocka_unit_test(a_signal_is_a_limits_only_where_that_was_set),
		cmocka_unit_test(other_signals_are_no_limits),
		cmocka_unit_test(
			a_kill_is_the_cpu_limits_when_all_of_it_was_used),
		cmocka_unit_test(a_kill_without_a_cpu_limit_is_just_a_kill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
