/* SPDX-License-Identifier: MIT */
/*
 * roster.c - who is under a supervisor, and what is to be done next.
 *
 * Pure: no processes, no clock. Besides the list of all, in the order of their
 * starts, each kid is in one queue at most, by what is to be done with it:
 *
 *   waiting   start it: the one whose time is first; where kids depend on each
 *             other, the one that is first in the list, when its time comes
 *   hasty     stop it at once
 *   falling   stop it when nobody is stopping
 *   dropped   forget it
 *
 * To restart a group is to let it fall: all kids from `group` to the last are
 * to be stopped, and nobody starts until they are down. Those who are `wanted`
 * then wait for their start, like any other. That all are stopped for good is
 * the same, with nobody wanted. Loose kids belong to no group.
 *
 * Not here: how many restarts are too many (budget.c), how long to wait before
 * one (backoff.c), processes.
 */
#include "roster.h"

#include <assert.h>

#include "backoff.h"
#include "clock.h"

#define LONGEST_MS 60000 /* of backoffs, if the kid does not say */

void roster_init(struct roster *roster, enum tine_strategy strategy,
		 enum tine_auto_shutdown auto_shutdown, unsigned max_restarts,
		 unsigned max_seconds)
{
	*roster = (struct roster){ .strategy = strategy,
				   .auto_shutdown = auto_shutdown };
	budget_init(&roster->budget, max_restarts, max_seconds);
	list_init(&roster->kids);
	list_init(&roster->dropped);
	list_init(&roster->hasty);
	list_init(&roster->falling);
	roster->group = &roster->kids;
}

void roster_done(struct roster *roster)
{
	budget_done(&roster->budget);
}

size_t roster_busy(const struct roster *roster)
{
	return roster->alive + roster->waiting.count +
	       (roster->starting ? 1 : 0);
}

/* ---- Kids --------------------------------------------------------------- */

static struct kid *kid_at(struct list_node *node)
{
	return LIST_ENTRY(node, struct kid, node);
}

static struct kid *kid_shift(struct list_node *queue)
{
	struct list_node *todo = list_shift(queue);

	return todo ? LIST_ENTRY(todo, struct kid, todo) : NULL;
}

static void kid_queue(struct kid *kid, struct list_node *queue)
{
	list_remove(&kid->todo);
	list_append(queue, &kid->todo);
}

static int64_t kid_longest_ms(const struct kid *kid)
{
	return kid->max_backoff_ms > 0 ? kid->max_backoff_ms : LONGEST_MS;
}

static bool kid_is_steady(const struct kid *kid, int64_t now_us)
{
	return (now_us - kid->since_us) / 1000 > kid_longest_ms(kid);
}

static void roster_want(struct roster *roster, struct kid *kid, bool wanted)
{
	if (kid->significant && wanted != kid->wanted)
		roster->significant += wanted ? 1 : (size_t)-1;
	kid->wanted = wanted;
}

static bool roster_falls(const struct roster *roster, const struct kid *kid)
{
	return !kid->loose && roster->group != &roster->kids &&
	       kid->number >= kid_at(roster->group)->number;
}

/* ---- From one queue to another ------------------------------------------ */

static void roster_wait(struct roster *roster, struct kid *kid, int64_t due_us)
{
	bool alone = roster->strategy == TINE_ONE_FOR_ONE;

	roster_want(roster, kid, true);
	kid->state = KID_WAITING;
	kid->due_us = due_us;
	kid->turn.key = alone ? due_us : 0;
	kid->turn.order = kid->number;
	heap_add(&roster->waiting, &kid->turn);
}

static bool kid_stays(const struct kid *kid)
{
	return !kid->loose && kid->restart != TINE_TEMPORARY;
}

/* It is down, for good. */
static void roster_rest(struct roster *roster, struct kid *kid)
{
	roster_want(roster, kid, false);
	heap_remove(&roster->waiting, &kid->turn);
	kid->state = KID_DOWN;
	if (!roster->end && !kid_stays(kid))
		kid_queue(kid, &roster->dropped);
}

/* While it has a process, or is being given one, that is to end before it
 * rests. */
static void roster_forgo(struct roster *roster, struct kid *kid)
{
	roster_want(roster, kid, false);
	if ((kid->state == KID_WAITING && kid != roster->starting) ||
	    kid->state == KID_DOWN)
		roster_rest(roster, kid);
}

