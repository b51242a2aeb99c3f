/* SPDX-License-Identifier: MIT */
/*
 * memory.c - what a fork costs, and what the kernel's care of memory adds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "doctor/check.h"
#include "doctor/sysfile.h"
#include "doctor/trial.h"
#include "text.h"

#define MIB ((size_t)1 << 20)

static int compare_times(const void *a, const void *b)
{
	const int64_t *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

static int64_t median(int64_t *times, size_t count)
{
	qsort(times, count, sizeof *times, compare_times);
	return times[count / 2];
}

/* ---- A fork ------------------------------------------------------------- */

#define FORKS 9

/* Of a child that does nothing, until it is reaped; -1: it cannot be forked. */
static int64_t fork_us(void)
{
	int64_t since = clock_us();
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		return -1;
	return clock_us() - since;
}

/* With so much memory more than a process has anyhow. Touched, so that the
 * kernel has to copy tables of it. */
static int measure_forks(struct tine_self *self, const void *arg, size_t size)
{
	const size_t *more = arg;
	int64_t times[FORKS], middle;
	void *memory = *more == 0 ? NULL
				  : mmap(NULL, *more, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)size;
	if (memory == MAP_FAILED)
		return tine_fail(self, 1, "%s", strerror(errno));
	if (memory)
		memset(memory, 1, *more);
	for (size_t i = 0; i < FORKS; i++)
		if ((times[i] = fork_us()) < 0)
			return tine_fail(self, 1, "%s", strerror(errno));
	middle = median(times, FORKS);
	return tine_send(self, &middle, sizeof middle);
}

/* Not where that would press others out. */
static bool is_affordable(size_t more)
{
	int64_t kib = sysfile_field_number("/proc/meminfo", "MemAvailable");

	return kib < 0 || (uint64_t)kib * 1024 / 4 >= more;
}

static void say_fork(struct finding *finding, size_t more, const char *number)
{
	char duration[TEXT_DURATION], size[TEXT_SIZE];
	int64_t us = 0;
	struct trial trial;

	if (more > 0 && !is_affordable(more)) {
		finding_say(finding, "with %s: too little memory to try",
			    text_size(size, more));
		return;
	}
	trial = trial_run(measure_forks, &more, sizeof more, &us, sizeof us);
	if (!trial.done) {
		finding_say(finding, "%s", trial.why);
		return;
	}
	finding_say(finding, "%s", text_duration(duration, us));
	if (more > 0)
		(void)snprintf(finding->value + strlen(finding->value),
			       FINDING_TEXT - strlen(finding->value),
			       " with %s", text_size(size, more));
	finding_number(finding, number, us);
}

static void look_at_fork(struct finding *finding)
{
	say_fork(finding, 0, "us");
	say_fork(finding, 64 * MIB, "us_64_mib");
	say_fork(finding, 512 * MIB, "us_512_mib");
	finding_note(finding, "Each task of a large program costs that much: "
			      "it grows with the memory there is.");
	finding_remedy(finding,
		       "Start a supervisor early, and tasks under it; or mark "
		       "memory with MADV_DONTFORK, or MADV_HUGEPAGE.");
}

/* ---- The clock ---------------------------------------------------------- */

#define READINGS 1000
#define CLOCK_SLOW_NS 250 /* it is a system call */

static int64_t readings_ns(void)
{
	struct timespec from, to;

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < READINGS - 1; i++)
		(void)clock_gettime(CLOCK_MONOTONIC, &to);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	return (int64_t)(to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec -
	       from.tv_nsec;
}

static void look_at_clock(struct finding *finding)
{
	char source[SYSFILE_LINE];
	int64_t times[FORKS], ns;

	for (size_t i = 0; i < FORKS; i++)
		times[i] = readings_ns();
	ns = median(times, FORKS) / READINGS;
	finding_say(finding, "%d ns a reading", (int)ns);
	finding_number(finding, "ns", ns);
	if (sysfile_line("/sys/devices/system/clocksource/clocksource0/"
			 "current_clocksource",
			 source))
		finding_say(finding, "%.100s", source);
	if (ns > CLOCK_SLOW_NS)
		finding_note(finding, "Items of a pool, and all waits, are "
				      "slower by some readings each.");
	finding_remedy(finding, "A clock source that is read without a system "
				"call, such as tsc or kvm-clock.");
}

/* ---- Memory ------------------------------------------------------------- */

static void look_at_overcommit(struct finding *finding)
{
	static const char *const modes[] = { "by guess", "always", "never" };
	int64_t mode = sysfile_number("/proc/sys/vm/overcommit_memory");

	if (mode < 0 || mode > 2) {
		finding_say(finding, "not known");
		return;
	}
	finding_say(finding, "%s", modes[mode]);
	finding_number(finding, "mode", mode);
	if (mode == 2)
		finding_note(finding,
			     "A large program may not fork: tine_async() "
			     "returns TINE_ENOMEM.");
	finding_remedy(finding,
		       "Start a supervisor early, and tasks under it; or the "
		       "sysctl vm.overcommit_memory at 0.");
}

/* "always [madvise] never": the one in brackets holds. */
static void look_at_huge_pages(struct finding *finding)
{
	char line[SYSFILE_LINE];
	char *from = NULL;

	if (sysfile_line("/sys/kernel/mm/transparent_hugepage/enabled", line))
		from = strchr(line, '[');
	if (!from) {
		finding_say(finding, "none");
		return;
	}
	from[strcspn(from, "]")] = '\0';
	finding_say(finding, "%.100s", from + 1);
	if (strcmp(from + 1, "always") != 0)
		return;
	finding_note(finding, "A fork costs less, and what a child writes "
			      "first is copied 2 MiB at a time.");
	finding_remedy(finding, "The policy madvise, if children are short of "
				"memory.");
}

const struct check checks_memory[] = {
	{ .name = "fork", .look = look_at_fork },
	{ .name = "clock", .look = look_at_clock },
	{ .name = "overcommit", .look = look_at_overcommit },
	{ .name = "huge-pages", .look = look_at_huge_pages },
	{ 0 },
};
