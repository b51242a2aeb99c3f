/* SPDX-License-Identifier: MIT */
/* test_feeder.c - the parent gives items, takes them back, and reads results.
 */
#include "ring_rig.h"

#include <stdlib.h>
#include <string.h>

static unsigned char large[RING_ITEM_MOST + 1];

/* Also where they wrap. */
static const uint32_t starts[] = {
	0,
	1,
	RING_SLOTS - 1,
	INT32_MAX,
	(uint32_t)INT32_MAX + 1,
	UINT32_MAX - RING_SLOTS,
	UINT32_MAX - RING_SLOTS + 1,
	UINT32_MAX - 3,
	UINT32_MAX,
};

static void assert_looks(struct ring_rig *rig, uint32_t taken, uint32_t done)
{
	uint32_t found_taken, found_done;

	assert_true(feeder_look(&rig->feeder, &found_taken, &found_done));
	assert_int_equal(found_taken, taken);
	assert_int_equal(found_done, done);
}

/* ---- Down -------------------------------------------------------------- */

static void small_items_stand_in_their_slots(void **state)
{
	struct ring_rig *rig = *state;

	for (uint32_t size = 0; size <= RING_ITEM; size++) {
		assert_true(feeder_add(&rig->feeder, large, size));
		(void)feeder_offer(&rig->feeder);
		assert_true(ring_rig_take(rig));
		assert_int_equal(ring_rig_order(rig)->size, size);
		assert_int_equal(ring_rig_order(rig)->at, RING_HERE);
		assert_memory_equal(ring_rig_item(rig), large, size);
		rig->outbox.number++;
	}
	assert_int_equal(rig->feeder.in.end, 0);
}

static void larger_items_stand_in_the_room_for_items(void **state)
{
	struct ring_rig *rig = *state;

	assert_true(feeder_add(&rig->feeder, large, RING_ITEM + 1));
	assert_true(feeder_add(&rig->feeder, large, RING_ITEM_MOST));
	(void)feeder_offer(&rig->feeder);
	for (int i = 0; i < 2; i++) {
		assert_true(ring_rig_take(rig));
		assert_memory_equal(ring_rig_item(rig), large,
				    ring_rig_order(rig)->size);
		rig->outbox.number++;
	}
}

static void an_item_may_be_nothing(void **state)
{
	struct ring_rig *rig = *state;

	assert_true(feeder_add(&rig->feeder, NULL, 0));
	(void)feeder_offer(&rig->feeder);
	assert_true(ring_rig_take(rig));
	assert_int_equal(ring_rig_order(rig)->size, 0);
}

static void too_large_an_item_is_refused(void **state)
{
	struct ring_rig *rig = *state;

	assert_false(feeder_add(&rig->feeder, large, RING_ITEM_MOST + 1));
	assert_false(feeder_add(&rig->feeder, large, (size_t)1 << 32));
	assert_false(feeder_add(&rig->feeder, large, SIZE_MAX));
	assert_int_equal(rig->feeder.given, 0);
}

static void there_are_as_many_as_slots(void **state)
{
	struct ring_rig *rig = *state;

	for (size_t i = 0; i < COUNT(starts); i++) {
		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, starts[i]);
		ring_rig_feed(rig, RING_SLOTS);
		assert_false(feeder_add(&rig->feeder, "x", 1));
		ring_rig_run(rig, "r", 1, 0);
		assert_false(feeder_add(&rig->feeder, "x", 1));
		ring_rig_expect(rig, "r", 1, 0);
		assert_true(feeder_add(&rig->feeder, "x", 1));
		assert_false(feeder_add(&rig->feeder, "x", 1));
	}
}

static void what_was_added_is_seen_when_it_is_offered(void **state)
{
	struct ring_rig *rig = *state;

	assert_true(feeder_add(&rig->feeder, "x", 1));
	assert_false(ring_rig_take(rig));
	(void)feeder_offer(&rig->feeder);
	assert_true(ring_rig_take(rig));
	assert_false(ring_rig_take(rig));
}

static void who_sleeps_is_rung_once(void **state)
{
	struct ring_rig *rig = *state;

	assert_false(feeder_offer(&rig->feeder));
	outbox_doze(&rig->outbox);
	assert_true(feeder_offer(&rig->feeder));
	assert_false(feeder_offer(&rig->feeder));
}

static void add_large(struct ring_rig *rig, size_t size, bool fits)
{
	assert_int_equal(feeder_add(&rig->feeder, large, size), fits);
	(void)feeder_offer(&rig->feeder);
}

