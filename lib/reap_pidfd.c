/* SPDX-License-Identifier: MIT */
/*
 * reap_pidfd.c - a loop learns of a death by a pidfd that becomes readable.
 *
 * It needs neither SIGCHLD nor a wait for "any child", both of which belong to
 * the program. A pidfd may be readable while there is nothing to reap yet
 * (threads outlive the first one, or a tracer holds the exit): then it is
 * looked at again by a timer, instead of all the time.
 */
#include "reap.h"

#include <stdlib.h>

#define REAP_AGAIN_MS 20

struct reap {
	struct loop *loop;
	const struct child *child;
	struct loop_watch *watch; /* the pidfd, or the timer */
	reap_fn *fn;
	void *data;
};

static void on_pidfd(void *data)
{
	struct reap *reap = data;

	if (reap->fn(reap->data, NULL))
		return; /* and reap is gone */
	loop_stop(reap->watch);
	reap->watch =
		loop_timer_start(reap->loop, REAP_AGAIN_MS, on_pidfd, reap);
}

static struct reap *pidfd_start(struct loop *loop, const struct child *child,
				reap_fn *fn, void *data)
{
	struct reap *reap = calloc(1, sizeof *reap);

	if (!reap)
		return NULL;
	*reap = (struct reap){
		.loop = loop, .child = child, .fn = fn, .data = data
	};
	reap->watch = loop_readable_start(loop, child->pidfd, on_pidfd, reap);
	if (reap->watch)
		return reap;
	free(reap);
	return NULL;
}

static void pidfd_stop(struct reap *reap)
{
	if (!reap)
		return;
	loop_stop(reap->watch);
	free(reap);
}

static void pidfd_hint(struct reap *reap)
{
	(void)reap; /* the pidfd will say */
}

const struct reap_backend reap_pidfd = {
	.name = "pidfd",
	.pidfd = true,
	.start = pidfd_start,
	.stop = pidfd_stop,
	.hint = pidfd_hint,
};
