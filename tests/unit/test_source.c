/* SPDX-License-Identifier: MIT */
/* test_source.c - an array is a source of as many items as it has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "tine.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const int numbers[] = { 1, 2, 3 };

static int next(const struct tine_source *source, const void **item,
		size_t *size)
{
	*item = NULL;
	*size = 4711;
	return source->next(source->state, item, size);
}

static void expect_item(const struct tine_source *source, const void *wanted,
			size_t wanted_size)
{
	const void *item;
	size_t size;

	assert_int_equal(next(source, &item, &size), 1);
	assert_ptr_equal(item, wanted);
	assert_int_equal(size, wanted_size);
}

static void expect_end(const struct tine_source *source)
{
	const void *item;
	size_t size;

	assert_int_equal(next(source, &item, &size), 0);
}

/* Nothing of it is to be closed. */
static void expect_fault(struct tine_source source)
{
	const void *item;
	size_t size;

	assert_int_equal(next(&source, &item, &size), TINE_EUSAGE);
	assert_int_equal(next(&source, &item, &size), TINE_EUSAGE);
	assert_null(source.close);
}

static void items_come_from_where_they_stand(void **state)
{
	struct tine_source source =
		tine_array(numbers, COUNT(numbers), sizeof *numbers);

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++)
		expect_item(&source, &numbers[i], sizeof *numbers);
	expect_end(&source);
	expect_end(&source);
	source.close(source.state);
}

static void it_may_be_closed_before_its_end(void **state)
{
	struct tine_source source =
		tine_array(numbers, COUNT(numbers), sizeof *numbers);

	(void)state;
	expect_item(&source, numbers, sizeof *numbers);
	source.close(source.state);
}

static void two_of_the_same_array_do_not_disturb_each_other(void **state)
{
	struct tine_source one = tine_array(numbers, 2, sizeof *numbers);
	struct tine_source two = tine_array(numbers, 2, sizeof *numbers);

	(void)state;
	expect_item(&one, &numbers[0], sizeof *numbers);
	expect_item(&one, &numbers[1], sizeof *numbers);
	expect_item(&two, &numbers[0], sizeof *numbers);
	expect_end(&one);
	one.close(one.state);
	two.close(two.state);
}

static void an_array_may_be_empty(void **state)
{
	struct tine_source sources[] = {
		tine_array(numbers, 0, sizeof *numbers),
		tine_array(NULL, 0, sizeof *numbers),
		tine_array(NULL, 0, SIZE_MAX),
		tine_array(NULL, 0, 0),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sources); i++) {
		expect_end(&sources[i]);
		sources[i].close(sources[i].state);
	}
}

static void items_may_be_of_no_bytes(void **state)
{
	const void *const bases[] = { numbers, NULL };

	(void)state;
	for (size_t i = 0; i < COUNT(bases); i++) {
		struct tine_source source = tine_array(bases[i], 2, 0);

		expect_item(&source, bases[i], 0);
		expect_item(&source, bases[i], 0);
		expect_end(&source);
		source.close(source.state);
	}
}

static void an_array_that_cannot_be_is_no_source(void **state)
{
	(void)state;
	expect_fault(tine_array(NULL, 1, 1));
	expect_fault(tine_array(numbers, 2, SIZE_MAX));
	expect_fault(tine_array(numbers, SIZE_MAX, 2));
	expect_fault(tine_array(numbers, SIZE_MAX / 2 + 1, 2));
}

static void the_largest_array_that_can_be_is_one(void **state)
{
	struct tine_source source = tine_array(numbers, SIZE_MAX / 8, 8);

	(void)state;
	expect_item(&source, numbers, 8);
	source.close(source.state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_come_from_where_they_stand),
		cmocka_unit_test(it_may_be_closed_before_its_end),
		cmocka_unit_test(
			two_of_the_same_array_do_not_disturb_each_other),
		cmocka_unit_test(an_array_may_be_empty),
		cmocka_unit_test(items_may_be_of_no_bytes),
		cmocka_unit_test(an_array_that_cannot_be_is_no_source),
		cmocka_unit_test(the_largest_array_that_can_be_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
