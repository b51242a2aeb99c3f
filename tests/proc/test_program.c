/* SPDX-License-Identifier: MIT */
/*
 * test_program.c - the program itself dies, executes another, has threads.
 *
 * What must be gone holds the writing end of a pipe: when the last one is, the
 * pipe is at its end, and nobody has to be asked or guessed at.
 */
#include "children.h"
#include "fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LONG_MS 20000

/* ---- The program that dies --------------------------------------------- */

/* With processes of its own in its group, which only a warden can find. */
static int have_family(struct tine_self *self, const void *arg, size_t size)
{
	for (int i = 0; i < 2; i++)
		if (fork() == 0)
			break;
	return child_stubborn(self, arg, size);
}

/* With a task of its own, by which the death signal travels on. */
static int have_task(struct tine_self *self, const void *arg, size_t size)
{
	struct tine_options options = { .keep_fds = arg, .keep_count = 1 };
	struct tine_task *task;

	(void)size;
	if (tine_async(tine_self_ctx(self), child_stubborn, NULL, 0, &options,
		       &task) < 0)
		return 1;
	return child_stubborn(self, NULL, 0);
}

static struct tine_task *start(struct tine_ctx *ctx, tine_fn *fn, int *pipe)
{
	struct tine_options options = { .keep_fds = pipe, .keep_count = 1 };
	struct tine_task *task = NULL;

	(void)tine_async(ctx, fn, pipe, sizeof *pipe, &options, &task);
	return task;
}

#define ALIVE 6

/* Starts and ends tasks for ever; `ready` hears when the first are there. */
static void live(int *pipe, int ready, bool family)
{
	struct tine_task *tasks[ALIVE] = { NULL };
	struct tine_ctx *ctx;

	if (tine_ctx_new(NULL, &ctx) < 0)
		_exit(1);
	for (unsigned i = 0;; i++) {
		struct tine_task **task = &tasks[i % ALIVE];

		if (i == ALIVE)
			(void)write(ready, "r", 1);
		tine_free(*task);
		*task = start(ctx, family && i % 2 ? have_family : have_task,
			      pipe);
		(void)tine_yield(*task, 1);
	}
}

/* ---- Killing it -------------------------------------------------------- */

static int64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* How long until the last writer is gone; or LONG_MS. */
static int64_t wait_for_end(int fd)
{
	struct pollfd end = { .fd = fd, .events = POLLIN };
	int64_t start = now_us();

	(void)poll(&end, 1, LONG_MS);
	return now_us() - start;
}

static int64_t kill_once(bool family, unsigned delay_us)
{
	int pipes[2], ready[2];
	char byte;
	pid_t program;
	int64_t gone;

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(pipe(ready), 0);
	program = fork();
	if (program == 0) {
		(void)close(pipes[0]);
		live(&pipes[1], ready[1], family);
	}
	(void)close(pipes[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)usleep(delay_us);
	assert_int_equal(kill(program, SIGKILL), 0);
	assert_int_equal(waitpid(program, NULL, 0), program);
	gone = wait_for_end(pipes[0]);
	(void)close(pipes[0]);
	(void)close(ready[0]);
	(void)close(ready[1]);
	return gone;
}

/* A quick look in the everyday run; TINE_KILLS asks for more of them, and
 * then for the promise to the millisecond. */
static void kill_often(bool family)
{
	const char *wish = getenv("TINE_KILLS");
	int kills = wish ? atoi(wish) : 5;
	int64_t most = wish ? 100000 : LONG_MS * 1000;
	int64_t worst = 0;
	unsigned random = 1;

	for (int i = 0; i < kills; i++) {
		int64_t gone;

		random = random * 1103515245 + 12345;
		gone = kill_once(family, random / 65536 % 8000);
		worst = gone > worst ? gone : worst;
		assert_true(gone < most);
	}
	print_message("%d kills, the last one gone after at most %.1f ms\n",
		      kills, (double)worst / 1000);
}

static void when_the_program_is_killed_the_warden_ends_all(void **state)
{
	(void)state;
	(void)setenv("TINE_GUARD", "warden", 1);
	kill_often(true);
	(void)unsetenv("TINE_GUARD");
}

static void when_the_program_is_killed_the_death_signal_ends_all(void **state)
{
	(void)state;
	(void)setenv("TINE_GUARD", "signal", 1);
	kill_often(false);
	(void)unsetenv("TINE_GUARD");
}

static void when_the_program_is_killed_both_together_end_all(void **state)
{
	(void)state;
	kill_often(true);
}

/* ---- Other ends of a program ------------------------------------------- */

static void run_and(int *pipe, void (*then)(void))
{
	struct tine_ctx *ctx;

	if (tine_ctx_new(NULL, &ctx) < 0 || !start(ctx, have_family, pipe))
		_exit(1);
	then();
	_exit(2);
}

static void leave(void)
{
	_exit(0);
}

static void execute(void)
{
	(void)execl("/bin/sleep", "sleep", "100", (char *)NULL);
}

static void check_end(void (*then)(void))
{
	int pipes[2];
	pid_t program;

	assert_int_equal(pipe(pipes), 0);
	program = fork();
	if (program == 0) {
		(void)close(pipes[0]);
		(void)fcntl(pipes[1], F_SETFD, FD_CLOEXEC);
		run_and(&pipes[1], then);
	}
	(void)close(pipes[1]);
	assert_true(wait_for_end(pipes[0]) < LONG_MS * 1000);
	(void)kill(program, SIGKILL);
	assert_int_equal(waitpid(program, NULL, 0), program);
	(void)close(pipes[0]);
}

static void when_the_program_leaves_without_a_word_all_end(void **state)
{
	(void)state;
	check_end(leave);
}

static void when_the_program_executes_another_all_end(void **state)
{
	(void)state;
	check_end(execute);
}

/* ---- The warden -------------------------------------------------------- */

/* Whether that process is a warden of ours. */
static bool is_our_warden(const char *pid)
{
	char path[300], name[64];
	int parent = 0;
	FILE *stat;

	(void)snprintf(path, sizeof path, "/proc/%s/stat", pid);
	stat = fopen(path, "r");
	if (!stat)
		return false;
	if (fscanf(stat, "%*d (%63[^)]) %*c %d", name, &parent) != 2)
		parent = 0;
	(void)fclose(stat);
	return parent == getpid() && strcmp(name, "tine-warden") == 0;
}

/* 0: there is none. */
static pid_t find_warden(void)
{
	DIR *list = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	while (list && (entry = readdir(list)))
		if (atoi(entry->d_name) > 0 && is_our_warden(entry->d_name))
			found = atoi(entry->d_name);
	if (list)
		(void)closedir(list);
	return found;
}

static void a_warden_that_was_killed_is_replaced(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);
	pid_t warden;

	while ((warden = find_warden()) == 0) /* it has not got its name yet */
		assert_int_equal(tine_yield(task, 1)->end, TINE_PENDING);
	assert_int_equal(kill(warden, SIGKILL), 0);
	do
		assert_int_equal(tine_yield(task, 1)->end, TINE_PENDING);
	while (find_warden() == warden || find_warden() == 0);
	tine_free(task);
}