static void a_full_room_has_place_again_when_results_are_read(void **state)
{
	struct ring_rig *rig = *state;

	add_large(rig, RING_ITEM_MOST, true);
	add_large(rig, RING_ITEM_MOST, true);
	add_large(rig, RING_ITEM + 1, false);
	ring_rig_run(rig, "r", 1, 0);
	add_large(rig, RING_ITEM + 1, false);
	ring_rig_expect(rig, "r", 1, 0);
	add_large(rig, RING_ITEM_MOST, false);
	add_large(rig, RING_ITEM_MOST - 16, true);
	ring_rig_run(rig, "r", 1, 0);
	ring_rig_expect(rig, "r", 1, 0);
	add_large(rig, RING_ITEM_MOST, true);
}

/* ---- Looking ----------------------------------------------------------- */

static void a_look_tells_how_far_the_child_is(void **state)
{
	struct ring_rig *rig = *state;

	for (size_t i = 0; i < COUNT(starts); i++) {
		uint32_t from = starts[i];

		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, from);
		assert_looks(rig, from, from);
		ring_rig_feed(rig, RING_SLOTS);
		assert_looks(rig, from, from);
		for (uint32_t n = 0; n < RING_SLOTS; n++) {
			ring_rig_begin(rig, "r", 1);
			assert_looks(rig, from + n + 1, from + n);
			outbox_close(&rig->outbox, 0, 0, 1);
			assert_looks(rig, from + n + 1, from + n + 1);
		}
	}
}

/* Of all counts near the true ones, those that cannot be. */
static void what_cannot_be_is_found(void **state)
{
	struct ring_rig *rig = *state;
	uint32_t taken, done;

	for (size_t i = 0; i < COUNT(starts); i++) {
		uint32_t got = starts[i];

		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, got);
		ring_rig_feed(rig, 3);
		for (uint32_t t = -3u; t != 7; t++)
			for (uint32_t d = -3u; d != 7; d++) {
				atomic_store(&rig->ring->claim,
					     ring_pair(got + t, got + 3));
				atomic_store(&rig->ring->done, got + d);
				assert_int_equal(feeder_look(&rig->feeder,
							     &taken, &done),
						 t <= 3 && d <= t);
			}
	}
}

static void an_offer_that_changed_is_found(void **state)
{
	struct ring_rig *rig = *state;
	uint32_t taken, done;

	ring_rig_feed(rig, 3);
	for (int bit = 0; bit < 32; bit++) {
		atomic_store(&rig->ring->claim,
			     ring_pair(0, 3 ^ (uint32_t)1 << bit));
		assert_false(feeder_look(&rig->feeder, &taken, &done));
	}
}

/* ---- Taking back ------------------------------------------------------- */

static void the_last_ones_that_were_not_taken_are_taken_back(void **state)
{
	struct ring_rig *rig = *state;

	for (size_t i = 0; i < COUNT(starts); i++) {
		uint32_t from = starts[i];

		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, from);
		ring_rig_feed(rig, 10);
		ring_rig_begin(rig, "r", 1);
		assert_int_equal(feeder_withdraw(&rig->feeder, 4), 4);
		assert_int_equal(rig->feeder.given, from + 6);
		assert_looks(rig, from + 1, from);
		assert_int_equal(feeder_withdraw(&rig->feeder, UINT32_MAX), 5);
		assert_int_equal(feeder_withdraw(&rig->feeder, 1), 0);
		assert_false(ring_rig_take(rig));
		assert_int_equal(rig->feeder.given, from + 1);
		outbox_close(&rig->outbox, 0, 0, 1);
		ring_rig_expect(rig, "r", 1, 0);
	}
}

static void none_taken_back_changes_nothing(void **state)
{
	struct ring_rig *rig = *state;

	assert_int_equal(feeder_withdraw(&rig->feeder, 0), 0);
	ring_rig_feed(rig, 2);
	assert_int_equal(feeder_withdraw(&rig->feeder, 0), 0);
	assert_int_equal(rig->feeder.given, 2);
	assert_looks(rig, 0, 0);
}

static void their_numbers_are_given_again(void **state)
{
	struct ring_rig *rig = *state;

	assert_true(feeder_add(&rig->feeder, "one", 3));
	assert_true(feeder_add(&rig->feeder, "two", 3));
	(void)feeder_offer(&rig->feeder);
	assert_int_equal(feeder_withdraw(&rig->feeder, 1), 1);
	assert_true(feeder_add(&rig->feeder, "six", 3));
	(void)feeder_offer(&rig->feeder);
	ring_rig_run(rig, "r", 1, 0);
	assert_true(ring_rig_take(rig));
	assert_memory_equal(ring_rig_item(rig), "six", 3);
}

