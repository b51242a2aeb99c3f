/* SPDX-License-Identifier: MIT */
/*
 * monitor.c - who hears of a task's end, and who falls with it.
 *
 * A bad end, anything but OK, takes linked tasks along. It reaches the owner,
 * too, if the task is bound to it: where the owner traps it is a result and no
 * more; where not, the owner's other bound tasks fall, and a task that is
 * itself the owner ends likewise.
 */
#include "monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tine_monitor {
	struct owned owned;
	struct list_node node; /* in its task; alone: fired */
	struct list_node due;  /* in its context, until it fires late */
	struct tine_ctx *ctx;
	struct tine_task *task;  /* NULL: it is gone */
	struct loop_watch *late; /* fires soon: the end came before */
	tine_down_fn *fn;
	void *user;
};

/* ---- Links ------------------------------------------------------------- */

static struct tine_task *task_of_end(struct link_end *end)
{
	return LIST_ENTRY(end, struct tine_task, links);
}

void monitor_unlink(struct tine_task *task)
{
	task->bound = false;
	while (link_take(&task->links))
		;
}

static char *epitaph(const char *name, const struct tine_result *result)
{
	size_t room = TASK_NAME + 2 + VERDICT_TEXT;
	char *text = malloc(room);

	if (text)
		(void)snprintf(text, room, "%s%s%s", name, name[0] ? ": " : "",
			       result->message);
	return text;
}

static void take_along(struct tine_task *task, const char *name,
		       const struct tine_result *fallen)
{
	if (task_is_done(task) || task->cause != CAUSE_NONE)
		return;
	free(task->linked);
	task->linked = epitaph(name, fallen);
	task_end(task, EVENT_CANCEL, CAUSE_LINK);
}

static void fall_with_links(struct tine_task *fallen)
{
	struct link_end *end;

	while ((end = link_take(&fallen->links)))
		if (fallen->result.end != TINE_OK)
			take_along(task_of_end(end), fallen->name,
				   &fallen->result);
}

/* The task this process is falls with one of its own. */
static _Noreturn void fall_likewise(struct tine_ctx *ctx,
				    const struct tine_result *fallen)
{
	struct tine_self *self = (struct tine_self *)(uintptr_t)ctx->self;
	struct tine_result result = *fallen;

	tine_ctx_free(ctx);
	(void)fflush(NULL);
	self_fell(self, &result);
	_exit(255);
}

static struct tine_task *next_to_fall(struct tine_ctx *ctx)
{
	LIST_EACH (node, &ctx->living) {
		struct tine_task *task =
			LIST_ENTRY(node, struct tine_task, living);

		if (task->bound && task->cause == CAUSE_NONE)
			return task;
	}
	return NULL;
}

void monitor_fall(struct tine_ctx *ctx, const char *name,
		  const struct tine_result *fallen)
{
	struct tine_task *task;

	if (ctx->traps || fallen->end == TINE_OK)
		return;
	if (ctx->self)
		fall_likewise(ctx, fallen);
	while ((task = next_to_fall(ctx)))
		take_along(task, name, fallen);
}

static int link_check(const struct tine_task *a, const struct tine_task *b)
{
	if (!a || !b || a == b)
		return TINE_EUSAGE;
	if (a->owner != getpid() || b->owner != getpid())
		return TINE_EOWNER;
	return a->ctx && a->ctx == b->ctx ? 0 : TINE_EUSAGE;
}

/* As in Elixir, a link to who ended badly is felt at once. */
int tine_link(struct tine_task *a, struct tine_task *b)
{
	int error = link_check(a, b);

	if (error < 0)
		return error;
	if (!task_is_done(a) && !task_is_done(b))
		return link_join(&a->links, &b->links);
	if (task_is_done(a) && a->result.end != TINE_OK)
		take_along(b, a->name, &a->result);
	if (task_is_done(b) && b->result.end != TINE_OK)
		take_along(a, b->name, &b->result);
	return 0;
}

