/* SPDX-License-Identifier: MIT */
/* test_board.c - what is put on a board stands in its file, and whatever
 * happens to that, nobody is hurt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board.h"
#include "fd.h"
#include "program.h"
#include "rundir.h"
#include "scratch.h"
#include "tine.h"

static struct board board;
static bool no_memory;

void *__real_realloc(void *before, size_t size);
void *__wrap_realloc(void *before, size_t size);
void *__wrap_realloc(void *before, size_t size)
{
	return no_memory ? NULL : __real_realloc(before, size);
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return no_memory ? NULL : __real_strdup(text);
}

static int setup(void **state)
{
	(void)state;
	scratch_wipe();
	assert_int_equal(setenv("TINE_DIR", scratch_home(), 1), 0);
	board_init(&board, "shop");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	no_memory = false;
	board_done(&board);
	assert_int_equal(board.fd, -1);
	assert_int_equal(scratch_boards(0), 0);
	return 0;
}

/* ---- What is in the file ------------------------------------------------ */

static void get(off_t at, void *record, size_t size)
{
	assert_int_equal(pread(board.fd, record, size, at), size);
}

static bool has_head(struct board_head *head)
{
	get(0, head, sizeof *head);
	return slot_read_head(head);
}

static bool has_slot(long place, struct board_slot *slot)
{
	get(BOARD_SLOTS + place * (long)sizeof *slot, slot, sizeof *slot);
	return slot_read_slot(slot);
}

static bool has_end(uint64_t number, struct board_end *end)
{
	uint64_t place = (number - 1) % BOARD_ENDS_KEPT;

	get(BOARD_ENDS + (off_t)(place * sizeof *end), end, sizeof *end);
	return slot_read_end(end);
}

static bool has_crash(uint64_t fingerprint, struct board_crash *crash)
{
	for (size_t i = 0; i < BOARD_CRASHES_KEPT; i++) {
		off_t at = BOARD_CRASHES + (off_t)(i * sizeof *crash);

		if (pread(board.fd, crash, sizeof *crash, at) ==
			    sizeof *crash &&
		    slot_read_crash(crash) && crash->fingerprint == fingerprint)
			return true;
	}
	return false;
}

static void name_of(const struct board *of, char name[RUNDIR_NAME])
{
	rundir_write_name(&(struct rundir_name){ of->head.pid, of->head.started,
						 of->head.number },
			  name);
}

static long put_one(uint64_t id)
{
	struct board_slot slot = { .id = id,
				   .kind = SLOT_TASK,
				   .last_end = TINE_PENDING,
				   .slate = -1 };
	long place = board_take(&board);

	board_put(&board, place, &slot);
	return place;
}

static void assert_shows(long place, uint64_t id)
{
	struct board_slot slot;

	assert_true(has_slot(place, &slot));
	assert_true(slot.id == id);
}

/* ---- The file ----------------------------------------------------------- */

static void there_is_none_until_it_is_needed(void **state)
{
	(void)state;
	assert_int_equal(board.fd, -1);
	assert_int_equal(scratch_boards(0), 0);
	assert_true(board_open(&board));
	assert_int_equal(scratch_boards(0), 1);
	assert_int_equal(scratch_boards(getpid()), 1);
}

static void it_is_a_file_that_is_its_owners_alone(void **state)
{
	struct stat stat;
	char name[RUNDIR_NAME];
	mode_t before = umask(0);

	(void)state;
	assert_true(board_open(&board));
	(void)umask(before);
	name_of(&board, name);
	assert_int_equal(lstat(scratch_path(name), &stat), 0);
	assert_int_equal(stat.st_mode, S_IFREG | 0600);
	assert_true(board.fd >= FD_FLOOR);
	assert_int_equal(fcntl(board.fd, F_GETFD), FD_CLOEXEC);
}

