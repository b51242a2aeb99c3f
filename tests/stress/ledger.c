/* SPDX-License-Identifier: MIT */
/* ledger.c - what supervisors report, and whether it can be so. */
#include "ledger.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOP "top"

__attribute__((format(printf, 2, 3))) static void
complain(struct ledger *ledger, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	(void)vfprintf(stderr, format, list);
	va_end(list);
	(void)fprintf(stderr, " (report %llu)\n",
		      (unsigned long long)ledger->reports);
	ledger->wrong++;
}

void ledger_done(struct ledger *ledger)
{
	free(ledger->lives);
	free(ledger->wishes);
}

/* At least one more; there is no going on without. */
static void *grown(void *list, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return list;
	*room = *room ? *room * 2 : 64;
	list = realloc(list, *room * size);
	if (!list)
		abort();
	return list;
}

static bool is_loose(const char *id)
{
	return id[0] == '#';
}

/* ---- Wishes ------------------------------------------------------------- */

static struct wish *ledger_wish_of(struct ledger *ledger, const char *id)
{
	struct wish *wish;

	for (size_t i = 0; i < ledger->wish_count; i++)
		if (strcmp(ledger->wishes[i].id, id) == 0)
			return &ledger->wishes[i];
	ledger->wishes = grown(ledger->wishes, ledger->wish_count,
			       &ledger->wish_room, sizeof *wish);
	wish = &ledger->wishes[ledger->wish_count++];
	*wish = (struct wish){ 0 };
	(void)snprintf(wish->id, sizeof wish->id, "%s", id);
	return wish;
}

void ledger_wish(struct ledger *ledger, const char *id, int starts)
{
	struct wish *wish = ledger_wish_of(ledger, id);

	wish->starts += (uint64_t)starts;
	wish->held = wish->held && starts <= 0;
}

void ledger_hold(struct ledger *ledger, const char *id)
{
	ledger_wish_of(ledger, id)->held = true;
}

/* ---- Starts ------------------------------------------------------------- */

struct life *ledger_find(struct ledger *ledger, const char *path,
			 const char *id)
{
	for (size_t i = ledger->count; i > 0; i--) {
		struct life *life = &ledger->lives[i - 1];

		if (strcmp(life->id, id) == 0 && strcmp(life->path, path) == 0)
			return life;
	}
	return NULL;
}

static bool ended_badly(const struct life *life)
{
	return life->end != TINE_OK && life->end != TINE_SHUTDOWN;
}

static bool may_restart(const struct life *life)
{
	switch (life->id[0]) {
	case 'y': return false;
	case 't': return ended_badly(life);
	default: return true;
	}
}

/* One that its supervisor had not forgotten, and did not restart for its own
 * sake: in a group, or because we asked. */
static void ledger_check_wish(struct ledger *ledger,
			      const struct tine_event *event)
{
	struct wish *wish = ledger_wish_of(ledger, event->id);

	wish->started++;
	if (ledger->strategy == TINE_ONE_FOR_ONE &&
	    wish->started > wish->starts)
		complain(ledger, "%s is started, and nobody asked", event->id);
}

static void ledger_check_restart(struct ledger *ledger, const struct life *life)
{
	if (!may_restart(life))
		complain(ledger, "%s/%s is restarted after it ended %s",
			 life->path, life->id, tine_end_name(life->end));
}

static void ledger_check_start(struct ledger *ledger,
			       const struct tine_event *event)
{
	const struct life *before =
		ledger_find(ledger, event->super, event->id);
	bool is_top = strcmp(event->super, TOP) == 0;

	if (before && before->alive)
		complain(ledger, "%s/%s is started twice", event->super,
			 event->id);
	if (is_top && ledger_wish_of(ledger, event->id)->held)
		complain(ledger, "%s is started after it was terminated",
			 event->id);
	if (before && event->restarts == before->restarts + 1)
		ledger_check_restart(ledger, before);
	else if (is_top && !is_loose(event->id))
		ledger_check_wish(ledger, event);
}

static void ledger_add(struct ledger *ledger, const struct tine_event *event)
{
	struct life *life;

	ledger->lives = grown(ledger->lives, ledger->count, &ledger->room,
			      sizeof *life);
	life = &ledger->lives[ledger->count++];
	*life = (struct life){ .pid = event->pid,
			       .restarts = event->restarts,
			       .alive = true,
			       .end = TINE_PENDING };
	(void)snprintf(life->path, sizeof life->path, "%s", event->super);
	(void)snprintf(life->id, sizeof life->id, "%s", event->id);
}

/* ---- Ends --------------------------------------------------------------- */

