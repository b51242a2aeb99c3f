/* SPDX-License-Identifier: MIT */
/* test_hoard.c - large pieces of memory are used again, a few at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "hoard.h"

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)
#define MOST (16 * MIB)

static struct hoard hoard;

static int renew(void **state)
{
	(void)state;
	hoard_done(&hoard);
	return 0;
}

/* All of it can be written to. */
static void *take(size_t size)
{
	void *memory = hoard_take(&hoard, size);

	assert_non_null(memory);
	memset(memory, 'x', size);
	return memory;
}

static void a_large_piece_is_used_again(void **state)
{
	void *memory = take(MIB);

	(void)state;
	hoard_give(&hoard, memory);
	assert_int_equal(hoard.count, 1);
	assert_ptr_equal(take(MIB), memory);
	assert_int_equal(hoard.count, 0);
	assert_int_equal(hoard.bytes, 0);
	hoard_give(&hoard, memory);
	assert_ptr_equal(take(600 * KIB), memory);
	free(memory);
}

static void small_pieces_are_left_to_malloc(void **state)
{
	(void)state;
	hoard_give(&hoard, take(1));
	hoard_give(&hoard, take(63 * KIB));
	hoard_give(&hoard, NULL);
	assert_int_equal(hoard.count, 0);
}

static void so_are_the_largest(void **state)
{
	(void)state;
	hoard_give(&hoard, take(MOST + KIB));
	assert_int_equal(hoard.count, 0);
}

static void what_is_much_larger_waits_for_larger_ones(void **state)
{
	void *large = take(MIB), *small;

	(void)state;
	hoard_give(&hoard, large);
	small = take(100 * KIB);
	assert_ptr_not_equal(small, large);
	assert_int_equal(hoard.count, 1);
	free(small);
}

static void what_is_too_small_is_not_taken(void **state)
{
	void *small = take(100 * KIB), *large;

	(void)state;
	hoard_give(&hoard, small);
	large = take(150 * KIB);
	assert_ptr_not_equal(large, small);
	free(large);
}

static void there_are_only_so_many(void **state)
{
	void *pieces[HOARD_PIECES + 5];

	(void)state;
	for (int i = 0; i < HOARD_PIECES + 5; i++)
		pieces[i] = take(100 * KIB);
	for (int i = 0; i < HOARD_PIECES + 5; i++)
		hoard_give(&hoard, pieces[i]);
	assert_int_equal(hoard.count, HOARD_PIECES);
	assert_ptr_equal(take(100 * KIB), pieces[HOARD_PIECES + 4]);
	free(pieces[HOARD_PIECES + 4]);
}

static void there_are_only_so_many_bytes(void **state)
{
	void *pieces[5];

	(void)state;
	for (int i = 0; i < 5; i++)
		pieces[i] = take(5 * MIB);
	for (int i = 0; i < 5; i++) {
		hoard_give(&hoard, pieces[i]);
		assert_true(hoard.bytes <= MOST);
	}
	assert_int_equal(hoard.count, 3);
	hoard_give(&hoard, take(MOST - KIB));
	assert_int_equal(hoard.count, 1);
}

static void without_one_it_is_malloc_and_free(void **state)
{
	void *memory = hoard_take(NULL, MIB);

	(void)state;
	assert_non_null(memory);
	hoard_give(NULL, memory);
	free(hoard_take(NULL, 1));
}

static void chance_loses_nothing(void **state)
{
	struct chance chance = { 1 };
	void *held[20] = { NULL };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		uint32_t at = chance_below(&chance, 20);

		hoard_give(&hoard, held[at]);
		held[at] = hoard_take(&hoard, chance_size(&chance, 2 << 20));
		assert_non_null(held[at]);
		memset(held[at], i, 1);
		assert_true(hoard.count <= HOARD_PIECES);
		assert_true(hoard.bytes <= MOST);
	}
	for (int i = 0; i < 20; i++)
		free(held[i]);
	hoard_done(&hoard);
	assert_int_equal(hoard.bytes, 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, renew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_large_piece_is_used_again),
		TEST(small_pieces_are_left_to_malloc),
		TEST(so_are_the_largest),
		TEST(what_is_much_larger_waits_for_larger_ones),
		TEST(what_is_too_small_is_not_taken),
		TEST(there_are_only_so_many),
		TEST(there_are_only_so_many_bytes),
		TEST(without_one_it_is_malloc_and_free),
		TEST(chance_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
