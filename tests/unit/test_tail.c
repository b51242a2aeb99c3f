/* SPDX-License-Identifier: MIT */
/* test_tail.c - of an endless text the last bytes are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tail.h"

/* Byte number i of the endless text. */
static char byte_at(uint64_t i)
{
	return (char)('!' + i % 89);
}

static void add_piece(struct tail *tail, size_t size)
{
	static char piece[3 * TAIL_SIZE];

	assert_true(size <= sizeof piece);
	for (size_t i = 0; i < size; i++)
		piece[i] = byte_at(tail->total + i);
	tail_add(tail, piece, size);
}

/* What is kept is the end of the text, oldest byte first, and a NUL. */
static void assert_is_the_end_of(const struct tail *tail, uint64_t total)
{
	uint64_t start = total > TAIL_SIZE ? total - TAIL_SIZE : 0;
	char text[TAIL_SIZE + 1];
	size_t size;

	memset(text, 1, sizeof text);
	size = tail_copy(tail, text);
	assert_int_equal(tail->total, total);
	assert_int_equal(tail_dropped(tail), start);
	assert_int_equal(size, total - start);
	assert_int_equal(text[size], '\0');
	for (size_t i = 0; i < size; i++)
		assert_int_equal(text[i], byte_at(start + i));
}

static void zero_is_a_tail_of_nothing(void **state)
{
	static const struct tail tail;

	(void)state;
	assert_is_the_end_of(&tail, 0);
}

static void nothing_can_be_added_from_nowhere(void **state)
{
	struct tail tail = { .total = 0 };

	(void)state;
	tail_add(&tail, NULL, 0);
	assert_is_the_end_of(&tail, 0);
}

static void all_is_kept_up_to_its_size(void **state)
{
	static const size_t sizes[] = { 1, 2, TAIL_SIZE - 1, TAIL_SIZE };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct tail tail = { .total = 0 };

		add_piece(&tail, sizes[i]);
		assert_is_the_end_of(&tail, sizes[i]);
	}
}

static void more_than_its_size_drops_the_oldest(void **state)
{
	static const size_t sizes[] = { TAIL_SIZE + 1, 2 * TAIL_SIZE,
					2 * TAIL_SIZE + 1, 3 * TAIL_SIZE };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct tail tail = { .total = 0 };

		add_piece(&tail, sizes[i]);
		assert_is_the_end_of(&tail, sizes[i]);
	}
}

static void it_does_not_matter_in_which_pieces_a_text_comes(void **state)
{
	static const size_t pieces[] = { 1, 7, 100, 4095, 4096, 8191, 8193 };

	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct tail tail = { .total = 0 };
		uint64_t total = 0;

		for (; total < 3 * TAIL_SIZE; total += pieces[i])
			add_piece(&tail, pieces[i]);
		assert_is_the_end_of(&tail, total);
	}
}

static void the_count_goes_beyond_32_bits(void **state)
{
	const uint64_t edge = (uint64_t)1 << 32;
	static struct tail tail;

	(void)state;
	tail.total = edge - TAIL_SIZE / 2;
	add_piece(&tail, TAIL_SIZE);
	assert_is_the_end_of(&tail, edge + TAIL_SIZE / 2);
	add_piece(&tail, TAIL_SIZE);
	assert_is_the_end_of(&tail, edge + 3 * TAIL_SIZE / 2);
}

static void it_keeps_any_byte_as_it_is(void **state)
{
	struct tail tail = { .total = 0 };
	char text[TAIL_SIZE + 1], bytes[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	tail_add(&tail, bytes, sizeof bytes);
	assert_int_equal(tail_copy(&tail, text), sizeof bytes);
	assert_memory_equal(text, bytes, sizeof bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zero_is_a_tail_of_nothing),
		cmocka_unit_test(nothing_can_be_added_from_nowhere),
		cmocka_unit_test(all_is_kept_up_to_its_size),
		cmocka_unit_test(more_than_its_size_drops_the_oldest),
		cmocka_unit_test(
			it_does_not_matter_in_which_pieces_a_text_comes),
		cmocka_unit_test(the_count_goes_beyond_32_bits),
		cmocka_unit_test(it_keeps_any_byte_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