static void it_says_whose_it_is(void **state)
{
	struct board_head head;
	struct board_tally tally;
	struct program self;

	(void)state;
	assert_int_equal(program_of(getpid(), &self), 0);
	assert_true(board_open(&board));
	assert_true(has_head(&head));
	assert_int_equal(head.kind, BOARD_PROGRAM);
	assert_int_equal(head.pid, getpid());
	assert_int_equal(head.parent, 0);
	assert_true(head.started == self.began);
	assert_int_equal(head.uid, geteuid());
	assert_true(head.mono_us > 0);
	assert_true(head.real_us > 0);
	assert_string_equal(head.app, "shop");
	assert_string_equal(head.path, "");
	get(BOARD_TALLY, &tally, sizeof tally);
	assert_true(slot_read_tally(&tally));
	assert_true(tally.started == 0);
	assert_int_equal(tally.slates, -1);
}

static void check_app(const char *app, const char *shown)
{
	struct board_head head;

	board_init(&board, app);
	assert_true(board_open(&board));
	assert_true(has_head(&head));
	assert_string_equal(head.app, shown);
	board_done(&board);
}

static void it_is_called_as_its_program_wants(void **state)
{
	char name[BOARD_NAME + 40];

	(void)state;
	check_app(NULL, program_invocation_short_name);
	check_app("", "");
	check_app("\x1b[2Jgr\xc3\xbcn\n", " [2Jgr\xc3\xbcn ");
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	board_init(&board, name);
	name[BOARD_NAME - 1] = '\0';
	assert_string_equal(board.head.app, name);
}

static void it_is_opened_once(void **state)
{
	int fd;

	(void)state;
	assert_true(board_open(&board));
	fd = board.fd;
	assert_true(board_open(&board));
	assert_int_equal(board.fd, fd);
	assert_int_equal(scratch_boards(0), 1);
}

static void each_of_a_process_has_its_own(void **state)
{
	struct board others[10];

	(void)state;
	assert_true(board_open(&board));
	for (unsigned i = 0; i < 10; i++) {
		board_init(&others[i], NULL);
		assert_true(board_open(&others[i]));
		assert_int_equal(scratch_boards(getpid()), 2 + i);
	}
	for (unsigned i = 0; i < 10; i++)
		board_done(&others[i]);
	assert_int_equal(scratch_boards(getpid()), 1);
}

static void a_hidden_one_is_none(void **state)
{
	struct board_end end = { .id = 1, .fingerprint = 1 };
	struct board_slot slot = { .id = 1 };

	(void)state;
	board.hidden = true;
	assert_false(board_open(&board));
	assert_int_equal(board_take(&board), -1);
	board_put(&board, -1, &slot);
	board_put(&board, 0, &slot);
	board_give(&board, -1);
	board_give(&board, 0);
	board_add_end(&board, -1, &end, "stack");
	assert_false(board_sum_up(&board));
	assert_int_equal(board.fd, -1);
}

/* ---- Slots -------------------------------------------------------------- */

static void a_slot_shows_what_was_put_there_last(void **state)
{
	struct board_slot slot = {
		.id = 1, .kind = SLOT_CHILD, .name = "one", .slate = -1
	};
	struct board_slot shown;
	long place = board_take(&board);

	(void)state;
	assert_true(place >= 0);
	board_put(&board, place, &slot);
	assert_shows(place, 1);
	slot.state = NOW_KILLING;
	(void)strcpy(slot.name, "two");
	board_put(&board, place, &slot);
	assert_true(has_slot(place, &shown));
	assert_int_equal(shown.state, NOW_KILLING);
	assert_string_equal(shown.name, "two");
	assert_true(shown.seal.turn == 2);
}

static void a_slot_that_was_given_back_shows_nothing(void **state)
{
	struct board_slot shown;
	long place = put_one(1), again;

	(void)state;
	board_give(&board, place);
	assert_false(has_slot(place, &shown));
	assert_true(slot_is_whole(&shown, sizeof shown));
	again = put_one(2);
	assert_int_equal(again, place);
	assert_true(has_slot(place, &shown));
	assert_true(shown.seal.turn == 3);
}

