/* SPDX-License-Identifier: MIT */
/* test_ring.c - the shared memory is laid out well, and proofs tell changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "ring.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define PROVEN 65536

static unsigned char bytes[2 * PROVEN];

/* ---- The memory -------------------------------------------------------- */

static size_t line_of(size_t offset)
{
	return offset / 64;
}

/* Or each would slow the other down. */
static void who_writes_alone_has_a_line_of_the_cache_alone(void **state)
{
	size_t both = line_of(offsetof(struct ring, claim));
	size_t parent = line_of(offsetof(struct ring, wake_at));
	size_t child = line_of(offsetof(struct ring, done));

	(void)state;
	assert_int_equal(line_of(offsetof(struct ring, bell)), both);
	assert_int_equal(line_of(offsetof(struct ring, got)), parent);
	assert_true(both < parent && parent < child);
}

static void an_order_and_a_record_are_one_line_each(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct ring_order), 64);
	assert_int_equal(sizeof(struct ring_record), 64);
}

static void bytes_are_aligned_for_any_type(void **state)
{
	(void)state;
	assert_int_equal(offsetof(struct ring, in) % 4096, 0);
	assert_int_equal(offsetof(struct ring, out) % 4096, 0);
	assert_int_equal(offsetof(struct ring_order, bytes) % 8, 0);
	assert_int_equal(offsetof(struct ring_record, bytes) % 16, 0);
}

/* What a child cannot write to is whole pages, and nothing of its own. */
static void items_stand_in_pages_of_their_own(void **state)
{
	(void)state;
	assert_int_equal(offsetof(struct ring, orders) % RING_PAGE, 0);
	assert_int_equal(offsetof(struct ring, records) % RING_PAGE, 0);
	assert_true(offsetof(struct ring, in) > offsetof(struct ring, orders));
	assert_true(offsetof(struct ring, in) + RING_IN <=
		    offsetof(struct ring, records));
	assert_true(offsetof(struct ring, done) <
		    offsetof(struct ring, orders));
	assert_true(offsetof(struct ring, words) >
		    offsetof(struct ring, records));
}

static void slots_go_on_where_numbers_wrap(void **state)
{
	(void)state;
	assert_int_equal((UINT32_MAX + (uint64_t)1) % RING_SLOTS, 0);
}

static void a_pair_has_two_halves(void **state)
{
	static const uint32_t numbers[] = { 0, 1, INT32_MAX, UINT32_MAX };

	(void)state;
	for (size_t h = 0; h < COUNT(numbers); h++)
		for (size_t l = 0; l < COUNT(numbers); l++) {
			uint64_t pair = ring_pair(numbers[h], numbers[l]);

			assert_int_equal(ring_high(pair), numbers[h]);
			assert_int_equal(ring_low(pair), numbers[l]);
		}
}

/* ---- Proofs ------------------------------------------------------------ */

static uint64_t proof_of(size_t size)
{
	return ring_proof(4711, 7, RING_SAID, bytes, size);
}

static void the_same_has_the_same_proof(void **state)
{
	unsigned char copy[100];

	(void)state;
	memcpy(copy, bytes, sizeof copy);
	assert_true(proof_of(sizeof copy) ==
		    ring_proof(4711, 7, RING_SAID, copy, sizeof copy));
}

/* From memory that ends where the bytes end: ASan sees who reads on. */
static void a_proof_looks_at_its_bytes_alone(void **state)
{
	(void)state;
	for (size_t size = 0; size <= 300; size++) {
		unsigned char *exact = malloc(size ? size : 1);

		assert_non_null(exact);
		memcpy(exact, bytes, size);
		assert_true(ring_proof(4711, 7, RING_SAID, exact, size) ==
			    proof_of(size));
		free(exact);
	}
}

static void every_bit_matters(void **state)
{
	static const size_t sizes[] = { 1,   3,   4,    8,    9,     16,
					17,  64,  128,  129,  240,   241,
					512, 513, 1024, 5000, PROVEN };

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		uint64_t proof = proof_of(sizes[i]);
		size_t step = sizes[i] / 300 + 1;

		for (size_t at = 0; at < sizes[i]; at += step)
			for (int bit = 0; bit < 8; bit++) {
				bytes[at] ^= (unsigned char)(1 << bit);
				assert_true(proof_of(sizes[i]) != proof);
				bytes[at] ^= (unsigned char)(1 << bit);
			}
	}
}

static void number_code_and_marks_matter(void **state)
{
	uint64_t proof = proof_of(10);

	(void)state;
	for (int bit = 0; bit < 32; bit++) {
		uint32_t one = (uint32_t)1 << bit;

		if (bit < 28) /* what is older than that is long gone */
			assert_true(ring_proof(4711 ^ one, 7, RING_SAID, bytes,
					       10) != proof);
		assert_true(ring_proof(4711, (int32_t)(7 ^ one), RING_SAID,
				       bytes, 10) != proof);
	}
	for (uint32_t marks = 0; marks <= RING_MARKS; marks++)
		if (marks != RING_SAID)
			assert_true(ring_proof(4711, 7, marks, bytes, 10) !=
				    proof);
}

static void the_size_matters_however_large_it_is(void **state)
{
	(void)state;
	memset(bytes, 0, sizeof bytes);
	for (size_t size = 1; size < 1000; size++)
		assert_true(proof_of(size) != proof_of(size - 1));
	for (size_t size = PROVEN; size < PROVEN + 1000; size++)
		assert_true(proof_of(size) != proof_of(size + 1));
}

/* It would take longer than to copy them. */
static void of_a_large_result_only_the_beginning_is_proven(void **state)
{
	uint64_t proof = proof_of(sizeof bytes);

	(void)state;
	bytes[PROVEN] ^= 1;
	assert_true(proof_of(sizeof bytes) == proof);
	bytes[PROVEN - 1] ^= 1;
	assert_true(proof_of(sizeof bytes) != proof);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			who_writes_alone_has_a_line_of_the_cache_alone),
		cmocka_unit_test(an_order_and_a_record_are_one_line_each),
		cmocka_unit_test(bytes_are_aligned_for_any_type),
		cmocka_unit_test(items_stand_in_pages_of_their_own),
		cmocka_unit_test(slots_go_on_where_numbers_wrap),
		cmocka_unit_test(a_pair_has_two_halves),
		cmocka_unit_test(the_same_has_the_same_proof),
		cmocka_unit_test(a_proof_looks_at_its_bytes_alone),
		cmocka_unit_test(every_bit_matters),
		cmocka_unit_test(number_code_and_marks_matter),
		cmocka_unit_test(the_size_matters_however_large_it_is),
		cmocka_unit_test(
			of_a_large_result_only_the_beginning_is_proven),
	};

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(i * 31 + i / 251);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