int tine_unlink(struct tine_task *a, struct tine_task *b)
{
	int error = link_check(a, b);

	if (error == 0)
		(void)link_part(&a->links, &b->links);
	return error;
}

/* ---- Monitors ---------------------------------------------------------- */

static void monitor_fire(struct tine_monitor *monitor)
{
	struct tine_task *task = monitor->task;

	list_remove(&monitor->node);
	list_remove(&monitor->due);
	loop_stop(monitor->late);
	monitor->late = NULL;
	monitor->task = NULL;
	monitor->fn(task, &task->result, monitor->user);
}

static void on_late(void *data)
{
	struct tine_monitor *monitor = data;
	struct tine_ctx *ctx = monitor->ctx;
	struct tine_task *task = monitor->task;

	ctx_enter(ctx);
	task_pin(task);
	monitor_fire(monitor);
	(void)task_unpin(task);
	(void)ctx_leave(ctx);
}

static void monitor_fire_all(struct tine_task *task)
{
	while (!list_empty(&task->monitors) && !task->freed)
		monitor_fire(LIST_ENTRY(task->monitors.next,
					struct tine_monitor, node));
}

void monitor_tell(struct tine_task *task)
{
	if (task->heard)
		return;
	task->heard = true;
	task_pin(task);
	fall_with_links(task);
	if (task->bound)
		monitor_fall(task->ctx, task->name, &task->result);
	if (task->options.on_end && task->claim != CLAIM_IGNORED &&
	    task->claim != CLAIM_GIVEN_UP)
		task->options.on_end(task, &task->result, task->options.user);
	monitor_fire_all(task);
	(void)task_unpin(task);
}

void monitor_forget(struct tine_task *task)
{
	struct list_node *node;

	while (link_take(&task->links))
		;
	while ((node = list_shift(&task->monitors))) {
		struct tine_monitor *monitor =
			LIST_ENTRY(node, struct tine_monitor, node);

		list_remove(&monitor->due);
		loop_stop(monitor->late);
		monitor->late = NULL;
		monitor->task = NULL;
	}
}

static void monitor_free(struct tine_monitor *monitor)
{
	list_remove(&monitor->owned.node);
	list_remove(&monitor->node);
	list_remove(&monitor->due);
	loop_stop(monitor->late);
	free(monitor);
}

static void monitor_owned_end(struct owned *owned)
{
	(void)owned;
}

static void monitor_owned_orphan(struct owned *owned)
{
	monitor_free(LIST_ENTRY(owned, struct tine_monitor, owned));
}

static const struct owned_kind owned_monitor = {
	.end = monitor_owned_end,
	.orphan = monitor_owned_orphan,
};

int tine_monitor(struct tine_task *task, tine_down_fn *fn, void *user,
		 struct tine_monitor **monitor)
{
	struct tine_monitor *made;

	if (!task || !fn || !monitor)
		return TINE_EUSAGE;
	if (task->owner != getpid())
		return TINE_EOWNER;
	if (!task->ctx)
		return TINE_EUSAGE;
	made = calloc(1, sizeof *made);
	if (!made)
		return TINE_ENOMEM;
	made->ctx = task->ctx;
	made->task = task;
	made->fn = fn;
	made->user = user;
	list_init(&made->due);
	if (task_is_done(task)) {
		made->late =
			loop_timer_start(task->ctx->loop, 0, on_late, made);
		if (!made->late) {
			free(made);
			return TINE_ENOMEM;
		}
		list_append(&task->ctx->due, &made->due);
	}
	list_append(&task->monitors, &made->node);
	ctx_own(task->ctx, &made->owned, &owned_monitor);
	*monitor = made;
	return 0;
}

void tine_demonitor(struct tine_monitor *monitor)
{
	if (monitor && ctx_check(monitor->ctx) == 0)
		monitor_free(monitor);
}
