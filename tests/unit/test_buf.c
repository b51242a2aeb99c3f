/* SPDX-License-Identifier: MIT */
/* test_buf.c - bytes grow, up to their limit and no further. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "tine.h"

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct buf));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	buf_done(*state);
	free(*state);
	return 0;
}

static void assert_holds(const struct buf *buf, const char *text)
{
	assert_int_equal(buf->size, strlen(text));
	assert_memory_equal(buf->data, text, strlen(text));
}

static void a_new_one_is_empty_and_owns_nothing(void **state)
{
	struct buf *buf = *state;

	buf_init(buf, 100);
	assert_int_equal(buf->size, 0);
	assert_null(buf->data);
}

static void what_is_added_stands_behind_what_was_there(void **state)
{
	struct buf *buf = *state;

	buf_init(buf, 100);
	assert_int_equal(buf_add(buf, "one ", 4), 0);
	assert_int_equal(buf_add(buf, "two ", 4), 0);
	assert_int_equal(buf_add(buf, "three", 5), 0);
	assert_holds(buf, "one two three");
}

static void exactly_the_limit_fits(void **state)
{
	static const char bytes[5000];
	static const size_t limits[] = { 1, 2, 255, 256, 257, 4096, 5000 };
	struct buf *buf = *state;

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		buf_init(buf, limits[i]);
		assert_int_equal(buf_add(buf, bytes, limits[i]), 0);
		assert_int_equal(buf_add(buf, bytes, 1), TINE_ETOOBIG);
		assert_int_equal(buf->size, limits[i]);
		buf_done(buf);
	}
}

static void one_byte_too_many_adds_nothing(void **state)
{
	struct buf *buf = *state;

	buf_init(buf, 8);
	assert_int_equal(buf_add(buf, "12345", 5), 0);
	assert_int_equal(buf_add(buf, "6789", 4), TINE_ETOOBIG);
	assert_holds(buf, "12345");
	assert_int_equal(buf_add(buf, "678", 3), 0);
	assert_holds(buf, "12345678");
}

static void a_monstrous_size_is_refused_without_a_look_at_it(void **state)
{
	static const size_t sizes[] = { 9, (size_t)1 << 31, SIZE_MAX / 2,
					SIZE_MAX - 4, SIZE_MAX };
	struct buf *buf = *state;

	buf_init(buf, 8);
	assert_int_equal(buf_add(buf, "1234", 4), 0);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		assert_int_equal(buf_add(buf, "", sizes[i]), TINE_ETOOBIG);
	assert_holds(buf, "1234");
}

static void a_limit_of_0_takes_nothing(void **state)
{
	struct buf *buf = *state;

	buf_init(buf, 0);
	assert_int_equal(buf_add(buf, "", 0), 0);
	assert_int_equal(buf_add(buf, "1", 1), TINE_ETOOBIG);
	assert_null(buf->data);
}

static void nothing_can_be_added_from_nowhere(void **state)
{
	struct buf *buf = *state;

	buf_init(buf, 100);
	assert_int_equal(buf_add(buf, NULL, 0), 0);
	assert_null(buf->data);
	assert_int_equal(buf_add(buf, "kept", 4), 0);
	assert_int_equal(buf_add(buf, NULL, 0), 0);
	assert_holds(buf, "kept");
}

/* Also with a limit that no machine has memory for. */
static void memory_is_taken_for_bytes_that_came(void **state)
{
	struct buf *buf = *state;

	buf_init(buf, SIZE_MAX);
	for (size_t i = 1; i <= 5000; i++) {
		assert_int_equal(buf_add(buf, "x", 1), 0);
		assert_true(buf->room >= buf->size);
		assert_true(buf->room <= 256 || buf->room <= 2 * buf->size);
	}
}

static void the_room_never_exceeds_a_limit_above_its_first_step(void **state)
{
	static const char bytes[300];
	struct buf *buf = *state;

	buf_init(buf, 1000);
	while (buf_add(buf, bytes, 100) == 0)
		assert_true(buf->room <= 1000);
	assert_int_equal(buf->size, 1000);
}

static void what_is_dropped_comes_off_the_front(void **state)
{
	struct buf *buf = *state;

	buf_init(buf, 10);
	assert_int_equal(buf_add(buf, "0123456789", 10), 0);
	buf_drop(buf, 0);
	assert_holds(buf, "0123456789");
	buf_drop(buf, 7);
	assert_holds(buf, "789");
	assert_int_equal(buf_add(buf, "abcdefg", 7), 0);
	assert_holds(buf, "789abcdefg");
	buf_drop(buf, 10);
	assert_int_equal(buf->size, 0);
}

static void nothing_can_be_dropped_of_nothing(void **state)
{
	struct buf *buf = *state;

	buf_init(buf, 10);
	buf_drop(buf, 0);
	assert_int_equal(buf->size, 0);
}

static void clearing_keeps_the_memory_and_the_limit(void **state)
{
	struct buf *buf = *state;
	size_t room;

	buf_init(buf, 10);
	assert_int_equal(buf_add(buf, "0123456789", 10), 0);
	room = buf->room;
	buf_clear(buf);
	assert_int_equal(buf->size, 0);
	assert_int_equal(buf->room, room);
	assert_int_equal(buf_add(buf, "abcdefghijk", 11), TINE_ETOOBIG);
	assert_int_equal(buf_add(buf, "abcdefghij", 10), 0);
	assert_holds(buf, "abcdefghij");
}

static void done_may_be_called_twice_and_leaves_it_usable(void **state)
{
	struct buf *buf = *state;

	buf_init(buf, 10);
	assert_int_equal(buf_add(buf, "0123456789", 10), 0);
	buf_done(buf);
	buf_done(buf);
	assert_null(buf->data);
	assert_int_equal(buf_add(buf, "0123456789", 10), 0);
	assert_int_equal(buf_add(buf, "x", 1), TINE_ETOOBIG);
}

#define BUF_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BUF_TEST(a_new_one_is_empty_and_owns_nothing),
		BUF_TEST(what_is_added_stands_behind_what_was_there),
		BUF_TEST(exactly_the_limit_fits),
		BUF_TEST(one_byte_too_many_adds_nothing),
		BUF_TEST(a_monstrous_size_is_refused_without_a_look_at_it),
		BUF_TEST(a_limit_of_0_takes_nothing),
		BUF_TEST(nothing_can_be_added_from_nowhere),
		BUF_TEST(memory_is_taken_for_bytes_that_came),
		BUF_TEST(the_room_never_exceeds_a_limit_above_its_first_step),
		BUF_TEST(what_is_dropped_comes_off_the_front),
		BUF_TEST(nothing_can_be_dropped_of_nothing),
		BUF_TEST(clearing_keeps_the_memory_and_the_limit),
		BUF_TEST(done_may_be_called_twice_and_leaves_it_usable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
