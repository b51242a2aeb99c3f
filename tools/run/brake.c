/* SPDX-License-Identifier: MIT */
/*
 * brake.c - how a run is stopped.
 *
 * The level stands in memory that all processes of the run share; a pipe that
 * ends wakes those that sleep. The handler does it all itself, since the
 * program may be in the middle of a write to a terminal that was stopped.
 */
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fd.h"
#include "run/brake.h"
#include "tine.h"

static _Atomic int *level; /* shared */
static _Atomic int now_end = -1, kill_end = -1;
static _Atomic int pulled_by;

static void end_pipe(_Atomic int *end)
{
	int fd = atomic_exchange(end, -1);

	if (fd >= 0)
		(void)close(fd);
}

void brake_pull_in_child(enum brake_level wanted)
{
	int before = atomic_load(level);

	while (before < (int)wanted &&
	       !atomic_compare_exchange_weak(level, &before, (int)wanted))
		;
}

void brake_pull(enum brake_level wanted)
{
	brake_pull_in_child(wanted);
	if (wanted >= BRAKE_NOW)
		end_pipe(&now_end);
	if (wanted >= BRAKE_KILL)
		end_pipe(&kill_end);
}

enum brake_level brake_level(void)
{
	return (enum brake_level)atomic_load(level);
}

static void on_signal(int number)
{
	bool again = atomic_exchange(&pulled_by, number) != 0;

	brake_pull(again ? BRAKE_KILL : BRAKE_NOW);
}

int brake_signal(void)
{
	return atomic_load(&pulled_by);
}

/* Without SA_RESTART: a write that waits is to notice. */
static void brake_hear(int number)
{
	struct sigaction before, handle = { .sa_handler = on_signal };

	if (sigaction(number, NULL, &before) == 0 &&
	    before.sa_handler != SIG_IGN)
		(void)sigaction(number, &handle, NULL);
}

static int pipe_open(int *theirs, _Atomic int *ours)
{
	int ends[2];
	int error = fd_pipe(ends);

	if (error < 0)
		return error;
	*theirs = ends[0];
	atomic_store(ours, ends[1]);
	return 0;
}

int brake_init(struct brake_pipes *pipes)
{
	int error;

	level = mmap(NULL, sizeof *level, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (level == MAP_FAILED)
		return TINE_ENOMEM;
	error = pipe_open(&pipes->now, &now_end);
	if (error == 0)
		error = pipe_open(&pipes->kill, &kill_end);
	if (error < 0)
		return error;
	brake_hear(SIGINT);
	brake_hear(SIGTERM);
	brake_hear(SIGHUP);
	return 0;
}
