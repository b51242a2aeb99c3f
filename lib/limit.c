/* SPDX-License-Identifier: MIT */
/*
 * limit.c - what a child may use, and whether it met that.
 *
 * The kernel enforces all of them, and says so in three ways: a signal of the
 * limit's own (cpu, file size), an errno that the child gets (memory, files,
 * processes), or no way at all, when the child dies of a null pointer that a
 * failed malloc() gave it. So the child leaves evidence when it ends badly.
 *
 * Memory and files count from what the child has at its start: it is a copy
 * of a program that may be large, and what the program has is not its fault.
 *
 * What runs in the child uses system calls and the stack, no more: it is
 * called from a handler of SIGSEGV, too.
 */
#include "limit.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"

const char *limit_name(enum limit limit)
{
	static const char *const names[LIMIT_COUNT] = {
		[LIMIT_NONE] = "none",
#define LIMIT_NAME(name, text) [LIMIT_##name] = text,
		LIMITS(LIMIT_NAME)
#undef LIMIT_NAME
	};

	assert(limit < LIMIT_COUNT);
	return names[limit];
}

/* Soft and hard, but never above the hard limit that is there. By syscall(2),
 * for the reason that newborn.c has. */
static bool limit_set(int resource, uint64_t soft, uint64_t hard)
{
	struct rlimit64 limit, before;

	if (syscall(SYS_prlimit64, 0, resource, NULL, &before) < 0)
		return false;
	limit = before;
	if (hard < limit.rlim_max)
		limit.rlim_max = hard;
	limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
	if (limit.rlim_cur == before.rlim_cur &&
	    limit.rlim_max == before.rlim_max)
		return true;
	return syscall(SYS_prlimit64, 0, resource, &limit, NULL) == 0;
}

/* Field number `field` of /proc/self/statm, in bytes; 0: it is not there. */
static uint64_t statm(int field)
{
	AUTO_CLOSE int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[128];
	ssize_t size = fd < 0 ? -1 : fd_read(fd, text, sizeof text);
	uint64_t pages = 0;

	for (ssize_t i = 0; i < size && field >= 0; i++)
		if (text[i] == ' ')
			field--;
		else if (field == 0 && text[i] >= '0' && text[i] <= '9')
			pages = pages * 10 + (uint64_t)(text[i] - '0');
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

#define STATM_ALL 0
#define STATM_DATA 5

/* Beside data, mappings of all kinds are held, more loosely: a library that
 * is loaded, or a file that is mapped, is not what the limit is meant for. */
#define LIMIT_SLACK ((uint64_t)256 << 20)

static bool limit_memory(uint64_t bytes)
{
	uint64_t data = statm(STATM_DATA) + bytes;
	uint64_t all = statm(STATM_ALL) + 2 * bytes + LIMIT_SLACK;

	return limit_set(RLIMIT_DATA, data, data) &&
	       limit_set(RLIMIT_AS, all, all);
}

/* RLIMIT_CPU knows whole seconds, so a timer of the process's own cpu clock
 * does the work, and RLIMIT_CPU stands behind it for a child that ignores
 * the signal. */
static bool limit_cpu(int64_t cpu_ms)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGXCPU };
	struct itimerspec when = {
		.it_value = { .tv_sec = cpu_ms / 1000,
			      .tv_nsec = cpu_ms % 1000 * 1000000 },
	};
	uint64_t seconds = (uint64_t)cpu_ms / 1000 + 1;
	timer_t timer;

	return timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) == 0 &&
	       timer_settime(timer, 0, &when, NULL) == 0 &&
	       limit_set(RLIMIT_CPU, seconds, seconds + 1);
}

/* The kernel limits their numbers, and takes the lowest that is free: so the
 * limit is behind as many free ones as the task may have. */
static bool limit_files(unsigned files)
{
	unsigned most = 0;

	while (files > 0)
		if (fcntl((int)most++, F_GETFD) < 0)
			files--;
	return limit_set(RLIMIT_NOFILE, most, most);
}

/* A limit of 1 keeps the kernel from handing a core to a program, too. */
static bool limit_core(bool core)
{
	uint64_t most = core ? RLIM_INFINITY : 1;

	return limit_set(RLIMIT_CORE, most, RLIM_INFINITY);
}

bool limit_apply(const struct tine_limits *limits)
{
	if (!limit_core(limits->core))
		return false;
	if (limits->memory_bytes && !limit_memory(limits->memory_bytes))
		return false;
	if (limits->cpu_ms && !limit_cpu(limits->cpu_ms))
		return false;
	if (limits->files && !limit_files(limits->files))
		return false;
	if (limits->file_bytes &&
	    !limit_set(RLIMIT_FSIZE, limits->file_bytes, limits->file_bytes))
		return false;
	return !limits->processes ||
	       limit_set(RLIMIT_NPROC, limits->processes, limits->processes);
}

/* Little is left: less than a sixteenth of the limit, or of a mebibyte. */
static bool limit_memory_used_up(uint64_t bytes)
{
	uint64_t margin = bytes / 16 + (1 << 20);
	struct rlimit limit;

	return getrlimit(RLIMIT_DATA, &limit) == 0 &&
	       statm(STATM_DATA) + margin >= limit.rlim_cur;
}

/* EAGAIN is left behind by much else: so see whether a fork is refused now. */
static bool limit_fork_refused(void)
{
	pid_t pid = _Fork(); /* unlike fork(), safe in a signal handler */

	if (pid == 0)
		_exit(0);
	if (pid < 0)
		return errno == EAGAIN;
	(void)waitpid(pid, NULL, 0);
	return false;
}

enum limit limit_met(const struct tine_limits *limits, int error)
{
	if (limits->memory_bytes &&
	    (error == ENOMEM || limit_memory_used_up(limits->memory_bytes)))
		return LIMIT_MEMORY;
	if (limits->files && error == EMFILE)
		return LIMIT_FILES;
	if (limits->file_bytes && error == EFBIG)
		return LIMIT_FILE_SIZE;
	if (limits->processes && error == EAGAIN && limit_fork_refused())
		return LIMIT_PROCESSES;
	return LIMIT_NONE;
}

static int64_t cpu_used_ms(const struct rusage *usage)
{
	return ((int64_t)usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) *
		       1000 +
	       (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1000;
}

enum limit limit_of_signal(const struct tine_limits *limits, int number,
			   const struct rusage *usage)
{
	bool cpu = limits->cpu_ms != 0;

	if (cpu &&
	    (number == SIGXCPU ||
	     (number == SIGKILL && cpu_used_ms(usage) >= limits->cpu_ms)))
		return LIMIT_CPU;
	if (limits->file_bytes && number == SIGXFSZ)
		return LIMIT_FILE_SIZE;
	return LIMIT_NONE;
}
