/* SPDX-License-Identifier: MIT */
/* test_slate.c - a text on a slate is whole, whoever wrote it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "slate.h"

#define SENTINEL 0x5a

/* Reads into exactly `room` bytes, and proves that no more were written. */
static void read_into(const struct slate_text *text, char *line, size_t room)
{
	char copy[SLATE_TEXT + 8];

	memset(copy, SENTINEL, sizeof copy);
	slate_read(text, copy, room);
	for (size_t i = room; i < sizeof copy; i++)
		assert_int_equal(copy[i], SENTINEL);
	assert_non_null(memchr(copy, '\0', room));
	memcpy(line, copy, room);
}

static void assert_shows(const struct slate_text *text, const char *wanted)
{
	char line[SLATE_TEXT];

	read_into(text, line, sizeof line);
	assert_string_equal(line, wanted);
}

static void a_slate_of_zeroes_is_empty(void **state)
{
	static const struct slate slate;

	(void)state;
	assert_shows(&slate.note, "");
	assert_shows(&slate.message, "");
}

static void what_was_written_last_is_read(void **state)
{
	struct slate_text text = { .turn = 0 };

	(void)state;
	slate_write(&text, "one");
	assert_shows(&text, "one");
	slate_write(&text, "a longer two");
	assert_shows(&text, "a longer two");
	slate_write(&text, "3");
	assert_shows(&text, "3");
	slate_write(&text, "");
	assert_shows(&text, "");
}

static void note_and_message_are_two_texts(void **state)
{
	static struct slate slate;

	(void)state;
	slate_write(&slate.note, "a note");
	slate_write(&slate.message, "a message");
	assert_shows(&slate.note, "a note");
	assert_shows(&slate.message, "a message");
}

static void it_is_read_as_one_clean_line(void **state)
{
	struct slate_text text = { .turn = 0 };

	(void)state;
	slate_write(&text, "two\nlines\t\x1b[31m \xff");
	assert_shows(&text, "two lines  [31m ?");
}

static void a_text_of_any_length_is_cut_to_its_room(void **state)
{
	char line[3 * SLATE_TEXT], wanted[SLATE_TEXT];
	struct slate_text text = { .turn = 0 };

	(void)state;
	for (size_t length = SLATE_TEXT - 2; length < sizeof line; length++) {
		memset(line, 'x', sizeof line);
		line[length] = '\0';
		memset(wanted, 'x', sizeof wanted);
		wanted[length < SLATE_TEXT ? length : SLATE_TEXT - 1] = '\0';
		slate_write(&text, line);
		assert_shows(&text, wanted);
	}
}

static void a_reader_may_have_less_room(void **state)
{
	struct slate_text text = { .turn = 0 };
	char line[SLATE_TEXT];

	(void)state;
	slate_write(&text, "0123456789");
	for (size_t room = 1; room <= 11; room++) {
		read_into(&text, line, room);
		assert_int_equal(strlen(line), room - 1);
		assert_memory_equal(line, "0123456789", room - 1);
	}
}

/* Killed at any byte of a write: that is in the half that is not shown. */
static void a_writer_killed_half_way_leaves_the_text_before(void **state)
{
	(void)state;
	for (uint32_t turns = 1; turns < 4; turns++)
		for (size_t cut = 0; cut <= SLATE_TEXT; cut++) {
			struct slate_text text = { .turn = 0 };

			for (uint32_t i = 0; i < turns; i++)
				slate_write(&text, i % 2 ? "odd" : "even");
			memset(text.halves[(text.turn + 1) & 1], '#', cut);
			assert_shows(&text, turns % 2 ? "even" : "odd");
		}
}

static void a_turn_without_its_text_is_still_one_clean_line(void **state)
{
	struct slate_text text = { .turn = 0 };
	char line[SLATE_TEXT];

	(void)state;
	slate_write(&text, "before");
	memcpy(text.halves[0], "hal\n\xf0\x9f\x98", 7);
	text.turn++;
	read_into(&text, line, sizeof line);
	assert_string_equal(line, "hal ???");
}

