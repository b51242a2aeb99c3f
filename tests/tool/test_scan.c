/* SPDX-License-Identifier: MIT */
/* test_scan.c - boards are read as they are, whatever is in their directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mint.h"
#include "scan.h"
#include "scratch.h"
#include "tine.h"

#define NOBODY 4000000 /* beyond the pids that there are here */
#define ALL (SCAN_SLOTS | SCAN_ENDS | SCAN_CRASHES)
#define TB (INT64_C(1) << 40)

static struct scan scan;
static struct mint mint;
static int next_fd; /* the lowest that is free */

static int lowest_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)close(fd);
	return fd;
}

static int setup(void **state)
{
	(void)state;
	scratch_wipe();
	assert_int_equal(setenv("TINE_DIR", scratch_home(), 1), 0);
	next_fd = lowest_fd();
	mint_begin(&mint, BOARD_PROGRAM, NOBODY, 77);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scan_done(&scan);
	mint_done(&mint);
	assert_int_equal(lowest_fd(), next_fd);
	scratch_wipe();
	return 0;
}

static const struct scan_board *look(unsigned parts)
{
	scan_done(&scan);
	assert_int_equal(scan_read(&scan, parts), 0);
	return scan.count > 0 ? &scan.boards[0] : NULL;
}

/* ---- What is there ------------------------------------------------------ */

static void a_board_is_read(void **state)
{
	const struct scan_board *board;

	(void)state;
	mint.tally.started = 3;
	mint_tally(&mint);
	mint_slot(&mint, (struct board_slot){ .name = "one", .pid = 5 });
	mint_slot(&mint, (struct board_slot){ .name = "two" });
	mint_end(&mint, (struct board_end){ .name = "three" });
	mint_crash(&mint, (struct board_crash){ .name = "four" });
	board = look(ALL);
	assert_int_equal(scan.count, 1);
	assert_false(board->alive);
	assert_int_equal(board->torn, 0);
	assert_string_equal(board->head.app, "shop");
	assert_int_equal(board->tally.started, 3);
	assert_int_equal(board->slot_count, 2);
	assert_string_equal(board->slots[0].name, "one");
	assert_string_equal(board->slots[1].name, "two");
	assert_int_equal(board->end_count, 1);
	assert_string_equal(board->ends[0].name, "three");
	assert_int_equal(board->crash_count, 1);
	assert_string_equal(board->crashes[0].name, "four");
}

static void only_what_is_asked_for_is_read(void **state)
{
	const struct scan_board *board;

	(void)state;
	mint_slot(&mint, (struct board_slot){ 0 });
	mint_end(&mint, (struct board_end){ 0 });
	mint_crash(&mint, (struct board_crash){ 0 });
	board = look(0);
	assert_int_equal(board->slot_count, 0);
	assert_int_equal(board->end_count + board->crash_count, 0);
	board = look(SCAN_ENDS);
	assert_int_equal(board->end_count, 1);
	assert_int_equal(board->slot_count + board->crash_count, 0);
}

static void ends_are_in_the_order_of_their_numbers(void **state)
{
	const struct scan_board *board;

	(void)state;
	for (int i = 0; i < BOARD_ENDS_KEPT + 40; i++)
		mint_end(&mint, (struct board_end){ 0 });
	board = look(SCAN_ENDS);
	assert_int_equal(board->end_count, BOARD_ENDS_KEPT);
	for (size_t i = 0; i < board->end_count; i++)
		assert_int_equal(board->ends[i].number, 41 + i);
}

static void free_slots_are_passed_over(void **state)
{
	const struct scan_board *board;
	struct board_slot none = { 0 };

	(void)state;
	mint_slot(&mint, (struct board_slot){ .name = "one" });
	mint.slots += 100000;
	mint_slot(&mint, (struct board_slot){ .name = "two" });
	slot_seal(&none, sizeof none);
	mint_raw(&mint, BOARD_SLOTS + 5 * (off_t)sizeof none, &none,
		 sizeof none);
	board = look(SCAN_SLOTS);
	assert_int_equal(board->slot_count, 2);
	assert_int_equal(board->torn, 0);
	assert_string_equal(board->slots[1].name, "two");
}

static void boards_are_in_the_order_of_their_beginning(void **state)
{
	struct mint older;

	(void)state;
	mint_begin(&older, BOARD_SUPER, NOBODY + 1, 76);
	older.head.mono_us = mint.head.mono_us - 1000;
	mint_head(&older);
	(void)look(0);
	assert_int_equal(scan.count, 2);
	assert_int_equal(scan.boards[0].head.pid, NOBODY + 1);
	assert_int_equal(scan.boards[1].head.pid, NOBODY);
	mint_done(&older);
}

/* ---- Who lives ---------------------------------------------------------- */

