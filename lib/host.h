/* SPDX-License-Identifier: MIT */
/* host.h - who forks a task's child in its place: a supervisor, for a task. */
#ifndef TINE_HOST_H
#define TINE_HOST_H

#include "reap.h"

struct tine_task;

struct host {
	const struct reap_backend *reap; /* how its children are seen to end */

	/* Around each task that may be started there: it is not to go before
	 * that does. */
	void (*hold)(struct host *host);
	void (*drop)(struct host *host);

	/* Fills task->child: it runs, or will in a moment, and needs no gate.
	 * 0 or an enum tine_error. */
	int (*start)(struct host *host, struct tine_task *task);

	/* Whether it is known by the deadline how a child ended; until then
	 * waits, without the loop. */
	bool (*look)(struct host *host, const struct child *child,
		     int64_t deadline, struct child_exit *ended);
};

#endif
