/* SPDX-License-Identifier: MIT */
/*
 * ward.c - a child under a supervisor: what it is to be, and its process.
 *
 * Its process is a task of the supervisor's, as any other is: with its gate,
 * its limits, its verdict. What it sends is dropped.
 */
#include "ward.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "began.h"
#include "client.h"
#include "clock.h"
#include "guest.h"
#include "herald.h"
#include "notice.h"
#include "spare.h"
#include "spawn.h"
#include "strangers.h"
#include "superd.h"
#include "task.h"

struct ward *ward_of(struct kid *kid)
{
	return LIST_ENTRY(kid, struct ward, kid);
}

/* Of those that the plan has, and those that have an id, each depends on the
 * ones before it. So does any child where the strategy says that they do. */
static bool ward_is_loose(const struct ward *ward)
{
	const struct superd *superd = ward->superd;

	return ward->guest || (!ward->spec->id[0] && superd->started &&
			       superd->roster.strategy == TINE_ONE_FOR_ONE);
}

struct ward *ward_new(struct superd *superd, struct spec *spec,
		      struct guest *guest, uint64_t number)
{
	struct ward *ward = calloc(1, sizeof *ward);

	if (!ward)
		return NULL;
	ward->superd = superd;
	ward->spec = spec;
	ward->guest = guest;
	if (guest)
		guest->ward = ward;
	ward->last_end = TINE_PENDING;
	ward->post.socket = -1;
	ward->place = -1;
	list_init(&ward->ending);
	list_init(&ward->post.unsent);
	if (spec->id[0])
		memcpy(ward->id, spec->id, sizeof ward->id);
	else
		(void)snprintf(ward->id, sizeof ward->id, "#%llu",
			       (unsigned long long)number);
	ward->kid.restart = spec->restart;
	ward->kid.loose = ward_is_loose(ward);
	ward->kid.significant = spec->significant;
	ward->kid.backoff_ms = spec->backoff_ms;
	ward->kid.max_backoff_ms = spec->max_backoff_ms;
	return ward;
}

static void ward_close_post(struct ward *ward)
{
	loop_stop(ward->watch);
	ward->watch = NULL;
	if (ward->post.socket >= 0)
		post_close(&ward->post);
}

void ward_answer(struct ward *ward, int64_t value)
{
	asker_answer(&ward->starting, value);
	askers_answer(&ward->ending, value);
}

/* ---- What is to be seen of it ------------------------------------------- */

/* A guest is known by the name, and the id, that its owner has for it. */
static void ward_dress_guest(const struct guest *guest, struct board_slot *slot)
{
	slot->kind = SLOT_GUEST;
	slot->id = guest->order.id;
	slot->slate = -1; /* it has its owner's */
	if (guest->order.caller_count > 0)
		slot->owner = guest->order.callers[0];
	if (guest->order.nolink)
		slot->flags &= ~(unsigned)SLOT_LINKED;
	else
		slot->flags |= SLOT_LINKED;
	notice_name(slot->name, guest->order.name);
}

static void ward_describe(const struct ward *ward, struct board_slot *slot)
{
	const struct kid *kid = &ward->kid;

	slot->kind = ward->spec->plan ? SLOT_SUPER : SLOT_CHILD;
	slot->restart = (uint8_t)kid->restart;
	slot->restarts = kid->restarts;
	slot->last_end = (uint8_t)ward->last_end;
	slot->flags |= kid->significant ? SLOT_SIGNIFICANT : 0u;
	slot->flags |= kid->loose ? 0u : SLOT_ORDERED;
	notice_name(slot->name, ward->id);
	if (ward->guest)
		ward_dress_guest(ward->guest, slot);
}

static void ward_dress(const struct tine_task *task, struct board_slot *slot)
{
	ward_describe(task->options.user, slot);
}

/* Between two processes, or behind the last one. */
static void ward_show(struct ward *ward)
{
	const struct kid *kid = &ward->kid;
	struct board *board = notice_board(ward->superd->ctx);
	struct board_slot slot = { .slate = -1 };

	if (!board || kid->loose ||
	    (kid->state != KID_WAITING && kid->state != KID_DOWN))
		return;
	slot.id = ward->task_id;
	slot.state = kid->state == KID_WAITING ? NOW_WAITING : NOW_DOWN;
	slot.deadline_us = kid->state == KID_WAITING ? kid->due_us : 0;
	ward_describe(ward, &slot);
	if (ward->place < 0)
		ward->place = board_take(board);
	board_put(board, ward->place, &slot);
}

static void ward_show_nothing(struct ward *ward)
{
	if (ward->place >= 0)
		board_give(&ward->superd->ctx->board, ward->place);
	ward->place = -1;
}

void ward_free(struct ward *ward)
{
	ward_answer(ward, 0);
	ward_show_nothing(ward);
	ward_close_post(ward);
	tine_free(ward->task);
	guest_free(ward->guest);
	spec_free(ward->spec);
	free(ward);
}

/* ---- What a supervisor reports ------------------------------------------- */

static void ward_hear(struct ward *ward, struct letter *letter)
{
	if (letter->kind == SAY_EVENT)
		herald_forward(ward->superd, letter);
	letter_free(letter);
}

static void ward_hear_all(struct ward *ward)
{
	struct letter *letter;
	int got;

	while ((got = post_receive(&ward->post, &letter)) > 0)
		ward_hear(ward, letter);
	if (got == TINE_EGONE)
		ward_close_post(ward);
}