static void the_room_of_items_taken_back_is_free_again(void **state)
{
	struct ring_rig *rig = *state;

	for (int i = 0; i < 100; i++) {
		assert_true(feeder_add(&rig->feeder, "here", 4));
		for (int n = 0; n < 4; n++)
			assert_true(
				feeder_add(&rig->feeder, large, RING_IN / 4));
		assert_false(feeder_add(&rig->feeder, large, RING_ITEM + 1));
		(void)feeder_offer(&rig->feeder);
		assert_int_equal(feeder_withdraw(&rig->feeder, 9), 5);
	}
}

/* Also those that had gone to the front of the room. */
static void no_item_waits_for_room_when_there_is_no_other(void **state)
{
	struct ring_rig *rig = *state;

	for (size_t first = RING_ITEM + 1; first <= RING_ITEM_MOST;
	     first += 16 * 1021) {
		for (size_t second = RING_ITEM + 1; second <= RING_ITEM_MOST;
		     second += 16 * 1021) {
			(void)feeder_add(&rig->feeder, large, RING_ITEM_MOST);
			(void)feeder_add(&rig->feeder, large, first);
			(void)feeder_offer(&rig->feeder);
			ring_rig_run(rig, "r", 1, 0);
			ring_rig_expect(rig, "r", 1, 0);
			(void)feeder_add(&rig->feeder, large, second);
			(void)feeder_offer(&rig->feeder);
			if (second % 32)
				ring_rig_run(rig, "r", 1, 0);
			if (second % 32)
				ring_rig_expect(rig, "r", 1, 0);
			(void)feeder_withdraw(&rig->feeder, 9);
			assert_int_equal(rig->feeder.given, rig->feeder.got);
			assert_true(feeder_add(&rig->feeder, large,
					       RING_ITEM_MOST));
			(void)feeder_offer(&rig->feeder);
			(void)feeder_withdraw(&rig->feeder, 9);
		}
	}
}

/* ---- Up ---------------------------------------------------------------- */

static void a_result_has_its_facts(void **state)
{
	struct ring_rig *rig = *state;
	unsigned char bytes[16];
	struct feeder_result result;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, "result", 6);
	outbox_exceed(&rig->outbox, UINT64_MAX);
	outbox_close(&rig->outbox, -7, RING_SAID | RING_NOTED, 4711);
	assert_int_equal(feeder_read(&rig->feeder, true, bytes, sizeof bytes, 6,
				     &result),
			 FEEDER_READ);
	assert_ptr_equal(result.bytes, bytes);
	assert_int_equal(result.size, 6);
	assert_memory_equal(bytes, "result", 6);
	assert_int_equal(result.code, -7);
	assert_int_equal(result.marks, RING_SAID | RING_NOTED | RING_EXCESS);
	assert_true(result.excess == UINT64_MAX);
	assert_int_equal(result.took_ns, 4711);
}

static void what_has_no_room_gets_memory_of_its_own(void **state)
{
	struct ring_rig *rig = *state;
	unsigned char bytes[4];
	struct feeder_result result;

	ring_rig_feed(rig, 1);
	ring_rig_run(rig, "fives", 5, 0);
	assert_int_equal(feeder_read(&rig->feeder, true, bytes, 4, 5, &result),
			 FEEDER_READ);
	assert_ptr_not_equal(result.bytes, bytes);
	assert_memory_equal(result.bytes, "fives", 5);
	free(result.bytes);
}

static void more_than_max_result_is_foul(void **state)
{
	struct ring_rig *rig = *state;
	unsigned char bytes[16];
	struct feeder_result result;

	ring_rig_feed(rig, 1);
	ring_rig_run(rig, "fives", 5, 0);
	assert_int_equal(feeder_read(&rig->feeder, true, bytes, 16, 4, &result),
			 FEEDER_FOUL);
	assert_int_equal(
		feeder_read(&rig->feeder, false, bytes, 16, 4, &result),
		FEEDER_FOUL);
}

/* As when the child dies there. */
static void of_an_unfinished_record_there_is_what_was_sent(void **state)
{
	struct ring_rig *rig = *state;
	unsigned char bytes[16];
	struct feeder_result result;

	for (size_t i = 0; i < COUNT(starts); i++) {
		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, starts[i]);
		ring_rig_feed(rig, 1);
		ring_rig_begin(rig, "some", 4);
		assert_int_equal(feeder_read(&rig->feeder, false, bytes, 16,
					     MAX_RESULT, &result),
				 FEEDER_READ);
		assert_int_equal(result.size, 4);
		assert_memory_equal(result.bytes, "some", 4);
	}
}

