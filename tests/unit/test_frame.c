/* SPDX-License-Identifier: MIT */
/* test_frame.c - bytes on a channel mean a frame, not yet one, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "tine.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* One good frame of each kind, at its least and its most. */
static const struct frame good[] = {
	{ FRAME_DATA, 1, 0 },          { FRAME_DATA, 1000, 0 },
	{ FRAME_DATA, FRAME_MOST, 0 }, { FRAME_BULK, 8, 0 },
	{ FRAME_EXCESS, 8, 0 },        { FRAME_DONE, 0, 0 },
	{ FRAME_DONE, 0, 255 },        { FRAME_DONE, 0, INT32_MIN },
	{ FRAME_FELL, 8, INT32_MAX },
};

static unsigned char bytes[FRAME_HEAD + FRAME_MOST + 1];

static size_t put(const struct frame *frame)
{
	memset(bytes, 0xaa, sizeof bytes);
	frame_encode(bytes, frame);
	return FRAME_HEAD + (size_t)frame->size;
}

/* From memory that ends where the bytes end: ASan sees who reads on. */
static long decode(const unsigned char *from, size_t size, struct frame *frame)
{
	unsigned char *exact = malloc(size ? size : 1);
	long length;

	assert_non_null(exact);
	memcpy(exact, from, size);
	length = frame_decode(exact, size, frame);
	free(exact);
	return length;
}

/* No frame, whether or not there is one: and `frame` is as it was. */
static void assert_decodes_to(size_t size, long wanted)
{
	struct frame frame = { FRAME_KINDS, 4711, -4711 };

	assert_int_equal(decode(bytes, size, &frame), wanted);
	assert_int_equal(frame.kind, FRAME_KINDS);
	assert_int_equal(frame.size, 4711);
	assert_int_equal(frame.value, -4711);
}

static void what_is_encoded_is_decoded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		size_t length = put(&good[i]);
		struct frame frame;

		assert_int_equal(decode(bytes, length, &frame), length);
		assert_int_equal(frame.kind, good[i].kind);
		assert_int_equal(frame.size, good[i].size);
		assert_int_equal(frame.value, good[i].value);
	}
}

static void what_stands_behind_a_frame_is_not_looked_at(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		size_t length = put(&good[i]);
		struct frame frame;

		assert_int_equal(decode(bytes, length + 1, &frame), length);
		assert_int_equal(frame.size, good[i].size);
	}
}

static void a_frame_cut_anywhere_waits_for_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		size_t length = put(&good[i]);
		size_t most = length < 2000 ? length : 2000;

		for (size_t size = 0; size < most; size++)
			assert_decodes_to(size, 0);
		assert_decodes_to(length - 1, 0);
	}
}

static void the_layout_is_little_endian_and_fixed(void **state)
{
	static const unsigned char golden[FRAME_HEAD] = {
		0x31, 0x74, 0x1e, 0xe1, /* magic */
		0x05, 0x00, 0x00, 0x00, /* FELL, and zeroes */
		0x08, 0x00, 0x00, 0x00, /* size */
		0xfe, 0xff, 0xff, 0xff, /* value -2 */
	};

	(void)state;
	(void)put(&(struct frame){ FRAME_FELL, 8, -2 });
	assert_memory_equal(bytes, golden, sizeof golden);
}

static void encoding_writes_a_head_and_no_more(void **state)
{
	(void)state;
	(void)put(&good[2]);
	for (size_t i = FRAME_HEAD; i < sizeof bytes; i++)
		assert_int_equal(bytes[i], 0xaa);
}

/* At every place of magic and zeroes, every byte but one; as soon as it is
 * there, and also when the whole frame is. */
static void every_wrong_byte_is_foul_at_once(void **state)
{
	static const size_t places[] = { 0, 1, 2, 3, 5, 6, 7 };
	size_t length = put(&good[1]);

	(void)state;
	for (size_t i = 0; i < COUNT(places); i++) {
		unsigned char right = bytes[places[i]];

		for (int wrong = 0; wrong < 256; wrong++) {
			bytes[places[i]] = (unsigned char)wrong;
			if (wrong == right)
				continue;
			assert_decodes_to(places[i] + 1, TINE_EUSAGE);
			assert_decodes_to(FRAME_HEAD, TINE_EUSAGE);
			assert_decodes_to(length, TINE_EUSAGE);
		}
		bytes[places[i]] = right;
		assert_decodes_to(places[i] + 1, 0);
	}
}

static void there_are_five_kinds_and_no_other(void **state)
{
	(void)state;
	(void)put(&good[5]);
	for (int kind = 0; kind < 256; kind++) {
		bytes[4] = (unsigned char)kind;
		assert_decodes_to(5, kind >= 1 && kind <= 5 ? 0 : TINE_EUSAGE);
	}
}

static void a_foul_head_stays_foul_however_much_comes(void **state)
{
	(void)state;
	(void)put(&good[0]);
	bytes[1] ^= 0x01;
	for (size_t size = 2; size < 100; size++)
		assert_decodes_to(size, TINE_EUSAGE);
}

