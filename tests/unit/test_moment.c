/* SPDX-License-Identifier: MIT */
/* test_moment.c - moments of the day, for people and for programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "moment.h"

static char room[MOMENT_ROOM];

static void programs_have_it_with_microseconds_in_utc(void **state)
{
	(void)state;
	assert_string_equal(moment_write(room, 1700000000000042),
			    "2023-11-14T22:13:20.000042Z");
	assert_string_equal(moment_write(room, 0),
			    "1970-01-01T00:00:00.000000Z");
}

static void people_have_it_where_they_are(void **state)
{
	(void)state;
	assert_string_equal(moment_print(room, 1700000000999999),
			    "2023-11-15 01:13:20");
}

static void a_year_has_four_digits(void **state)
{
	(void)state;
	assert_string_equal(moment_write(room, INT64_MAX),
			    "9999-12-31T23:59:59.775807Z");
	assert_string_equal(moment_write(room, -1),
			    "1970-01-01T00:00:00.000000Z");
	assert_string_equal(moment_write(room, INT64_MIN),
			    "1970-01-01T00:00:00.000000Z");
}

static void now_is_later_than_the_day_this_was_written(void **state)
{
	(void)state;
	assert_true(moment_now_us() > 1700000000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_have_it_with_microseconds_in_utc),
		cmocka_unit_test(people_have_it_where_they_are),
		cmocka_unit_test(a_year_has_four_digits),
		cmocka_unit_test(now_is_later_than_the_day_this_was_written),
	};

	(void)setenv("TZ", "XYZ-3", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
