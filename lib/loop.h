/* SPDX-License-Identifier: MIT */
/*
 * loop.h - the event loop: descriptors, timers, running until something holds.
 *
 * A watch is made by _start and released by _stop, which takes NULL too; a
 * timer that went off is still to be stopped. Stopping a watch from inside a
 * callback, its own included, is fine.
 */
#ifndef TINE_LOOP_H
#define TINE_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct ev_loop;
struct loop;
struct loop_watch;

typedef void loop_fn(void *data);
typedef bool loop_test(void *data);

/* On the caller's loop, or on one of its own. 0 or an enum tine_error. */
int loop_new(struct ev_loop *callers, struct loop **loop);
void loop_free(struct loop *loop);

/* libev's own signal handling reaps every child of the program. */
bool loop_steals_children(const struct loop *loop);

/* These return NULL when memory is out. A descriptor is to stay open for as
 * long as it is watched. */
struct loop_watch *loop_readable_start(struct loop *loop, int fd, loop_fn *fn,
				       void *data);
struct loop_watch *loop_timer_start(struct loop *loop, int64_t ms, loop_fn *fn,
				    void *data);

/* Sets a timer that was started anew; it needs no memory, and cannot fail.
 * A time below 0 never comes. */
void loop_timer_again(struct loop_watch *watch, int64_t ms);

/* The end of a child, with its wait status; only where the loop steals. */
typedef void loop_child_fn(void *data, int status);
struct loop_watch *loop_child_start(struct loop *loop, pid_t pid,
				    loop_child_fn *fn, void *data);
void loop_stop(struct loop_watch *watch);

/* A watch that alone does not keep a loop running. */
void loop_background(struct loop_watch *watch);

/*
 * Runs the loop until test(data) holds, or the deadline (clock.h) is over.
 * Whatever is ready is handled at least once, also when the deadline is over
 * already. Returns what the test said last.
 */
bool loop_run(struct loop *loop, loop_test *test, void *data, int64_t deadline);

/* Whether it has not been run for so long that others' timers, and their
 * timeouts, would be late if whoever is busy did not run it now. */
bool loop_is_overdue(const struct loop *loop);

#endif
