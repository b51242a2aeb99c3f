/* SPDX-License-Identifier: MIT */
/*
 * test_super_kill.c - the program, a supervisor or its guardian are killed, at
 * any moment, and nobody is left.
 *
 * Here everybody is adopted whom others leave behind, so that whoever is left
 * when all has ended is our child, and is found. While the program lives its
 * processes are known by a list in shared memory, where each puts itself first.
 */
#include "brood.h"
#include "fixture.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LONG_MS 20000
#define GRACE_MS 50

/* Of a millisecond: unlike a time they do not pass when the machine stands
 * still. */
#define TURNS 20000

/* The loose ones at once; "first"; "deep", in the supervisor below. */
#define STOP_MS (3 * GRACE_MS)

/* ---- Who is there ------------------------------------------------------- */

enum level { TOP, INNER };

struct entry {
	_Atomic pid_t pid; /* 0: it is being written */
	pid_t super;
	enum level level;
};

#define ENTRIES 100000

static struct list {
	atomic_uint count;
	atomic_bool under_way; /* the supervisor is there, and its children */
	struct entry entries[ENTRIES];
} * list;

static void list_start(void)
{
	list = mmap(NULL, sizeof *list, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(list != MAP_FAILED);
}

static void list_end(void)
{
	assert_true(list->count < ENTRIES);
	(void)munmap(list, sizeof *list);
}

static void list_add(enum level level, pid_t super)
{
	unsigned at = atomic_fetch_add(&list->count, 1);

	if (at >= ENTRIES)
		return;
	list->entries[at].level = level;
	list->entries[at].super = super;
	list->entries[at].pid = getpid();
}

/* Of the newest supervisor on that level; 0: none has a child yet. */
static pid_t list_find_super(enum level level)
{
	for (unsigned i = list->count; i > 0; i--)
		if (list->entries[i - 1].pid > 0 &&
		    list->entries[i - 1].level == level)
			return list->entries[i - 1].super;
	return 0;
}

/* Of that supervisor's, or of any. */
static bool list_is_alive(pid_t super)
{
	for (unsigned i = 0; i < list->count; i++) {
		const struct entry *entry = &list->entries[i];

		if (entry->pid > 0 && (super == 0 || entry->super == super) &&
		    kill(entry->pid, 0) == 0)
			return true;
	}
	return false;
}

/* ---- The program that is killed, or whose supervisor is ------------------ */

static int stay(void)
{
	(void)signal(SIGTERM, SIG_IGN);
	while (pause() < 0)
		;
	return 0;
}

/* Two of its processes are not in its group, and no longer its children. */
static int have_strays(enum level level)
{
	pid_t super = getppid();

	list_add(level, super);
	for (int i = 0; i < 2; i++) {
		if (fork() > 0)
			continue;
		(void)setsid();
		if (fork() > 0)
			_exit(0);
		list_add(level, super);
		return stay();
	}
	return stay();
}

static int stray(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)size;
	return have_strays(*(const enum level *)arg);
}

static int plain(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)size;
	list_add(*(const enum level *)arg, getppid());
	while (pause() < 0)
		;
	return 0;
}

/* Its processes are found when it has ended. */
static int crash(struct tine_self *self, const void *arg, size_t size)
{
	pid_t super = getppid();

	(void)self;
	(void)arg;
	(void)size;
	list_add(TOP, super);
	if (fork() > 0)
		return raise(SIGKILL);
	(void)setsid();
	list_add(TOP, super);
	return stay();
}

static const enum level top = TOP, inner = INNER;

#define ON(level) .arg = &(level), .size = sizeof(level)

static int start_super(struct tine_ctx *ctx, struct tine_super **super)
{
	const struct tine_child below[] = {
		{ .id = "deep",
		  .fn = stray,
		  ON(inner),
		  .shutdown_ms = GRACE_MS },
		{ .id = "calm",
		  .fn = plain,
		  ON(inner),
		  .shutdown_ms = TINE_BRUTAL },
	};
	const struct tine_super_options nested = { .name = "inner",
						   .children = below,
						   .child_count = 2 };
	const struct tine_child children[] = {
		{ .id = "first",
		  .fn = stray,
		  ON(top),
		  .shutdown_ms = GRACE_MS,
		  .restart = TINE_PERMANENT },
		{ .id = "inner", .super = &nested, .restart = TINE_PERMANENT },
		{ .fn = plain, ON(top), .shutdown_ms = TINE_BRUTAL },
	};
	const struct tine_super_options options = {
		.name = "top",
		.max_restarts = 1000000,
		.children = children,
		.child_count = 3,
	};

	return tine_super_start(ctx, &options, super);
}

static struct tine_task *start_task(struct tine_ctx *ctx,
				    struct tine_super *super, unsigned number)
{
	struct tine_options options = {
		.under = super,
		.nolink = number % 2,
		.grace_ms = GRACE_MS,
	};
	struct tine_task *task = NULL;

