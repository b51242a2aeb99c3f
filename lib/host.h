/* SPDX-License-Identifier: MIT */
/* host.h - who forks a task's child in its place: a supervisor, for a task. */
#ifndef TINE_HOST_H
#define TINE_HOST_H

#include "reap.h"

struct tine_task;

struct host {
	const struct reap_backend *reap; /* how its children are seen to end */

	/* Fills task->child: it runs, or will in a moment, and needs no gate.
	 * 0 or an enum tine_error. */
	int (*start)(struct host *host, struct tine_task *task);
};

#endif
