/* SPDX-License-Identifier: MIT */
/* test_wire.c - what was put is taken, and nothing else is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tine.h"
#include "wire.h"

#define MOST 4096

static struct wire_out out;

static int setup(void **state)
{
	(void)state;
	wire_begin(&out, MOST);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_done(&out);
	return 0;
}

static struct wire_in reader(void)
{
	assert_int_equal(out.error, 0);
	return wire_in(out.buf.data, out.buf.size);
}

/* ---- There and back ----------------------------------------------------- */

static void nothing_is_whole(void **state)
{
	struct wire_in in = reader();

	(void)state;
	assert_true(wire_is_whole(&in));
}

static void numbers_come_back(void **state)
{
	static const uint64_t numbers[] = { 0,          1,         255,
					    UINT32_MAX, INT64_MAX, UINT64_MAX };
	struct wire_in in;

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		wire_put(&out, numbers[i]);
	in = reader();
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		assert_false(wire_is_whole(&in));
		assert_true(wire_take(&in) == numbers[i]);
	}
	assert_true(wire_is_whole(&in));
}

static void bytes_come_back_where_they_stand(void **state)
{
	const char bytes[] = "with\0a zero";
	struct wire_in in;
	const unsigned char *at;
	size_t size;

	(void)state;
	wire_put_bytes(&out, bytes, sizeof bytes);
	in = reader();
	at = wire_take_bytes(&in, &size);
	assert_int_equal(size, sizeof bytes);
	assert_memory_equal(at, bytes, sizeof bytes);
	assert_true(at > out.buf.data && at < out.buf.data + out.buf.size);
	assert_true(wire_is_whole(&in));
}

static void no_bytes_are_there_and_are_none(void **state)
{
	struct wire_in in;
	size_t size = 1;

	(void)state;
	wire_put_bytes(&out, NULL, 0);
	in = reader();
	assert_non_null(wire_take_bytes(&in, &size));
	assert_int_equal(size, 0);
	assert_true(wire_is_whole(&in));
}

static void texts_come_back_and_null_is_empty(void **state)
{
	struct wire_in in;
	char text[8];

	(void)state;
	wire_put_text(&out, "seven b");
	wire_put_text(&out, NULL);
	wire_put_text(&out, "");
	in = reader();
	wire_take_text(&in, text, sizeof text);
	assert_string_equal(text, "seven b");
	wire_take_text(&in, text, sizeof text);
	assert_string_equal(text, "");
	memset(text, 'x', sizeof text);
	wire_take_text(&in, text, sizeof text);
	assert_string_equal(text, "");
	assert_true(wire_is_whole(&in));
}

/* ---- What is not that --------------------------------------------------- */

static void a_number_above_the_most_is_bad_and_0(void **state)
{
	static const uint64_t numbers[] = { 8, 1ULL << 32, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct wire_in in = wire_in(&numbers[i], sizeof *numbers);

		assert_int_equal(wire_take_below(&in, 7), 0);
		assert_true(in.bad);
		assert_false(wire_is_whole(&in));
	}
}

static void the_most_is_good(void **state)
{
	static const unsigned most[] = { 0, 1, 7, UINT_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
		uint64_t number = most[i];
		struct wire_in in = wire_in(&number, sizeof number);

		assert_true(wire_take_below(&in, most[i]) == most[i]);
		assert_true(wire_is_whole(&in));
	}
}

static void refuse_text(const void *bytes, size_t size)
{
	struct wire_in in;
	char text[8] = "before";

	wire_done(&out);
	wire_put_bytes(&out, bytes, size);
	in = reader();
	wire_take_text(&in, text, sizeof text);
	assert_true(in.bad);
	assert_string_equal(text, "");
}

static void a_text_without_room_for_its_end_is_bad(void **state)
{
	(void)state;
	refuse_text("eight by", 8);
	refuse_text("quite a few more", 16);
}

static void a_text_with_a_zero_in_it_is_bad(void **state)
{
	(void)state;
	refuse_text("\0", 1);
	refuse_text("a\0b", 3);
	refuse_text("end", 4);
}

/* From memory of its own size, so that ASan sees who reads on. */
static void *exact(size_t size)
{
	void *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, out.buf.data, size);
	return copy;
}

