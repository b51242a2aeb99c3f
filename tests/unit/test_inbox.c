/* SPDX-License-Identifier: MIT */
/* test_inbox.c - what a child says comes in, however it is cut. */
#include "inbox_rig.h"

#include <string.h>
#include <sys/socket.h>

#include "defer.h"
#include "fd.h"

/* ---- Good children ----------------------------------------------------- */

static void a_new_inbox_is_empty_and_has_no_last_word(void **state)
{
	struct rig *rig = *state;
	size_t size = 1;

	assert_null(inbox_result(&rig->inbox, &size));
	assert_int_equal(size, 0);
	assert_int_equal(rig->inbox.last, LAST_NONE);
}

static void where_nothing_came_nothing_is_read(void **state)
{
	struct rig *rig = *state;

	assert_false(inbox_read(&rig->inbox, rig->ours));
	assert_ends(rig, LAST_NONE, "");
}

static void pieces_are_one_result(void **state)
{
	struct rig *rig = *state;

	put_data(rig, "one ");
	put_data(rig, "two ");
	assert_ends(rig, LAST_NONE, "one two ");
	put_data(rig, "three");
	put_done(rig, 0);
	assert_ends(rig, LAST_DONE, "one two three");
}

static void data_and_files_are_one_result_in_every_order(void **state)
{
	static const char *const pieces[3] = { "one", "two", "six" };
	struct rig *rig = *state;

	for (int files = 0; files < 8; files++) {
		rig_renew(rig, 9);
		for (int i = 0; i < 3; i++)
			if (files >> i & 1)
				put_sealed(rig, pieces[i]);
			else
				put_data(rig, pieces[i]);
		put_done(rig, 0);
		assert_ends(rig, LAST_DONE, "onetwosix");
	}
}

static void a_result_in_one_file_is_mapped_and_not_copied(void **state)
{
	struct rig *rig = *state;

	put_sealed(rig, "from a file");
	put_done(rig, 0);
	assert_ends(rig, LAST_DONE, "from a file");
	assert_non_null(rig->inbox.map);
	assert_null(rig->inbox.data.data);
}

static void a_result_fills_max_result_exactly(void **state)
{
	static char bytes[MAX_RESULT + 1];
	struct rig *rig = *state;

	memset(bytes, 'x', MAX_RESULT);
	put_data(rig, bytes);
	put_done(rig, 0);
	assert_ends(rig, LAST_DONE, bytes);
	rig_renew(rig, MAX_RESULT);
	put_sealed(rig, bytes);
	put_done(rig, 0);
	assert_ends(rig, LAST_DONE, bytes);
}

static void the_largest_frame_is_taken(void **state)
{
	static char bytes[FRAME_MOST + 1];
	struct rig *rig = *state;

	memset(bytes, 'x', FRAME_MOST);
	rig_renew(rig, 2 * FRAME_MOST);
	for (int i = 0; i < 2; i++) {
		put_data(rig, bytes);
		assert_int_equal(read_all(rig), LAST_NONE);
	}
	put_done(rig, 0);
	assert_int_equal(read_all(rig), LAST_DONE);
	assert_int_equal(rig->inbox.data.size, 2 * FRAME_MOST);
}

static void a_value_that_is_no_exit_code_counts_as_255(void **state)
{
	static const int values[][2] = {
		{ 0, 0 },           { 1, 1 },           { 7, 7 },
		{ 255, 255 },       { 256, 255 },       { -1, 255 },
		{ INT32_MAX, 255 }, { INT32_MIN, 255 },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < COUNT(values); i++) {
		rig_renew(rig, MAX_RESULT);
		put_done(rig, values[i][0]);
		assert_int_equal(read_all(rig), LAST_DONE);
		assert_int_equal(rig->inbox.value, values[i][1]);
	}
}

static void a_fall_brings_its_end_and_code(void **state)
{
	struct rig *rig = *state;

	put_data(rig, "before");
	put_number(rig, FRAME_FELL, TINE_CRASHED, 11);
	assert_ends(rig, LAST_FELL, "before");
	assert_int_equal(rig->inbox.value, TINE_CRASHED);
	assert_int_equal(rig->inbox.amount, 11);
}

