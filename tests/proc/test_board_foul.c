/* SPDX-License-Identifier: MIT */
/*
 * test_board_foul.c - boards of programs that are stopped, killed, or hostile;
 * and hostile tasks.
 */
#include "act.h"
#include "children.h"
#include "fds.h"
#include "fixture.h"
#include "scratch.h"
#include "show.h"
#include "neighbour.h"
#include "sight.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "program.h"

#define LONG_MS 20000
#define DAY (24 * 3600)

/* ---- Programs ----------------------------------------------------------- */

/* What runs in one, and says when it has got somewhere. */
static void say_ready(int ready)
{
	(void)!write(ready, "r", 1);
}

static struct tine_task *start(struct tine_ctx *ctx, const char *name)
{
	const struct tine_options options = { .name = name };
	struct tine_task *task;

	if (tine_async(ctx, child_hang, NULL, 0, &options, &task) < 0)
		_exit(1);
	return task;
}

static struct tine_ctx *begin(void)
{
	struct tine_ctx *ctx;

	if (tine_ctx_new(NULL, &ctx) < 0)
		_exit(1);
	return ctx;
}

static void have_three(int ready)
{
	struct tine_ctx *ctx = begin();

	(void)start(ctx, "one");
	(void)start(ctx, "two");
	(void)start(ctx, "three");
	say_ready(ready);
	(void)pause();
}

static void assert_three(pid_t program, bool alive)
{
	assert_non_null(sight_see(program));
	assert_int_equal(sight->alive, alive);
	assert_int_equal(sight->torn, 0);
	assert_int_equal(sight->slot_count, 3);
	assert_non_null(sight_slot("one"));
	assert_non_null(sight_slot("two"));
	assert_non_null(sight_slot("three"));
}

/* ---- Who cannot be asked ------------------------------------------------ */

static void one_that_is_stopped_can_be_read(void **state)
{
	pid_t program = neighbour_start(have_three);

	(void)state;
	assert_int_equal(kill(program, SIGSTOP), 0);
	assert_int_equal(waitpid(program, NULL, WUNTRACED), program);
	assert_three(program, true);
	neighbour_kill(program);
}

static void age(pid_t program)
{
	struct timespec times[2];
	char name[RUNDIR_NAME];

	assert_non_null(sight_see(program));
	(void)clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec -= 2 * DAY;
	times[1] = times[0];
	rundir_write_name(&sight->name, name);
	assert_int_equal(utimensat(AT_FDCWD, scratch_path(name), times, 0), 0);
}

/* Whoever begins sweeps. */
static void begin_another(void)
{
	struct tine_ctx *ctx;

	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	tine_free(start(ctx, "another"));
	tine_ctx_free(ctx);
}

static void one_that_was_killed_can_be_read_for_a_day(void **state)
{
	pid_t program = neighbour_start(have_three);

	(void)state;
	assert_three(program, true);
	neighbour_kill(program);
	assert_three(program, false);
	begin_another();
	assert_three(program, false);
	age(program);
	begin_another();
	assert_null(sight_see(program));
}

static void one_that_lives_is_not_swept_however_old(void **state)
{
	pid_t program = neighbour_start(have_three);

	(void)state;
	age(program);
	begin_another();
	assert_three(program, true);
	neighbour_kill(program);
}

static void leave_without_a_word(int ready)
{
	(void)start(begin(), "one");
	say_ready(ready);
	exit(0);
}

static void one_that_left_without_a_word_is_dead(void **state)
{
	pid_t program = neighbour_start(leave_without_a_word);

	(void)state;
	assert_int_equal(waitpid(program, NULL, 0), program);
	assert_non_null(sight_see(program));
	assert_false(sight->alive);
}

static void execute_another(int ready)
{
	(void)start(begin(), "one");
	(void)dup2(ready, 9);
	(void)execl("/bin/sh", "sh", "-c", "echo r >&9; exec sleep 100",
		    (char *)NULL);
}