static void there_are_as_many_as_are_wanted(void **state)
{
	static long places[10000];
	struct stat stat;

	(void)state;
	for (uint64_t i = 0; i < 10000; i++)
		places[i] = put_one(i + 1);
	for (uint64_t i = 0; i < 10000; i++)
		assert_shows(places[i], i + 1);
	assert_int_equal(fstat(board.fd, &stat), 0);
	assert_int_equal(stat.st_size,
			 BOARD_SLOTS +
				 10000 * (off_t)sizeof(struct board_slot));
	for (uint64_t i = 0; i < 10000; i += 2)
		board_give(&board, places[i]);
	for (uint64_t i = 0; i < 10000; i += 2)
		assert_in_range(put_one(20000 + i), 0, 9999);
	for (uint64_t i = 1; i < 10000; i += 2)
		assert_shows(places[i], i + 1);
}

static void without_memory_there_is_no_more_than_there_was(void **state)
{
	(void)state;
	assert_true(board_open(&board));
	no_memory = true;
	assert_int_equal(board_take(&board), -1);
	assert_int_equal(board_take(&board), -1);
	no_memory = false;
	for (uint64_t i = 0; i < 64; i++)
		assert_shows(put_one(i + 1), i + 1);
	no_memory = true;
	assert_int_equal(board_take(&board), -1);
	assert_int_equal(board_take(&board), -1);
	no_memory = false;
	assert_shows(put_one(65), 65);
}

static void without_memory_there_is_no_board(void **state)
{
	(void)state;
	no_memory = true;
	assert_false(board_open(&board));
	no_memory = false;
	assert_int_equal(scratch_boards(0), 0);
	assert_false(board_open(&board)); /* it is not tried again and again */
}

/* ---- Ends --------------------------------------------------------------- */

static void add_end(uint64_t id, uint64_t fingerprint, const char *stack)
{
	struct board_end end = {
		.id = id,
		.pid = (int32_t)(1000 + id),
		.code = 11,
		.kind = SLOT_TASK,
		.end = TINE_CRASHED,
		.fingerprint = fingerprint,
		.ended_us = (int64_t)id,
	};

	(void)snprintf(end.name, sizeof end.name, "task %d", (int)id);
	board_add_end(&board, -1, &end, stack);
}

static void the_last_ends_are_kept(void **state)
{
	struct board_end end;
	struct board_tally tally;

	(void)state;
	assert_true(board_open(&board));
	for (uint64_t i = 1; i <= 1000; i++)
		add_end(i, 0, "");
	assert_true(board_sum_up(&board));
	get(BOARD_TALLY, &tally, sizeof tally);
	assert_true(slot_read_tally(&tally));
	assert_true(tally.ends == 1000);
	for (uint64_t i = 1000; i > 1000 - BOARD_ENDS_KEPT; i--) {
		assert_true(has_end(i, &end));
		assert_true(end.number == i);
		assert_true(end.id == i);
	}
	assert_true(has_end(1000 - BOARD_ENDS_KEPT, &end));
	assert_true(end.number == 1000);
	assert_false(has_crash(0, &(struct board_crash){ 0 }));
}

/* ---- Kinds of crashes --------------------------------------------------- */

static void crashes_of_a_kind_are_counted(void **state)
{
	struct board_crash crash;

	(void)state;
	assert_true(board_open(&board));
	add_end(1, 7, "#0 one\n");
	add_end(2, 8, "#0 other\n");
	add_end(3, 7, "#0 three\n");
	assert_true(has_crash(7, &crash));
	assert_true(crash.count == 2);
	assert_true(crash.last_id == 3);
	assert_int_equal(crash.last_pid, 1003);
	assert_int_equal(crash.signal, 11);
	assert_true(crash.first_us == 1);
	assert_true(crash.last_us == 3);
	assert_string_equal(crash.name, "task 3");
	assert_string_equal(crash.stack, "#0 three\n");
	assert_true(has_crash(8, &crash));
	assert_true(crash.count == 1);
	assert_string_equal(crash.stack, "#0 other\n");
}