static void an_unfinished_record_is_none(void **state)
{
	struct ring_rig *rig = *state;
	unsigned char bytes[16];
	struct feeder_result result;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, "some", 4);
	assert_int_equal(
		feeder_read(&rig->feeder, true, bytes, 16, MAX_RESULT, &result),
		FEEDER_FOUL);
}

static void assert_has_nothing(struct ring_rig *rig)
{
	unsigned char bytes[16];
	struct feeder_result result;

	assert_int_equal(feeder_read(&rig->feeder, false, bytes, 16, MAX_RESULT,
				     &result),
			 FEEDER_READ);
	assert_int_equal(result.size, 0);
	assert_int_equal(result.marks, 0);
}

/* What it finds in its slot is another one's. */
static void an_item_that_sent_nothing_has_nothing(void **state)
{
	unsigned char *bytes = bytes_of(1, 100);
	struct ring_rig *rig = *state;

	for (size_t i = 0; i < COUNT(starts); i++) {
		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, starts[i]);
		assert_has_nothing(rig);
		ring_rig_feed(rig, RING_SLOTS);
		for (uint32_t n = 0; n < RING_SLOTS; n++) {
			ring_rig_run(rig, bytes, 100, 0);
			ring_rig_expect(rig, bytes, 100, 0);
		}
		ring_rig_feed(rig, 1);
		assert_true(ring_rig_take(rig));
		assert_has_nothing(rig);
		outbox_open(&rig->outbox, 1);
		assert_has_nothing(rig);
	}
	free(bytes);
}

/* It died between two steps of ours. */
static void a_record_that_is_whole_but_not_counted_is_read(void **state)
{
	struct ring_rig *rig = *state;
	unsigned char bytes[16];
	struct feeder_result result;

	ring_rig_feed(rig, 1);
	ring_rig_run(rig, "whole", 5, 0);
	atomic_store(&rig->ring->done, 0);
	assert_int_equal(feeder_read(&rig->feeder, false, bytes, 16, MAX_RESULT,
				     &result),
			 FEEDER_READ);
	assert_int_equal(result.size, 5);
	assert_memory_equal(result.bytes, "whole", 5);
}

static void put_words(struct ring_rig *rig, uint32_t marks)
{
	struct ring_words *words = outbox_words(&rig->outbox);

	ring_rig_begin(rig, "r", 1);
	memset(words->said, 's', SLATE_TEXT);
	memcpy(words->said, "no\x1b such\n file", 15);
	memset(words->note, 'n', SLATE_TEXT);
	outbox_close(&rig->outbox, 1, marks, 1);
}

static void words_are_clean_and_only_those_that_are_marked(void **state)
{
	struct ring_rig *rig = *state;
	char said[SLATE_TEXT], note[SLATE_TEXT];

	ring_rig_feed(rig, 3);
	put_words(rig, 0);
	assert_true(feeder_words(&rig->feeder, 0, said, note));
	assert_string_equal(said, "");
	assert_string_equal(note, "");
	feeder_next(&rig->feeder);
	put_words(rig, RING_SAID);
	assert_true(feeder_words(&rig->feeder, RING_SAID, said, note));
	assert_string_equal(said, "no  such  file");
	assert_string_equal(note, "");
	feeder_next(&rig->feeder);
	put_words(rig, RING_NOTED);
	assert_true(feeder_words(&rig->feeder, RING_NOTED, said, note));
	assert_string_equal(said, "");
	assert_int_equal(strlen(note), SLATE_TEXT - 1);
}

static void words_that_were_changed_are_no_words(void **state)
{
	struct ring_rig *rig = *state;
	char said[SLATE_TEXT], note[SLATE_TEXT];

	ring_rig_feed(rig, 1);
	put_words(rig, RING_WORDS);
	assert_true(feeder_words(&rig->feeder, RING_WORDS, said, note));
	assert_false(feeder_words(&rig->feeder, RING_SAID, said, note));
	assert_false(feeder_words(&rig->feeder, RING_NOTED, said, note));
	for (size_t i = 0; i < SLATE_TEXT; i += 73) {
		rig->ring->words[0].said[i] ^= 1;
		assert_false(
			feeder_words(&rig->feeder, RING_WORDS, said, note));
		rig->ring->words[0].said[i] ^= 1;
		rig->ring->words[0].note[i] ^= 1;
		assert_false(
			feeder_words(&rig->feeder, RING_WORDS, said, note));
		rig->ring->words[0].note[i] ^= 1;
	}
	assert_true(feeder_words(&rig->feeder, RING_WORDS, said, note));
}

