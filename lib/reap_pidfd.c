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
	struct loop_watch *watch; /* of the pidfd; NULL: the timer runs */
	struct loop_watch *timer;
	reap_fn *fn;
	void *data;
};

static void on_pidfd(void *data)
{
	struct reap *reap = data;

	if (reap->fn(reap->data, NULL))
		return; /* and reap is gone */
	loop_stop(reap->watch);
	reap->watch = NULL;
	loop_timer_again(reap->timer, REAP_AGAIN_MS);
}

static void pidfd_stop(struct reap *reap)
{
	if (!reap)
		return;
	loop_stop(reap->watch);
	loop_stop(reap->timer);
	free(reap);
}

static struct reap *pidfd_start(struct loop *loop, const struct child *child,
				reap_fn *fn, void *data)
{
	struct reap *reap = calloc(1, sizeof *reap);

	if (!reap)
		return NULL;
	reap->fn = fn;
	reap->data = data;
	reap->watch = loop_readable_start(loop, child->pidfd, on_pidfd, reap);
	reap->timer = loop_timer_start(loop, -1, on_pidfd, reap);
	if (reap->watch && reap->timer)
		return reap;
	pidfd_stop(reap);
	return NULL;
}

static void pidfd_background(struct reap *reap)
{
	loop_background(reap->watch);
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
	.background = pidfd_background,
	.hint = pidfd_hint,
};