/* A program with a board, which says so. */
static pid_t have_board(void (*then)(struct mint *own))
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct mint own;

		mint_begin_own(&own, BOARD_PROGRAM);
		mint_slot(&own, (struct board_slot){ .name = "aaaaaa" });
		(void)!write(ready[1], "r", 1);
		then(&own);
		_exit(0);
	}
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	return pid;
}

static const struct scan_board *board_of(pid_t pid)
{
	for (size_t i = 0; i < scan.count; i++)
		if (scan.boards[i].head.pid == pid)
			return &scan.boards[i];
	return NULL;
}

static void wait_for_ever(struct mint *own)
{
	(void)own;
	for (;;)
		(void)pause();
}

static void who_lives_is_alive_until_it_is_killed(void **state)
{
	pid_t pid = have_board(wait_for_ever);

	(void)state;
	(void)look(ALL);
	assert_true(board_of(pid)->alive);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	(void)look(ALL);
	assert_true(board_of(pid)->alive);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	(void)look(ALL);
	assert_false(board_of(pid)->alive);
	assert_int_equal(board_of(pid)->slot_count, 1);
}

static void write_for_ever(struct mint *own)
{
	struct board_slot slot = { .kind = SLOT_TASK, .id = 7, .slate = -1 };

	for (char letter = 'a';; letter = letter == 'z' ? 'a' : letter + 1) {
		memset(slot.name, letter, BOARD_NAME - 1);
		slot_seal(&slot, sizeof slot);
		mint_raw(own, BOARD_SLOTS, &slot, sizeof slot);
	}
}

static void a_record_that_is_being_written_is_whole_or_left_out(void **state)
{
	pid_t pid = have_board(write_for_ever);
	unsigned read = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		const struct scan_board *board;

		(void)look(SCAN_SLOTS);
		board = board_of(pid);
		assert_int_equal(board->slot_count + board->torn, 1);
		for (size_t k = 1; board->torn == 0 && board->slots[0].name[k];
		     k++)
			assert_int_equal(board->slots[0].name[k],
					 board->slots[0].name[0]);
		read += board->torn == 0;
	}
	assert_true(read > 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* ---- What is not whole -------------------------------------------------- */

static void what_is_torn_is_counted_and_left_out(void **state)
{
	const struct scan_board *board;

	(void)state;
	for (int i = 0; i < 3; i++) {
		mint_slot(&mint, (struct board_slot){ 0 });
		mint_end(&mint, (struct board_end){ 0 });
		mint_crash(&mint, (struct board_crash){ 0 });
	}
	mint_tear(&mint, BOARD_TALLY + 20);
	mint_tear(&mint, BOARD_SLOTS + 256 + 255);
	mint_tear(&mint, BOARD_ENDS + 3);
	mint_tear(&mint, BOARD_CRASHES + 2 * 8192 + 4000);
	board = look(ALL);
	assert_int_equal(board->torn, 4);
	assert_int_equal(board->slot_count, 2);
	assert_int_equal(board->end_count, 2);
	assert_int_equal(board->crash_count, 2);
	assert_int_equal(board->tally.started, 0);
	assert_int_equal(board->tally.slates, -1);
}

static void without_a_head_there_is_no_board(void **state)
{
	(void)state;
	mint_tear(&mint, 100);
	assert_null(look(ALL));
	mint.head.version++;
	mint_head(&mint);
	assert_null(look(ALL));
}

static void a_head_has_to_be_that_of_the_name(void **state)
{
	const struct board_head good = mint.head;

	(void)state;
	mint.head.pid++;
	mint_head(&mint);
	assert_null(look(ALL));
	mint.head = good;
	mint.head.started++;
	mint_head(&mint);
	assert_null(look(ALL));
	mint.head = good;
	mint.head.number++;
	mint_head(&mint);
	assert_null(look(ALL));
	mint.head = good;
	mint_head(&mint);
	assert_non_null(look(ALL));
}

/* Wherever it was cut. */
static void of_a_file_that_was_cut_the_rest_is_read(void **state)
{
	static const off_t cuts[] = { BOARD_SLOTS + 600,
				      BOARD_SLOTS + 1,
				      BOARD_SLOTS,
				      BOARD_CRASHES + 8191,
				      BOARD_ENDS + 2049,
				      BOARD_ENDS,
				      BOARD_TALLY + 5,
				      1024,
				      1023,
				      1,
				      0 };
	static const size_t slots[] = { 2, 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		mint_slot(&mint, (struct board_slot){ 0 });
		mint_end(&mint, (struct board_end){ 0 });
		mint_crash(&mint, (struct board_crash){ 0 });
	}
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		const struct scan_board *board;

		assert_int_equal(ftruncate(mint.fd, cuts[i]), 0);
		board = look(ALL);
		assert_true(!board == (cuts[i] < 1024));
		if (board && i < 2)
			assert_int_equal(board->slot_count, slots[i]);
		if (board)
			assert_true(board->end_count <= 3);
	}
}

