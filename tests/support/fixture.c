/* SPDX-License-Identifier: MIT */
/* fixture.c - a context for each test, and the proof that nothing is left. */
#include "fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"

#define TEST_SECONDS 60 /* only a test that hangs takes so long */

/* ---- What was there before --------------------------------------------- */

static size_t list_fds(struct fixture_fd *fds)
{
	DIR *list = opendir("/proc/self/fd");
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(list);
	while ((entry = readdir(list))) {
		struct fixture_fd *fd = &fds[count];
		char path[300];
		ssize_t size;

		fd->fd = atoi(entry->d_name);
		if (entry->d_name[0] == '.' || fd->fd == dirfd(list))
			continue;
		(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd->fd);
		size = readlink(path, fd->target, sizeof fd->target - 1);
		fd->target[size < 0 ? 0 : size] = '\0';
		assert_true(++count < FIXTURE_FDS);
	}
	(void)closedir(list);
	return count;
}

static void list_handlers(void **handlers)
{
	for (int number = 1; number < 65; number++) {
		struct sigaction action = { .sa_handler = SIG_DFL };

		(void)sigaction(number, NULL, &action);
		handlers[number] = (void *)(uintptr_t)action.sa_handler;
	}
}

/* ---- What is there afterwards ------------------------------------------ */

static void read_proc(const char *pid, const char *name, char *text,
		      size_t room)
{
	char path[64];
	FILE *file;
	size_t size;

	(void)snprintf(path, sizeof path, "/proc/%.20s/%s", pid, name);
	file = fopen(path, "re");
	size = file ? fread(text, 1, room - 1, file) : 0;
	text[size] = '\0';
	if (file)
		(void)fclose(file);
}

/* "pid (name) state parent ...", and the name may hold anything. What stands
 * behind the state is cut off. */
static bool is_child(const char *pid, char *text, size_t room)
{
	char *behind;
	int parent = 0, at = 0;

	read_proc(pid, "stat", text, room);
	behind = strrchr(text, ')');
	if (!behind || sscanf(behind, ") %*c%n %d", &at, &parent) != 1 ||
	    parent != getpid())
		return false;
	behind[at] = '\0';
	return true;
}

/* A warden is no child to a wait without __WALL. */
static void end_child(const char *number, const char *text)
{
	pid_t pid = (pid_t)atoi(number);
	char command[200];

	read_proc(number, "cmdline", command, sizeof command);
	print_error("a child is left: %s %s\n", text, command);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, __WALL);
}

void fixture_end_children(void)
{
	DIR *all = opendir("/proc");
	struct dirent *entry;
	char text[300];

	while (all && (entry = readdir(all)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    is_child(entry->d_name, text, sizeof text))
			end_child(entry->d_name, text);
	if (all)
		(void)closedir(all);
}

/* Whoever is there is not reaped yet: it is to be named. */
static void assert_no_child(void)
{
	siginfo_t info;

	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 &&
	    errno == ECHILD)
		return;
	fixture_end_children();
	fail_msg("%s", "a child was left, which is named above");
}

static void assert_same_fds(const struct fixture *fixture)
{
	struct fixture_fd now[FIXTURE_FDS];
	size_t count = list_fds(now);

	for (size_t i = 0; i < count && i < fixture->fd_count; i++) {
		assert_int_equal(now[i].fd, fixture->fds[i].fd);
		assert_string_equal(now[i].target, fixture->fds[i].target);
	}
	assert_int_equal(count, fixture->fd_count);
}

static void assert_same_signals(const struct fixture *fixture)
{
	void *handlers[65] = { NULL };
	sigset_t mask;

	(void)sigprocmask(SIG_BLOCK, NULL, &mask);
	for (int number = 1; number < 65; number++)
		assert_int_equal(sigismember(&mask, number),
				 sigismember(&fixture->mask, number));
	list_handlers(handlers);
	for (int number = 1; number < 65; number++)
		assert_ptr_equal(handlers[number], fixture->handlers[number]);
}

/* Processes that were killed may have left theirs. */
static void assert_no_board(void)
{
	assert_int_equal(scratch_boards(getpid()), 0);
	scratch_wipe();
}

/* ---- The fixture ------------------------------------------------------- */

int fixture_setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	if (!fixture)
		return -1;
	(void)alarm(TEST_SECONDS);
	fixture->fd_count = list_fds(fixture->fds);
	(void)sigprocmask(SIG_BLOCK, NULL, &fixture->mask);
	list_handlers(fixture->handlers);
	*state = fixture;
	return tine_ctx_new(NULL, &fixture->ctx);
}

int fixture_teardown(void **state)
{
	struct fixture *fixture = *state;

	tine_ctx_free(fixture->ctx);
	(void)alarm(0);
	assert_no_child();
	assert_same_fds(fixture);
	assert_same_signals(fixture);
	assert_no_board();
	free(fixture);
	return 0;
}

static void become(uid_t user)
{
	if (user == 0 || geteuid() != 0)
		return;
	if (setgroups(0, NULL) < 0 || setgid(user) < 0 || setuid(user) < 0) {
		perror("cannot become another user");
		exit(1);
	}
	/* Who changed his user may not be looked at, not even by himself. */
	(void)prctl(PR_SET_DUMPABLE, 1);
}

void fixture_user(void)
{
	const char *uid = getenv("TINE_TEST_UID");

	become(uid ? (uid_t)atoi(uid) : 0);
	scratch_make();
}

/* ---- Help for tests ---------------------------------------------------- */

struct tine_ctx *fixture_ctx(void **state)
{
	return ((struct fixture *)*state)->ctx;
}

struct tine_task *fixture_start_with(void **state, tine_fn *fn, const void *arg,
				     size_t size,
				     const struct tine_options *options)
{
	struct tine_task *task = NULL;

	assert_int_equal(
		tine_async(fixture_ctx(state), fn, arg, size, options, &task),
		0);
	assert_non_null(task);
	return task;
}

struct tine_task *fixture_start(void **state, tine_fn *fn,
				const struct tine_options *options)
{
	return fixture_start_with(state, fn, NULL, 0, options);
}

void fixture_wait_note(struct tine_task *task, const char *note)
{
	const struct tine_result *result;

	do {
		result = tine_yield(task, 1);
		assert_int_equal(result->end, TINE_PENDING);
	} while (strcmp(result->note, note) != 0);
}

void fixture_wait_dead(struct tine_task *task)
{
	siginfo_t info;

	assert_int_equal(
		waitid(P_PID, (id_t)tine_pid(task), &info, WEXITED | WNOWAIT),
		0);
}

int fixture_gone(pid_t pid)
{
	for (int i = 0; i < 10000; i++) {
		if (kill(pid, 0) < 0 && errno == ESRCH)
			return 1;
		(void)poll(NULL, 0, 1);
	}
	return 0;
}
