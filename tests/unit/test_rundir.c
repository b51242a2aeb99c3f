/* SPDX-License-Identifier: MIT */
/* test_rundir.c - the directory of boards is ours alone, or it is none; and
 * what is swept from it was nobody's any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "program.h"
#include "rundir.h"
#include "scratch.h"
#include "tine.h"

#define NOBODY 65534
#define NO_PID 999999999
#define HOUR 3600
#define DAY (24 * HOUR)

/* ---- Where it is -------------------------------------------------------- */

static int setup(void **state)
{
	(void)state;
	scratch_wipe();
	assert_int_equal(setenv("TINE_DIR", scratch_path("run"), 1), 0);
	return 0;
}

static void assert_path(const char *wish, const char *run, const char *wanted)
{
	char path[RUNDIR_PATH] = "untouched";

	assert_int_equal(
		wish ? setenv("TINE_DIR", wish, 1) : unsetenv("TINE_DIR"), 0);
	assert_int_equal(run ? setenv("XDG_RUNTIME_DIR", run, 1)
			     : unsetenv("XDG_RUNTIME_DIR"),
			 0);
	assert_true(rundir_path(path) == (wanted != NULL));
	if (wanted)
		assert_string_equal(path, wanted);
}

static void the_environment_says_where_it_is(void **state)
{
	char standard[64];

	(void)state;
	(void)snprintf(standard, sizeof standard, "/tmp/tine-%u",
		       (unsigned)geteuid());
	assert_path("/a/b", "/run/user/1", "/a/b");
	assert_path("", "/run/user/1", "/run/user/1/tine");
	assert_path(NULL, "/run/user/1", "/run/user/1/tine");
	assert_path(NULL, "", standard);
	assert_path(NULL, "not/from/the/root", standard);
	assert_path(NULL, NULL, standard);
}

/* A program may go elsewhere, and has to find it again. */
static void a_relative_path_is_refused(void **state)
{
	(void)state;
	assert_path("boards", "/run/user/1", NULL);
	assert_path("./boards", NULL, NULL);
	assert_int_equal(rundir_open(true), TINE_EUSAGE);
}

static void no_slash_stays_behind_it(void **state)
{
	(void)state;
	assert_path("/a/b/", NULL, "/a/b");
	assert_path("/a//b///", NULL, "/a//b");
	assert_path("/", NULL, "/");
	assert_path("///", NULL, "/");
}

static void a_path_that_is_too_long_is_none(void **state)
{
	char path[RUNDIR_PATH + 2];

	(void)state;
	memset(path, 'x', sizeof path);
	path[0] = '/';
	path[RUNDIR_PATH - 1] = '\0';
	assert_path(path, NULL, path);
	assert_true(rundir_open(true) < 0);
	path[RUNDIR_PATH - 1] = 'x';
	path[RUNDIR_PATH] = '\0';
	assert_path(path, NULL, NULL);
	assert_int_equal(rundir_open(true), TINE_EUSAGE);
	path[RUNDIR_PATH] = 'x';
	path[RUNDIR_PATH + 1] = '\0';
	assert_path(path, NULL, NULL);
	path[RUNDIR_PATH - strlen("/tine")] = '\0';
	assert_path(NULL, path, NULL);
	path[RUNDIR_PATH - strlen("/tine") - 1] = '\0';
	assert_true(setenv("XDG_RUNTIME_DIR", path, 1) == 0);
	assert_true(rundir_path(path));
}

/* ---- Whether it is to be trusted ---------------------------------------- */

static mode_t mode_of(const char *path)
{
	struct stat stat;

	assert_int_equal(lstat(path, &stat), 0);
	return stat.st_mode;
}

static void assert_opens(bool make)
{
	int fd = rundir_open(make);

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(close(fd), 0);
}

static void assert_refused(void)
{
	assert_int_equal(rundir_open(false), TINE_EUSAGE);
	assert_int_equal(rundir_open(true), TINE_EUSAGE);
}

