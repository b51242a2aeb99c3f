/* SPDX-License-Identifier: MIT */
/* test_newborn.c - what a task has of its program, and what it has not. */
#include "children.h"
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS 20000

/* ---- Descriptors ------------------------------------------------------- */

static bool is_null_device(int fd)
{
	struct stat file;

	return fstat(fd, &file) == 0 && S_ISCHR(file.st_mode) &&
	       file.st_rdev == makedev(1, 3);
}

static bool is_the_channel(int fd)
{
	struct stat file;

	return fstat(fd, &file) == 0 && S_ISSOCK(file.st_mode);
}

/* Sends the numbers that are neither kept, nor the null device, nor its one
 * way home. */
static int find_strangers(struct tine_self *self, const void *arg, size_t size)
{
	int kept = *(const int *)arg, sockets = 0, strangers = 0;

	(void)size;
	for (int fd = 3; fd < 1024; fd++) {
		if (fcntl(fd, F_GETFD) < 0 || fd == kept || is_null_device(fd))
			continue;
		if (is_the_channel(fd) && sockets++ == 0)
			continue;
		(void)tine_send(self, &fd, sizeof fd);
		strangers++;
	}
	return is_null_device(STDIN_FILENO) ? strangers : 200;
}

static void check_strangers(struct tine_ctx *ctx)
{
	int kept = dup(STDERR_FILENO), other = dup(STDERR_FILENO);
	int high = fcntl(STDERR_FILENO, F_DUPFD, 700);
	int pair[2];
	struct tine_options options = { .keep_fds = &kept, .keep_count = 1 };
	struct tine_task *task = NULL;
	const struct tine_result *result;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(tine_async(ctx, find_strangers, &kept, sizeof kept,
				    &options, &task),
			 0);
	result = tine_await(task, LONG_MS);
	assert_int_equal(result->code, 0);
	assert_int_equal(result->end, TINE_OK);
	tine_free(task);
	(void)close(kept);
	(void)close(other);
	(void)close(high);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void descriptors_become_the_null_device_but_for_the_kept(void **state)
{
	check_strangers(fixture_ctx(state));
}

/* A program that is not dumpable cannot list its own descriptors; and the
 * number of those it may have is then all there is to go by. */
static void they_do_where_the_system_does_not_list_them(void **state)
{
	struct tine_ctx *ctx;
	struct rlimit limit, few;

	(void)state;
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	few = limit;
	few.rlim_cur = 1024;
	(void)setrlimit(RLIMIT_NOFILE, &few);
	(void)prctl(PR_SET_DUMPABLE, 0);
	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	check_strangers(ctx);
	tine_ctx_free(ctx);
	(void)prctl(PR_SET_DUMPABLE, 1);
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int check_number(struct tine_self *self, const void *arg, size_t size)
{
	int fd = open("/dev/zero", O_RDONLY);

	(void)self;
	(void)size;
	return fd != *(const int *)arg && is_null_device(*(const int *)arg) ? 0
									    : 1;
}

/* A library that remembers a number must not meet a file of the task's. */
static void a_number_that_was_taken_is_not_given_out_again(void **state)
{
	int fd = dup(STDERR_FILENO);
	struct tine_task *task =
		fixture_start_with(state, check_number, &fd, sizeof fd, NULL);

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
	(void)close(fd);
}

static int attack(struct tine_self *self, const void *arg, size_t size)
{
	int fds[2];
	uint64_t count;
	struct epoll_event event;

	(void)self;
	(void)size;
	memcpy(fds, arg, sizeof fds);
	(void)read(fds[0], &count, sizeof count);
	(void)epoll_ctl(fds[1], EPOLL_CTL_DEL, fds[0], &event);
	return 0;
}

static void a_task_cannot_reach_what_the_program_waits_on(void **state)
{
	int fds[2] = { eventfd(1, EFD_NONBLOCK), epoll_create1(0) };
	struct epoll_event event = { .events = EPOLLIN };
	struct tine_task *task;

	assert_int_equal(epoll_ctl(fds[1], EPOLL_CTL_ADD, fds[0], &event), 0);
	task = fixture_start_with(state, attack, fds, sizeof fds, NULL);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	assert_int_equal(epoll_wait(fds[1], &event, 1, 0), 1);
	tine_free(task);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void a_kept_descriptor_must_be_open(void **state)
{
	int fd = 999;
	struct tine_options options = { .keep_fds = &fd, .keep_count = 1 };
	struct tine_task *task = NULL;

	assert_int_equal(tine_async(fixture_ctx(state), child_nothing, NULL, 0,
				    &options, &task),
			 TINE_EUSAGE);
	assert_null(task);
}

/* ---- Stdio ------------------------------------------------------------- */

static int print_and_return(struct tine_self *self, const void *arg,
			    size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	return printf("from the task\n") > 0 ? 0 : 1;
}

static int print_and_exit(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	exit(printf("from the task\n") > 0 ? 0 : 1);
}

/* Runs fn in a process whose stdout is a file, with words of its own that
 * are not flushed yet; returns what the file has in the end. */
static void output_of(tine_fn *fn, char *text, size_t room)
{
	FILE *file = tmpfile();
	pid_t pid = fork();

	if (pid == 0) {
		struct tine_ctx *ctx;
		struct tine_task *task;

		(void)dup2(fileno(file), STDOUT_FILENO);
		(void)printf("from the program\n");
		if (tine_ctx_new(NULL, &ctx) < 0 ||
		    tine_async(ctx, fn, NULL, 0, NULL, &task) < 0)
			_exit(1);
		(void)tine_await(task, LONG_MS);
		tine_free(task);
		tine_ctx_free(ctx);
		(void)fflush(stdout);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	rewind(file);
	text[fread(text, 1, room - 1, file)] = '\0';
	(void)fclose(file);
}

static void what_is_not_flushed_is_printed_once(void **state)
{
	static tine_fn *const fns[] = { print_and_return, print_and_exit };
	char text[200];

	(void)state;
	for (int i = 0; i < 2; i++) {
		(void)fflush(stdout);
		output_of(fns[i], text, sizeof text);
		assert_string_equal(text, "from the task\nfrom the program\n");
	}
}

static int marker = -1;

static void mark_exit(void)
{
	if (marker >= 0)
		(void)write(marker, "x", 1);
}

static int exit_now(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)size;
	marker = *(const int *)arg;
	exit(0);
}

static void exit_in_a_task_does_not_run_the_programs_handlers(void **state)
{
	int ends[2];
	char byte;
	struct tine_options options = { .keep_count = 1 };
	struct tine_task *task;

	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	options.keep_fds = &ends[1];
	task = fixture_start_with(state, exit_now, &ends[1], sizeof(int),
				  &options);
	(void)tine_await(task, LONG_MS);
	assert_int_equal(read(ends[0], &byte, 1), -1);
	tine_free(task);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

/* ---- Signals and the process ------------------------------------------- */

static void ignore_it(int number)
{
	(void)number;
}

/* Counts the signals that are blocked, ignored or handled. */
static int count_changed_signals(struct tine_self *self, const void *arg,
				 size_t size)
{
	static const int ours[] = { SIGSEGV, SIGBUS,  SIGFPE,
				    SIGILL,  SIGABRT, SIGSYS };
	int count = 0;
	sigset_t mask;

	(void)self;
	(void)arg;
	(void)size;
	(void)sigprocmask(SIG_BLOCK, NULL, &mask);
	for (int number = 1; number <= SIGRTMAX; number++) {
		struct sigaction action = { .sa_handler = SIG_DFL };
		bool crash = false;

		for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
			crash = crash || ours[i] == number;
		(void)sigaction(number, NULL, &action);
		if (sigismember(&mask, number) == 1 ||
		    (!crash && action.sa_handler != SIG_DFL))
			count++;
	}
	return count;
}

static void signals_are_as_in_a_new_program(void **state)
{
	static const int numbers[] = { SIGTERM, SIGPIPE, SIGUSR1, SIGCHLD };
	void (*before[4])(int);
	sigset_t mask, old;
	struct tine_task *task;

	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGUSR2);
	(void)sigprocmask(SIG_BLOCK, &mask, &old);
	for (int i = 0; i < 4; i++)
		before[i] = signal(numbers[i], i % 2 ? SIG_IGN : ignore_it);
	task = fixture_start(state, count_changed_signals, NULL);
	for (int i = 0; i < 4; i++)
		(void)signal(numbers[i], before[i]);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	assert_int_equal(tine_await(task, LONG_MS)->code, 0);
	tine_free(task);
}

struct process {
	pid_t group, session, parent;
	int death_signal;
	rlim_t core;
	int oom_score;
};

static int oom_score(void)
{
	FILE *file = fopen("/proc/self/oom_score_adj", "r");
	int score = -9999;

	if (file && fscanf(file, "%d", &score) != 1)
		score = -9999;
	if (file)
		(void)fclose(file);
	return score;
}

static int tell_process(struct tine_self *self, const void *arg, size_t size)
{
	struct process process = { .group = getpgrp(),
				   .session = getsid(0),
				   .parent = getppid(),
				   .oom_score = oom_score() };
	struct rlimit core;

	(void)arg;
	(void)size;
	(void)getrlimit(RLIMIT_CORE, &core);
	process.core = core.rlim_cur;
	(void)prctl(PR_GET_PDEATHSIG, &process.death_signal);
	return tine_send(self, &process, sizeof process);
}

static void a_task_has_a_group_of_its_own_and_dies_with_us(void **state)
{
	struct tine_task *task = fixture_start(state, tell_process, NULL);
	pid_t pid = tine_pid(task);
	const struct tine_result *result = tine_await(task, LONG_MS);
	struct process process;

	assert_int_equal(result->size, sizeof process);
	memcpy(&process, result->data, sizeof process);
	assert_int_equal(process.group, pid);
	assert_int_equal(process.session, getsid(0));
	assert_int_equal(process.parent, getpid());
	assert_int_equal(process.death_signal, SIGKILL);
	assert_true(process.core <= 1);
	assert_true(process.oom_score >= oom_score() + 200 ||
		    process.oom_score == 1000);
	tine_free(task);
}

/* ---- Nesting ----------------------------------------------------------- */

static int deeper(struct tine_self *self, const void *arg, size_t size)
{
	int depth = *(const int *)arg - 1;
	pid_t pids[8];
	size_t callers = tine_callers(self, pids, 8);
	struct tine_task *task;
	const struct tine_result *result;

	(void)size;
	(void)tine_send(self, pids, callers * sizeof *pids);
	if (depth == 0)
		return pids[0] == getppid() ? 0 : 1;
	if (tine_async(tine_self_ctx(self), deeper, &depth, sizeof depth, NULL,
		       &task) < 0)
		return 2;
	result = tine_await(task, LONG_MS);
	(void)tine_send(self, result->data, result->size);
	return result->code;
}

static void tasks_of_tasks_know_who_called_for_them(void **state)
{
	int depth = 3;
	struct tine_task *task =
		fixture_start_with(state, deeper, &depth, sizeof depth, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);
	pid_t pids[6];

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, sizeof pids);
	memcpy(pids, result->data, sizeof pids);
	assert_int_equal(pids[0], getpid()); /* the child's */
	assert_int_equal(pids[2], getpid()); /* the grandchild's */
	assert_int_equal(pids[1], result->pid);
	assert_int_equal(pids[5], getpid());
	assert_int_equal(pids[4], result->pid);
	assert_int_equal(pids[3] != pids[4], 1);
	tine_free(task);
}

static int use_the_parents_handles(struct tine_self *self, const void *arg,
				   size_t size)
{
	struct tine_ctx *ctx = *(struct tine_ctx *const *)arg;
	struct tine_task *task = NULL;

	(void)size;
	tine_ctx_free(ctx);
	if (tine_run(ctx) != TINE_EOWNER ||
	    tine_completed(ctx, NULL, 0, &task) != TINE_EOWNER ||
	    tine_async(ctx, child_nothing, NULL, 0, NULL, &task) != TINE_EOWNER)
		return 1;
	return tine_send(self, "x", 1);
}

static int send_from_grandchild(struct tine_self *self, const void *arg,
				size_t size)
{
	int status;
	pid_t pid = fork();

	(void)arg;
	(void)size;
	if (pid == 0)
		_exit(tine_send(self, "x", 1) == TINE_EOWNER &&
				      !tine_self_ctx(self)
			      ? 7
			      : 1);
	(void)waitpid(pid, &status, 0);
	return WEXITSTATUS(status) == 7 ? 0 : 1;
}

static void handles_of_the_program_do_nothing_in_a_task(void **state)
{
	struct tine_ctx *ctx = fixture_ctx(state);
	struct tine_task *task = fixture_start_with(
		state, use_the_parents_handles, &ctx, sizeof ctx, NULL);

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
	task = fixture_start(state, send_from_grandchild, NULL);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(
			descriptors_become_the_null_device_but_for_the_kept),
		FIXTURE_TEST(they_do_where_the_system_does_not_list_them),
		FIXTURE_TEST(a_number_that_was_taken_is_not_given_out_again),
		FIXTURE_TEST(a_task_cannot_reach_what_the_program_waits_on),
		FIXTURE_TEST(a_kept_descriptor_must_be_open),
		FIXTURE_TEST(what_is_not_flushed_is_printed_once),
		FIXTURE_TEST(exit_in_a_task_does_not_run_the_programs_handlers),
		FIXTURE_TEST(signals_are_as_in_a_new_program),
		FIXTURE_TEST(a_task_has_a_group_of_its_own_and_dies_with_us),
		FIXTURE_TEST(tasks_of_tasks_know_who_called_for_them),
		FIXTURE_TEST(handles_of_the_program_do_nothing_in_a_task),
	};

	(void)atexit(mark_exit);
	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
