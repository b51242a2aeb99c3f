/* SPDX-License-Identifier: MIT */
/*
 * crowd.c - a program that says it has many tasks, and as much to tell as there
 * can be.
 *
 *	crowd TASKS [HOW]
 *
 * Its tasks are a few processes again and again, since the tool looks at each
 * of them anyway. HOW is what becomes of it when it has said "ready": it waits
 * until its input ends; or is "busy", and "stopped".
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"
#include "mint.h"
#include "tine.h"

#define PROCESSES 50

static pid_t pids[PROCESSES];

static void start_processes(void)
{
	pid_t self = getpid();

	for (int i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			err(1, "fork");
		if (pids[i] > 0)
			continue;
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == self)
			(void)pause();
		_exit(0);
	}
}

static void fill_slots(struct mint *mint, int count)
{
	const uint64_t stream = (uint64_t)getpid() << 32 | 1;
	struct board_slot slot = { .id = stream,
				   .kind = SLOT_STREAM,
				   .last_end = TINE_PENDING,
				   .slate = -1,
				   .started_us = clock_us() };

	(void)strcpy(slot.name, "pages");
	mint_slot(mint, slot);
	for (int i = 1; i < count; i++) {
		slot.id = stream + (unsigned)i;
		slot.kind = i % 2 ? SLOT_TASK : SLOT_ITEM;
		slot.parent = i % 2 ? 0 : stream;
		slot.pid = pids[i % PROCESSES];
		(void)snprintf(slot.name, sizeof slot.name, "page-%d", i);
		mint_slot(mint, slot);
	}
}

static void fill_past(struct mint *mint)
{
	for (unsigned i = 0; i < BOARD_ENDS_KEPT; i++) {
		struct board_end end = { .end = TINE_CRASHED,
					 .fingerprint = 1 + i % 32,
					 .ended_us = clock_us() };

		memset(end.message, 'm', sizeof end.message - 1);
		memset(end.output, 'o', sizeof end.output - 1);
		(void)snprintf(end.name, sizeof end.name, "page-%u", i);
		mint_end(mint, end);
	}
	for (int i = 0; i < BOARD_CRASHES_KEPT; i++) {
		struct board_crash crash = { .signal = SIGSEGV };

		crash.first_us = crash.last_us = clock_us();
		memset(crash.stack, 's', sizeof crash.stack - 1);
		mint_crash(mint, crash);
	}
}

int main(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[2] : "";
	struct mint mint;

	start_processes();
	mint_begin_own(&mint, BOARD_PROGRAM);
	fill_slots(&mint, argc > 1 ? atoi(argv[1]) : 1);
	fill_past(&mint);
	(void)puts("ready");
	(void)fflush(stdout);
	if (strcmp(how, "stopped") == 0)
		(void)raise(SIGSTOP);
	while (strcmp(how, "busy") == 0)
		continue;
	while (getchar() != EOF)
		continue;
	return 0;
}