/* Even when nothing of those bytes has come. */
static void hostile_sizes_are_refused_with_the_head(void **state)
{
	static const uint32_t sizes[] = {
		0,          1,          7,          8,          9,
		16,         FRAME_MOST, 65537,      0x10000008, 0x7fffffff,
		0x80000000, 0x80000008, 0xfffffff0, 0xfffffffe, 0xffffffff,
	};
	static const struct {
		enum frame_kind kind;
		uint32_t least, most;
	} kinds[] = {
		{ FRAME_DATA, 1, FRAME_MOST }, { FRAME_BULK, 8, 8 },
		{ FRAME_EXCESS, 8, 8 },        { FRAME_DONE, 0, 0 },
		{ FRAME_FELL, 8, 8 },
	};

	(void)state;
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			uint32_t size = sizes[i];
			struct frame frame = { kinds[k].kind, size, 0 };

			frame_encode(bytes, &frame);
			assert_decodes_to(FRAME_HEAD - 1, 0);
			if (size < kinds[k].least || size > kinds[k].most)
				assert_decodes_to(FRAME_HEAD, TINE_EUSAGE);
			else if (size > 0)
				assert_decodes_to(FRAME_HEAD, 0);
		}
}

static void every_size_up_to_the_most_is_a_piece_of_data(void **state)
{
	struct frame frame = { .kind = FRAME_DATA };
	struct frame found;

	(void)state;
	for (uint32_t size = 1; size <= FRAME_MOST + 10; size++) {
		long length;

		frame.size = size;
		frame_encode(bytes, &frame);
		length = frame_decode(bytes, sizeof bytes, &found);
		assert_int_equal(length, size <= FRAME_MOST
						 ? FRAME_HEAD + (long)size
						 : TINE_EUSAGE);
	}
}

static void the_value_is_any_number(void **state)
{
	static const int32_t values[] = { 0,   1,         -1,       255,
					  256, INT32_MAX, INT32_MIN };

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct frame frame;

		(void)put(&(struct frame){ FRAME_DONE, 0, values[i] });
		assert_int_equal(decode(bytes, FRAME_HEAD, &frame), FRAME_HEAD);
		assert_int_equal(frame.value, values[i]);
	}
}

static void numbers_of_64_bits_come_back(void **state)
{
	unsigned char place[10] = { 0xaa, 0, 0, 0, 0, 0, 0, 0, 0, 0xaa };

	(void)state;
	for (int i = 0; i < 64; i++) {
		const uint64_t numbers[] = { (uint64_t)1 << i, UINT64_MAX >> i,
					     UINT64_MAX << i };

		for (size_t n = 0; n < COUNT(numbers); n++) {
			frame_put64(place + 1, numbers[n]);
			assert_true(frame_get64(place + 1) == numbers[n]);
			assert_int_equal(place[0], 0xaa);
			assert_int_equal(place[9], 0xaa);
		}
	}
}

static void numbers_of_64_bits_are_little_endian(void **state)
{
	static const unsigned char golden[8] = { 8, 7, 6, 5, 4, 3, 2, 1 };
	unsigned char place[8];

	(void)state;
	frame_put64(place, 0x0102030405060708);
	assert_memory_equal(place, golden, sizeof golden);
	assert_true(frame_get64(golden) == 0x0102030405060708);
}

/* What is taken for a head is what encoding it again would write. */
static void assert_is_or_is_not(const unsigned char head[FRAME_HEAD])
{
	unsigned char again[FRAME_HEAD];
	struct frame frame;
	long length;

	memcpy(bytes, head, FRAME_HEAD);
	length = frame_decode(bytes, sizeof bytes, &frame);
	if (length < 0)
		return;
	assert_int_equal(length, FRAME_HEAD + (long)frame.size);
	frame_encode(again, &frame);
	assert_memory_equal(again, head, FRAME_HEAD);
}

static void no_two_heads_mean_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		for (int bit = 0; bit < 8 * FRAME_HEAD; bit++) {
			unsigned char head[FRAME_HEAD];

			frame_encode(head, &good[i]);
			head[bit / 8] ^= (unsigned char)(1 << bit % 8);
			assert_is_or_is_not(head);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_encoded_is_decoded),
		cmocka_unit_test(what_stands_behind_a_frame_is_not_looked_at),
		cmocka_unit_test(a_frame_cut_anywhere_waits_for_more),
		cmocka_unit_test(the_layout_is_little_endian_and_fixed),
		cmocka_unit_test(encoding_writes_a_head_and_no_more),
		cmocka_unit_test(every_wrong_byte_is_foul_at_once),
		cmocka_unit_test(there_are_five_kinds_and_no_other),
		cmocka_unit_test(a_foul_head_stays_foul_however_much_comes),
		cmocka_unit_test(hostile_sizes_are_refused_with_the_head),
		cmocka_unit_test(every_size_up_to_the_most_is_a_piece_of_data),
		cmocka_unit_test(the_value_is_any_number),
		cmocka_unit_test(numbers_of_64_bits_come_back),
		cmocka_unit_test(numbers_of_64_bits_are_little_endian),
		cmocka_unit_test(no_two_heads_mean_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