static void a_half_without_an_end_ends_with_the_half(void **state)
{
	struct slate_text text = { .turn = 1 };
	char line[SLATE_TEXT + 8];

	(void)state;
	memset(text.halves, 'x', sizeof text.halves);
	read_into(&text, line, SLATE_TEXT);
	assert_int_equal(strlen(line), SLATE_TEXT - 1);
	read_into(&text, line, sizeof line);
	assert_int_equal(strlen(line), SLATE_TEXT);
	memset(text.halves, 0xff, sizeof text.halves);
	read_into(&text, line, sizeof line);
	assert_int_equal(strspn(line, "?"), SLATE_TEXT);
}

static void any_turn_is_good(void **state)
{
	static const uint32_t turns[] = { 0,          1,          0x7fffffff,
					  0x80000000, 0xfffffffe, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
		struct slate_text text = { .turn = turns[i] };

		assert_shows(&text, "");
		slate_write(&text, "first");
		assert_shows(&text, "first");
		slate_write(&text, "second");
		assert_shows(&text, "second");
	}
}

/* ---- Crashes ----------------------------------------------------------- */

static void without_a_crash_there_is_none_to_read(void **state)
{
	static const uint32_t marks[] = { 0, 2, 0x80000001, 0xffffffff };
	static struct slate slate;
	static struct slate_crash copy;

	(void)state;
	memset(&copy, SENTINEL, sizeof copy);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		slate.crashed = marks[i];
		assert_false(slate_read_crash(&slate, &copy));
		assert_int_equal(copy.stack[0], SENTINEL);
	}
}

static void a_crash_is_read_as_it_was_left(void **state)
{
	static struct slate slate = { .crashed = 1 };
	static struct slate_crash copy;

	(void)state;
	memset(&slate.crash, SENTINEL, sizeof slate.crash);
	slate.crash.registers.count = REGISTERS_MOST;
	slate.crash.stack_size = SLATE_STACK;
	assert_true(slate_read_crash(&slate, &copy));
	assert_memory_equal(&copy, &slate.crash,
			    offsetof(struct slate_crash, stack) + SLATE_STACK);
}

/* What is behind it in the slate may be of a crash before. */
static void no_more_of_a_stack_is_read_than_there_is(void **state)
{
	static struct slate slate = { .crashed = 1 };
	static struct slate_crash copy;

	(void)state;
	memset(slate.crash.stack, 1, SLATE_STACK);
	memset(&copy, SENTINEL, sizeof copy);
	slate.crash.stack_size = 100;
	assert_true(slate_read_crash(&slate, &copy));
	assert_int_equal(copy.stack[99], 1);
	assert_int_equal(copy.stack[100], SENTINEL);
}

/* No size comes from a child without being looked at. */
static void lies_about_sizes_become_0(void **state)
{
	static const uint32_t more[] = { 1, 2, 1000, 0x7fffffff, 0x80000000 };
	static struct slate slate = { .crashed = 1 };
	static struct slate_crash copy;

	(void)state;
	for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
		slate.crash.registers.count = REGISTERS_MOST + more[i];
		slate.crash.stack_size = SLATE_STACK + more[i];
		assert_true(slate_read_crash(&slate, &copy));
		assert_int_equal(copy.registers.count, 0);
		assert_int_equal(copy.stack_size, 0);
	}
}

static void the_words_of_a_stack_are_those_that_are_whole(void **state)
{
	static const struct {
		uint64_t address;
		bool there;
	} words[] = {
		{ 0x1000, true },  { 0x1001, true },  { 0x1008, true },
		{ 0x1009, false }, { 0x100f, false }, { 0x1010, false },
		{ 0xfff, false },  { 0, false },      { UINT64_MAX, false },
		{ 0x1011, false }, { 0xff8, false },
	};
	static struct slate_crash crash = { .stack_from = 0x1000,
					    .stack_size = 16,
					    .stack = { 1, 2, 3, 4, 5, 6, 7, 8,
						       9 } };

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		uint64_t word = 42;

		assert_int_equal(
			slate_stack_word(&crash, words[i].address, &word),
			words[i].there);
		if (!words[i].there)
			assert_int_equal(word, 42);
		else
			assert_memory_equal(
				&word, crash.stack + words[i].address - 0x1000,
				sizeof word);
	}
}

