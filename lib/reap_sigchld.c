/* SPDX-License-Identifier: MIT */
/*
 * reap_sigchld.c - a loop learns of a death without pidfds.
 *
 * On libev's default loop, which handles SIGCHLD in any case, by what it hands
 * out. On any other loop a handler for SIGCHLD would be ours, and we install
 * none in the program: there we look at our own children, soon after one of
 * them said its last word, and from time to time for those that died without
 * one. This is the second choice; the first is reap_pidfd.c.
 */
#include "reap.h"

#include <stdlib.h>

#define REAP_LOOK_MS 10
#define REAP_SOON_MS 1

struct reap {
	const struct child *child;
	struct loop_watch *timer;
	struct loop_watch *taken; /* NULL: the loop takes no status */
	bool missed;              /* it was not ours to wait for, once */
	reap_fn *fn;
	void *data;
};

/* What the loop reaped it may not have handed out yet: it gets one turn. */
static void on_look(void *data)
{
	struct reap *reap = data;

	if (reap->taken && !reap->missed && !child_is_ours(reap->child))
		reap->missed = true;
	else if (reap->fn(reap->data, NULL))
		return; /* and reap is gone */
	loop_timer_again(reap->timer, REAP_LOOK_MS);
}

static void on_taken(void *data, int status)
{
	struct reap *reap = data;

	struct child_exit taken = child_exit_from(status);

	(void)reap->fn(reap->data, &taken);
}

static void sigchld_stop(struct reap *reap)
{
	if (!reap)
		return;
	loop_stop(reap->timer);
	loop_stop(reap->taken);
	free(reap);
}

static struct reap *sigchld_start(struct loop *loop, const struct child *child,
				  reap_fn *fn, void *data)
{
	struct reap *reap = calloc(1, sizeof *reap);
	bool steals = loop_steals_children(loop);

	if (!reap)
		return NULL;
	*reap = (struct reap){ .child = child, .fn = fn, .data = data };
	if (steals)
		reap->taken =
			loop_child_start(loop, child->pid, on_taken, reap);
	reap->timer = loop_timer_start(loop, REAP_LOOK_MS, on_look, reap);
	if (reap->timer && (!steals || reap->taken))
		return reap;
	sigchld_stop(reap);
	return NULL;
}

static void sigchld_background(struct reap *reap)
{
	loop_background(reap->timer);
	if (reap->taken)
		loop_background(reap->taken);
}

static void sigchld_hint(struct reap *reap)
{
	loop_timer_again(reap->timer, REAP_SOON_MS);
}

const struct reap_backend reap_sigchld = {
	.name = "sigchld",
	.pidfd = false,
	.start = sigchld_start,
	.stop = sigchld_stop,
	.background = sigchld_background,
	.hint = sigchld_hint,
};