static void one_that_executed_another_is_dead(void **state)
{
	pid_t program = neighbour_start(execute_another);
	struct program now;

	(void)state;
	assert_non_null(sight_see(program));
	assert_false(sight->alive);
	assert_int_equal(program_of(program, &now), 0);
	assert_true(sight->head.started == now.began); /* it is still there */
	neighbour_kill(program);
}

/* ---- Forks of a program ------------------------------------------------- */

/* It stays when the program has gone; and what it does with the program's
 * context is nothing. */
static void fork_and_leave(int ready)
{
	struct tine_ctx *ctx = begin();
	struct tine_task *task = start(ctx, "one");

	if (fork() == 0) {
		tine_free(task);
		tine_ctx_free(ctx);
		atomic_store(&act_memory->pids[0], getpid());
		say_ready(ready);
		(void)pause();
	}
	(void)pause();
}

/* What a program leaves behind is ours meanwhile. */
static void adopt(bool on)
{
	while (!on && waitpid(-1, NULL, __WALL) > 0)
		;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, on, 0, 0, 0), 0);
}

static void a_fork_of_its_program_leaves_it_alone(void **state)
{
	pid_t program, child;

	(void)state;
	adopt(true);
	program = neighbour_start(fork_and_leave);
	child = atomic_load(&act_memory->pids[0]);
	assert_true(child > 0);
	assert_non_null(sight_see(program));
	assert_true(sight->alive);
	assert_non_null(sight_slot("one"));
	neighbour_kill(program);
	assert_true(child > 0 && kill(child, 0) == 0);
	assert_non_null(sight_see(program));
	assert_false(sight->alive);
	assert_int_equal(kill(child, SIGKILL), 0);
	adopt(false);
}

/* ---- Whose pid it is now ------------------------------------------------ */

static struct rundir_name locked;

static int open_locked(const char *name)
{
	int fd = open(scratch_path(name), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fd < 0 || fcntl(fd, F_SETLK, &lock) < 0)
		_exit(1);
	return fd;
}

static void hold_lock(int ready)
{
	char name[RUNDIR_NAME];

	rundir_write_name(&locked, name);
	(void)open_locked(name);
	say_ready(ready);
	(void)pause();
}

static bool is_alive(const struct rundir_name *name)
{
	int rundir = rundir_open(false), board;
	char text[RUNDIR_NAME];
	bool alive;

	rundir_write_name(name, text);
	board = rundir_open_board(rundir, text);
	assert_true(board >= 0);
	alive = rundir_is_alive(board, name);
	(void)close(board);
	(void)close(rundir);
	return alive;
}

static void who_holds_the_lock_must_be_who_the_name_says(void **state)
{
	struct program self;
	pid_t program;

	(void)state;
	assert_int_equal(program_of(getppid(), &self), 0);
	locked = (struct rundir_name){ self.pid, self.began, 9999 };
	program = neighbour_start(hold_lock);
	assert_false(is_alive(&locked));
	neighbour_kill(program);
	assert_false(is_alive(&locked));
}

/* The second one is as if its pid had been another's before. */
static void hold_two(int ready)
{
	struct rundir_name name;
	struct program self;
	char text[RUNDIR_NAME];

	(void)program_of(getpid(), &self);
	name = (struct rundir_name){ self.pid, self.began, 1 };
	rundir_write_name(&name, text);
	(void)open_locked(text);
	name.started++;
	rundir_write_name(&name, text);
	(void)open_locked(text);
	say_ready(ready);
	(void)pause();
}

static void a_pid_that_was_given_again_is_seen(void **state)
{
	pid_t program = neighbour_start(hold_two);
	struct program other;
	struct rundir_name name;

	(void)state;
	assert_int_equal(program_of(program, &other), 0);
	name = (struct rundir_name){ other.pid, other.began, 1 };
	assert_true(is_alive(&name));
	name.started++;
	assert_false(is_alive(&name));
	neighbour_kill(program);
	name.started--;
	assert_false(is_alive(&name));
}