/* ---- Threads ----------------------------------------------------------- */

struct thread_start {
	struct tine_ctx *ctx;
	struct tine_task *task;
	int error;
};

static void *start_in_thread(void *data)
{
	struct thread_start *thread = data;

	thread->error = tine_async(thread->ctx, child_hang, NULL, 0, NULL,
				   &thread->task);
	return NULL;
}

/* The death signal would come at the end of the thread that forked. */
static void a_task_outlives_the_thread_that_started_it(void **state)
{
	struct thread_start thread = { .ctx = fixture_ctx(state) };
	pthread_t id;

	assert_int_equal(pthread_create(&id, NULL, start_in_thread, &thread),
			 0);
	(void)pthread_join(id, NULL);
	assert_int_equal(thread.error, 0);
	fixture_wait_note(thread.task, "hanging");
	assert_int_equal(tine_yield(thread.task, 20)->end, TINE_PENDING);
	tine_free(thread.task);
}

static void *open_and_close(void *stop)
{
	while (!*(volatile bool *)stop) {
		int fds[2];

		if (pipe(fds) < 0)
			continue;
		(void)close(fds[0]);
		(void)close(fds[1]);
	}
	return NULL;
}

/* Pipes that the other thread had open for a moment must not stay open. */
static int count_pipes(struct tine_self *self, const void *arg, size_t size)
{
	int count = 0;

	(void)self;
	(void)arg;
	(void)size;
	for (int fd = 3; fd < 200; fd++) {
		struct pollfd poll_fd = { .fd = fd };

		if (lseek(fd, 0, SEEK_CUR) < 0 && errno == ESPIPE &&
		    poll(&poll_fd, 1, 0) >= 0)
			count++;
	}
	return count > 1; /* its channel */
}

static void what_other_threads_open_does_not_stay_open_in_a_task(void **state)
{
	bool stop = false;
	pthread_t id;

	assert_int_equal(pthread_create(&id, NULL, open_and_close, &stop), 0);
	for (int i = 0; i < 50; i++) {
		struct tine_task *task =
			fixture_start(state, count_pipes, NULL);

		assert_int_equal(tine_await(task, LONG_MS)->code, 0);
		tine_free(task);
	}
	*(volatile bool *)&stop = true;
	(void)pthread_join(id, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(when_the_program_is_killed_the_warden_ends_all),
		FIXTURE_TEST(
			when_the_program_is_killed_the_death_signal_ends_all),
		FIXTURE_TEST(when_the_program_is_killed_both_together_end_all),
		FIXTURE_TEST(when_the_program_leaves_without_a_word_all_end),
		FIXTURE_TEST(when_the_program_executes_another_all_end),
		FIXTURE_TEST(a_warden_that_was_killed_is_replaced),
		FIXTURE_TEST(a_task_outlives_the_thread_that_started_it),
		FIXTURE_TEST(
			what_other_threads_open_does_not_stay_open_in_a_task),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
