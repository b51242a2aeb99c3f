/* SPDX-License-Identifier: MIT */
/* pulse.c - how busy processes have been since the last look. */
#include "pulse.h"

#include <stdlib.h>

static int compare_pids(const void *a, const void *b)
{
	const struct proc *one = a, *other = b;

	return (one->pid > other->pid) - (one->pid < other->pid);
}

/* A pid that came back is another process. */
static const struct proc *pulse_find(const struct pulse *pulse,
				     const struct proc *proc)
{
	const struct proc *found =
		pulse->count == 0 || !proc->there
			? NULL
			: bsearch(proc, pulse->procs, pulse->count,
				  sizeof *proc, compare_pids);

	return found && found->started == proc->started ? found : NULL;
}

static void pulse_set(const struct pulse *pulse, struct row *row,
		      int64_t passed_us)
{
	const struct proc *before = pulse_find(pulse, &row->proc);

	if (before && passed_us > 0)
		row->load = (int)((row->proc.cpu_us - before->cpu_us) * 100 /
				  passed_us);
}

static void pulse_remember(struct pulse *pulse, const struct forest *forest)
{
	free(pulse->procs);
	pulse->count = 0;
	pulse->procs = calloc(forest->count + 1, sizeof *pulse->procs);
	for (size_t i = 0; pulse->procs && i < forest->count; i++)
		if (forest->all[i].proc.there)
			pulse->procs[pulse->count++] = forest->all[i].proc;
	if (pulse->count > 1)
		qsort(pulse->procs, pulse->count, sizeof *pulse->procs,
		      compare_pids);
	pulse->at_us = forest->scan->now_us;
}

void pulse_take(struct pulse *pulse, struct forest *forest)
{
	int64_t passed_us = forest->scan->now_us - pulse->at_us;

	for (size_t i = 0; i < forest->count; i++)
		pulse_set(pulse, &forest->all[i], passed_us);
	pulse_remember(pulse, forest);
}

void pulse_done(struct pulse *pulse)
{
	free(pulse->procs);
	*pulse = (struct pulse){ 0 };
}
