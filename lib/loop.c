/* SPDX-License-Identifier: MIT */
/*
 * loop.c - the event loop: descriptors, timers, running until something holds.
 *
 * The only file that knows libev. Its default loop installs a handler for
 * SIGCHLD and waits for every child of the program, so we never make one; a
 * caller may bring his, and is then told so by loop_steals_children().
 */
#include "loop.h"

#include <ev.h>
#include <stdlib.h>

#include "clock.h"
#include "pollset.h"
#include "tine.h"

struct loop {
	struct ev_loop *ev;
	bool owned;
	struct pollset set; /* what is watched for reading, ... */
	ev_io readable;     /* ... which libev sees as one descriptor */
	unsigned depth;     /* of callbacks that are under way, */
	bool dead;          /* and one of them freed it */
	int64_t turned;     /* when it was run last, on the rough clock */
};

enum watch_kind { WATCH_IO, WATCH_TIMER, WATCH_CHILD };

struct loop_watch {
	struct loop *loop;
	enum watch_kind kind;
	bool background;
	bool unrefed;
	union {
		loop_fn *fn;
		loop_child_fn *child_fn;
	};
	void *data;
	union {
		struct pollset_entry io;
		ev_timer timer;
		ev_child child;
	};
};

static void on_readable(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *loop = io->data;

	(void)ev;
	(void)events;
	loop->depth++;
	pollset_dispatch(&loop->set);
	if (--loop->depth == 0 && loop->dead)
		free(loop);
}

/* It does not keep a loop running: the watches do that. */
static void loop_attach(struct loop *loop)
{
	ev_io_init(&loop->readable, on_readable, loop->set.fd, EV_READ);
	loop->readable.data = loop;
	ev_io_start(loop->ev, &loop->readable);
	ev_unref(loop->ev);
}

int loop_new(struct ev_loop *callers, struct loop **loop)
{
	struct loop *made = calloc(1, sizeof *made);
	int error;

	if (!made)
		return TINE_ENOMEM;
	error = pollset_open(&made->set);
	made->ev = callers || error ? callers : ev_loop_new(EVFLAG_AUTO);
	made->owned = !callers;
	if (error == 0 && !made->ev)
		error = TINE_ELIMIT;
	if (error < 0) {
		pollset_close(&made->set);
		free(made);
		return error;
	}
	loop_attach(made);
	*loop = made;
	return 0;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	ev_ref(loop->ev);
	ev_io_stop(loop->ev, &loop->readable);
	pollset_close(&loop->set);
	if (loop->owned)
		ev_loop_destroy(loop->ev);
	loop->dead = true;
	if (loop->depth == 0)
		free(loop);
}

bool loop_steals_children(const struct loop *loop)
{
	return ev_is_default_loop(loop->ev);
}

/* ---- Watches ----------------------------------------------------------- */

static struct loop_watch *watch_new(struct loop *loop, enum watch_kind kind,
				    void *data)
{
	struct loop_watch *watch = calloc(1, sizeof *watch);

	if (watch) {
		watch->loop = loop;
		watch->kind = kind;
		watch->data = data;
	}
	return watch;
}

/* A watch in background takes back the reference that libev gives to each that
 * is active; and returns it before libev takes it, too. */
static void watch_unref(struct loop_watch *watch)
{
	if (!watch->background || watch->unrefed)
		return;
	watch->unrefed = true;
	ev_unref(watch->loop->ev);
}

static void watch_ref(struct loop_watch *watch)
{
	if (!watch->unrefed)
		return;
	watch->unrefed = false;
	ev_ref(watch->loop->ev);
}

static void on_timer(struct ev_loop *ev, ev_timer *timer, int events)
{
	struct loop_watch *watch = timer->data;

	(void)ev;
	(void)events;
	watch_ref(watch);
	watch->fn(watch->data);
}

static void on_child(struct ev_loop *ev, ev_child *child, int events)
{
	struct loop_watch *watch = child->data;

	(void)ev;
	(void)events;
	watch->child_fn(watch->data, child->rstatus);
}