static void it_is_made_for_its_user_alone(void **state)
{
	static const mode_t masks[] = { 0, 022, 077 };

	(void)state;
	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		mode_t before = umask(masks[i]);

		assert_int_equal(rundir_open(false), TINE_ENOENT);
		assert_opens(true);
		(void)umask(before);
		assert_int_equal(mode_of(scratch_path("run")), S_IFDIR | 0700);
		assert_opens(false);
		assert_opens(true);
		scratch_wipe();
	}
}

static void no_directory_is_made_for_it_to_be_in(void **state)
{
	(void)state;
	assert_int_equal(setenv("TINE_DIR", scratch_path("no/run"), 1), 0);
	assert_true(rundir_open(true) < 0);
	assert_int_equal(access(scratch_path("no"), F_OK), -1);
}

static void one_that_others_may_use_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir(scratch_path("run"), 0700), 0);
	for (mode_t mode = 0701; mode <= 0777; mode++) {
		assert_int_equal(chmod(scratch_path("run"), mode), 0);
		assert_refused();
	}
	assert_int_equal(chmod(scratch_path("run"), 0700), 0);
	assert_opens(false);
}

/* A link is not followed, wherever it leads; and nothing happens there. */
static void a_planted_link_is_refused(void **state)
{
	static const char *const wishes[] = { "run", "run/", "run//" };

	(void)state;
	assert_int_equal(mkdir(scratch_path("victim"), 0700), 0);
	for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
		assert_int_equal(setenv("TINE_DIR", scratch_path(wishes[i]), 1),
				 0);
		assert_int_equal(symlink("victim", scratch_path("run")), 0);
		assert_refused();
		assert_int_equal(unlink(scratch_path("run")), 0);
		assert_int_equal(symlink("nowhere", scratch_path("run")), 0);
		assert_refused();
		assert_int_equal(access(scratch_path("nowhere"), F_OK), -1);
		assert_int_equal(unlink(scratch_path("run")), 0);
	}
}

static void what_is_no_directory_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mknod(scratch_path("run"), S_IFREG | 0700, 0), 0);
	assert_refused();
	assert_int_equal(unlink(scratch_path("run")), 0);
	assert_int_equal(mkfifo(scratch_path("run"), 0700), 0);
	assert_refused();
	assert_int_equal(mode_of(scratch_path("run")), S_IFIFO | 0700);
}

static void another_users_is_refused(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		assert_int_equal(setenv("TINE_DIR", "/usr", 1), 0);
		assert_refused();
		return;
	}
	assert_int_equal(mkdir(scratch_path("run"), 0700), 0);
	assert_int_equal(chown(scratch_path("run"), NOBODY, NOBODY), 0);
	assert_refused();
}

/* ---- Names -------------------------------------------------------------- */

static void a_name_is_read_as_it_was_written(void **state)
{
	static const struct rundir_name names[] = {
		{ 1, 0, 1 },
		{ 4711, 123456, 2 },
		{ NO_PID, 9999999999999999999u, 999999999 },
	};
	char text[RUNDIR_NAME];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct rundir_name name = { 0 };

		rundir_write_name(&names[i], text);
		assert_true(rundir_read_name(text, &name));
		assert_int_equal(name.pid, names[i].pid);
		assert_true(name.started == names[i].started);
		assert_int_equal(name.number, names[i].number);
	}
	assert_string_equal(text, "999999999-9999999999999999999-999999999");
}

static void other_names_are_none(void **state)
{
	static const char *const texts[] = {
		"",
		"x",
		".",
		"..",
		"1",
		"1-2",
		"1-2-",
		"1--3",
		"-1-2-3",
		"0-2-3",
		"1-2-3x",
		"1-2-3-4",
		"x1-2-3",
		" 1-2-3",
		"1- 2-3",
		"1-2- 3",
		"+1-2-3",
		"1-+2-3",
		"1-2-+3",
		"1--2-3",
		"01-2-3",
		"1-02-3",
		"1-2-03",
		"1-2-3 ",
		"1-2-3\n",
		"1-2-3/x",
		"1/2/3",
		"0x1-2-3",
		"1.5-2-3",
		"9999999999-1-1",
		"1-99999999999999999999-1",
		"1-1-9999999999",
		"4294967297-1-1",
	};
	struct rundir_name name;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_false(rundir_read_name(texts[i], &name));
}

