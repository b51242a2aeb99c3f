/* SPDX-License-Identifier: MIT */
/* test_inbox_foul.c - of what is no result, an inbox keeps nothing. */
#include "inbox_rig.h"

#include <string.h>

/* ---- Garbage ----------------------------------------------------------- */

static void one_wrong_byte_is_enough(void **state)
{
	struct rig *rig = *state;
	unsigned char head[FRAME_HEAD];

	for (int first = 0; first < 256; first++) {
		unsigned char byte = (unsigned char)first;

		frame_encode(head, &(struct frame){ FRAME_DONE, 0, 0 });
		if (byte == head[0])
			continue;
		rig_renew(rig, MAX_RESULT);
		put(rig, &byte, 1);
		assert_ends(rig, LAST_FOUL, "");
	}
}

static void a_wrong_byte_anywhere_in_a_head_is_foul(void **state)
{
	static const size_t places[] = { 0, 1, 2, 3, 4, 5, 6, 7, 10, 11 };
	struct rig *rig = *state;
	unsigned char head[FRAME_HEAD];

	for (size_t i = 0; i < COUNT(places); i++) {
		frame_encode(head, &(struct frame){ FRAME_DATA, 8, 0 });
		head[places[i]] |= 0x88;
		rig_renew(rig, MAX_RESULT);
		put_data(rig, "before");
		put(rig, head, sizeof head);
		put_done(rig, 0);
		assert_ends(rig, LAST_FOUL, "before");
	}
}

static void a_hostile_size_is_foul_before_its_bytes_come(void **state)
{
	static const uint32_t sizes[] = { 0, FRAME_MOST + 1, 1u << 31,
					  UINT32_MAX };
	struct rig *rig = *state;
	unsigned char head[FRAME_HEAD];

	for (size_t i = 0; i < COUNT(sizes); i++) {
		frame_encode(head, &(struct frame){ FRAME_DATA, sizes[i], 0 });
		rig_renew(rig, MAX_RESULT);
		put(rig, head, sizeof head);
		assert_ends(rig, LAST_FOUL, "");
	}
}

static void memory_is_taken_for_bytes_that_came(void **state)
{
	struct rig *rig = *state;
	unsigned char head[FRAME_HEAD];

	frame_encode(head, &(struct frame){ FRAME_DATA, FRAME_MOST, 0 });
	rig_renew(rig, SIZE_MAX);
	put(rig, head, sizeof head);
	put(rig, "few", 3);
	assert_ends(rig, LAST_NONE, "");
	assert_true(rig->inbox.raw.room < 1000);
	assert_null(rig->inbox.data.data);
}

/* ---- Too much ---------------------------------------------------------- */

static void too_much_data_is_excess_and_none_of_that_piece_kept(void **state)
{
	struct rig *rig = *state;

	rig_renew(rig, 10);
	put_data(rig, "12345678");
	put_data(rig, "901");
	put_done(rig, 0);
	assert_ends(rig, LAST_EXCESS, "12345678");
	assert_int_equal(rig->inbox.amount, 11);
}

static void too_large_a_file_is_excess(void **state)
{
	struct rig *rig = *state;

	rig_renew(rig, 10);
	put_sealed(rig, "12345678901");
	put_done(rig, 0);
	assert_ends(rig, LAST_EXCESS, "");
	assert_int_equal(rig->inbox.amount, 11);
	assert_null(rig->inbox.map);
}

static void data_and_file_together_are_excess(void **state)
{
	struct rig *rig = *state;

	for (int order = 0; order < 2; order++) {
		rig_renew(rig, 10);
		if (order)
			put_data(rig, "12345678");
		else
			put_sealed(rig, "12345678");
		if (order)
			put_sealed(rig, "901");
		else
			put_data(rig, "901");
		put_done(rig, 0);
		assert_ends(rig, LAST_EXCESS, "12345678");
		assert_int_equal(rig->inbox.amount, 11);
	}
}

static void two_files_together_are_excess(void **state)
{
	struct rig *rig = *state;

	rig_renew(rig, 10);
	put_sealed(rig, "12345");
	put_sealed(rig, "67890");
	put_sealed(rig, "1");
	assert_ends(rig, LAST_EXCESS, "1234567890");
	assert_int_equal(rig->inbox.amount, 11);
}