struct loop_watch *loop_readable_start(struct loop *loop, int fd, loop_fn *fn,
				       void *data)
{
	struct loop_watch *watch = watch_new(loop, WATCH_IO, data);

	if (!watch)
		return NULL;
	watch->io = (struct pollset_entry){ .fd = fd, .fn = fn, .data = data };
	if (!pollset_add(&loop->set, &watch->io)) {
		free(watch);
		return NULL;
	}
	ev_ref(loop->ev);
	return watch;
}

struct loop_watch *loop_timer_start(struct loop *loop, int64_t ms, loop_fn *fn,
				    void *data)
{
	struct loop_watch *watch = watch_new(loop, WATCH_TIMER, data);

	if (!watch)
		return NULL;
	watch->fn = fn;
	ev_init(&watch->timer, on_timer);
	watch->timer.data = watch;
	loop_timer_again(watch, ms);
	return watch;
}

/* libev counts from when its loop last woke, which may be long ago. */
void loop_timer_again(struct loop_watch *watch, int64_t ms)
{
	struct ev_loop *ev = watch->loop->ev;

	watch_ref(watch);
	ev_timer_stop(ev, &watch->timer);
	if (ms < 0)
		return;
	ev_now_update(ev);
	ev_timer_set(&watch->timer, (double)ms / 1000, 0);
	ev_timer_start(ev, &watch->timer);
	watch_unref(watch);
}

struct loop_watch *loop_child_start(struct loop *loop, pid_t pid,
				    loop_child_fn *fn, void *data)
{
	struct loop_watch *watch = watch_new(loop, WATCH_CHILD, data);

	if (!watch)
		return NULL;
	watch->child_fn = fn;
	ev_child_init(&watch->child, on_child, pid, 0);
	watch->child.data = watch;
	ev_child_start(loop->ev, &watch->child);
	return watch;
}

void loop_background(struct loop_watch *watch)
{
	watch->background = true;
	if (watch->kind != WATCH_TIMER || ev_is_active(&watch->timer))
		watch_unref(watch);
}

static void loop_stop_reading(struct loop_watch *watch)
{
	pollset_remove(&watch->loop->set, &watch->io);
	ev_unref(watch->loop->ev);
}

void loop_stop(struct loop_watch *watch)
{
	if (!watch)
		return;
	watch_ref(watch);
	switch (watch->kind) {
	case WATCH_IO: loop_stop_reading(watch); break;
	case WATCH_TIMER: ev_timer_stop(watch->loop->ev, &watch->timer); break;
	case WATCH_CHILD: ev_child_stop(watch->loop->ev, &watch->child); break;
	}
	free(watch);
}

/* ---- Running ----------------------------------------------------------- */

static void on_wake(struct ev_loop *ev, ev_timer *timer, int events)
{
	(void)ev;
	(void)timer;
	(void)events;
}

#define LOOP_OVERDUE_US 10000 /* more than two ticks of the rough clock */

bool loop_is_overdue(const struct loop *loop)
{
	return clock_rough_us() - loop->turned >= LOOP_OVERDUE_US;
}

bool loop_run(struct loop *loop, loop_test *test, void *data, int64_t deadline)
{
	int64_t left = clock_left_ms(deadline);
	ev_timer wake;
	bool holds;

	loop->turned = clock_rough_us();
	if (left == 0) {
		(void)ev_run(loop->ev, EVRUN_NOWAIT);
		return test(data);
	}
	ev_init(&wake, on_wake);
	ev_ref(loop->ev); /* libev does not sleep for watches in background */
	while (!(holds = test(data)) && (left = clock_left_ms(deadline)) != 0) {
		if (left > 0) {
			ev_now_update(loop->ev);
			ev_timer_set(&wake, (double)left / 1000, 0);
			ev_timer_start(loop->ev, &wake);
		}
		(void)ev_run(loop->ev, EVRUN_ONCE);
		ev_timer_stop(loop->ev, &wake);
	}
	ev_unref(loop->ev);
	return holds;
}
