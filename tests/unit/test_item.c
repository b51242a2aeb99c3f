/* SPDX-License-Identifier: MIT */
/* test_item.c - an item tells what became of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "item.h"
#include "sealed.h"

static struct item item;
static struct tine_result result;

static int renew(void **state)
{
	(void)state;
	memset(&item, 0x5a, sizeof item);
	assert_true(item_init(&item, NULL, "input", 5));
	item.index = 7;
	item.attempts = 2;
	item.end = TINE_OK;
	item.code = 0;
	item.pid = 4711;
	item.wall_us = 123;
	return 0;
}

static int done(void **state)
{
	(void)state;
	item_done(&item);
	return 0;
}

static void say(const char *message, const char *note)
{
	item.words = calloc(1, sizeof *item.words);
	assert_non_null(item.words);
	strcpy(item.words->message, message);
	strcpy(item.words->note, note);
}

static void a_new_one_holds_its_input_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(item.size, 5);
	assert_memory_equal(item.input, "input", 5);
	assert_null(item.data);
	assert_null(item.words);
	assert_null(item.task);
	assert_null(item.rest);
	assert_null(item.keeper);
}

static void a_plain_one_has_the_plain_sentence(void **state)
{
	(void)state;
	item_tell(&item, &result);
	assert_string_equal(result.message, "returned 0");
	assert_string_equal(result.note, "");
	assert_string_equal(result.output, "");
	assert_string_equal(result.crash, "");
	assert_int_equal(result.end, TINE_OK);
	assert_null(result.data);
	assert_int_equal(result.size, 0);
	assert_int_equal(result.index, 7);
	assert_int_equal(result.attempts, 2);
	assert_int_equal(result.pid, 4711);
	assert_int_equal(result.wall_us, 123);
	assert_int_equal(result.usage.ru_maxrss, 0);
	assert_false(result.core);
}

static void the_result_names_its_input(void **state)
{
	(void)state;
	item_tell(&item, &result);
	assert_ptr_equal(result.input, item.input);
	assert_int_equal(result.input_size, 5);
	item_done(&item);
	assert_true(item_init(&item, NULL, NULL, 0));
	item_tell(&item, &result);
	assert_null(result.input);
	assert_int_equal(result.input_size, 0);
}

static void its_words_are_told(void **state)
{
	(void)state;
	item.end = TINE_FAILED;
	item.code = 3;
	say("failed with 3", "half way");
	item_tell(&item, &result);
	assert_int_equal(result.end, TINE_FAILED);
	assert_int_equal(result.code, 3);
	assert_string_equal(result.message, "failed with 3");
	assert_string_equal(result.note, "half way");
}

static void without_memory_for_words_there_is_the_end(void **state)
{
	(void)state;
	for (int end = TINE_FAILED; end <= TINE_PENDING; end++) {
		item.end = (enum tine_end)end;
		item_tell(&item, &result);
		assert_string_equal(result.message,
				    tine_end_name((enum tine_end)end));
	}
}

static void its_data_may_stand_in_itself_or_elsewhere(void **state)
{
	(void)state;
	item.data = item.data_here;
	item.data_size = 4;
	item_tell(&item, &result);
	assert_ptr_equal(result.data, item.data_here);
	assert_int_equal(result.size, 4);
	item_clear(&item);
	item.data = malloc(1000);
	item.data_size = 1000;
	item_tell(&item, &result);
	assert_ptr_equal(result.data, item.data);
	assert_int_equal(result.size, 1000);
}

static void its_data_may_be_a_file(void **state)
{
	int fd = sealed_new(5);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "bytes", 5), 5);
	item.data = sealed_map(fd, 5);
	item.data_size = item.map_size = 5;
	assert_int_equal(close(fd), 0);
	item_tell(&item, &result);
	assert_memory_equal(result.data, "bytes", 5);
	item_clear(&item);
	assert_null(item.data);
	assert_int_equal(item.map_size, 0);
}

/* For another attempt; its input stays. */
static void it_forgets_how_it_ended(void **state)
{
	(void)state;
	item.data = malloc(10);
	item.data_size = 10;
	say("words", "");
	item_clear(&item);
	assert_null(item.words);
	item.end = TINE_OK;
	item_tell(&item, &result);
	assert_string_equal(result.message, "returned 0");
	assert_null(result.data);
	assert_int_equal(result.size, 0);
	assert_memory_equal(result.input, "input", 5);
	item_clear(&item);
}

static void a_large_input_has_memory_of_its_own(void **state)
{
	static char bytes[ITEM_HERE + 1];

	(void)state;
	item_done(&item);
	assert_true(item_init(&item, NULL, bytes, ITEM_HERE));
	assert_ptr_equal(item.input, item.input_here);
	item_done(&item);
	assert_true(item_init(&item, NULL, bytes, ITEM_HERE + 1));
	assert_ptr_not_equal(item.input, item.input_here);
	assert_memory_equal(item.input, bytes, sizeof bytes);
}

static void a_hoard_gets_what_it_lent(void **state)
{
	static char bytes[100000];
	struct hoard hoard = { .count = 0 };

	(void)state;
	item_done(&item);
	assert_true(item_init(&item, &hoard, bytes, sizeof bytes));
	item.data = hoard_take(&hoard, sizeof bytes);
	item_done(&item);
	assert_int_equal(hoard.count, 2);
	hoard_done(&hoard);
	assert_true(item_init(&item, NULL, "", 0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, renew, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_one_holds_its_input_and_nothing_else),
		TEST(a_plain_one_has_the_plain_sentence),
		TEST(the_result_names_its_input),
		TEST(its_words_are_told),
		TEST(without_memory_for_words_there_is_the_end),
		TEST(its_data_may_stand_in_itself_or_elsewhere),
		TEST(its_data_may_be_a_file),
		TEST(it_forgets_how_it_ended),
		TEST(a_large_input_has_memory_of_its_own),
		TEST(a_hoard_gets_what_it_lent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
