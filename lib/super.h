/* SPDX-License-Identifier: MIT */
/* super.h - a supervisor, from outside: who started it, or found it. */
#ifndef TINE_SUPER_H
#define TINE_SUPER_H

#include "home.h"
#include "host.h"
#include "launch.h"
#include "task.h"

struct tine_super {
	struct host host; /* the first: tasks know no more of it */
	struct owned owned;
	struct tine_ctx *ctx; /* NULL: freed before this was */
	struct home home;
	struct tine_super_options options; /* its callbacks */
	struct tine_task *task; /* its guardian; NULL: others started it */
	struct post post;
	struct loop_watch *watch;
	struct loop_watch *kick; /* letters came while nobody could take them */
	struct list_node letters;
	struct list_node calls;
	struct list_node loans;
	uint64_t serial;
	unsigned misses; /* letters came, but there was no memory for one */
	pid_t pid;
	bool gone;     /* nobody is at the other end */
	bool stopping; /* we asked it to end */
	bool told;     /* on_end was called, or need not be */
	unsigned pins; /* calls that use it are under way, */
	bool freed;    /* and one of them freed it */
};

/* A question, and its answer. */
struct call {
	struct list_node node;
	struct tine_super *super;
	uint64_t serial;
	bool done;
	int64_t value;
	struct letter *letter; /* with the body; to be freed */
};

/* 0, or why it must not be used. */
int super_check(const struct tine_super *super);

/*
 * Asks; and waits for the answer: meanwhile the loop runs, or not. 0, and then
 * call->value is the answer; or an enum tine_error. call_done() in any case.
 */
int super_send(struct tine_super *super, struct letter *letter,
	       struct call *call);
int super_hear(struct call *call, bool by_loop);
void call_done(struct call *call);

/*
 * The letter that a task has ended, which may have come already; waits for it,
 * without the loop. 1, and it is to be freed; 0: there is none by the deadline;
 * or an enum tine_error.
 */
int super_await_end(struct tine_super *super, uint64_t serial, int64_t deadline,
		    struct letter **letter);

/* A task holds it, or lets go. */
void super_hold(struct tine_super *super);
void super_drop(struct tine_super *super);

/* That it is gone is seen by its tasks, too. */
void super_forsake(struct tine_super *super);

#endif
