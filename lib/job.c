/* SPDX-License-Identifier: MIT */
/*
 * job.c - what becomes of an item that a pooled child was done with.
 *
 * A task of its own sees to its attempts itself (task.c); in a pool the items
 * are more than the children, so an item rests here, and the child goes on.
 */
#include "job.h"

#include <sys/random.h>

#include "backoff.h"
#include "monitor.h"

void job_init(struct job *job)
{
	list_init(&job->solos);
	list_init(&job->resting);
}

static void job_wake(struct item *item)
{
	loop_stop(item->rest);
	item->rest = NULL;
}

static void on_rested(void *data)
{
	struct item *item = data;
	struct job *job = item->keeper;
	struct tine_ctx *ctx = job->ctx;

	ctx_enter(ctx);
	job_wake(item);
	window_return(&job->window, item);
	job->changed(job->data);
	(void)ctx_leave(ctx);
}

/* False: no memory for a timer. */
static bool job_rest(struct job *job, struct item *item)
{
	uint32_t random = 0;
	int64_t ms;

	(void)getrandom(&random, sizeof random, GRND_NONBLOCK);
	ms = backoff_after(&job->options.retry, item->attempts, random);
	item->keeper = job;
	item->rest = loop_timer_start(job->ctx->loop, ms, on_rested, item);
	if (!item->rest)
		return false;
	item_clear(item);
	window_rest(&job->window, item);
	list_append(&job->resting, &item->node);
	return true;
}

/* A bad end reaches the owner, as that of a task does. */
static void job_fall(struct job *job, const struct item *item)
{
	struct tine_result result;

	if (job->options.nolink || job->ctx->traps)
		return;
	item_tell(item, &result);
	monitor_fall(job->ctx, job->options.name ? job->options.name : "",
		     &result);
}

void job_settle(struct job *job, struct item *item)
{
	if (item->end != TINE_OK &&
	    backoff_wanted(&job->options.retry, item->attempts, item->end) &&
	    job_rest(job, item))
		return;
	window_end(&job->window, item);
	if (item->end != TINE_OK)
		job_fall(job, item);
}

void job_drop_resting(struct job *job)
{
	struct list_node *node;

	while ((node = list_shift(&job->resting))) {
		struct item *item = LIST_ENTRY(node, struct item, node);

		job_wake(item);
		window_drop(&job->window, item);
	}
}