/* ---- Boards in it ------------------------------------------------------- */

static int open_run(void)
{
	int rundir = rundir_open(true);

	assert_true(rundir >= 0);
	return rundir;
}

/* Writes no board, but a file of that name. */
static void put(int rundir, const char *name, int64_t age)
{
	struct timespec times[2];
	int fd = openat(rundir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			0600);

	assert_true(fd >= 0);
	(void)clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec -= age;
	times[1] = times[0];
	assert_int_equal(futimens(fd, times), 0);
	assert_int_equal(close(fd), 0);
}

static const char *name_of(pid_t pid, unsigned long long started,
			   unsigned number)
{
	static char text[RUNDIR_NAME];

	rundir_write_name(&(struct rundir_name){ pid, started, number }, text);
	return text;
}

static bool is_there(int rundir, const char *name)
{
	struct stat stat;

	return fstatat(rundir, name, &stat, AT_SYMLINK_NOFOLLOW) == 0;
}

static void a_board_is_opened_to_be_read(void **state)
{
	int rundir = open_run(), fd;

	(void)state;
	put(rundir, "1-2-3", 0);
	fd = rundir_open_board(rundir, "1-2-3");
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_false(rundir_is_alive(fd, &(struct rundir_name){ 1, 2, 3 }));
	assert_int_equal(close(fd), 0);
	assert_int_equal(rundir_open_board(rundir, "1-2-4"), TINE_ENOENT);
	assert_int_equal(close(rundir), 0);
}

static void what_is_no_plain_file_of_ours_is_no_board(void **state)
{
	int rundir = open_run();

	(void)state;
	put(rundir, "target", 0);
	assert_int_equal(symlinkat("target", rundir, "1-1-1"), 0);
	assert_int_equal(mkfifoat(rundir, "1-1-2", 0600), 0);
	assert_int_equal(mkdirat(rundir, "1-1-3", 0700), 0);
	assert_true(rundir_open_board(rundir, "1-1-1") < 0);
	assert_int_equal(rundir_open_board(rundir, "1-1-2"), TINE_EUSAGE);
	assert_int_equal(rundir_open_board(rundir, "1-1-3"), TINE_EUSAGE);
	if (geteuid() == 0) {
		put(rundir, "1-1-4", 0);
		assert_int_equal(fchownat(rundir, "1-1-4", NOBODY, NOBODY, 0),
				 0);
		assert_int_equal(rundir_open_board(rundir, "1-1-4"),
				 TINE_EUSAGE);
	}
	rundir_sweep(rundir);
	assert_int_equal(close(rundir), 0);
}

/* ---- Sweeping ----------------------------------------------------------- */

static void the_newest_of_those_that_are_gone_stay(void **state)
{
	int rundir = open_run();

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		put(rundir, name_of(NO_PID, 1, i), 7 * i % 200 * 60);
	rundir_sweep(rundir);
	for (unsigned i = 0; i < 200; i++)
		assert_true(is_there(rundir, name_of(NO_PID, 1, i)) ==
			    (7 * i % 200 < 64));
	assert_int_equal(close(rundir), 0);
}

static void those_of_yesterday_go(void **state)
{
	int rundir = open_run();

	(void)state;
	put(rundir, name_of(NO_PID, 1, 1), DAY - HOUR);
	put(rundir, name_of(NO_PID, 1, 2), DAY + HOUR);
	put(rundir, name_of(NO_PID, 1, 3), 1000 * DAY);
	put(rundir, name_of(NO_PID, 1, 4), -DAY); /* the clock was put back */
	rundir_sweep(rundir);
	assert_true(is_there(rundir, name_of(NO_PID, 1, 1)));
	assert_false(is_there(rundir, name_of(NO_PID, 1, 2)));
	assert_false(is_there(rundir, name_of(NO_PID, 1, 3)));
	assert_true(is_there(rundir, name_of(NO_PID, 1, 4)));
	assert_int_equal(close(rundir), 0);
}