/* ---- Pieces of frames -------------------------------------------------- */

/* Data, a file, data, and 3 returned; the file comes with its frame. */
#define TALK_SIZE \
	(FRAME_HEAD + 5 + FRAME_HEAD + 8 + FRAME_HEAD + 5 + FRAME_HEAD)
#define TALK_FILE (FRAME_HEAD + 5)
#define TALK_TEXT "head,middle,tail."

static unsigned char talk[TALK_SIZE];

static void talk_write(void)
{
	unsigned char *at = talk;

	frame_encode(at, &(struct frame){ FRAME_DATA, 5, 0 });
	memcpy(at + FRAME_HEAD, "head,", 5);
	at += FRAME_HEAD + 5;
	frame_encode(at, &(struct frame){ FRAME_BULK, 8, 0 });
	frame_put64(at + FRAME_HEAD, 7);
	at += FRAME_HEAD + 8;
	frame_encode(at, &(struct frame){ FRAME_DATA, 5, 0 });
	memcpy(at + FRAME_HEAD, "tail.", 5);
	frame_encode(at + FRAME_HEAD + 5, &(struct frame){ FRAME_DONE, 0, 3 });
}

/* Sends talk[from] to talk[to], each in a message of `step` bytes or less, and
 * reads after each. */
static void feed(struct rig *rig, size_t from, size_t to, size_t step)
{
	for (; from < to; from += step) {
		size_t size = to - from < step ? to - from : step;
		AUTO_CLOSE int fd = from <= TALK_FILE && TALK_FILE < from + size
					    ? memory_file("middle,", 7, SEALS)
					    : -1;

		assert_true(fd_pass(rig->theirs, talk + from, size, fd, 0));
		(void)read_all(rig);
	}
}

static void assert_talk(struct rig *rig)
{
	assert_ends(rig, LAST_DONE, TALK_TEXT);
	assert_int_equal(rig->inbox.value, 3);
}

static void bytes_of_any_number_at_once_mean_the_same(void **state)
{
	struct rig *rig = *state;

	talk_write();
	for (size_t step = 1; step <= TALK_SIZE; step++) {
		rig_renew(rig, MAX_RESULT);
		feed(rig, 0, TALK_SIZE, step);
		assert_talk(rig);
	}
}

static void a_talk_in_two_parts_means_the_same(void **state)
{
	struct rig *rig = *state;

	talk_write();
	for (size_t cut = 0; cut <= TALK_SIZE; cut++) {
		rig_renew(rig, MAX_RESULT);
		feed(rig, 0, cut, TALK_SIZE);
		feed(rig, cut, TALK_SIZE, TALK_SIZE);
		assert_talk(rig);
	}
}

static bool is_between_frames(size_t cut)
{
	return cut == 0 || cut == TALK_FILE || cut == TALK_FILE + 24 ||
	       cut == TALK_FILE + 24 + FRAME_HEAD + 5;
}

static void a_talk_that_breaks_off_is_cut_or_closed(void **state)
{
	struct rig *rig = *state;

	talk_write();
	for (size_t cut = 0; cut < TALK_SIZE; cut++) {
		rig_renew(rig, MAX_RESULT);
		feed(rig, 0, cut, TALK_SIZE);
		rig_hangup(rig);
		assert_int_equal(read_all(rig), is_between_frames(cut)
							? LAST_CLOSED
							: LAST_CUT);
	}
}

/* What whole frames brought is there, of the others nothing. */
static void what_came_before_the_break_is_the_result(void **state)
{
	struct rig *rig = *state;

	talk_write();
	for (size_t cut = 0; cut < TALK_SIZE; cut++) {
		rig_renew(rig, MAX_RESULT);
		feed(rig, 0, cut, 1);
		rig_hangup(rig);
		(void)read_all(rig);
		assert_result(rig, cut < TALK_FILE        ? ""
				   : cut < TALK_FILE + 24 ? "head,"
				   : cut < TALK_FILE + 24 + FRAME_HEAD + 5
					   ? "head,middle,"
					   : TALK_TEXT);
	}
}

