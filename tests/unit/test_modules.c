/* SPDX-License-Identifier: MIT */
/* test_modules.c - functions are there if their module was when it was read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "modules.h"

#define OTHER "libBrokenLocale.so.1" /* of glibc, and nobody needs it */

static struct modules modules;

static int setup(void **state)
{
	(void)state;
	modules_read(&modules);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	modules_done(&modules);
	return 0;
}

static bool have(const void *address)
{
	return modules_have(&modules, (uintptr_t)address);
}

static void functions_of_the_program_and_its_libraries_are(void **state)
{
	(void)state;
	assert_true(modules_have(&modules, (uintptr_t)setup));
	assert_true(modules_have(&modules, (uintptr_t)modules_read));
	assert_true(have(dlsym(RTLD_DEFAULT, "qsort")));
	assert_true(have(dlsym(RTLD_DEFAULT, "_cmocka_run_group_tests")));
}

static void what_is_no_code_is_not(void **state)
{
	static int written = 1;
	int here = 2;
	void *heap = malloc(1);

	(void)state;
	assert_false(have(NULL));
	assert_false(modules_have(&modules, 1));
	assert_false(modules_have(&modules, UINTPTR_MAX));
	assert_false(have(&written));
	assert_false(have(&here));
	assert_false(have(heap));
	free(heap);
}

static void the_bounds_are_exact(void **state)
{
	(void)state;
	assert_true(modules.count > 1);
	for (size_t i = 0; i < modules.count; i++) {
		assert_true(modules.list[i].from < modules.list[i].to);
		assert_true(modules_have(&modules, modules.list[i].from));
		assert_true(modules_have(&modules, modules.list[i].to - 1));
	}
}

static void what_is_loaded_later_is_not_before_it_is_read_again(void **state)
{
	void *other = dlopen(OTHER, RTLD_NOW | RTLD_LOCAL);
	void *function;

	(void)state;
	function = other ? dlsym(other, "__ctype_get_mb_cur_max") : NULL;
	if (!function)
		skip();
	assert_false(have(function));
	modules_done(&modules);
	modules_read(&modules);
	assert_true(have(function));
	(void)dlclose(other);
}

static void where_memory_was_out_nothing_is_known(void **state)
{
	(void)state;
	modules.lost = true;
	assert_false(modules_have(&modules, (uintptr_t)setup));
}

static void what_was_never_read_has_nothing(void **state)
{
	(void)state;
	modules_done(&modules);
	assert_false(modules_have(&modules, (uintptr_t)setup));
	modules_done(&modules);
}

#define MODULES_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MODULES_TEST(functions_of_the_program_and_its_libraries_are),
		MODULES_TEST(what_is_no_code_is_not),
		MODULES_TEST(the_bounds_are_exact),
		MODULES_TEST(
			what_is_loaded_later_is_not_before_it_is_read_again),
		MODULES_TEST(where_memory_was_out_nothing_is_known),
		MODULES_TEST(what_was_never_read_has_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
