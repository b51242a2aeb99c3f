/* SPDX-License-Identifier: MIT */
/* test_err.c - every error has a text, and no failure becomes success. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "err.h"
#include "tine.h"

#define ERROR_CODE(name, value, text) name,
static const int codes[] = { TINE_ERRORS(ERROR_CODE) };
#undef ERROR_CODE

#define CODES (sizeof codes / sizeof *codes)

static bool is_code(int error)
{
	for (size_t i = 0; i < CODES; i++)
		if (codes[i] == error)
			return true;
	return false;
}

static void every_code_is_negative(void **state)
{
	(void)state;
	for (size_t i = 0; i < CODES; i++)
		assert_true(codes[i] < 0);
}

static void every_code_has_a_text_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < CODES; i++) {
		assert_true(strlen(tine_strerror(codes[i])) > 0);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(tine_strerror(codes[i]),
						tine_strerror(codes[j]));
	}
}

static void what_is_no_code_has_a_text_too(void **state)
{
	static const int others[] = { 1, 42, INT_MAX, INT_MIN, -1000 };
	const char *text = tine_strerror(others[0]);

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_string_equal(tine_strerror(others[i]), text);
	for (size_t i = 0; i < CODES; i++)
		assert_string_not_equal(tine_strerror(codes[i]), text);
}

static void success_is_not_told_as_an_error(void **state)
{
	(void)state;
	assert_string_equal(tine_strerror(0), "no error");
}

static void no_errno_becomes_success(void **state)
{
	(void)state;
	for (int number = -10; number < 4096; number++)
		assert_true(is_code(err_from_errno(number)));
	assert_true(is_code(err_from_errno(INT_MAX)));
	assert_true(is_code(err_from_errno(INT_MIN)));
}

static void what_the_caller_can_do_something_about_is_told_apart(void **state)
{
	static const struct {
		int number;
		int error;
	} rows[] = {
		{ ENOMEM, TINE_ENOMEM },       { EAGAIN, TINE_ELIMIT },
		{ EMFILE, TINE_ELIMIT },       { ENFILE, TINE_ELIMIT },
		{ ENOSPC, TINE_ELIMIT },       { EFBIG, TINE_ELIMIT },
		{ ENOSYS, TINE_EUNSUPPORTED }, { EPERM, TINE_EUNSUPPORTED },
		{ EBADF, TINE_ESYS },          { EINVAL, TINE_ESYS },
		{ EFAULT, TINE_ESYS },         { 0, TINE_ESYS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(err_from_errno(rows[i].number), rows[i].error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_is_negative),
		cmocka_unit_test(every_code_has_a_text_of_its_own),
		cmocka_unit_test(what_is_no_code_has_a_text_too),
		cmocka_unit_test(success_is_not_told_as_an_error),
		cmocka_unit_test(no_errno_becomes_success),
		cmocka_unit_test(
			what_the_caller_can_do_something_about_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
