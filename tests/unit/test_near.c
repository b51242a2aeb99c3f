/* SPDX-License-Identifier: MIT */
/* test_near.c - names are suggested to who mistyped one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "near.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const verbs[] = { "crashes", "doctor", "kill", "ps",
				     "run",     "show",   "stop", NULL };

static void a_slip_of_a_finger_is_near(void **state)
{
	static const char *const slips[][2] = {
		{ "rnu", "run" },       { "rum", "run" },
		{ "ru", "run" },        { "runn", "run" },
		{ "crash", "crashes" }, { "docter", "doctor" },
		{ "sop", "stop" },      { "shwo", "show" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(slips); i++)
		assert_string_equal(near_find(slips[i][0], verbs), slips[i][1]);
}

static void another_word_is_not(void **state)
{
	static const char *const words[] = { "", "x", "zzz", "install", "q" };

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++)
		assert_null(near_find(words[i], verbs));
}

static void a_name_is_nearest_to_itself(void **state)
{
	(void)state;
	for (size_t i = 0; verbs[i]; i++)
		assert_string_equal(near_find(verbs[i], verbs), verbs[i]);
}

static void a_very_long_name_is_near_to_nothing(void **state)
{
	char longest[1000];

	(void)state;
	memset(longest, 'r', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	assert_null(near_find(longest, verbs));
	assert_null(near_find("run", (const char *const[]){ longest, NULL }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slip_of_a_finger_is_near),
		cmocka_unit_test(another_word_is_not),
		cmocka_unit_test(a_name_is_nearest_to_itself),
		cmocka_unit_test(a_very_long_name_is_near_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