/* Those behind the group are in their queues already. */
static void roster_fall(struct roster *roster, struct list_node *from)
{
	while (roster->group != from) {
		struct kid *kid = kid_at(roster->group = roster->group->prev);

		if (!kid->loose && kid->state == KID_UP &&
		    list_empty(&kid->todo))
			kid_queue(kid, &roster->falling);
	}
}

static void roster_give_up_on(struct roster *roster, struct kid *kid)
{
	roster_forgo(roster, kid);
	if (kid->loose && kid->state == KID_UP)
		kid_queue(kid, &roster->hasty);
}

static void roster_finish(struct roster *roster, enum roster_end end,
			  struct kid *culprit)
{
	if (roster->end)
		return;
	roster->end = end;
	roster->culprit = culprit;
	for (struct list_node *node = roster->kids.prev; node != &roster->kids;
	     node = node->prev)
		roster_give_up_on(roster, kid_at(node));
	roster_fall(roster, roster->kids.next);
}

/* ---- What is to be done ------------------------------------------------- */

static struct roster_step roster_step(enum roster_action action,
				      struct kid *kid)
{
	return (struct roster_step){ action, kid, CLOCK_NEVER };
}

static struct roster_step roster_drop(struct roster *roster, struct kid *kid)
{
	if (roster->group == &kid->node)
		roster->group = kid->node.next;
	list_remove(&kid->node);
	roster->count--;
	return roster_step(ROSTER_DROP, kid);
}

static struct kid *roster_to_stop(struct roster *roster)
{
	struct kid *kid = kid_shift(&roster->hasty);

	return kid || roster->stopping ? kid : kid_shift(&roster->falling);
}

static struct roster_step roster_tell(struct roster *roster, struct kid *kid)
{
	kid->state = KID_STOPPING;
	roster->stopping++;
	return roster_step(ROSTER_STOP, kid);
}

/* Once nobody of it is left, the group has fallen. */
static bool roster_may_start(struct roster *roster)
{
	if (roster->end || roster->starting)
		return false;
	if (roster->group != &roster->kids && roster->stopping)
		return false;
	roster->group = &roster->kids;
	return roster->waiting.first;
}

static struct roster_step roster_rise(struct roster *roster, int64_t now_us)
{
	struct kid *kid = LIST_ENTRY(roster->waiting.first, struct kid, turn);

	if (kid->due_us > now_us)
		return (struct roster_step){ ROSTER_WAIT, NULL, kid->due_us };
	heap_remove(&roster->waiting, &kid->turn);
	roster->starting = kid;
	return roster_step(ROSTER_START, kid);
}

struct roster_step roster_next(struct roster *roster, int64_t now_us)
{
	struct kid *kid;

	if ((kid = kid_shift(&roster->dropped)))
		return roster_drop(roster, kid);
	if ((kid = roster_to_stop(roster)))
		return roster_tell(roster, kid);
	if (roster_may_start(roster))
		return roster_rise(roster, now_us);
	if (roster->end && !roster->alive && !roster->starting)
		return roster_step(ROSTER_OVER, NULL);
	return roster_step(ROSTER_WAIT, NULL);
}

/* ---- What has happened -------------------------------------------------- */

void roster_started(struct roster *roster, struct kid *kid, int64_t now_us)
{
	assert(kid == roster->starting);
	roster->starting = NULL;
	roster->alive++;
	kid->state = KID_UP;
	kid->lived = true;
	kid->since_us = now_us;
	if (!kid->wanted || roster_falls(roster, kid))
		kid_queue(kid, &roster->hasty);
}

static bool roster_spend(struct roster *roster, struct kid *kid, int64_t now_us)
{
	if (budget_spend(&roster->budget, now_us))
		return true;
	roster_finish(roster, ROSTER_GAVE_UP, kid);
	return false;
}

static void roster_give_back(struct roster *roster, struct kid *kid,
			     int64_t now_us)
{
	kid->state = KID_DOWN;
	if (roster_spend(roster, kid, now_us))
		roster_wait(roster, kid, now_us);
}

void roster_start_failed(struct roster *roster, struct kid *kid, int64_t now_us)
{
	assert(kid == roster->starting);
	roster->starting = NULL;
	if (kid->lived && kid->wanted) {
		roster_give_back(roster, kid, now_us);
		return;
	}
	roster_rest(roster, kid);
	if (!kid->lived)
		kid_queue(kid, &roster->dropped);
}

