/* SPDX-License-Identifier: MIT */
/* guest.h - somebody's task under a supervisor, from inside. */
#ifndef TINE_GUEST_H
#define TINE_GUEST_H

#include "order.h"
#include "post.h"

struct superd;
struct ward;

#define GUEST_REFUSED 126 /* exit code of one that could not be set up */

struct guest {
	struct list_node node; /* among those of its client */
	struct client *client; /* NULL: he is gone */
	struct ward *ward;
	uint64_t serial;
	struct order order;
	struct tine_options options; /* as the task finds them */
	struct letter *letter;       /* holds the argument, and descriptors */
};

/* Answers at once, or returns ASK_LATER; may take the letter. */
int guest_ask(struct superd *superd, struct client *client,
	      struct letter *letter);

/* Runs in the child, with a struct ward. */
tine_fn guest_run;

/* Runs in a process that was forked before, with what a guest's letter says. */
int guest_run_letter(struct tine_self *host, struct letter *letter);

/* In a child: what comes before anything of the guest's. */
void guest_prepare(const struct superd *superd);

/* It runs: its owner gets its pid. */
void guest_started(struct ward *ward);

/* It has ended, and so: its owner hears of it. */
void guest_ended(struct ward *ward, unsigned adopted);

/* Its owner is gone: one that is linked to him is to be killed. */
void guest_forsake(struct superd *superd, struct guest *guest);

/* Its owner wants to hear no more of it: it is to be killed. */
void guest_drop(struct superd *superd, struct guest *guest);

void guest_free(struct guest *guest);

#endif