static void the_kind_that_was_not_seen_for_longest_goes(void **state)
{
	struct board_crash crash;
	uint64_t now = 1;

	(void)state;
	assert_true(board_open(&board));
	for (uint64_t kind = 1; kind <= BOARD_CRASHES_KEPT; kind++)
		add_end(now++, kind, "");
	add_end(now++, 1, "");
	add_end(now++, 100, "");
	assert_false(has_crash(2, &crash));
	assert_true(has_crash(1, &crash));
	assert_true(crash.count == 2);
	assert_true(has_crash(100, &crash));
	assert_true(crash.count == 1);
	for (uint64_t kind = 3; kind <= BOARD_CRASHES_KEPT; kind++)
		assert_true(has_crash(kind, &crash));
	assert_int_equal(board.tally.crashes, BOARD_CRASHES_KEPT + 1);
	add_end(now++, 2, "");
	assert_false(has_crash(3, &crash));
	assert_true(has_crash(2, &crash));
	assert_true(crash.count == 1);
	assert_true(crash.first_us == crash.last_us);
}

static void a_long_stack_is_cut(void **state)
{
	static char stack[BOARD_STACK + 100];
	struct board_crash crash;

	(void)state;
	assert_true(board_open(&board));
	memset(stack, 'x', sizeof stack - 1);
	add_end(1, 7, stack);
	assert_true(has_crash(7, &crash));
	assert_int_equal(strlen(crash.stack), BOARD_STACK - 1);
	memcpy(stack + BOARD_STACK - 2, "\xc3\xbc", 2);
	add_end(2, 7, stack);
	assert_true(has_crash(7, &crash));
	assert_int_equal(strlen(crash.stack), BOARD_STACK - 2);
}

/* ---- What may happen to it ---------------------------------------------- */

/* All that a program does with it. */
static void use(unsigned times)
{
	while (times-- > 0) {
		long place = put_one(times + 1);

		add_end(times + 1, times % 2 ? times : 0, "stack");
		(void)board_sum_up(&board);
		if (times % 2)
			board_give(&board, place);
	}
}

static void check_none(void)
{
	assert_false(board_open(&board));
	assert_int_equal(board.fd, -1);
	assert_int_equal(scratch_boards(0), 0);
	use(10);
	assert_int_equal(board.fd, -1);
}

