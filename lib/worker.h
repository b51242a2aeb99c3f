/* SPDX-License-Identifier: MIT */
/*
 * worker.h - one child of a pool, as its parent sees it.
 *
 * A worker is a task that runs toil.c, and the ring that it shares.
 */
#ifndef TINE_WORKER_H
#define TINE_WORKER_H

#include "feeder.h"
#include "job.h"
#include "list.h"
#include "mail.h"
#include "segment.h"

struct worker {
	struct list_node node; /* in its pool */
	struct job *job;
	struct tine_task *task;
	pid_t pid;
	struct segment segment;
	struct mail mail;
	struct loop_watch *watch;

	struct feeder feeder;
	struct item *items[RING_SLOTS]; /* that it has, by their numbers */
	unsigned quota;                 /* so many more it may be given */

	bool on;           /* it was on an item, ... */
	uint32_t seen;     /* ... the how-manieth, ... */
	int64_t seen_us;   /* ... when it was seen first, */
	int64_t looked_us; /* and when it was looked at last */
	int64_t waits_us;  /* since when it has an item it does not take, */
	uint32_t waits_at; /* the how-manieth */
	bool late;         /* and that is the item's fault */
	bool foul;         /* what it wrote cannot be */
	bool dead;
	bool stuck; /* it does not get on with its item */
	bool full;  /* there is no room for the next item, or it is to be alone
		     */

	/* It speaks, or has died: in a callback of the loop. */
	void (*on_word)(struct worker *worker);
	void *data;
};

/* Forks it; from the start it may be given items. 0 or an enum tine_error. */
int worker_new(struct job *job, unsigned quota,
	       void (*on_word)(struct worker *worker), void *data,
	       struct worker **worker);

/* Kills it, if it lives. What it has done ends; the other items it has are
 * dropped. */
void worker_free(struct worker *worker);

/* How many items it has, and how many of those it has not begun. */
uint32_t worker_load(const struct worker *worker);
uint32_t worker_waiting(const struct worker *worker);

/* Lays the item down for it; false: there is no room. The child sees what was
 * laid down behind worker_offer(). */
bool worker_give(struct worker *worker, struct item *item);
void worker_offer(struct worker *worker);

/* What items took, an average of some; count 0: of none. */
struct worker_took {
	uint32_t count;
	int64_t ns;
	int64_t bytes; /* of the results */
};

/* Takes what it has done, and lets those items end. If there is anything wrong
 * with it, it is killed, and its death tells the rest. */
struct worker_took worker_collect(struct worker *worker);

/* For how long, in us, it has been on its item; 0: it is on none. */
int64_t worker_busy_us(struct worker *worker, int64_t now_us);

/* Takes up to `count` items back that it has not begun; they are ready then. */
uint32_t worker_withdraw(struct worker *worker, uint32_t count);

/* It is to say when so many more are done; false: so many are. */
bool worker_arm(struct worker *worker, uint32_t count);

/* As it is now. */
void worker_show(struct worker *worker);

/* Whether it may be given anything. */
bool worker_is_fit(const struct worker *worker);

/* It is to die; does not wait. */
void worker_dismiss(struct worker *worker);

/*
 * It is dead: the item it was on ends as it did, if it was on any; the others
 * are ready again.
 */
void worker_bury(struct worker *worker);

#endif