static bool is_below(const struct life *life, const char *path)
{
	size_t length = strlen(path);

	return strncmp(life->path, path, length) == 0 &&
	       (life->path[length] == '\0' || life->path[length] == '/');
}

/* A supervisor has ended: if it was not killed, it has seen all ends. */
static void ledger_end_below(struct ledger *ledger, const char *path,
			     bool killed, const char *how)
{
	for (size_t i = 0; i < ledger->count; i++) {
		struct life *life = &ledger->lives[i];

		if (!life->alive || !is_below(life, path))
			continue;
		life->alive = false;
		life->unseen = true;
		life->ended_at = ledger->reports;
		if (!killed)
			complain(ledger, "%s/%s (%d) has no end, and %s %s",
				 life->path, life->id, life->pid, path, how);
	}
}

static void ledger_end_super(struct ledger *ledger, const struct life *life,
			     const char *how)
{
	char path[sizeof life->path + sizeof life->id + 1];

	(void)snprintf(path, sizeof path, "%s/%s", life->path, life->id);
	ledger_end_below(ledger, path,
			 life->end == TINE_CRASHED || life->end == TINE_KILLED,
			 how);
}

static void ledger_end(struct ledger *ledger, const struct tine_event *event)
{
	struct life *life = ledger_find(ledger, event->super, event->id);

	if (!life || !life->alive || life->pid != event->pid) {
		complain(ledger, "%s/%s (%d) has ended, and did not live",
			 event->super, event->id, event->pid);
		return;
	}
	life->alive = false;
	life->end = event->result->end;
	life->ended_at = ledger->reports;
	if (life->id[0] == 'n')
		ledger_end_super(ledger, life, event->result->message);
}

void ledger_report(struct ledger *ledger, const struct tine_event *event)
{
	ledger->reports++;
	if (event->missed > 0)
		complain(ledger, "%llu reports are missing",
			 (unsigned long long)event->missed);
	switch (event->kind) {
	case TINE_STARTED:
		ledger_check_start(ledger, event);
		ledger_add(ledger, event);
		break;
	case TINE_ENDED: ledger_end(ledger, event); break;
	case TINE_GAVE_UP:
		ledger->gave_up |= strcmp(event->super, TOP) == 0;
		break;
	}
}

/* ---- What must be ------------------------------------------------------- */

static const struct tine_child_info *
find_info(const struct tine_child_info *infos, size_t count, pid_t pid)
{
	for (size_t i = 0; i < count; i++)
		if (infos[i].pid == pid)
			return &infos[i];
	return NULL;
}

void ledger_compare(struct ledger *ledger, const struct tine_child_info *infos,
		    size_t count)
{
	for (size_t i = 0; i < ledger->count; i++) {
		const struct life *life = &ledger->lives[i];

		if (life->alive && strcmp(life->path, TOP) == 0 &&
		    !find_info(infos, count, life->pid))
			complain(ledger, "%s (%d) lives and is not listed",
				 life->id, life->pid);
	}
	for (size_t i = 0; i < count; i++) {
		const struct life *life = ledger_find(ledger, TOP, infos[i].id);

		if (infos[i].pid > 0 &&
		    (!life || !life->alive || life->pid != infos[i].pid))
			complain(ledger, "%s (%d) is listed, and does not live",
				 infos[i].id, infos[i].pid);
	}
}

void ledger_close(struct ledger *ledger, bool killed)
{
	ledger_end_below(ledger, TOP, killed, "was stopped");
}

/* Only who was stopped says something about the order. NULL: it was not. */
static const struct life *find_stopped(struct ledger *ledger,
				       const struct tine_child_info *info)
{
	const struct life *life = ledger_find(ledger, TOP, info->id);

	if (!life || life->pid != info->pid || life->alive || life->unseen)
		return NULL;
	return life->end == TINE_SHUTDOWN || life->end == TINE_KILLED ? life
								      : NULL;
}

static void ledger_check_loose(struct ledger *ledger, const struct life *life,
			       const struct tine_child_info *infos,
			       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct life *loose = find_stopped(ledger, &infos[i]);

		if (loose && is_loose(loose->id) &&
		    loose->ended_at > life->ended_at)
			complain(ledger, "%s is stopped before %s", life->id,
				 loose->id);
	}
}

void ledger_check_order(struct ledger *ledger,
			const struct tine_child_info *infos, size_t count)
{
	const struct life *last = NULL; /* of those with an id */

	for (size_t i = count; i > 0; i--) {
		const struct life *life = find_stopped(ledger, &infos[i - 1]);

		if (!life || is_loose(life->id))
			continue;
		if (last && life->ended_at < last->ended_at)
			complain(ledger, "%s is stopped before %s", life->id,
				 last->id);
		ledger_check_loose(ledger, life, infos, count);
		last = life;
	}
}
