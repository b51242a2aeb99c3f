/* SPDX-License-Identifier: MIT */
/*
 * pool.h - children that run many items each: who gets which, and when.
 */
#ifndef TINE_POOL_H
#define TINE_POOL_H

#include "job.h"
#include "worker.h"

struct pool {
	struct job *job;
	unsigned most;  /* items that run at once */
	unsigned reuse; /* items that a child runs, one after the other */
	struct list_node workers;
	struct list_node leaving; /* workers that are about to die, idle */
	int64_t took_ns;          /* what an item takes, of late; 0: unknown, */
	int64_t bytes;            /* and sends */
	uint32_t life;            /* items a child runs until it dies of one,
				     of late; 0: none did */
	struct loop_watch *nap;   /* a look at who does not say anything */
	bool napping;
	int64_t filling_us; /* when the source was asked first, of a round */
};

/* 0 or an enum tine_error. */
int pool_init(struct pool *pool, struct job *job, unsigned most,
	      unsigned reuse);

/* Kills all workers, and drops the items they have. */
void pool_done(struct pool *pool);

/* The next item that is to be run, which stays the next one until a worker has
 * it; NULL: there is none just now. */
typedef struct item *pool_next(void *data);

/* Gives workers what they have room for, and makes workers. Returns 0, or why
 * there is none at all. */
int pool_fill(struct pool *pool, pool_next *next, void *data);

/* All workers, as they are now. */
void pool_show(struct pool *pool);

/* Takes what workers have done; settles the ends of those that died. */
void pool_collect(struct pool *pool);

/* Where one has nothing to do and another has items it does not get to, takes
 * some of those back. Returns whether it did. */
bool pool_balance(struct pool *pool);

/* How many items workers have, or are to have to be busy for a while. */
size_t pool_depth(const struct pool *pool);

/* Whether another item could run at once. */
bool pool_has_seat(const struct pool *pool);

/* The loop is about to sleep: workers are to wake it. False: one of them has
 * something already. */
bool pool_arm(struct pool *pool);

#endif