static void a_hole_of_a_terabyte_takes_no_time(void **state)
{
	const off_t size = (off_t)sizeof(struct board_slot);
	const struct scan_board *board;

	(void)state;
	mint_slot(&mint, (struct board_slot){ .name = "first" });
	mint.slots = (unsigned)((TB - BOARD_SLOTS) / size);
	if (ftruncate(mint.fd, 2 * TB) < 0)
		skip(); /* no file may be as large here */
	mint_slot(&mint, (struct board_slot){ .name = "last" });
	board = look(ALL);
	assert_int_equal(board->slot_count, 2);
	assert_string_equal(board->slots[1].name, "last");
}

/* More slots than are read, of bytes that are none. */
static void of_any_amount_of_rubbish_not_all_is_read(void **state)
{
	static char rubbish[1 << 20];
	const off_t most = 300;

	(void)state;
	memset(rubbish, 'x', sizeof rubbish);
	for (off_t i = 0; i < most; i++)
		mint_raw(&mint, BOARD_SLOTS + i * (off_t)sizeof rubbish,
			 rubbish, sizeof rubbish);
	assert_int_equal(look(SCAN_SLOTS)->slot_count, 0);
	assert_int_equal(scan.boards[0].torn, 1 << 20);
}

/* ---- What is no board --------------------------------------------------- */

static void touch(const char *name, mode_t mode)
{
	assert_int_equal(mknod(scratch_path(name), mode, 0), 0);
}

static void nothing_else_in_the_directory_matters(void **state)
{
	(void)state;
	touch("README", S_IFREG | 0600);
	touch("1-2-3x", S_IFREG | 0600);
	touch("1-2-3", S_IFREG | 0600);
	touch("2-2-2", S_IFIFO | 0600);
	assert_int_equal(mkdir(scratch_path("3-3-3"), 0700), 0);
	assert_int_equal(symlink("4000000-77-1", scratch_path("4-4-4")), 0);
	assert_int_equal(symlink("/dev/zero", scratch_path("5-5-5")), 0);
	(void)look(ALL);
	assert_int_equal(scan.count, 1);
	assert_int_equal(rmdir(scratch_path("3-3-3")), 0);
}

static void where_there_is_no_directory_there_are_no_boards(void **state)
{
	(void)state;
	assert_int_equal(setenv("TINE_DIR", scratch_path("none"), 1), 0);
	assert_null(look(ALL));
	assert_int_equal(access(scratch_path("none"), F_OK), -1);
}

static void one_that_is_open_to_others_is_not_trusted(void **state)
{
	(void)state;
	assert_int_equal(mkdir(scratch_path("open"), 0700), 0);
	assert_int_equal(chmod(scratch_path("open"), 0750), 0);
	assert_int_equal(setenv("TINE_DIR", scratch_path("open"), 1), 0);
	assert_int_equal(scan_read(&scan, ALL), TINE_EUSAGE);
	assert_int_equal(rmdir(scratch_path("open")), 0);
}

static void a_link_to_one_is_not_trusted(void **state)
{
	(void)state;
	assert_int_equal(symlink(".", scratch_path("link")), 0);
	assert_int_equal(setenv("TINE_DIR", scratch_path("link"), 1), 0);
	assert_int_equal(scan_read(&scan, ALL), TINE_EUSAGE);
}

/* ---- Times -------------------------------------------------------------- */

static void a_moment_has_its_time_of_day(void **state)
{
	const struct scan_board board = { .head = { .mono_us = 1000,
						    .real_us = 500000 } };

	(void)state;
	assert_int_equal(scan_day_us(&board, 1000), 500000);
	assert_int_equal(scan_day_us(&board, 1500), 500500);
	assert_int_equal(scan_day_us(&board, 0), 499000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_board_is_read),
		TEST(only_what_is_asked_for_is_read),
		TEST(ends_are_in_the_order_of_their_numbers),
		TEST(free_slots_are_passed_over),
		TEST(boards_are_in_the_order_of_their_beginning),
		TEST(who_lives_is_alive_until_it_is_killed),
		TEST(a_record_that_is_being_written_is_whole_or_left_out),
		TEST(what_is_torn_is_counted_and_left_out),
		TEST(without_a_head_there_is_no_board),
		TEST(a_head_has_to_be_that_of_the_name),
		TEST(of_a_file_that_was_cut_the_rest_is_read),
		TEST(a_hole_of_a_terabyte_takes_no_time),
		TEST(of_any_amount_of_rubbish_not_all_is_read),
		TEST(nothing_else_in_the_directory_matters),
		TEST(where_there_is_no_directory_there_are_no_boards),
		TEST(one_that_is_open_to_others_is_not_trusted),
		TEST(a_link_to_one_is_not_trusted),
		TEST(a_moment_has_its_time_of_day),
	};

	scratch_make();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
