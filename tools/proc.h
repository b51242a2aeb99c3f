/* SPDX-License-Identifier: MIT */
/* proc.h - what the system says of processes. */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct proc {
	pid_t pid; /* whose it is to be */
	bool there;
	char state; /* 'R', 'S', 'T', ... as in proc(5) */
	pid_t parent;
	int64_t cpu_us;
	uint64_t rss_bytes;
	unsigned long long started; /* in ticks since the boot */
};

/* Fills in what there is of each; not there: it has ended. */
void proc_read(struct proc *procs, size_t count);

/* The same. While others begin with it, if there are processors for them, the
 * caller does something else first. */
void proc_read_beside(struct proc *procs, size_t count,
		      void (*first)(void *data), void *data);

/* "running", "sleeping", "stopped", ...: never NULL. */
const char *proc_state_name(char state);

#endif