/* As when the child closes its end, and "stop" is still unread there. */
static void a_reset_connection_still_tells_all_that_was_sent(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(send(rig->ours, "stop", 4, 0), 4);
	put_data(rig, "whole");
	rig_hangup(rig);
	assert_ends(rig, LAST_CLOSED, "whole");
	rig_renew(rig, MAX_RESULT);
	assert_int_equal(send(rig->ours, "stop", 4, 0), 4);
	put_data(rig, "whole");
	put_done(rig, 0);
	rig_hangup(rig);
	assert_ends(rig, LAST_DONE, "whole");
}

static void discarding_half_a_frame_keeps_the_talk_in_step(void **state)
{
	struct rig *rig = *state;

	talk_write();
	for (size_t cut = 0; cut < TALK_SIZE; cut++) {
		rig_renew(rig, MAX_RESULT);
		feed(rig, 0, cut, TALK_SIZE);
		inbox_discard(&rig->inbox);
		feed(rig, cut, TALK_SIZE, TALK_SIZE);
		assert_ends(rig, LAST_DONE, "");
		assert_int_equal(rig->inbox.value, 3);
	}
}

/* ---- Draining ---------------------------------------------------------- */

static void draining_reads_to_the_end(void **state)
{
	struct rig *rig = *state;

	for (int i = 0; i < 100; i++)
		put_sealed(rig, "x");
	put_done(rig, 4);
	rig_hangup(rig);
	inbox_drain(&rig->inbox, rig->ours);
	assert_int_equal(rig->inbox.last, LAST_DONE);
	assert_int_equal(rig->inbox.value, 4);
	assert_int_equal(rig->inbox.data.size, 100);
}

static void one_turn_reads_no_more_than_its_share(void **state)
{
	struct rig *rig = *state;

	for (int i = 0; i < 100; i++)
		put_sealed(rig, "x");
	assert_true(inbox_read(&rig->inbox, rig->ours));
	assert_true(rig->inbox.data.size < 100);
	assert_int_equal(read_all(rig), LAST_NONE);
	assert_int_equal(rig->inbox.data.size, 100);
}

/* The child is dead, but whom it forked may hold its channel open. */
static void a_part_of_a_frame_is_cut_though_a_stranger_lives(void **state)
{
	struct rig *rig = *state;

	talk_write();
	for (size_t cut = 0; cut < TALK_SIZE; cut++) {
		rig_renew(rig, MAX_RESULT);
		feed(rig, 0, cut, TALK_SIZE);
		inbox_drain(&rig->inbox, rig->ours);
		assert_int_equal(rig->inbox.last,
				 is_between_frames(cut) ? LAST_NONE : LAST_CUT);
	}
}

static void draining_twice_changes_nothing_more(void **state)
{
	struct rig *rig = *state;

	put_data(rig, "all");
	put_done(rig, 5);
	rig_hangup(rig);
	for (int i = 0; i < 2; i++) {
		inbox_drain(&rig->inbox, rig->ours);
		assert_int_equal(rig->inbox.last, LAST_DONE);
		assert_int_equal(rig->inbox.value, 5);
		assert_result(rig, "all");
	}
}

/* ---- The last word ----------------------------------------------------- */

static void behind_the_last_word_nothing_counts(void **state)
{
	struct rig *rig = *state;

	for (size_t i = 0; i < LASTS; i++)
		for (size_t j = 0; j < LASTS; j++) {
			rig_renew(rig, MAX_RESULT);
			put_data(rig, "before");
			put_last(rig, lasts[i]);
			put_data(rig, "behind");
			put_last(rig, lasts[j]);
			assert_ends(rig, lasts[i], "before");
		}
}

static void behind_the_last_word_nothing_is_read(void **state)
{
	struct rig *rig = *state;
	char byte;

	for (size_t i = 0; i < LASTS; i++) {
		rig_renew(rig, MAX_RESULT);
		put_last(rig, lasts[i]);
		assert_int_equal(read_all(rig), lasts[i]);
		put(rig, "!", 1);
		assert_false(inbox_read(&rig->inbox, rig->ours));
		inbox_drain(&rig->inbox, rig->ours);
		assert_int_equal(rig->inbox.last, lasts[i]);
		assert_int_equal(recv(rig->ours, &byte, 1, MSG_DONTWAIT), 1);
		assert_int_equal(byte, '!');
	}
}

