/* SPDX-License-Identifier: MIT */
/*
 * job.h - what is to be done with the items of a stream, for those who do it.
 */
#ifndef TINE_JOB_H
#define TINE_JOB_H

#include "ctx.h"
#include "tine.h"
#include "window.h"

struct job {
	struct tine_ctx *ctx;
	tine_fn *fn;
	struct tine_options options; /* of each item, complete */
	struct window window;
	uint64_t id;                 /* of the stream, where it is seen */
	uint64_t ended, bad;         /* items; those of them that are not OK */
	uint64_t ends[TINE_PENDING]; /* of pooled ones, how */
	int64_t shown_us;            /* when one of those was seen last */
	struct list_node solos;      /* items that a task of their own has, */
	size_t solo_count;           /* so many, */
	uint64_t solos_ever;         /* and until now */
	struct list_node resting; /* and those between two attempts in a pool */

	/* Something has ended, in a callback of the loop. */
	void (*changed)(void *data);
	void *data;
};

void job_init(struct job *job);

/*
 * A pooled child is done with the item, and the item says how that ended: it
 * rests until its next attempt, or has ended for good.
 */
void job_settle(struct job *job, struct item *item);

/* An item has ended for good, and says how. */
void job_count(struct job *job, const struct item *item);

/* Gives up those that rest. */
void job_drop_resting(struct job *job);

#endif
