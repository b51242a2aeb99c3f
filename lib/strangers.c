/* SPDX-License-Identifier: MIT */
/*
 * strangers.c - processes that children of a supervisor have left to it.
 *
 * Where there are many children, looking for strangers at each end would cost
 * more than the children: they are looked for a moment later, for all at once.
 */
#include "strangers.h"

#include <stdlib.h>

#include "brood.h"
#include "reap_all.h"
#include "spare.h"
#include "superd.h"
#include "ward.h"

/* Up to so many children, strangers are found cheaply, at once. */
#define STRANGERS_AT_ONCE 256
#define STRANGERS_LATER_MS 50

static int compare_pids(const void *a, const void *b)
{
	const pid_t *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

static bool is_a_wards(pid_t pid, void *data)
{
	const struct brood *wards = data;

	return wards->count > 0 && bsearch(&pid, wards->pids, wards->count,
					   sizeof pid, compare_pids) != NULL;
}

/* Those that have ended and were not looked at yet are among them. */
static bool list_wards(const struct superd *superd, struct brood *wards)
{
	bool all = true;

	*wards = (struct brood){ 0 };
	LIST_EACH (node, &superd->roster.kids) {
		const struct ward *ward =
			ward_of(LIST_ENTRY(node, struct kid, node));

		if (ward->task && ward->task->child.pid > 0)
			all &= brood_add(wards, ward->task->child.pid);
	}
	all &= spare_list(superd, wards);
	if (wards->count > 0)
		qsort(wards->pids, wards->count, sizeof *wards->pids,
		      compare_pids);
	return all;
}

static unsigned strangers_sweep_now(struct superd *superd)
{
	struct brood wards;
	unsigned counted = superd->dying;
	unsigned found = 0;
	bool good = list_wards(superd, &wards);

	if (good)
		found = brood_sweep(is_a_wards, &wards, &superd->dying);
	brood_done(&wards);
	if (!good || superd->dying > 0)
		loop_timer_again(superd->sweeper, STRANGERS_LATER_MS);
	if (good)
		found += superd->dying;
	return found > counted ? found - counted : 0;
}

void strangers_reap(struct superd *superd)
{
	if (!reap_all_look())
		loop_timer_again(superd->sweeper, STRANGERS_LATER_MS);
}

static void on_sweep(void *data)
{
	(void)strangers_sweep_now(data);
	strangers_reap(data);
}

unsigned strangers_sweep(struct superd *superd)
{
	if (superd->roster.alive <= STRANGERS_AT_ONCE)
		return strangers_sweep_now(superd);
	loop_timer_again(superd->sweeper, STRANGERS_LATER_MS);
	return 0;
}

bool strangers_begin(struct superd *superd)
{
	superd->sweeper =
		loop_timer_start(superd->ctx->loop, -1, on_sweep, superd);
	return superd->sweeper;
}
