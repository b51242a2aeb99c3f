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

/* 0, or why it must not be used. */
int super_check(const struct tine_super *super);

/* Around all that runs the user's code: the handle stays, and its context. */
struct tine_ctx *super_pin(struct tine_super *super);
void super_unpin(struct tine_super *super, struct tine_ctx *ctx);

/* A task holds it, or lets go. */
void super_hold(struct tine_super *super);
void super_drop(struct tine_super *super);

#endif
