/* SPDX-License-Identifier: MIT */
/*
 * solo.c - an item in a fresh process of its own.
 *
 * The task does it all: its timeout, its attempts, its end. Its handle stays
 * with the item, because the result does.
 */
#include "solo.h"

#include "notice.h"
#include "spawn.h"
#include "task.h"

static void on_solo_end(struct tine_task *task,
			const struct tine_result *result, void *user)
{
	struct item *item = user;
	struct job *job = item->keeper;

	(void)task;
	item->end = result->end;
	item->code = result->code;
	item->attempts = result->attempts;
	item->pid = result->pid;
	item->wall_us = result->wall_us;
	job->solo_count--;
	job_count(job, item);
	window_end(&job->window, item);
	job->changed(job->data);
}

static void solo_dress(const struct tine_task *task, struct board_slot *slot)
{
	const struct item *item = task->options.user;
	const struct job *job = item->keeper;

	slot->kind = SLOT_ITEM;
	slot->parent = job->id;
	slot->index = item->index;
}

int solo_start(struct job *job, struct item *item)
{
	struct tine_options options = job->options;
	int error;

	options.on_end = on_solo_end;
	options.user = item;
	item->keeper = job;
	error = spawn_task(job->ctx, job->fn,
			   item->size > 0 ? item->input : NULL, item->size,
			   &options, solo_dress, &item->task);
	if (error < 0)
		return error;
	window_give(&job->window, item);
	list_append(&job->solos, &item->node);
	job->solo_count++;
	job->solos_ever++;
	return 0;
}

static struct item *item_of(struct list_node *node)
{
	return LIST_ENTRY(node, struct item, node);
}

/* All are told first, so that they end side by side. */
void solo_end_all(struct job *job)
{
	struct list_node *node;

	LIST_EACH (each, &job->solos)
		task_doom(item_of(each)->task);
	while ((node = list_shift(&job->solos)))
		window_drop(&job->window, item_of(node));
	job->solo_count = 0;
}
