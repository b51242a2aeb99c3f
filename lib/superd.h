/* SPDX-License-Identifier: MIT */
/* superd.h - a supervisor, from inside: its process. */
#ifndef TINE_SUPERD_H
#define TINE_SUPERD_H

#include <sys/resource.h>

#include "desk.h"
#include "launch.h"
#include "modules.h"
#include "roster.h"
#include "self.h"
#include "task.h"

struct guest;
struct ward;

struct superd {
	struct tine_self *self;
	struct tine_ctx *ctx;
	const struct launch *launch;
	struct modules modules;
	struct task_words words; /* of the last who ended */
	struct rlimit
		files; /* of its children: its own are as many as can be */
	struct roster roster;
	struct desk desk;

	struct list_node spares;
	tine_fn *usual; /* what a guest called last; NULL: nothing yet */

	struct loop_watch *refill;  /* when spares are to be forked */
	struct loop_watch *timer;   /* when the roster wants to be asked */
	struct loop_watch *sweeper; /* when strangers are to be looked for */
	struct loop_watch *asked;   /* signals */
	struct loop_watch *guardian, *starter; /* that they are gone */
	int signals, guardian_fd, starter_fd;

	unsigned dying; /* strangers that were killed, but are not reaped */

	bool turning;
	bool started; /* the children of the plan are */
	bool over;
	int failure;           /* why one of them could not be; 0 */
	uint64_t made;         /* ids */
	uint64_t missed;       /* reports since the last that went out */
	char last_words[1024]; /* why it ends, if it gives up */
};

/* Runs in the process, with a struct launch; never returns. */
launch_main superd_main;

/* Something has happened: does what is to be done. */
void superd_turn(struct superd *superd);

/* No more children may live, or wait for their restart. */
bool superd_is_full(const struct superd *superd);

/* A child is added, and started in its turn: then `client` gets his answer.
 * 0, or why it is refused; spec and guest are the supervisor's if it is not. */
int superd_add(struct superd *superd, struct spec *spec, struct guest *guest,
	       struct client *client, uint64_t serial);

/* All children are to end, and then the supervisor. */
void superd_stop(struct superd *superd);

/* The same, since who started it is gone. */
void superd_forsaken(struct superd *superd);

#endif