/* ---- Its end ------------------------------------------------------------ */

static bool is_bad(enum tine_end end)
{
	return end != TINE_OK && end != TINE_SHUTDOWN;
}

static void ward_ended(struct ward *ward, enum tine_end end)
{
	struct superd *superd = ward->superd;
	unsigned restarts = ward->kid.restarts;

	roster_ended(&superd->roster, &ward->kid, is_bad(end), clock_us());
	if (ward->kid.restarts != restarts)
		notice_restart(superd->ctx);
}

static void on_ward_end(struct tine_task *task, const struct tine_result *ended,
			void *user)
{
	struct ward *ward = user;
	struct superd *superd = ward->superd;
	struct tine_result result = *ended;

	ward->task_id = task->id;
	result.adopted = strangers_sweep(superd);
	if (ward->guest)
		guest_ended(ward, result.adopted);
	ward->last_end = result.end;
	ward->task = NULL;
	if (ward->post.socket >= 0)
		ward_hear_all(ward);
	ward_close_post(ward);
	herald_report(superd, TINE_ENDED, ward, &result);
	ward->pid = 0;
	askers_answer(&ward->ending, 0);
	ward_ended(ward, result.end);
	if (superd->roster.culprit == &ward->kid)
		herald_report(superd, TINE_GAVE_UP, ward, &result);
	ward_show(ward);
	tine_free(task);
	superd_turn(superd);
}

/* ---- A worker ----------------------------------------------------------- */

CALLS_TASK static int ward_run(struct tine_self *self, const void *arg,
			       size_t size)
{
	const struct ward *ward = arg;
	const struct spec *spec = ward->spec;

	(void)size;
	guest_prepare(ward->superd);
	return spec->fn(self, spec->arg, spec->size);
}

static struct tine_options ward_options(struct ward *ward)
{
	return (struct tine_options){
		.name = ward->id,
		.nolink = true,
		.limits = ward->spec->limits,
		.on_end = on_ward_end,
		.user = ward,
	};
}

static int ward_fork(struct ward *ward)
{
	struct tine_options options = ward_options(ward);
	const struct guest *guest = ward->guest;

	if (guest) {
		options.keep_fds = guest->letter->fds;
		options.keep_count = guest->letter->fd_count;
	}
	return spawn_task(ward->superd->ctx, guest ? guest_run : ward_run, ward,
			  sizeof *ward, &options, ward_dress, &ward->task);
}

/* It may have been forked before, as a spare. */
static void ward_adopt_task(struct ward *ward)
{
	struct tine_task *task = ward->task;

	task->options.on_end = on_ward_end;
	task->options.user = ward;
	task->started_us = clock_us();
	if (task->dress != ward_dress) {
		task->dress = ward_dress;
		notice_task(task);
	}
	inbox_discard(&task->inbox);
}

static int ward_start_worker(struct ward *ward)
{
	int error = 0;

	if (!ward->guest || !spare_take(ward->superd, ward))
		error = ward_fork(ward);
	if (error < 0)
		return error;
	ward_adopt_task(ward);
	ward->pid = tine_pid(ward->task);
	if (ward->guest)
		guest_started(ward);
	return 0;
}

/* ---- A supervisor ------------------------------------------------------- */

/* That it is gone is told by its task. */
static void on_post(void *data)
{
	ward_hear_all(data);
}

static void ward_path(const struct ward *ward, char *path)
{
	const char *above = ward->superd->launch->path;
	const char *name = ward->spec->plan->name;

	if (snprintf(path, REPORT_PATH, "%s%s%s", above,
		     above[0] && name[0] ? "/" : "", name) < 0)
		path[0] = '\0';
}

static int ward_start_super(struct ward *ward)
{
	struct superd *superd = ward->superd;
	struct tine_options options = ward_options(ward);
	struct launch launch = {
		.plan = ward->spec->plan,
		.program = superd->launch->program,
		.starter = superd->ctx->owner,
		.reports = superd->launch->reports,
	};
	struct list_node early, *node;
	int error;

	list_init(&early);
	ward_path(ward, launch.path);
	error = launch_start(superd->ctx, &launch, superd_main, &options,
			     &ward->task, &ward->post, &ward->pid, &early);
	if (error < 0)
		return error;
	while ((node = list_shift(&early)))
		ward_hear(ward, LIST_ENTRY(node, struct letter, node));
	ward->task->dress = ward_dress;
	notice_task(ward->task);
	ward->watch = loop_readable_start(superd->ctx->loop, ward->post.socket,
					  on_post, ward);
	return 0;
}

/* ---- Starting and stopping ---------------------------------------------- */

int ward_start(struct ward *ward)
{
	int error = ward->spec->plan ? ward_start_super(ward)
				     : ward_start_worker(ward);

	if (error == 0)
		ward_show_nothing(ward);
	if (error == 0)
		herald_report(ward->superd, TINE_STARTED, ward, NULL);
	return error;
}

void ward_stop(struct ward *ward)
{
	int64_t grace = ward->spec->shutdown_ms;

	if (!ward->task)
		return;
	ward->task->grace_ms = grace == TINE_BRUTAL ? 0 : grace;
	if (grace == TINE_BRUTAL)
		task_end(ward->task, EVENT_BRUTAL, CAUSE_BRUTAL);
	else
		task_end(ward->task, EVENT_CANCEL, CAUSE_SHUTDOWN);
}