static void set_limit(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Who writes more than that is killed by SIGXFSZ. */
static void who_may_write_little_has_none(void **state)
{
	(void)state;
	set_limit(1000);
	check_none();
	set_limit(BOARD_SLOTS - 1);
	check_none();
	set_limit(RLIM_INFINITY);
}

static void who_may_write_little_later_goes_on(void **state)
{
	struct board_slot slot;
	struct board_head head;
	long place;

	(void)state;
	set_limit(BOARD_SLOTS);
	assert_true(board_open(&board));
	place = put_one(1);
	use(300);
	assert_int_equal(lseek(board.fd, 0, SEEK_END) > BOARD_SLOTS, 0);
	set_limit(1);
	use(300);
	set_limit(RLIM_INFINITY);
	assert_true(has_head(&head));
	slot = (struct board_slot){ .id = 5, .kind = SLOT_TASK, .slate = -1 };
	board_put(&board, place, &slot);
	assert_shows(place, 5);
}

static void without_a_directory_there_is_none(void **state)
{
	(void)state;
	assert_int_equal(setenv("TINE_DIR", scratch_path("no/run"), 1), 0);
	check_none();
	board_init(&board, NULL);
	assert_int_equal(setenv("TINE_DIR", "not/from/the/root", 1), 0);
	check_none();
}

static void in_a_directory_of_everybodys_there_is_none(void **state)
{
	(void)state;
	assert_int_equal(mkdir(scratch_path("run"), 0700), 0);
	assert_int_equal(chmod(scratch_path("run"), 0777), 0);
	assert_int_equal(setenv("TINE_DIR", scratch_path("run"), 1), 0);
	check_none();
	assert_int_equal(rmdir(scratch_path("run")), 0);
}

static void a_name_that_is_taken_is_left_alone(void **state)
{
	struct stat stat;
	char name[RUNDIR_NAME];

	(void)state;
	assert_true(board_open(&board));
	board_done(&board);
	board.head.number++;
	name_of(&board, name);
	assert_int_equal(mknod(scratch_path(name), S_IFREG | 0600, 0), 0);
	board.head.number++;
	name_of(&board, name);
	assert_int_equal(symlink("victim", scratch_path(name)), 0);
	board_init(&board, NULL);
	assert_true(board_open(&board));
	assert_int_equal(access(scratch_path("victim"), F_OK), -1);
	assert_int_equal(unlink(scratch_path(name)), 0);
	board.head.number -= 2;
	name_of(&board, name);
	assert_int_equal(lstat(scratch_path(name), &stat), 0);
	assert_int_equal(stat.st_size, 0);
	assert_int_equal(unlink(scratch_path(name)), 0);
	board.head.number += 2;
}

static void it_goes_from_where_it_was_made(void **state)
{
	(void)state;
	assert_true(board_open(&board));
	assert_int_equal(setenv("TINE_DIR", scratch_path("other"), 1), 0);
	assert_int_equal(scratch_boards(0), 1);
	board_done(&board);
	assert_int_equal(scratch_boards(0), 0);
	assert_int_equal(access(scratch_path("other"), F_OK), -1);
}

static void its_directory_may_go(void **state)
{
	char name[RUNDIR_NAME];

	(void)state;
	assert_int_equal(setenv("TINE_DIR", scratch_path("run"), 1), 0);
	assert_true(board_open(&board));
	name_of(&board, name);
	scratch_wipe();
	use(300);
	assert_shows(put_one(1), 1);

	/* What stands there now is another's. */
	assert_int_equal(mkdir(scratch_path("victim"), 0700), 0);
	assert_int_equal(symlink("victim", scratch_path("run")), 0);
	assert_int_equal(setenv("TINE_DIR", scratch_path("victim"), 1), 0);
	assert_int_equal(chdir(scratch_path("victim")), 0);
	assert_int_equal(mknod(name, S_IFREG | 0600, 0), 0);
	board_done(&board);
	assert_int_equal(access(name, F_OK), 0);
	assert_int_equal(chdir("/"), 0);
}

static void it_may_be_cut(void **state)
{
	struct board_slot slot = { .id = 5, .kind = SLOT_TASK, .slate = -1 };
	struct board_head head;
	char name[RUNDIR_NAME];
	long place = put_one(1);

	(void)state;
	name_of(&board, name);
	assert_int_equal(truncate(scratch_path(name), 0), 0);
	board_put(&board, place, &slot);
	assert_shows(place, 5);
	assert_false(has_head(&head));
	for (unsigned i = 0; i < 100; i++) {
		use(10);
		assert_int_equal(truncate(scratch_path(name), i * 4097), 0);
	}
}

static void others_may_write_to_it(void **state)
{
	static char foul[BOARD_SLOTS + 65536];
	struct board_slot slot = { .id = 5, .kind = SLOT_TASK, .slate = -1 };
	struct board_end end;
	long place = put_one(1);

	(void)state;
	for (int byte = 0; byte < 256; byte += 51) {
		memset(foul, byte, sizeof foul);
		assert_int_equal(pwrite(board.fd, foul, sizeof foul, 0),
				 sizeof foul);
		board_put(&board, place, &slot);
		assert_shows(place, 5);
		add_end(1, 7, "");
		assert_true(has_end(board.tally.ends, &end));
		board_give(&board, put_one(9));
	}
}

static void old_ones_go_also_by_who_need_not_sweep(void **state)
{
	unsigned tries = 0;

	(void)state;
	for (scratch_leave(); !scratch_is_swept(); board_done(&board)) {
		assert_true(tries++ < 2000);
		board_init(&board, NULL);
		board.head.kind = BOARD_TASK;
		assert_true(board_open(&board));
	}
}

/* ---- A full disk -------------------------------------------------------- */

/* A file system of so many pages; false: who is not root cannot have one. */
static bool mount_small(unsigned pages)
{
	char options[64];

	(void)snprintf(options, sizeof options, "nr_blocks=%u,mode=0700",
		       pages);
	assert_int_equal(mkdir(scratch_path("small"), 0700), 0);
	assert_int_equal(setenv("TINE_DIR", scratch_path("small"), 1), 0);
	if (mount("none", scratch_path("small"), "tmpfs", 0, options) == 0)
		return true;
	assert_int_equal(rmdir(scratch_path("small")), 0);
	return false;
}

static void unmount_small(void)
{
	assert_int_equal(umount(scratch_path("small")), 0);
	assert_int_equal(rmdir(scratch_path("small")), 0);
}

static void where_nothing_fits_there_is_none(void **state)
{
	int fd;

	(void)state;
	if (!mount_small(1))
		skip();
	fd = open(scratch_path("small/full"), O_WRONLY | O_CREAT | O_CLOEXEC,
		  0600);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(close(fd), 0);
	check_none();
	assert_int_equal(unlink(scratch_path("small/full")), 0);
	assert_int_equal(rmdir(scratch_path("small")), -1);
	unmount_small();
}

/* What stands there already can still be changed. */
static void where_no_more_fits_it_goes_on(void **state)
{
	struct board_head head;
	struct board_slot slot = { .id = 5, .kind = SLOT_TASK, .slate = -1 };
	long place;

	(void)state;
	if (!mount_small(2))
		skip();
	place = put_one(1);
	use(300);
	assert_true(has_head(&head));
	board_put(&board, place, &slot);
	assert_shows(place, 5);
	board_done(&board);
	unmount_small();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(there_is_none_until_it_is_needed),
		TEST(it_is_a_file_that_is_its_owners_alone),
		TEST(it_says_whose_it_is),
		TEST(it_is_called_as_its_program_wants),
		TEST(it_is_opened_once),
		TEST(each_of_a_process_has_its_own),
		TEST(a_hidden_one_is_none),
		TEST(a_slot_shows_what_was_put_there_last),
		TEST(a_slot_that_was_given_back_shows_nothing),
		TEST(there_are_as_many_as_are_wanted),
		TEST(without_memory_there_is_no_more_than_there_was),
		TEST(without_memory_there_is_no_board),
		TEST(the_last_ends_are_kept),
		TEST(crashes_of_a_kind_are_counted),
		TEST(the_kind_that_was_not_seen_for_longest_goes),
		TEST(a_long_stack_is_cut),
		TEST(who_may_write_little_has_none),
		TEST(who_may_write_little_later_goes_on),
		TEST(without_a_directory_there_is_none),
		TEST(in_a_directory_of_everybodys_there_is_none),
		TEST(a_name_that_is_taken_is_left_alone),
		TEST(it_goes_from_where_it_was_made),
		TEST(its_directory_may_go),
		TEST(it_may_be_cut),
		TEST(others_may_write_to_it),
		TEST(old_ones_go_also_by_who_need_not_sweep),
		TEST(where_nothing_fits_there_is_none),
		TEST(where_no_more_fits_it_goes_on),
	};

	scratch_make();
	(void)unshare(CLONE_NEWNS); /* what is mounted is mounted for us */
	(void)mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
