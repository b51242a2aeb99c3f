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
#include "clock.h"
#include "monitor.h"
#include "notice.h"

#define JOB_SHOW_US 10000 /* between two of them */

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

void job_count(struct job *job, const struct item *item)
{
	job->ended++;
	job->bad += item->end != TINE_OK;
}

/* There may be millions: of those that failed by themselves one is seen now and
 * then; but each that took its child along is. */
static bool job_may_show(struct job *job, const struct item *item)
{
	int64_t now_us = clock_rough_us();

	if (!item->task && now_us - job->shown_us < JOB_SHOW_US)
		return false;
	job->shown_us = now_us;
	return true;
}

static void job_show(struct job *job, const struct item *item)
{
	struct board_end end = {
		.id = job->id,
		.parent = job->id,
		.index = item->index,
		.kind = SLOT_ITEM,
	};
	struct tine_result result;

	job->ends[item->end]++;
	if (item->end == TINE_OK || !job_may_show(job, item))
		return;
	item_tell(item, &result);
	notice_name(end.name, job->options.name ? job->options.name : "");
	notice_result(job->ctx, &end, &result);
}

void job_settle(struct job *job, struct item *item)
{
	if (item->end != TINE_OK &&
	    backoff_wanted(&job->options.retry, item->attempts, item->end) &&
	    job_rest(job, item))
		return;
	window_end(&job->window, item);
	job_count(job, item);
	job_show(job, item);
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