/* sp, where the stack that is there begins, and the address of the fault. */
static void a_fault_just_below_the_stack_is_an_overflow(void **state)
{
	static const struct {
		uint64_t sp, from, address;
		bool overflowed;
	} faults[] = {
		/* A push, a red zone, a frame's first word. */
		{ 0x7000, 0x7000, 0x6ff8, true },
		{ 0x7040, 0x7040, 0x6fc0, true },
		{ 0x7000, 0x7000, 0x6000, true },
		/* Somewhere in a frame that does not fit any more. */
		{ 0x5ff0, 0x7000, 0x5ff0, true },
		{ 0x5ff0, 0x7000, 0x6fff, true },
		{ 0x1000, 0x9000, 0x3000, true },
		{ 0x5ff0, 0x7000, 0x5fe8, true },
		/* Pointers that are wild. */
		{ 0x7000, 0x7000, 0, false },
		{ 0x7000, 0x7000, 0x7000, false },
		{ 0x7000, 0x7000, 0x5fff, false },
		{ 0x7000, 0x7000, UINT64_MAX, false },
		{ 0x5ff0, 0x7000, 0x7000, false },
		{ 0x5ff0, 0x7000, 0, false },
	};
	static struct slate_crash crash = { .stack_size = 8 };

	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		crash.registers.sp = faults[i].sp;
		crash.stack_from = faults[i].from;
		assert_int_equal(slate_overflowed(&crash, faults[i].address),
				 faults[i].overflowed);
	}
	crash.stack_size = 0;
	assert_false(slate_overflowed(&crash, crash.registers.sp - 8));
}

/* ---- A reader and a writer at once ------------------------------------- */

#define WRITES 20000

static void *write_many(void *data)
{
	char line[SLATE_TEXT] = "";

	for (int i = 0; i < WRITES; i++) {
		memset(line, 'a' + i % 26, SLATE_TEXT - 1 - (size_t)(i % 26));
		line[SLATE_TEXT - 1 - i % 26] = '\0';
		slate_write(data, line);
	}
	return NULL;
}

/* All of one letter and as long as that letter's line, or empty. */
static void assert_whole(const char *line)
{
	size_t length = strlen(line);

	if (length == 0)
		return;
	assert_int_equal(strspn(line, (char[]){ line[0], '\0' }), length);
	assert_int_equal(length, SLATE_TEXT - 1 - (line[0] - 'a'));
}

static void a_reader_never_sees_a_part_of_what_is_being_written(void **state)
{
	static struct slate_text text;
	char line[SLATE_TEXT];
	pthread_t writer;

	(void)state;
	assert_int_equal(pthread_create(&writer, NULL, write_many, &text), 0);
	while (atomic_load(&text.turn) < WRITES) {
		slate_read(&text, line, sizeof line);
		assert_whole(line);
	}
	assert_int_equal(pthread_join(writer, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slate_of_zeroes_is_empty),
		cmocka_unit_test(what_was_written_last_is_read),
		cmocka_unit_test(note_and_message_are_two_texts),
		cmocka_unit_test(it_is_read_as_one_clean_line),
		cmocka_unit_test(a_text_of_any_length_is_cut_to_its_room),
		cmocka_unit_test(a_reader_may_have_less_room),
		cmocka_unit_test(
			a_writer_killed_half_way_leaves_the_text_before),
		cmocka_unit_test(
			a_turn_without_its_text_is_still_one_clean_line),
		cmocka_unit_test(a_half_without_an_end_ends_with_the_half),
		cmocka_unit_test(any_turn_is_good),
		cmocka_unit_test(without_a_crash_there_is_none_to_read),
		cmocka_unit_test(a_crash_is_read_as_it_was_left),
		cmocka_unit_test(no_more_of_a_stack_is_read_than_there_is),
		cmocka_unit_test(the_words_of_a_stack_are_those_that_are_whole),
		cmocka_unit_test(a_fault_just_below_the_stack_is_an_overflow),
		cmocka_unit_test(lies_about_sizes_become_0),
		cmocka_unit_test(
			a_reader_never_sees_a_part_of_what_is_being_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
