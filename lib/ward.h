/* SPDX-License-Identifier: MIT */
/* ward.h - a child under a supervisor: what it is to be, and its process. */
#ifndef TINE_WARD_H
#define TINE_WARD_H

#include "asker.h"
#include "post.h"
#include "roster.h"
#include "spec.h"

struct guest;
struct superd;
struct tine_task;

struct ward {
	struct kid kid;
	struct superd *superd;
	struct spec *spec;
	struct guest *guest; /* it is somebody's task; NULL: a child */
	char id[SPEC_ID];
	struct tine_task *task; /* NULL: it has no process */
	long place;       /* on the board, while it has none; -1: not there */
	uint64_t task_id; /* of the last one that ended */
	pid_t pid;
	enum tine_end last_end;
	struct asker starting;   /* who waits until it has started, */
	struct list_node ending; /* and those who wait for its end */

	/* A supervisor's. */
	struct post post;
	struct loop_watch *watch;
};

/* The spec becomes the ward's, and the guest, if it is one. NULL: no memory. */
struct ward *ward_new(struct superd *superd, struct spec *spec,
		      struct guest *guest, uint64_t number);
void ward_free(struct ward *ward);

struct ward *ward_of(struct kid *kid);

/* 0, or why it cannot be. */
int ward_start(struct ward *ward);

/* It is asked to end, as its spec has it; does not wait. */
void ward_stop(struct ward *ward);

/* Whoever waits for its end gets that answer. */
void ward_answer(struct ward *ward, int64_t value);

#endif