	(void)tine_async(ctx, number % 3 ? stray : plain, &top, sizeof top,
			 &options, &task);
	return task;
}

#define ALIVE 6

/* Starts and ends, for ever, what one can have under a supervisor. */
static _Noreturn void live(void)
{
	const struct tine_child child = { .fn = crash };
	struct tine_task *tasks[ALIVE] = { NULL };
	struct tine_super *super;
	struct tine_ctx *ctx;
	int error = 0;

	if (tine_ctx_new(NULL, &ctx) < 0 || start_super(ctx, &super) < 0)
		_exit(1);
	list->under_way = true;
	for (unsigned i = 0; error != TINE_EGONE; i++) {
		struct tine_task **task = &tasks[i % ALIVE];

		tine_free(*task);
		*task = start_task(ctx, super, i);
		error = tine_start_child(super, &child);
		if (*task)
			(void)tine_yield(*task, 1);
	}
	while (pause() < 0)
		;
	_exit(1);
}

/* ---- Killing ------------------------------------------------------------- */

static int64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static pid_t parent_of(pid_t pid)
{
	char path[64];
	int parent = 0;
	FILE *stat;

	(void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
	stat = fopen(path, "r");
	if (!stat)
		return 0;
	if (fscanf(stat, "%*d (%*[^)]) %*c %d", &parent) != 1)
		parent = 0;
	(void)fclose(stat);
	return parent;
}

enum victim {
	PROGRAM,
	SUPER,
	SUPER_BELOW,
	GUARDIAN,
	PROGRAM_SUPER,
	SUPER_PROGRAM,
	PROGRAM_GUARDIAN,
	GUARDIAN_PROGRAM
};

static pid_t find_super(enum level level)
{
	pid_t super;

	while ((super = list_find_super(level)) == 0)
		(void)poll(NULL, 0, 1);
	return super;
}

/* By what follows they may be a moment apart. Returns the supervisor whose
 * children are to end, if not all are. */
static pid_t strike(enum victim victim, pid_t program)
{
	pid_t super = find_super(victim == SUPER_BELOW ? INNER : TOP);
	pid_t guardian = parent_of(super);
	const pid_t pids[][2] = {
		[PROGRAM] = { program, 0 },
		[SUPER] = { super, 0 },
		[SUPER_BELOW] = { super, 0 },
		[GUARDIAN] = { guardian, 0 },
		[PROGRAM_SUPER] = { program, super },
		[SUPER_PROGRAM] = { super, program },
		[PROGRAM_GUARDIAN] = { program, guardian },
		[GUARDIAN_PROGRAM] = { guardian, program },
	};

	for (int i = 0; i < 2; i++)
		if (pids[victim][i] > 1)
			(void)kill(pids[victim][i], SIGKILL);
	return victim == SUPER_BELOW ? super : 0;
}

/* Until nobody is left whom we could adopt. */
static bool wait_for_all(void)
{
	pid_t pid;
	int turns = 0;

	while ((pid = waitpid(-1, NULL, WNOHANG | __WALL)) >= 0 &&
	       turns < TURNS)
		if (pid == 0)
			turns += poll(NULL, 0, 1) == 0;
	return pid < 0;
}

static bool is_anybody_adopted(pid_t program)
{
	struct brood brood;
	bool found = false;

	assert_true(brood_read(&brood));
	for (size_t i = 0; i < brood.count; i++)
		found = found || (brood.pids[i] != program &&
				  waitpid(brood.pids[i], NULL, WNOHANG) == 0);
	brood_done(&brood);
	return found;
}

/* While the program lives. */
static void wait_for_list(pid_t super, pid_t program)
{
	for (int i = 0; i < TURNS; i++) {
		if (!list_is_alive(super) && !is_anybody_adopted(program))
			return;
		(void)poll(NULL, 0, 1);
	}
}

static bool ends_program(enum victim victim)
{
	return victim != SUPER && victim != SUPER_BELOW && victim != GUARDIAN;
}

/* Half of them as soon as there is a child, when others are still being
 * started. Returns how long it took. */
static int64_t kill_once(enum victim victim, unsigned random)
{
	pid_t super, program;
	int64_t start, gone;

	list_start();
	program = fork();
	if (program == 0)
		live();
	while (random % 2 && !list->under_way)
		(void)poll(NULL, 0, 1);
	(void)usleep(random / 2 % 16000);
	super = strike(victim, program);
	start = now_us();
	if (ends_program(victim))
		assert_true(wait_for_all());
	else
		wait_for_list(super, program);
	gone = now_us() - start;
	(void)kill(program, SIGKILL);
	assert_true(wait_for_all());
	list_end();
	return gone;
}

/* Where others take the processors from those that are to end, no promise
 * can be kept to the millisecond. */
static void check_late(int number, int64_t gone)
{
	double load = 0;

	(void)getloadavg(&load, 1);
	print_message("kill %d: gone after %.1f ms, at a load of %.1f\n",
		      number, (double)gone / 1000, load);
	assert_true(gone < LONG_MS * 1000 && load > get_nprocs());
}

/* A quick look in the everyday run; TINE_KILLS asks for more of them, and
 * then for the promise to the millisecond. */
static void kill_often(enum victim victim, int64_t grace_ms)
{
	const char *wish = getenv("TINE_KILLS");
	int kills = wish ? atoi(wish) : 3;
	int64_t most = wish ? (grace_ms + 100) * 1000 : LONG_MS * 1000;
	int64_t worst = 0;
	unsigned random = (unsigned)victim + 1;

	for (int i = 0; i < kills; i++) {
		int64_t gone;

		random = random * 1103515245 + 12345;
		gone = kill_once(victim, random / 65536);
		worst = gone > worst ? gone : worst;
		if (gone >= most)
			check_late(i, gone);
	}
	print_message("%d kills, the last one gone after at most %.1f ms\n",
		      kills, (double)worst / 1000);
}

/* ---- Beginnings ---------------------------------------------------------- */

/* Behind the warden; 0: it is not there yet. */
static pid_t second_child_of(pid_t program)
{
	char path[64];
	int warden, guardian = 0;
	FILE *children;

	(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", program,
		       program);
	children = fopen(path, "r");
	if (!children || fscanf(children, "%d %d", &warden, &guardian) < 2)
		guardian = 0;
	if (children)
		(void)fclose(children);
	return guardian;
}

/* Only then are we the parent of those below. */
static void kill_and_see_it_end(pid_t pid)
{
	struct pollfd end = { .fd = pidfd_open(pid, 0), .events = POLLIN };

	assert_true(end.fd >= 0);
	(void)kill(pid, SIGKILL);
	assert_int_equal(poll(&end, 1, LONG_MS), 1);
	(void)close(end.fd);
}

static void kill_guardian_at_birth(unsigned delay_us)
{
	pid_t program, guardian;

	list_start();
	program = fork();
	if (program == 0)
		live();
	while ((guardian = second_child_of(program)) == 0)
		;
	for (int64_t end = now_us() + delay_us; now_us() < end;)
		;
	kill_and_see_it_end(guardian);
	wait_for_list(0, program);
	assert_false(list_is_alive(0) || is_anybody_adopted(program));
	(void)kill(program, SIGKILL);
	assert_true(wait_for_all());
	list_end();
}

static void when_a_guardian_is_killed_at_birth_nobody_is_left(void **state)
{
	const char *wish = getenv("TINE_KILLS");
	int kills = wish ? atoi(wish) : 10;

	(void)state;
	if (access("/proc/thread-self/children", R_OK) < 0)
		skip();
	for (int i = 0; i < kills; i++)
		kill_guardian_at_birth((unsigned)i % 20 * 25);
}

/* ---- Who is killed ------------------------------------------------------- */

static void when_the_program_is_killed_all_get_their_time(void **state)
{
	(void)state;
	kill_often(PROGRAM, STOP_MS);
}

static void when_a_supervisor_is_killed_all_below_end_at_once(void **state)
{
	(void)state;
	kill_often(SUPER, 0);
}

static void when_a_nested_supervisor_is_killed_all_below_end(void **state)
{
	(void)state;
	kill_often(SUPER_BELOW, 0);
}

static void when_a_guardian_is_killed_all_below_end_at_once(void **state)
{
	(void)state;
	kill_often(GUARDIAN, 0);
}

static void when_program_and_supervisor_are_killed_all_end(void **state)
{
	(void)state;
	kill_often(PROGRAM_SUPER, 0);
	kill_often(SUPER_PROGRAM, 0);
}

static void when_program_and_guardian_are_killed_all_end(void **state)
{
	(void)state;
	kill_often(PROGRAM_GUARDIAN, 0);
	kill_often(GUARDIAN_PROGRAM, 0);
}

static int adopt(void **state)
{
	(void)state;
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(when_the_program_is_killed_all_get_their_time),
		cmocka_unit_test(
			when_a_supervisor_is_killed_all_below_end_at_once),
		cmocka_unit_test(
			when_a_nested_supervisor_is_killed_all_below_end),
		cmocka_unit_test(
			when_a_guardian_is_killed_all_below_end_at_once),
		cmocka_unit_test(
			when_program_and_supervisor_are_killed_all_end),
		cmocka_unit_test(when_program_and_guardian_are_killed_all_end),
		cmocka_unit_test(
			when_a_guardian_is_killed_at_birth_nobody_is_left),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, adopt, NULL);
}
