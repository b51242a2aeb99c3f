/* SPDX-License-Identifier: MIT */
/* test_inbox.c - whatever a child sends, its inbox believes only results. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "frame.h"
#include "inbox.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MAX_RESULT 10000

/* ---- A channel with an inbox at our end -------------------------------- */

struct rig {
	int ours, theirs;
	struct inbox inbox;
	int fds; /* open before */
};

static int count_fds(void)
{
	DIR *list = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(list);
	while (readdir(list))
		count++;
	(void)closedir(list);
	return count;
}

static void rig_open(struct rig *rig, size_t max_result)
{
	int pair[2];

	assert_int_equal(fd_socketpair(SOCK_STREAM, pair), 0);
	rig->ours = pair[0];
	rig->theirs = pair[1];
	inbox_init(&rig->inbox, max_result);
}

static void rig_hangup(struct rig *rig)
{
	defer_close(&rig->theirs);
	rig->theirs = -1;
}

static void rig_close(struct rig *rig)
{
	inbox_done(&rig->inbox);
	rig_hangup(rig);
	defer_close(&rig->ours);
}

static void rig_renew(struct rig *rig, size_t max_result)
{
	rig_close(rig);
	rig_open(rig, max_result);
}

static int setup(void **state)
{
	struct rig *rig = calloc(1, sizeof *rig);

	if (!rig)
		return -1;
	rig->fds = count_fds();
	rig_open(rig, MAX_RESULT);
	*state = rig;
	return 0;
}

/* Whatever was passed, no descriptor of it is left. */
static int teardown(void **state)
{
	struct rig *rig = *state;

	rig_close(rig);
	assert_int_equal(count_fds(), rig->fds);
	free(rig);
	return 0;
}

/* ---- What a child may send --------------------------------------------- */

static void put(struct rig *rig, const void *bytes, size_t size)
{
	assert_true(fd_send_all(rig->theirs, bytes, size, NULL, 0));
}

static void put_frame(struct rig *rig, enum frame_kind kind, int32_t value,
		      const void *body, size_t size)
{
	struct frame frame = { kind, (uint32_t)size, value };
	unsigned char head[FRAME_HEAD];

	frame_encode(head, &frame);
	assert_true(fd_send_all(rig->theirs, head, sizeof head, body, size));
}

static void put_data(struct rig *rig, const char *text)
{
	put_frame(rig, FRAME_DATA, 0, text, strlen(text));
}

static void put_done(struct rig *rig, int value)
{
	put_frame(rig, FRAME_DONE, value, NULL, 0);
}

static void put_number(struct rig *rig, enum frame_kind kind, int value,
		       uint64_t number)
{
	unsigned char body[8];

	frame_put64(body, number);
	put_frame(rig, kind, value, body, sizeof body);
}

/* A BULK frame that announces `size`, with a descriptor or -1; closes it. */
static void put_bulk(struct rig *rig, int fd, uint64_t size)
{
	AUTO_CLOSE int passed = fd;
	struct frame frame = { FRAME_BULK, 8, 0 };
	unsigned char bytes[FRAME_HEAD + 8];

	frame_encode(bytes, &frame);
	frame_put64(bytes + FRAME_HEAD, size);
	assert_true(fd_pass(rig->theirs, bytes, sizeof bytes, passed, 0));
}

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

static int memory_file(const void *bytes, size_t size, int seals)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_true(fd_write_all(fd, bytes, size));
	assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

static void put_sealed(struct rig *rig, const char *text)
{
	put_bulk(rig, memory_file(text, strlen(text), SEALS), strlen(text));
}

/* ---- What has become of it --------------------------------------------- */

static enum last_word read_all(struct rig *rig)
{
	while (inbox_read(&rig->inbox, rig->ours))
		;
	return rig->inbox.last;
}

static void assert_result(const struct rig *rig, const char *text)
{
	size_t size;
	const void *data = inbox_result(&rig->inbox, &size);

	assert_int_equal(size, strlen(text));
	if (size > 0)
		assert_memory_equal(data, text, size);
}

static void assert_ends(struct rig *rig, enum last_word last, const char *text)
{
	assert_int_equal(read_all(rig), last);
	assert_result(rig, text);
}

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

