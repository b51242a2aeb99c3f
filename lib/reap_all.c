/* SPDX-License-Identifier: MIT */
/*
 * reap_all.c - a loop learns of deaths in a process that is all our own.
 *
 * A supervisor has no children but those it forked or adopted. So it may take
 * SIGCHLD, and wait for any: a child costs it no descriptor, and ten thousand
 * of them are within its limits. Strangers are reaped in passing.
 */
#include "reap_all.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "list.h"

#define REAP_BUCKETS 1024

struct reap {
	struct list_node node;
	pid_t pid;
	reap_fn *fn;
	void *data;
};

/* Set in a supervisor only: there is but one for all of its process. */
static struct list_node *buckets;

static struct list_node *bucket_of(pid_t pid)
{
	return &buckets[(unsigned)pid % REAP_BUCKETS];
}

bool reap_all_open(void)
{
	buckets = calloc(REAP_BUCKETS, sizeof *buckets);
	for (size_t i = 0; buckets && i < REAP_BUCKETS; i++)
		list_init(&buckets[i]);
	return buckets != NULL;
}

static struct reap *find(pid_t pid)
{
	LIST_EACH (node, bucket_of(pid)) {
		struct reap *reap = LIST_ENTRY(node, struct reap, node);

		if (reap->pid == pid)
			return reap;
	}
	return NULL;
}

/* Returns whether it is gone. */
static bool look_at(pid_t pid)
{
	struct reap *reap = find(pid);

	if (reap)
		return reap->fn(reap->data, NULL);
	return waitpid(pid, NULL, WNOHANG | __WALL) == pid;
}

/* Somebody who has ended; 0: nobody. */
static pid_t any_ended(void)
{
	siginfo_t info = { 0 };
	int result;

	do
		result = waitid(P_ALL, 0, &info,
				WEXITED | WNOHANG | WNOWAIT | __WALL);
	while (result < 0 && errno == EINTR);
	return result < 0 ? 0 : info.si_pid;
}

bool reap_all_look(void)
{
	pid_t pid;

	while ((pid = any_ended()) > 0)
		if (!look_at(pid))
			return false;
	return true;
}

static struct reap *all_start(struct loop *loop, const struct child *child,
			      reap_fn *fn, void *data)
{
	struct reap *reap = calloc(1, sizeof *reap);

	(void)loop;
	if (!reap)
		return NULL;
	*reap = (struct reap){ .pid = child->pid, .fn = fn, .data = data };
	list_append(bucket_of(reap->pid), &reap->node);
	return reap;
}

static void all_stop(struct reap *reap)
{
	list_remove(&reap->node);
	free(reap);
}

static void all_nothing(struct reap *reap)
{
	(void)reap; /* SIGCHLD will say */
}

const struct reap_backend reap_all = {
	.name = "all",
	.pidfd = false,
	.start = all_start,
	.stop = all_stop,
	.background = all_nothing,
	.hint = all_nothing,
};