static uint32_t roster_draw(struct roster *roster)
{
	uint32_t random = roster->random += 0x9e3779b9;

	random = (random ^ random >> 16) * 0x85ebca6b;
	random = (random ^ random >> 13) * 0xc2b2ae35;
	return random ^ random >> 16;
}

static int64_t roster_due_us(struct roster *roster, const struct kid *kid,
			     int64_t now_us)
{
	int64_t delay_ms;

	if (kid->backoff_ms <= 0)
		return now_us;
	delay_ms = backoff_ms(kid->backoff_ms, kid_longest_ms(kid), kid->row,
			      roster_draw(roster));
	return delay_ms > (CLOCK_NEVER - now_us) / 1000
		       ? CLOCK_NEVER
		       : now_us + delay_ms * 1000;
}

static void roster_revive(struct roster *roster, struct kid *kid,
			  int64_t now_us)
{
	if (!roster_spend(roster, kid, now_us))
		return;
	kid->restarts++;
	kid->row = kid_is_steady(kid, now_us) ? 1 : kid->row + 1;
	roster_wait(roster, kid, roster_due_us(roster, kid, now_us));
	if (kid->loose)
		return;
	if (roster->strategy == TINE_ONE_FOR_ALL)
		roster_fall(roster, roster->kids.next);
	else if (roster->strategy == TINE_REST_FOR_ONE)
		roster_fall(roster, &kid->node);
}

static void roster_recycle(struct roster *roster, struct kid *kid,
			   int64_t now_us)
{
	if (kid->restart == TINE_TEMPORARY)
		roster_rest(roster, kid);
	else
		roster_wait(roster, kid, now_us);
}

static void roster_retire(struct roster *roster, struct kid *kid)
{
	enum tine_auto_shutdown shutdown = roster->auto_shutdown;

	roster_rest(roster, kid);
	if (!kid->significant)
		return;
	if (shutdown == TINE_ANY_SIGNIFICANT ||
	    (shutdown == TINE_ALL_SIGNIFICANT && !roster->significant))
		roster_finish(roster, ROSTER_SIGNIFICANT, NULL);
}

static bool kid_comes_back(const struct kid *kid, bool badly)
{
	return kid->restart == TINE_PERMANENT ||
	       (kid->restart == TINE_TRANSIENT && badly);
}

void roster_ended(struct roster *roster, struct kid *kid, bool badly,
		  int64_t now_us)
{
	assert(kid->state == KID_UP || kid->state == KID_STOPPING);
	list_remove(&kid->todo);
	roster->alive--;
	roster->stopping -= kid->state == KID_STOPPING;
	kid->state = KID_DOWN;
	if (!kid->wanted)
		roster_rest(roster, kid);
	else if (roster_falls(roster, kid))
		roster_recycle(roster, kid, now_us);
	else if (kid_comes_back(kid, badly))
		roster_revive(roster, kid, now_us);
	else
		roster_retire(roster, kid);
}

/* ---- What is wanted ----------------------------------------------------- */

void roster_add(struct roster *roster, struct kid *kid)
{
	list_append(&roster->kids, &kid->node);
	list_init(&kid->todo);
	kid->turn = (struct heap_node){ 0 };
	kid->state = KID_DOWN;
	kid->number = ++roster->numbers;
	kid->restarts = kid->row = 0;
	kid->wanted = kid->lived = false;
	roster->count++;
	if (roster->end)
		kid_queue(kid, &roster->dropped);
	else
		roster_wait(roster, kid, 0);
}

void roster_terminate(struct roster *roster, struct kid *kid)
{
	roster_forgo(roster, kid);
	if (kid->state == KID_UP)
		kid_queue(kid, &roster->hasty);
}

/* What is down and in a queue is dropped already. */
static bool roster_may_change(const struct roster *roster,
			      const struct kid *kid)
{
	return !roster->end && kid->state == KID_DOWN && list_empty(&kid->todo);
}

int roster_restart(struct roster *roster, struct kid *kid)
{
	if (!roster_may_change(roster, kid))
		return TINE_EUSAGE;
	kid->row = 0;
	roster_wait(roster, kid, 0);
	return 0;
}

int roster_delete(struct roster *roster, struct kid *kid)
{
	if (!roster_may_change(roster, kid))
		return TINE_EUSAGE;
	kid_queue(kid, &roster->dropped);
	return 0;
}

void roster_stop(struct roster *roster)
{
	roster_finish(roster, ROSTER_ASKED, NULL);
}