static void put_last(struct rig *rig, enum last_word last)
{
	switch (last) {
	case LAST_DONE: put_done(rig, 9); break;
	case LAST_FELL: put_number(rig, FRAME_FELL, TINE_FAILED, 9); break;
	case LAST_EXCESS: put_number(rig, FRAME_EXCESS, 0, 9); break;
	case LAST_FOUL: put(rig, "garbage", 7); break;
	case LAST_NONE:
	case LAST_NO_ROOM:
	case LAST_CUT:
	case LAST_CLOSED: fail();
	}
}

static const enum last_word lasts[] = { LAST_DONE, LAST_FELL, LAST_EXCESS,
					LAST_FOUL };

static void behind_the_last_word_nothing_counts(void **state)
{
	struct rig *rig = *state;

	for (size_t i = 0; i < COUNT(lasts); i++)
		for (size_t j = 0; j < COUNT(lasts); j++) {
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

	for (size_t i = 0; i < COUNT(lasts); i++) {
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

/* ---- Files that are not to be trusted ---------------------------------- */

static void assert_foul_file(struct rig *rig, int fd, uint64_t size)
{
	rig_renew(rig, MAX_RESULT);
	put_data(rig, "before");
	put_bulk(rig, fd, size);
	put_done(rig, 0);
	assert_ends(rig, LAST_FOUL, "before");
	assert_null(rig->inbox.map);
}

static void a_file_that_did_not_come_is_foul(void **state)
{
	assert_foul_file(*state, -1, 1);
}

static void a_file_that_can_still_change_is_foul(void **state)
{
	static const int seals[] = {
		0,
		F_SEAL_SEAL,
		F_SEAL_WRITE,
		F_SEAL_SHRINK,
		F_SEAL_GROW,
		F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL,
		F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SEAL,
		F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_SEAL,
		F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL,
	};

	for (size_t i = 0; i < COUNT(seals); i++)
		assert_foul_file(*state, memory_file("12345", 5, seals[i]), 5);
}

static void a_file_of_another_size_than_it_was_said_is_foul(void **state)
{
	static const uint64_t sizes[] = { 1, 4, 6, 4096, MAX_RESULT - 6 };

	for (size_t i = 0; i < COUNT(sizes); i++)
		assert_foul_file(*state, memory_file("12345", 5, SEALS),
				 sizes[i]);
	assert_foul_file(*state, memory_file("", 0, SEALS), 1);
}

static void an_ordinary_file_is_foul(void **state)
{
	static const char *const homes[] = { ".", "/tmp", "/dev/shm" };

	for (size_t i = 0; i < COUNT(homes); i++) {
		int fd = open(homes[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

		if (fd < 0)
			continue; /* not every file system can */
		assert_true(fd_write_all(fd, "12345", 5));
		assert_foul_file(*state, fd, 5);
	}
}

static void a_program_that_is_being_run_is_foul(void **state)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	off_t size = lseek(fd, 0, SEEK_END);
	struct rig *rig = *state;

	assert_true(size > 0);
	rig_renew(rig, SIZE_MAX);
	put_bulk(rig, fd, (uint64_t)size);
	assert_ends(rig, LAST_FOUL, "");
}

static void what_is_no_file_at_all_is_foul(void **state)
{
	static const char *const paths[] = { "/dev/null", "/dev/zero", "/proc",
					     "/proc/self/maps" };
	int pair[2];

	for (size_t i = 0; i < COUNT(paths); i++)
		assert_foul_file(*state, open(paths[i], O_RDONLY | O_CLOEXEC),
				 4096);
	assert_int_equal(fd_pipe(pair), 0);
	assert_foul_file(*state, pair[0], 1);
	assert_foul_file(*state, pair[1], 1);
	assert_int_equal(fd_socketpair(SOCK_STREAM, pair), 0);
	assert_foul_file(*state, pair[0], 1);
	assert_foul_file(*state, pair[1], 1);
}

static void a_pipe_full_of_bytes_is_foul_too(void **state)
{
	int pair[2];

	assert_int_equal(fd_pipe(pair), 0);
	assert_true(fd_write_all(pair[1], "12345", 5));
	assert_foul_file(*state, pair[0], 5);
	assert_int_equal(close(pair[1]), 0);
}

/* Their pages may be missing only when they are touched. */
static void a_file_of_huge_pages_is_foul(void **state)
{
	const off_t huge = 2 << 20;
	int fd = memfd_create("test",
			      MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB);
	struct rig *rig = *state;

	if (fd < 0)
		skip();
	assert_int_equal(ftruncate(fd, huge), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS), 0);
	rig_renew(rig, SIZE_MAX);
	put_bulk(rig, fd, (uint64_t)huge);
	assert_ends(rig, LAST_FOUL, "");
}

static void a_sealed_file_of_nothing_is_no_result(void **state)
{
	struct rig *rig = *state;

	put_bulk(rig, memory_file("", 0, SEALS), 0);
	assert_int_not_equal(read_all(rig), LAST_NONE);
	assert_int_not_equal(rig->inbox.last, LAST_DONE);
	assert_result(rig, "");
}

static void holes_in_a_sealed_file_are_zeroes(void **state)
{
	static const char zeroes[MAX_RESULT];
	struct rig *rig = *state;
	int fd = memory_file("", 0, 0);
	size_t size;

	assert_int_equal(ftruncate(fd, MAX_RESULT), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS), 0);
	put_bulk(rig, fd, MAX_RESULT);
	put_done(rig, 0);
	assert_int_equal(read_all(rig), LAST_DONE);
	assert_memory_equal(inbox_result(&rig->inbox, &size), zeroes,
			    MAX_RESULT);
	assert_int_equal(size, MAX_RESULT);
}

/* As the child may keep its own descriptor of the file. */
static void what_was_taken_cannot_be_changed_any_more(void **state)
{
	struct rig *rig = *state;
	int fd = memory_file("before", 6, SEALS);
	AUTO_CLOSE int kept = dup(fd);

	put_bulk(rig, fd, 6);
	put_done(rig, 0);
	assert_int_equal(read_all(rig), LAST_DONE);
	assert_true(pwrite(kept, "behind", 6, 0) < 0);
	assert_true(ftruncate(kept, 0) < 0);
	assert_result(rig, "before");
}

/* ---- Files and frames -------------------------------------------------- */

static void pass_with_data(struct rig *rig, const char *text)
{
	AUTO_CLOSE int fd = memory_file("12345", 5, SEALS);
	struct frame frame = { FRAME_DATA, (uint32_t)strlen(text), 0 };
	unsigned char bytes[FRAME_HEAD + 16];

	frame_encode(bytes, &frame);
	memcpy(bytes + FRAME_HEAD, text, strlen(text));
	assert_true(
		fd_pass(rig->theirs, bytes, FRAME_HEAD + strlen(text), fd, 0));
}

static void files_that_no_frame_speaks_of_are_foul(void **state)
{
	struct rig *rig = *state;

	pass_with_data(rig, "one");
	assert_int_equal(read_all(rig), LAST_NONE);
	pass_with_data(rig, "two");
	assert_ends(rig, LAST_FOUL, "one");
}

static void a_thousand_files_leave_no_descriptor(void **state)
{
	struct rig *rig = *state;

	for (int i = 0; i < 1000; i++) {
		rig_renew(rig, MAX_RESULT);
		for (int files = 0; files < i % 5; files++)
			pass_with_data(rig, "x");
		(void)read_all(rig);
		rig_close(rig);
		assert_int_equal(count_fds(), rig->fds);
		rig_open(rig, MAX_RESULT);
	}
}

static void a_file_is_used_once(void **state)
{
	struct rig *rig = *state;

	put_sealed(rig, "once");
	put_bulk(rig, -1, 4);
	put_done(rig, 0);
	assert_ends(rig, LAST_FOUL, "once");
}

static void a_file_is_closed_as_soon_as_it_was_looked_at(void **state)
{
	struct rig *rig = *state;
	int before = count_fds();

	put_sealed(rig, "good");
	put_bulk(rig, memory_file("bad", 3, 0), 3);
	assert_int_equal(read_all(rig), LAST_FOUL);
	assert_int_equal(count_fds(), before);
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

	for (size_t i = 0; i < COUNT(lasts); i++) {
		rig_renew(rig, MAX_RESULT);
		put_data(rig, "before");
		inbox_discard(&rig->inbox);
		put_last(rig, lasts[i]);
		assert_ends(rig, lasts[i], "");
	}
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
	pass_with_data(rig, "x");
	(void)read_all(rig);
	inbox_done(&rig->inbox);
	inbox_done(&rig->inbox);
	assert_result(rig, "");
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

#define INBOX_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		INBOX_TEST(a_new_inbox_is_empty_and_has_no_last_word),
		INBOX_TEST(where_nothing_came_nothing_is_read),
		INBOX_TEST(pieces_are_one_result),
		INBOX_TEST(data_and_files_are_one_result_in_every_order),
		INBOX_TEST(a_result_in_one_file_is_mapped_and_not_copied),
		INBOX_TEST(a_result_fills_max_result_exactly),
		INBOX_TEST(the_largest_frame_is_taken),
		INBOX_TEST(a_value_that_is_no_exit_code_counts_as_255),
		INBOX_TEST(a_fall_brings_its_end_and_code),
		INBOX_TEST(bytes_of_any_number_at_once_mean_the_same),
		INBOX_TEST(a_talk_in_two_parts_means_the_same),
		INBOX_TEST(a_talk_that_breaks_off_is_cut_or_closed),
		INBOX_TEST(what_came_before_the_break_is_the_result),
		INBOX_TEST(a_reset_connection_still_tells_all_that_was_sent),
		INBOX_TEST(draining_reads_to_the_end),
		INBOX_TEST(one_turn_reads_no_more_than_its_share),
		INBOX_TEST(a_part_of_a_frame_is_cut_though_a_stranger_lives),
		INBOX_TEST(draining_twice_changes_nothing_more),
		INBOX_TEST(behind_the_last_word_nothing_counts),
		INBOX_TEST(behind_the_last_word_nothing_is_read),
		INBOX_TEST(a_file_behind_the_last_word_is_closed_again),
		INBOX_TEST(one_wrong_byte_is_enough),
		INBOX_TEST(a_wrong_byte_anywhere_in_a_head_is_foul),
		INBOX_TEST(a_hostile_size_is_foul_before_its_bytes_come),
		INBOX_TEST(memory_is_taken_for_bytes_that_came),
		INBOX_TEST(too_much_data_is_excess_and_none_of_that_piece_kept),
		INBOX_TEST(too_large_a_file_is_excess),
		INBOX_TEST(data_and_file_together_are_excess),
		INBOX_TEST(two_files_together_are_excess),
		INBOX_TEST(
			an_announced_monster_is_excess_with_or_without_a_file),
		INBOX_TEST(a_child_may_say_itself_that_it_was_too_much),
		INBOX_TEST(a_file_that_did_not_come_is_foul),
		INBOX_TEST(a_file_that_can_still_change_is_foul),
		INBOX_TEST(a_file_of_another_size_than_it_was_said_is_foul),
		INBOX_TEST(an_ordinary_file_is_foul),
		INBOX_TEST(a_program_that_is_being_run_is_foul),
		INBOX_TEST(what_is_no_file_at_all_is_foul),
		INBOX_TEST(a_pipe_full_of_bytes_is_foul_too),
		INBOX_TEST(a_file_of_huge_pages_is_foul),
		INBOX_TEST(a_sealed_file_of_nothing_is_no_result),
		INBOX_TEST(holes_in_a_sealed_file_are_zeroes),
		INBOX_TEST(what_was_taken_cannot_be_changed_any_more),
		INBOX_TEST(files_that_no_frame_speaks_of_are_foul),
		INBOX_TEST(a_thousand_files_leave_no_descriptor),
		INBOX_TEST(a_file_is_used_once),
		INBOX_TEST(a_file_is_closed_as_soon_as_it_was_looked_at),
		INBOX_TEST(what_was_there_is_dropped),
		INBOX_TEST(what_comes_then_is_not_kept_whatever_its_size),
		INBOX_TEST(the_last_word_still_counts),
		INBOX_TEST(discarding_half_a_frame_keeps_the_talk_in_step),
		INBOX_TEST(discarding_twice_or_behind_the_end_is_harmless),
		INBOX_TEST(done_may_be_called_twice),
		INBOX_TEST(
			every_sequence_of_frames_ends_with_its_first_last_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