static void a_file_behind_the_last_word_is_closed_again(void **state)
{
	struct rig *rig = *state;

	put_data(rig, "before");
	put_done(rig, 0);
	put_sealed(rig, "behind");
	put_sealed(rig, "behind");
	assert_ends(rig, LAST_DONE, "before");
}

/* ---- All sequences ----------------------------------------------------- */

enum step { DATA, BULK, DONE, FELL, EXCESS, JUNK, STEPS };

#define LENGTH 4

static void put_step(struct rig *rig, enum step step)
{
	static const enum last_word last[STEPS] = {
		[DONE] = LAST_DONE,
		[FELL] = LAST_FELL,
		[EXCESS] = LAST_EXCESS,
		[JUNK] = LAST_FOUL,
	};

	if (step == DATA)
		put_data(rig, "d");
	else if (step == BULK)
		put_sealed(rig, "b");
	else
		put_last(rig, last[step]);
}

/* The first that is not a piece is the last word; the pieces before it are
 * the result. */
static enum last_word foretell(int sequence, char text[LENGTH + 1])
{
	static const enum last_word last[STEPS] = {
		LAST_NONE, LAST_NONE,   LAST_DONE,
		LAST_FELL, LAST_EXCESS, LAST_FOUL,
	};

	for (int i = 0; i < LENGTH; i++, sequence /= STEPS) {
		text[i] = '\0';
		if (last[sequence % STEPS] != LAST_NONE)
			return last[sequence % STEPS];
		text[i] = sequence % STEPS == DATA ? 'd' : 'b';
	}
	text[LENGTH] = '\0';
	return LAST_CLOSED;
}

static void every_sequence_of_frames_ends_with_its_first_last_word(void **state)
{
	struct rig *rig = *state;
	char text[LENGTH + 1];

	for (int i = 0; i < STEPS * STEPS * STEPS * STEPS; i++) {
		enum last_word last = foretell(i, text);

		rig_renew(rig, LENGTH);
		for (int rest = i, n = 0; n < LENGTH; n++, rest /= STEPS)
			put_step(rig, (enum step)(rest % STEPS));
		rig_hangup(rig);
		assert_ends(rig, last, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(a_new_inbox_is_empty_and_has_no_last_word),
		RIG_TEST(where_nothing_came_nothing_is_read),
		RIG_TEST(pieces_are_one_result),
		RIG_TEST(data_and_files_are_one_result_in_every_order),
		RIG_TEST(a_result_in_one_file_is_mapped_and_not_copied),
		RIG_TEST(a_result_fills_max_result_exactly),
		RIG_TEST(the_largest_frame_is_taken),
		RIG_TEST(a_value_that_is_no_exit_code_counts_as_255),
		RIG_TEST(a_fall_brings_its_end_and_code),
		RIG_TEST(bytes_of_any_number_at_once_mean_the_same),
		RIG_TEST(a_talk_in_two_parts_means_the_same),
		RIG_TEST(a_talk_that_breaks_off_is_cut_or_closed),
		RIG_TEST(what_came_before_the_break_is_the_result),
		RIG_TEST(a_reset_connection_still_tells_all_that_was_sent),
		RIG_TEST(draining_reads_to_the_end),
		RIG_TEST(one_turn_reads_no_more_than_its_share),
		RIG_TEST(a_part_of_a_frame_is_cut_though_a_stranger_lives),
		RIG_TEST(draining_twice_changes_nothing_more),
		RIG_TEST(behind_the_last_word_nothing_counts),
		RIG_TEST(behind_the_last_word_nothing_is_read),
		RIG_TEST(a_file_behind_the_last_word_is_closed_again),
		RIG_TEST(discarding_half_a_frame_keeps_the_talk_in_step),
		RIG_TEST(
			every_sequence_of_frames_ends_with_its_first_last_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
