/* SPDX-License-Identifier: MIT */
/*
 * budget.c - how many restarts a supervisor has left.
 *
 * Pure: the time is an argument. The restarts of the period stand in a ring
 * that grows as they come. One that is too many is kept, too; that is as many
 * as there ever have to be.
 */
#include "budget.h"

#include <stdlib.h>

void budget_init(struct budget *budget, unsigned max_restarts,
		 unsigned max_seconds)
{
	*budget = (struct budget){ .max_restarts = max_restarts,
				   .max_seconds = max_seconds };
}

void budget_done(struct budget *budget)
{
	free(budget->seconds);
	*budget = (struct budget){ 0 };
}

static int64_t *budget_place(const struct budget *budget, size_t index)
{
	return &budget->seconds[(budget->head + index) % budget->room];
}

static void budget_forget_one(struct budget *budget)
{
	budget->head = (budget->head + 1) % budget->room;
	budget->count--;
}

static void budget_forget_old(struct budget *budget, int64_t now_s)
{
	while (budget->count > 0 &&
	       *budget_place(budget, 0) + budget->max_seconds < now_s)
		budget_forget_one(budget);
	if (budget->count > budget->max_restarts)
		budget_forget_one(budget);
}

static bool budget_grow(struct budget *budget)
{
	size_t most = (size_t)budget->max_restarts + 1;
	size_t room = budget->room ? budget->room * 2 : 4;
	int64_t *seconds;

	if (room > most)
		room = most;
	seconds = calloc(room, sizeof *seconds);
	if (!seconds)
		return false;
	for (size_t i = 0; i < budget->count; i++)
		seconds[i] = *budget_place(budget, i);
	free(budget->seconds);
	budget->seconds = seconds;
	budget->head = 0;
	budget->room = room;
	return true;
}

bool budget_spend(struct budget *budget, int64_t now_us)
{
	int64_t now_s = now_us / 1000000;

	budget_forget_old(budget, now_s);
	if (budget->count == budget->room && !budget_grow(budget))
		return false;
	*budget_place(budget, budget->count++) = now_s;
	return budget->count <= budget->max_restarts;
}