/* Also if its pid is that of another process now. */
static void none_goes_whose_process_lives(void **state)
{
	struct program first;
	int rundir = open_run();

	(void)state;
	assert_int_equal(program_of(getppid(), &first), 0);
	assert_true(first.began > 0);
	put(rundir, name_of(first.pid, first.began, 1), 2 * DAY);
	put(rundir, name_of(first.pid, first.began - 1, 1), 2 * DAY);
	put(rundir, name_of(first.pid, first.began + 1, 1), 2 * DAY);
	for (unsigned i = 0; i < 100; i++)
		put(rundir, name_of(first.pid, first.began, 2 + i), 0);
	rundir_sweep(rundir);
	assert_false(is_there(rundir, name_of(first.pid, first.began - 1, 1)));
	assert_false(is_there(rundir, name_of(first.pid, first.began + 1, 1)));
	for (unsigned i = 0; i <= 100; i++)
		assert_true(is_there(rundir,
				     name_of(first.pid, first.began, 1 + i)));
	assert_int_equal(close(rundir), 0);
}

/* They are not even opened. */
static void none_goes_that_has_our_pid(void **state)
{
	int rundir = open_run();

	(void)state;
	put(rundir, name_of(getpid(), 1, 1), 2 * DAY);
	put(rundir, name_of(getpid(), 2, 1), 2 * DAY);
	rundir_sweep(rundir);
	assert_true(is_there(rundir, name_of(getpid(), 1, 1)));
	assert_true(is_there(rundir, name_of(getpid(), 2, 1)));
	assert_int_equal(close(rundir), 0);
}

static void what_is_no_board_is_not_swept(void **state)
{
	static const char *const names[] = { "notes", "1-2", "01-2-3",
					     "999999999-1-1x" };
	int rundir = open_run();

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		put(rundir, names[i], 2 * DAY);
	assert_int_equal(
		linkat(rundir, "notes", rundir, name_of(NO_PID, 1, 1), 0), 0);
	assert_int_equal(symlinkat("notes", rundir, name_of(NO_PID, 1, 2)), 0);
	assert_int_equal(mkdirat(rundir, name_of(NO_PID, 1, 3), 0700), 0);
	assert_int_equal(mkfifoat(rundir, name_of(NO_PID, 1, 4), 0600), 0);
	rundir_sweep(rundir);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_true(is_there(rundir, names[i]));
	for (unsigned i = 1; i <= 4; i++)
		assert_true(is_there(rundir, name_of(NO_PID, 1, i)));
	assert_int_equal(unlinkat(rundir, name_of(NO_PID, 1, 3), AT_REMOVEDIR),
			 0);
	assert_int_equal(close(rundir), 0);
}

/* However many there are, some sweepings later there are few. */
static void a_great_many_are_swept_little_by_little(void **state)
{
	int rundir = open_run();
	unsigned left = 0;

	(void)state;
	for (unsigned i = 0; i < 5000; i++)
		put(rundir, name_of(NO_PID, 1, i), 0);
	for (int i = 0; i < 3; i++)
		rundir_sweep(rundir);
	for (unsigned i = 0; i < 5000; i++)
		left += is_there(rundir, name_of(NO_PID, 1, i));
	assert_int_equal(left, 64);
	assert_int_equal(close(rundir), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(the_environment_says_where_it_is),
		TEST(a_relative_path_is_refused),
		TEST(no_slash_stays_behind_it),
		TEST(a_path_that_is_too_long_is_none),
		TEST(it_is_made_for_its_user_alone),
		TEST(no_directory_is_made_for_it_to_be_in),
		TEST(one_that_others_may_use_is_refused),
		TEST(a_planted_link_is_refused),
		TEST(what_is_no_directory_is_refused),
		TEST(another_users_is_refused),
		TEST(a_name_is_read_as_it_was_written),
		TEST(other_names_are_none),
		TEST(a_board_is_opened_to_be_read),
		TEST(what_is_no_plain_file_of_ours_is_no_board),
		TEST(the_newest_of_those_that_are_gone_stay),
		TEST(those_of_yesterday_go),
		TEST(none_goes_whose_process_lives),
		TEST(none_goes_that_has_our_pid),
		TEST(what_is_no_board_is_not_swept),
		TEST(a_great_many_are_swept_little_by_little),
	};

	scratch_make();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
