/* SPDX-License-Identifier: MIT */
/*
 * proc.c - what the system says of processes.
 *
 * The kernel takes some ten microseconds to write down what it knows of one. Of
 * thousands that is too long for who waits: so all processors share the work.
 */
#include "proc.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"

#define PROC_SHARE 500 /* processes that are worth a thread */
#define PROC_THREADS 8
#define PROC_PIECE 64 /* of them that one takes at once */

/* Numbers of /proc/PID/stat, as proc(5) counts them. */
enum {
	STAT_PARENT = 4,
	STAT_USER = 14,
	STAT_SYSTEM,
	STAT_STARTED = 22,
	STAT_PAGES = 24,
	STAT_NUMBERS
};

/* Behind the name, which may hold anything, and the state. By hand, since
 * sscanf(3) takes as long as the kernel does. */
static bool proc_parse(struct proc *proc, char *line)
{
	const int64_t ticks = sysconf(_SC_CLK_TCK);
	int64_t numbers[STAT_NUMBERS];
	char *at = strrchr(line, ')');

	if (!at || strlen(at) < 4)
		return false;
	proc->state = at[2];
	at += 3;
	for (int i = STAT_PARENT; i < STAT_NUMBERS; i++) {
		char *end;

		numbers[i] = strtoll(at, &end, 10);
		if (end == at)
			return false;
		at = end;
	}
	proc->parent = (pid_t)numbers[STAT_PARENT];
	proc->cpu_us =
		(numbers[STAT_USER] + numbers[STAT_SYSTEM]) * (1000000 / ticks);
	proc->started = (unsigned long long)numbers[STAT_STARTED];
	proc->rss_bytes =
		(uint64_t)numbers[STAT_PAGES] * (uint64_t)sysconf(_SC_PAGESIZE);
	return true;
}

static void proc_read_one(struct proc *proc, int list)
{
	char path[64], line[1024];
	AUTO_CLOSE int fd = -1;
	ssize_t got;

	proc->there = false;
	if (proc->pid <= 0)
		return;
	(void)snprintf(path, sizeof path, "%d/stat", (int)proc->pid);
	fd = openat(list, path, O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? -1 : fd_read(fd, line, sizeof line - 1);
	if (got <= 0)
		return;
	line[got] = '\0';
	proc->there = proc_parse(proc, line);
}

/* Of all, those that nobody has begun with yet. */
struct work {
	struct proc *procs;
	size_t count;
	_Atomic size_t next;
	int list; /* of the system's processes */
};

static void proc_read_some(struct work *work)
{
	size_t at;

	while ((at = atomic_fetch_add(&work->next, PROC_PIECE)) < work->count)
		for (size_t i = at; i < at + PROC_PIECE && i < work->count; i++)
			proc_read_one(&work->procs[i], work->list);
}

/* With descriptors of its own, it does not wait for a place among them. */
static void *proc_help(void *work)
{
	(void)unshare(CLONE_FILES);
	proc_read_some(work);
	return NULL;
}

/* Besides the one that there is. */
static size_t proc_helpers(size_t count)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t most = count / PROC_SHARE;

	if (most > PROC_THREADS)
		most = PROC_THREADS;
	return processors < 1                  ? 0
	       : (size_t)processors - 1 < most ? (size_t)processors - 1
					       : most;
}

void proc_read_beside(struct proc *procs, size_t count,
		      void (*first)(void *data), void *data)
{
	struct work work = { .procs = procs, .count = count };
	pthread_t helpers[PROC_THREADS];
	size_t wanted = proc_helpers(count), started = 0;

	work.list = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	while (started < wanted &&
	       pthread_create(&helpers[started], NULL, proc_help, &work) == 0)
		started++;
	first(data);
	proc_read_some(&work);
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(helpers[i], NULL);
	defer_close(&work.list);
}

static void nothing(void *data)
{
	(void)data;
}

void proc_read(struct proc *procs, size_t count)
{
	proc_read_beside(procs, count, nothing, NULL);
}

const char *proc_state_name(char state)
{
	switch (state) {
	case 'R': return "running";
	case 'S':
	case 'I': return "sleeping";
	case 'D': return "waiting for a disk";
	case 'T': return "stopped";
	case 't': return "traced";
	case 'Z':
	case 'X': return "ended";
	default: return "unknown";
	}
}
