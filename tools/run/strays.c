/* SPDX-License-Identifier: MIT */
/*
 * strays.c - processes that commands left behind, and nobody looks after.
 */
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "brood.h"
#include "run/strays.h"

#define SWEEPS 100 /* of some 10 ms each */

static struct brood before; /* children that somebody forked before us */

void strays_adopt(void)
{
	(void)brood_read(&before);
	brood_adopt();
}

static bool was_there(pid_t pid, void *data)
{
	(void)data;
	for (size_t i = 0; i < before.count; i++)
		if (before.pids[i] == pid)
			return true;
	return false;
}

/* Those that watch were forked by us, and execute what we do. */
static bool is_watcher(pid_t pid)
{
	struct stat ours, its;
	char path[64];

	(void)snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	return stat(path, &its) == 0 && stat("/proc/self/exe", &ours) == 0 &&
	       its.st_dev == ours.st_dev && its.st_ino == ours.st_ino;
}

static bool is_no_stray(pid_t pid, void *data)
{
	return was_there(pid, data) || is_watcher(pid);
}

static void sweep(brood_known *is_known)
{
	unsigned left = 1;

	for (int i = 0; i < SWEEPS && left > 0; i++)
		(void)brood_sweep(is_known, NULL, &left);
}

void strays_kill(void)
{
	sweep(is_no_stray);
}

void strays_kill_all(void)
{
	sweep(was_there);
	brood_done(&before);
}
