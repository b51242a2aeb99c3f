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
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"

#define PROC_SHARE 500 /* processes that are worth a thread */
#define PROC_THREADS 8

/* Behind the name, which may hold anything. */
static bool proc_parse(struct proc *proc, const char *line)
{
	const char *behind = strrchr(line, ')');
	const int64_t ticks = sysconf(_SC_CLK_TCK);
	unsigned long long user, system, pages;
	int parent;

	if (!behind ||
	    sscanf(behind,
		   ") %c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu %llu %*s "
		   "%*s %*s %*s %*s %*s %llu %*s %llu",
		   &proc->state, &parent, &user, &system, &proc->started,
		   &pages) != 6)
		return false;
	proc->parent = parent;
	proc->cpu_us = (int64_t)(user + system) * (1000000 / ticks);
	proc->rss_bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE);
	return true;
}

static void proc_read_one(struct proc *proc)
{
	char path[64], line[1024];
	AUTO_CLOSE int fd = -1;
	ssize_t got;

	proc->there = false;
	if (proc->pid <= 0)
		return;
	(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)proc->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? -1 : fd_read(fd, line, sizeof line - 1);
	if (got <= 0)
		return;
	line[got] = '\0';
	proc->there = proc_parse(proc, line);
}

struct share {
	struct proc *procs;
	size_t count;
};

static void *proc_read_share(void *data)
{
	const struct share *share = data;

	for (size_t i = 0; i < share->count; i++)
		proc_read_one(&share->procs[i]);
	return NULL;
}

static size_t proc_threads(size_t count)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t most = count / PROC_SHARE + 1;

	if (most > PROC_THREADS)
		most = PROC_THREADS;
	return processors < 1              ? 1
	       : (size_t)processors < most ? (size_t)processors
					   : most;
}

void proc_read(struct proc *procs, size_t count)
{
	pthread_t threads[PROC_THREADS];
	struct share shares[PROC_THREADS];
	size_t wanted = proc_threads(count), each = count / wanted;
	size_t started = 0;

	for (size_t i = 0; i < wanted; i++)
		shares[i] = (struct share){ procs + i * each, each };
	shares[wanted - 1].count = count - (wanted - 1) * each;
	while (started + 1 < wanted &&
	       pthread_create(&threads[started], NULL, proc_read_share,
			      &shares[started]) == 0)
		started++;
	for (size_t i = started; i < wanted; i++)
		(void)proc_read_share(&shares[i]);
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(threads[i], NULL);
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