static void an_announced_monster_is_excess_with_or_without_a_file(void **state)
{
	static const uint64_t sizes[] = { MAX_RESULT + 1, (uint64_t)1 << 31,
					  (uint64_t)1 << 32, (uint64_t)1 << 63,
					  UINT64_MAX };
	struct rig *rig = *state;

	for (size_t i = 0; i < 2 * COUNT(sizes); i++) {
		rig_renew(rig, MAX_RESULT);
		put_bulk(rig, i % 2 ? memory_file("x", 1, SEALS) : -1,
			 sizes[i / 2]);
		assert_ends(rig, LAST_EXCESS, "");
		assert_true(rig->inbox.amount == sizes[i / 2]);
	}
}

static void a_child_may_say_itself_that_it_was_too_much(void **state)
{
	struct rig *rig = *state;

	put_data(rig, "sent");
	put_number(rig, FRAME_EXCESS, 0, (uint64_t)1 << 40);
	assert_ends(rig, LAST_EXCESS, "sent");
	assert_true(rig->inbox.amount == (uint64_t)1 << 40);
}

/* ---- Results that nobody wants ----------------------------------------- */

static void what_was_there_is_dropped(void **state)
{
	struct rig *rig = *state;

	for (int file = 0; file < 2; file++) {
		rig_renew(rig, MAX_RESULT);
		if (file)
			put_sealed(rig, "there");
		else
			put_data(rig, "there");
		assert_ends(rig, LAST_NONE, "there");
		inbox_discard(&rig->inbox);
		assert_ends(rig, LAST_NONE, "");
		assert_null(rig->inbox.map);
		assert_null(rig->inbox.data.data);
	}
}

static void what_comes_then_is_not_kept_whatever_its_size(void **state)
{
	struct rig *rig = *state;

	rig_renew(rig, 10);
	inbox_discard(&rig->inbox);
	put_data(rig, "more than ten bytes");
	put_sealed(rig, "more than ten bytes");
	put_bulk(rig, memory_file("unsealed", 8, 0), 8);
	put_data(rig, "more than ten bytes");
	assert_ends(rig, LAST_NONE, "");
	put_done(rig, 6);
	assert_ends(rig, LAST_DONE, "");
	assert_int_equal(rig->inbox.value, 6);
	assert_null(rig->inbox.data.data);
}

static void the_last_word_still_counts(void **state)
{
	struct rig *rig = *state;

	for (size_t i = 0; i < LASTS; i++) {
		rig_renew(rig, MAX_RESULT);
		put_data(rig, "before");
		inbox_discard(&rig->inbox);
		put_last(rig, lasts[i]);
		assert_ends(rig, lasts[i], "");
	}
}

static void discarding_twice_or_behind_the_end_is_harmless(void **state)
{
	struct rig *rig = *state;

	put_sealed(rig, "there");
	put_done(rig, 2);
	assert_ends(rig, LAST_DONE, "there");
	inbox_discard(&rig->inbox);
	inbox_discard(&rig->inbox);
	assert_ends(rig, LAST_DONE, "");
	assert_int_equal(rig->inbox.value, 2);
}

static void done_may_be_called_twice(void **state)
{
	struct rig *rig = *state;

	put_data(rig, "there");
	put_stray(rig, "x");
	(void)read_all(rig);
	inbox_done(&rig->inbox);
	inbox_done(&rig->inbox);
	assert_result(rig, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(one_wrong_byte_is_enough),
		RIG_TEST(a_wrong_byte_anywhere_in_a_head_is_foul),
		RIG_TEST(a_hostile_size_is_foul_before_its_bytes_come),
		RIG_TEST(memory_is_taken_for_bytes_that_came),
		RIG_TEST(too_much_data_is_excess_and_none_of_that_piece_kept),
		RIG_TEST(too_large_a_file_is_excess),
		RIG_TEST(data_and_file_together_are_excess),
		RIG_TEST(two_files_together_are_excess),
		RIG_TEST(an_announced_monster_is_excess_with_or_without_a_file),
		RIG_TEST(a_child_may_say_itself_that_it_was_too_much),
		RIG_TEST(what_was_there_is_dropped),
		RIG_TEST(what_comes_then_is_not_kept_whatever_its_size),
		RIG_TEST(the_last_word_still_counts),
		RIG_TEST(discarding_twice_or_behind_the_end_is_harmless),
		RIG_TEST(done_may_be_called_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