/* Its pid means nothing out here, and its board is not to be swept. */
static void live_in_a_namespace(int ready)
{
	pid_t first;

	(void)setpgid(0, 0); /* to be killed together */
	if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0)
		_exit(77);
	first = fork();
	if (first == 0 &&
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("proc", "/proc", "proc", 0, NULL) == 0)
		have_three(ready);
	if (first == 0)
		_exit(77);
	(void)close(ready);
	(void)waitpid(first, NULL, 0);
	_exit(77);
}

static pid_t start_in_a_namespace(void)
{
	int ready[2];
	char byte;
	pid_t pid;
	bool there;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0)
		live_in_a_namespace(ready[1]);
	(void)close(ready[1]);
	assert_true(pid > 0);
	there = read(ready[0], &byte, 1) == 1;
	(void)close(ready[0]);
	if (there)
		return pid;
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return 0;
}

static void one_in_a_pid_namespace_is_not_swept(void **state)
{
	pid_t program;

	(void)state;
	adopt(true);
	program = start_in_a_namespace();
	if (program == 0) {
		adopt(false);
		skip();
	}
	assert_int_equal(scratch_boards(1), 1);
	age(1);
	begin_another();
	assert_int_equal(scratch_boards(1), 1);
	assert_int_equal(kill(-program, SIGKILL), 0);
	adopt(false);
	begin_another();
	assert_int_equal(scratch_boards(1), 0);
}

/* ---- Children ----------------------------------------------------------- */

/* Returns how many of its descriptors lead to a board. */
static int count_boards(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	return (int)fds_open(getenv("TINE_DIR"));
}

static void assert_has_none(void **state, const struct tine_options *options)
{
	struct tine_task *task = fixture_start(state, count_boards, options);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_OK);
	tine_free(task);
}

static void no_task_has_a_descriptor_of_one(void **state)
{
	const struct tine_super_options with_spares = { .spares = 1 };
	struct tine_options under = { 0 };

	assert_has_none(state, NULL);
	assert_has_none(state, NULL);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tine_super_start(fixture_ctx(state),
						  i ? &with_spares : NULL,
						  &under.under),
				 0);
		assert_has_none(state, &under);
		assert_has_none(state, &under);
		tine_super_free(under.under);
	}
}

static void no_item_of_a_pool_has_one(void **state)
{
	static const char items[20];
	const struct tine_stream_options pool = { .reuse = 5 };
	struct tine_stream *stream;
	const struct tine_result *result;

	assert_int_equal(tine_stream_open(fixture_ctx(state), count_boards,
					  tine_array(items, 20, 1), &pool,
					  &stream),
			 0);
	while ((result = tine_stream_next(stream)))
		assert_int_equal(result->end, TINE_OK);
	tine_stream_close(stream);
}

/* ---- Hostile tasks ------------------------------------------------------ */

static void spoil(const char *path, const char *how)
{
	static char foul[100000];
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct stat stat = { 0 };

	(void)fstat(fd, &stat);
	memset(foul, 0xff, sizeof foul);
	if (strcmp(how, "cut") == 0)
		(void)!ftruncate(fd, 0);
	if (strcmp(how, "cut half") == 0)
		(void)!ftruncate(fd, stat.st_size / 2);
	if (strcmp(how, "stretch") == 0)
		(void)!ftruncate(fd, (off_t)1 << 40);
	if (strcmp(how, "write") == 0)
		for (off_t at = 0; at < stat.st_size; at += (off_t)sizeof foul)
			(void)!pwrite(fd, foul, sizeof foul, at);
	if (strcmp(how, "forbid") == 0)
		(void)fchmod(fd, 0);
	if (strcmp(how, "unlink") == 0)
		(void)unlink(path);
	if (strcmp(how, "link") == 0)
		(void)!link(path, scratch_path("999999999-1-1"));
	if (strcmp(how, "replace") == 0) {
		(void)unlink(path);
		(void)mkdir(path, 0700);
	}
	(void)close(fd);
}