static void sizes_that_lie_are_bad(void **state)
{
	static const uint64_t sizes[] = {
		4, 100, 1ULL << 32, INT64_MAX, UINT64_MAX - 7, UINT64_MAX
	};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		unsigned char bytes[11] = { 0 };
		struct wire_in in;
		size_t size = 1;

		memcpy(bytes, &sizes[i], sizeof *sizes);
		in = wire_in(bytes, sizeof bytes);
		assert_null(wire_take_bytes(&in, &size));
		assert_int_equal(size, 0);
		assert_true(in.bad);
	}
}

static bool take_all(struct wire_in *in)
{
	char text[16];
	size_t size;

	(void)wire_take(in);
	(void)wire_take_bytes(in, &size);
	wire_take_text(in, text, sizeof text);
	(void)wire_take_below(in, 100);
	return wire_is_whole(in);
}

static void a_part_is_never_whole(void **state)
{
	(void)state;
	wire_put(&out, 4711);
	wire_put_bytes(&out, "bytes", 5);
	wire_put_text(&out, "text");
	wire_put(&out, 100);
	for (size_t cut = 0; cut <= out.buf.size; cut++) {
		void *part = exact(cut);
		struct wire_in in = wire_in(part, cut);

		assert_int_equal(take_all(&in), cut == out.buf.size);
		free(part);
	}
}

static void what_is_left_over_is_not_whole(void **state)
{
	struct wire_in in;

	(void)state;
	wire_put(&out, 1);
	wire_put(&out, 2);
	in = reader();
	(void)wire_take(&in);
	assert_false(wire_is_whole(&in));
}

static void what_is_bad_stays_bad_and_gives_nothing(void **state)
{
	struct wire_in in;
	char text[8] = "before";
	size_t size = 1;

	(void)state;
	wire_put(&out, 9);
	wire_put(&out, 1);
	wire_put_text(&out, "text");
	in = reader();
	(void)wire_take_below(&in, 8);
	assert_int_equal(wire_take(&in), 0);
	assert_int_equal(wire_take_below(&in, 8), 0);
	assert_null(wire_take_bytes(&in, &size));
	assert_int_equal(size, 0);
	wire_take_text(&in, text, sizeof text);
	assert_string_equal(text, "");
	assert_false(wire_is_whole(&in));
}

/* ---- Too much ----------------------------------------------------------- */

static void beyond_the_limit_the_first_error_stays(void **state)
{
	static const char bytes[MOST];
	size_t before;

	(void)state;
	wire_put(&out, 1);
	wire_put_bytes(&out, bytes, sizeof bytes);
	assert_int_equal(out.error, TINE_ETOOBIG);
	before = out.buf.size;
	wire_put(&out, 2);
	wire_put_text(&out, "text");
	assert_int_equal(out.error, TINE_ETOOBIG);
	assert_int_equal(out.buf.size, before);
}

static void exactly_the_limit_is_good(void **state)
{
	static const char bytes[MOST - 8];

	(void)state;
	wire_put_bytes(&out, bytes, sizeof bytes);
	assert_int_equal(out.error, 0);
	wire_put_bytes(&out, NULL, 0);
	assert_int_equal(out.error, TINE_ETOOBIG);
}

#define WIRE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WIRE_TEST(nothing_is_whole),
		WIRE_TEST(numbers_come_back),
		WIRE_TEST(bytes_come_back_where_they_stand),
		WIRE_TEST(no_bytes_are_there_and_are_none),
		WIRE_TEST(texts_come_back_and_null_is_empty),
		WIRE_TEST(a_number_above_the_most_is_bad_and_0),
		WIRE_TEST(the_most_is_good),
		WIRE_TEST(a_text_without_room_for_its_end_is_bad),
		WIRE_TEST(a_text_with_a_zero_in_it_is_bad),
		WIRE_TEST(sizes_that_lie_are_bad),
		WIRE_TEST(a_part_is_never_whole),
		WIRE_TEST(what_is_left_over_is_not_whole),
		WIRE_TEST(what_is_bad_stays_bad_and_gives_nothing),
		WIRE_TEST(beyond_the_limit_the_first_error_stays),
		WIRE_TEST(exactly_the_limit_is_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
