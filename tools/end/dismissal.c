/* SPDX-License-Identifier: MIT */
/* dismissal.c - somebody is to end: asked, then killed, by whom it may be. */
#include "end/dismissal.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "defer.h"
#include "end/strike.h"
#include "tine.h"

#define KILLED_MS 10000 /* for the kernel to end a process, or its owner */
#define OWNER_LOOK_MS 10

static void refuse(struct dismissal *dismissal, const char *why)
{
	dismissal->state = DISMISSAL_REFUSED;
	(void)snprintf(dismissal->why, sizeof dismissal->why, "%s", why);
}

/* ---- Its supervisor ----------------------------------------------------- */

static const char *plea_failure(int error)
{
	return error == TINE_ENOENT  ? "has no name to be found by"
	       : error == TINE_EGONE ? "does not answer"
				     : tine_strerror(error);
}

static void warn_of_restart(const struct dismissal *dismissal, int error)
{
	const struct target *target = &dismissal->target;

	if (target->slot.restart == TINE_TEMPORARY)
		return;
	warnx("%s: its supervisor %d %s: it may start it again", target->id,
	      (int)target->owner.pid, plea_failure(error));
}

static void ask(struct dismissal *dismissal)
{
	int error = plea_make(&dismissal->plea, &dismissal->target);

	dismissal->asked = error == 0;
	if (error < 0)
		warn_of_restart(dismissal, error);
}

/* ---- Signals ------------------------------------------------------------ */

static void strike(struct dismissal *dismissal, bool kill)
{
	const struct target *target = &dismissal->target;

	strike_mark(target);
	if (kill ? strike_kill(target, dismissal->pidfd)
		 : strike_stop(target, dismissal->pidfd)) {
		dismissal->killed = kill;
		return;
	}
	dismissal->state = DISMISSAL_REMAINS;
	(void)snprintf(dismissal->why, sizeof dismissal->why,
		       "it cannot be signalled: %s", strerror(errno));
}

/* Who has time for his own children, or is not the library's, is not killed
 * unless that was asked for. */
static int64_t grace_of(const struct dismissal *dismissal,
			const struct dismissal_order *order)
{
	const struct target *target = &dismissal->target;

	if (order->grace_ms >= 0)
		return order->grace_ms;
	if (dismissal->asked || target->kind == ROW_PROGRAM ||
	    target->kind == ROW_SUPER)
		return TINE_FOREVER;
	return target->slot.grace_ms;
}

static void dismissal_strike(struct dismissal *dismissal,
			     const struct dismissal_order *order)
{
	bool kill = order->kill || order->grace_ms == 0;

	if (kill || !dismissal->asked)
		strike(dismissal, kill);
	dismissal->deadline =
		clock_deadline(kill ? KILLED_MS : grace_of(dismissal, order));
}

/* ---- Beginning ---------------------------------------------------------- */

/* One that waits for its next start is its supervisor's to forget. */
static void begin_without_process(struct dismissal *dismissal)
{
	dismissal->deadline = clock_deadline(KILLED_MS);
	if (dismissal->asked)
		return;
	refuse(dismissal, dismissal->target.kind == ROW_STREAM
				  ? "a stream has no process: end what is "
				    "under it, or its program"
				  : "it has no process now");
}

void dismissal_begin(struct dismissal *dismissal, const struct target *target,
		     const struct dismissal_order *order)
{
	*dismissal = (struct dismissal){ .target = *target,
					 .state = DISMISSAL_UNDER_WAY,
					 .pidfd = -1,
					 .plea.post.socket = -1 };
	list_init(&dismissal->plea.post.unsent);
	if (target->pid > 0) {
		dismissal->pidfd = proof_open(target, dismissal->why);
		if (dismissal->pidfd < 0 && dismissal->why[0]) {
			dismissal->state = DISMISSAL_REFUSED;
			return;
		}
	}
	if (target->under_super)
		ask(dismissal);
	if (dismissal->pidfd >= 0)
		dismissal_strike(dismissal, order);
	else if (target->pid == 0)
		begin_without_process(dismissal);
}

/* ---- Finishing ---------------------------------------------------------- */

/* Its supervisor does not know it: so it is for us to end. */
static void hear(struct dismissal *dismissal)
{
	int64_t answer = 0;

	if (!dismissal->plea.made || !plea_hear(&dismissal->plea, &answer) ||
	    answer == 0 || dismissal->killed)
		return;
	warn_of_restart(dismissal, (int)answer);
	dismissal->asked = false;
	if (dismissal->pidfd >= 0)
		strike(dismissal, false);
}

static bool is_over(const struct dismissal *dismissal)
{
	return dismissal->pidfd < 0 && !dismissal->plea.made;
}

/* Until something happens. False: the deadline is over. */
static bool await(struct dismissal *dismissal)
{
	struct pollfd fds[2] = {
		{ .fd = dismissal->pidfd, .events = POLLIN },
		{ .fd = dismissal->plea.made ? dismissal->plea.post.socket : -1,
		  .events = POLLIN },
	};
	int64_t left = clock_left_ms(dismissal->deadline);
	int ready = poll(fds, 2, left > INT32_MAX ? -1 : (int)left);

	if (ready > 0 && fds[0].revents) {
		(void)close(steal_fd(&dismissal->pidfd));
		dismissal->deadline = clock_deadline(KILLED_MS);
	}
	if (ready > 0 && fds[1].revents)
		hear(dismissal);
	return ready != 0;
}

/* Its time is over: it is killed, or had its chance. */
static void press(struct dismissal *dismissal)
{
	if (dismissal->pidfd >= 0 && !dismissal->killed) {
		strike(dismissal, true);
		dismissal->deadline = clock_deadline(KILLED_MS);
		return;
	}
	if (dismissal->pidfd < 0) {
		dismissal->plea.made = false;
		return;
	}
	dismissal->state = DISMISSAL_REMAINS;
	(void)snprintf(dismissal->why, sizeof dismissal->why,
		       "it was killed, and the kernel still has it");
}

/* Its owner may be busy, or run its loop only now and then. */
static void look_for_end(struct dismissal *dismissal)
{
	const struct timespec moment = { .tv_nsec = OWNER_LOOK_MS * 1000000 };
	int64_t deadline = clock_deadline(EPITAPH_MS);
	enum epitaph_state state;

	do {
		state = epitaph_look(&dismissal->target, &dismissal->end);
		dismissal->has_end = state == EPITAPH_WRITTEN;
		if (state == EPITAPH_WRITTEN || state == EPITAPH_NONE)
			return;
		(void)nanosleep(&moment, NULL);
	} while (clock_left_ms(deadline) > 0);
}

void dismissal_finish(struct dismissal *dismissal)
{
	while (dismissal->state == DISMISSAL_UNDER_WAY && !is_over(dismissal))
		if (!await(dismissal))
			press(dismissal);
	if (dismissal->state == DISMISSAL_UNDER_WAY) {
		dismissal->state = DISMISSAL_ENDED;
		look_for_end(dismissal);
	}
	plea_done(&dismissal->plea);
	defer_close(&dismissal->pidfd);
}