/* All that is in the directory, and "move": the directory itself. */
static int be_hostile(struct tine_self *self, const void *arg, size_t size)
{
	const char *home = scratch_home();
	DIR *list = opendir(home);
	struct dirent *entry;
	char there[100];

	(void)self;
	(void)size;
	while (list && (entry = readdir(list)))
		if (entry->d_name[0] != '.')
			spoil(scratch_path(entry->d_name), arg);
	if (list)
		(void)closedir(list);
	(void)snprintf(there, sizeof there, "%s-", home);
	if (strcmp(arg, "move") == 0)
		(void)rename(home, there);
	if (strcmp(arg, "open") == 0)
		(void)chmod(home, 0777);
	return 0;
}

static const char *const hows[] = {
	"cut",  "cut half", "stretch", "write",   "forbid",
	"open", "unlink",   "link",    "replace", "move",
};

static void run_some(void **state)
{
	static const struct act mixed[] = { SEND(1), { ACT_FAIL, 3, 0 } };
	const struct tine_stream_options pool = { .reuse = 10,
						  .max_concurrency = 2 };
	struct acts acts = ACTS(mixed);
	struct tine_task *tasks[5];

	for (int i = 0; i < 5; i++)
		tasks[i] = fixture_start_with(state, child_return, &i, sizeof i,
					      NULL);
	acts.count = 20;
	(void)show_run(state, &acts, &pool);
	for (int i = 0; i < 5; i++) {
		const struct tine_result *result =
			tine_await(tasks[i], LONG_MS);

		assert_int_equal(result->end, i ? TINE_FAILED : TINE_OK);
		assert_int_equal(result->code, i);
		tine_free(tasks[i]);
	}
}

static void repair(void)
{
	char there[100];

	(void)snprintf(there, sizeof there, "%s-", scratch_home());
	(void)rename(there, scratch_home());
	assert_int_equal(chmod(scratch_home(), 0700), 0);
}

static void a_hostile_task_hurts_nobody(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof hows / sizeof *hows; i++) {
		struct tine_task *task;

		run_some(state);
		task = fixture_start_with(state, be_hostile, hows[i],
					  strlen(hows[i]) + 1, NULL);
		run_some(state);
		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
		tine_free(task);
		run_some(state);
		tine_ctx_free(fixture->ctx);
		repair();
		scratch_wipe();
		assert_int_equal(tine_ctx_new(NULL, &fixture->ctx), 0);
	}
	run_some(state);
	assert_non_null(sight_see(getpid()));
	assert_true(sight->alive);
}

/* A second name for our board: whoever closes it there gives up its lock. */
static void a_second_name_does_not_unlock_it(void **state)
{
	struct tine_ctx *ctx;
	char name[RUNDIR_NAME];

	run_some(state);
	assert_non_null(sight_see(getpid()));
	rundir_write_name(&sight->name, name);
	assert_int_equal(
		link(scratch_path(name), scratch_path("999999999-1-1")), 0);
	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	tine_free(start(ctx, "another"));
	tine_ctx_free(ctx);
	assert_non_null(sight_see(getpid()));
	assert_true(sight->alive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(one_that_is_stopped_can_be_read),
		ACT_TEST(one_that_was_killed_can_be_read_for_a_day),
		ACT_TEST(one_that_lives_is_not_swept_however_old),
		ACT_TEST(one_that_left_without_a_word_is_dead),
		ACT_TEST(one_that_executed_another_is_dead),
		ACT_TEST(a_fork_of_its_program_leaves_it_alone),
		ACT_TEST(who_holds_the_lock_must_be_who_the_name_says),
		ACT_TEST(a_pid_that_was_given_again_is_seen),
		ACT_TEST(one_in_a_pid_namespace_is_not_swept),
		ACT_TEST(no_task_has_a_descriptor_of_one),
		ACT_TEST(no_item_of_a_pool_has_one),
		ACT_TEST(a_hostile_task_hurts_nobody),
		ACT_TEST(a_second_name_does_not_unlock_it),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
