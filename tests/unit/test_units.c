/* SPDX-License-Identifier: MIT */
/* test_units.c - durations and sizes are short, and what is shown is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "units.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void durations_have_one_unit_or_two(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} table[] = {
		{ -5, "0us" },
		{ 0, "0us" },
		{ 830, "830us" },
		{ 12345, "12ms" },
		{ 999999, "999ms" },
		{ 1500000, "1.5s" },
		{ 59990000, "59.9s" },
		{ 60000000, "1m00s" },
		{ 192000000, "3m12s" },
		{ 3600000000, "1h00m" },
		{ 18120000000, "5h02m" },
		{ 187200000000, "2d4h" },
		{ INT64_MAX, "106751991d4h" },
	};
	char text[UNITS_ROOM];

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		assert_string_equal(units_duration(text, table[i].us),
				    table[i].text);
}

static void sizes_have_three_digits_or_four(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} table[] = {
		{ 0, "0B" },
		{ 1023, "1023B" },
		{ 1024, "1.0K" },
		{ 1536, "1.5K" },
		{ 12900000, "12.3M" },
		{ 340 << 20, "340M" },
		{ (uint64_t)1 << 30, "1.0G" },
		{ UINT64_MAX, "15.9E" },
	};
	char text[UNITS_ROOM];

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		assert_string_equal(units_bytes(text, table[i].bytes),
				    table[i].text);
}

static void durations_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} table[] = {
		{ "0", 0 },
		{ "10", 10000000 },
		{ "10s", 10000000 },
		{ "500ms", 500000 },
		{ "7us", 7 },
		{ "2m", 120000000 },
		{ "1.5h", 5400000000 },
		{ "1m30s", 90000000 },
		{ "2d4h", 187200000000 },
		{ "0.25", 250000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		int64_t us = -1;

		assert_true(units_parse_duration(table[i].text, &us));
		assert_int_equal(us, table[i].us);
	}
}

static void sizes_are_read(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} table[] = {
		{ "0", 0 },          { "4096", 4096 },
		{ "64M", 64 << 20 }, { "1.5K", 1536 },
		{ "1G", 1 << 30 },   { "2T", (uint64_t)2 << 40 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		uint64_t bytes = 1;

		assert_true(units_parse_bytes(table[i].text, &bytes));
		assert_int_equal(bytes, table[i].bytes);
	}
}

static void nothing_else_is(void **state)
{
	static const char *const bad[] = {
		"",      " 1s",
		"1s ",   "-1",
		"+1",    "s",
		"M",     "1x",
		"1.",    ".5",
		"1..5",  "0x10",
		"inf",   "nan",
		"1e5",   "1 s",
		"1KB",   "1sm",
		"1m5x",  "1,5s",
		"1M1M1", "99999999999999999999G",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		int64_t us = 42;
		uint64_t bytes = 42;

		assert_false(units_parse_duration(bad[i], &us));
		assert_false(units_parse_bytes(bad[i], &bytes));
		assert_int_equal(us, 42);
		assert_int_equal(bytes, 42);
	}
	assert_false(units_parse_duration("400000d", &(int64_t){ 0 }));
	assert_false(units_parse_bytes("9000000T", &(uint64_t){ 0 }));
}

static void what_is_shown_can_be_read(void **state)
{
	char text[UNITS_ROOM];

	(void)state;
	for (int64_t us = 1; us < INT64_C(1) << 54; us = us * 3 + 1) {
		int64_t read = 0;

		assert_true(
			units_parse_duration(units_duration(text, us), &read));
		assert_true(read <= us && read > us / 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_have_one_unit_or_two),
		cmocka_unit_test(sizes_have_three_digits_or_four),
		cmocka_unit_test(durations_are_read),
		cmocka_unit_test(sizes_are_read),
		cmocka_unit_test(nothing_else_is),
		cmocka_unit_test(what_is_shown_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
