/* SPDX-License-Identifier: MIT */
/* test_home.c - a process knows whether it is the one that it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "home.h"

static void this_is_where_it_began(void **state)
{
	struct home home;

	(void)state;
	home_init(&home);
	assert_true(home_is_here(&home));
	assert_int_equal(home.pid, getpid());
	home_done(&home);
}

static void with_a_mark_too(void **state)
{
	struct home home;

	(void)state;
	home_init(&home);
	home_mark(&home);
	assert_true(home_is_here(&home));
	home_done(&home);
	assert_null(home.mark);
	assert_true(home_is_here(&home));
	home_done(&home);
}

/* As a fork finds it: its number is another one, or its mark is wiped. */
static void another_process_is_not(void **state)
{
	static const volatile bool wiped;
	struct home home;

	(void)state;
	home_init(&home);
	home.pid++;
	assert_false(home_is_here(&home));
	home.pid--;
	home.mark = &wiped;
	assert_false(home_is_here(&home));
	home.mark = NULL;
	assert_true(home_is_here(&home));
}

/* It is asked millions of times. */
static void a_mark_asks_nobody(void **state)
{
	struct home home;

	(void)state;
	home_init(&home);
	home_mark(&home);
	assert_non_null(home.mark);
	home.pid = 0;
	assert_true(home_is_here(&home));
	home_done(&home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_is_where_it_began),
		cmocka_unit_test(with_a_mark_too),
		cmocka_unit_test(another_process_is_not),
		cmocka_unit_test(a_mark_asks_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