static void it_says_when_an_item_began(void **state)
{
	static const int64_t times[] = {
		0, 999, 1000, -1, INT64_MIN, INT64_MAX
	};
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, COUNT(times));
	for (uint32_t i = 0; i < COUNT(times); i++) {
		assert_true(ring_rig_take(rig));
		outbox_open(&rig->outbox, times[i]);
		outbox_close(&rig->outbox, 0, 0, 1);
		assert_true(feeder_started_us(&rig->feeder, i) ==
			    times[i] / 1000);
	}
}

/* ---- Waking ------------------------------------------------------------ */

static void who_arms_is_woken_when_so_many_are_done(void **state)
{
	struct ring_rig *rig = *state;

	for (size_t i = 0; i < COUNT(starts); i++) {
		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, starts[i]);
		ring_rig_feed(rig, RING_SLOTS);
		assert_true(feeder_arm(&rig->feeder, 5));
		for (uint32_t n = 1; n <= RING_SLOTS; n++) {
			ring_rig_run(rig, "r", 1, 0);
			assert_int_equal(ring_rig_woken(rig), n == 5);
		}
	}
}

static void who_arms_when_so_many_are_done_is_told_at_once(void **state)
{
	struct ring_rig *rig = *state;

	for (size_t i = 0; i < COUNT(starts); i++) {
		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, starts[i]);
		ring_rig_feed(rig, 9);
		for (int n = 0; n < 5; n++)
			ring_rig_run(rig, "r", 1, 0);
		assert_false(feeder_arm(&rig->feeder, 4));
		assert_false(feeder_arm(&rig->feeder, 5));
		ring_rig_run(rig, "r", 1, 0);
		assert_false(ring_rig_woken(rig));
		assert_true(feeder_arm(&rig->feeder, 7));
		ring_rig_run(rig, "r", 1, 0);
		assert_true(ring_rig_woken(rig));
	}
}

/* The child was past it when it saw the number. */
static void a_number_that_is_over_wakes_too(void **state)
{
	struct ring_rig *rig = *state;

	for (size_t i = 0; i < COUNT(starts); i++) {
		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, starts[i]);
		ring_rig_feed(rig, 3);
		ring_rig_run(rig, "r", 1, 0);
		atomic_store(&rig->ring->wake_at, starts[i] + 1);
		atomic_store(&rig->ring->armed, 1);
		ring_rig_run(rig, "r", 1, 0);
		assert_true(ring_rig_woken(rig));
	}
}

#define TEST(name) cmocka_unit_test_setup(name, ring_rig_renew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(small_items_stand_in_their_slots),
		TEST(larger_items_stand_in_the_room_for_items),
		TEST(an_item_may_be_nothing),
		TEST(too_large_an_item_is_refused),
		TEST(there_are_as_many_as_slots),
		TEST(what_was_added_is_seen_when_it_is_offered),
		TEST(who_sleeps_is_rung_once),
		TEST(a_full_room_has_place_again_when_results_are_read),
		TEST(a_look_tells_how_far_the_child_is),
		TEST(what_cannot_be_is_found),
		TEST(an_offer_that_changed_is_found),
		TEST(the_last_ones_that_were_not_taken_are_taken_back),
		TEST(none_taken_back_changes_nothing),
		TEST(their_numbers_are_given_again),
		TEST(the_room_of_items_taken_back_is_free_again),
		TEST(no_item_waits_for_room_when_there_is_no_other),
		TEST(a_result_has_its_facts),
		TEST(what_has_no_room_gets_memory_of_its_own),
		TEST(more_than_max_result_is_foul),
		TEST(of_an_unfinished_record_there_is_what_was_sent),
		TEST(an_unfinished_record_is_none),
		TEST(an_item_that_sent_nothing_has_nothing),
		TEST(a_record_that_is_whole_but_not_counted_is_read),
		TEST(words_are_clean_and_only_those_that_are_marked),
		TEST(words_that_were_changed_are_no_words),
		TEST(it_says_when_an_item_began),
		TEST(who_arms_is_woken_when_so_many_are_done),
		TEST(who_arms_when_so_many_are_done_is_told_at_once),
		TEST(a_number_that_is_over_wakes_too),
	};

	memset(large, 'l', sizeof large);
	return cmocka_run_group_tests(tests, ring_rig_new, ring_rig_free);
}
