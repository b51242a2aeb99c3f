/* SPDX-License-Identifier: MIT */
/*
 * forge.c - boards that no program has: to see what the tool makes of them.
 *
 *	forge plain APP       a task, three ends, two kinds of crashes
 *	forge hostile APP     whatever may be said, is said, in escape sequences
 *	forge many COUNT      so many tasks, and as many ends as are kept
 *
 * Says its process's id when the board is there, and goes when its input ends;
 * then the board stays, as of somebody who was killed.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "clock.h"
#include "tine.h"

#define HOSTILE "\33[31m\33]0;me\7\302\233red\r\n\342\200\256evil"
#define FINGERPRINT UINT64_C(0x00c0ffee12345678)

static struct board board;

static uint64_t id_of(unsigned number)
{
	return (uint64_t)getpid() << 32 | number;
}

static void put_slot(unsigned number, const char *name)
{
	struct board_slot slot = { .id = id_of(number),
				   .kind = SLOT_TASK,
				   .state = NOW_RUNNING,
				   .last_end = TINE_PENDING,
				   .slate = -1,
				   .attempts = 1,
				   .started_us = clock_us() };

	(void)snprintf(slot.name, sizeof slot.name, "%s", name);
	board.tally.started++;
	board_put(&board, board_take(&board), &slot);
}

struct wanted {
	const char *name, *message, *output, *stack;
	enum tine_end end;
	int code;
	uint64_t fingerprint;
};

static void put_end(unsigned number, struct wanted wanted)
{
	struct board_end end = {
		.id = id_of(number),
		.kind = SLOT_TASK,
		.end = (uint8_t)wanted.end,
		.code = wanted.code,
		.pid = 1,
		.attempts = 1,
		.ended_us = clock_us(),
		.wall_us = 1500,
		.rss_kib = 2048,
		.fingerprint = wanted.fingerprint,
	};

	(void)snprintf(end.name, sizeof end.name, "%s", wanted.name);
	(void)snprintf(end.message, sizeof end.message, "%s", wanted.message);
	(void)snprintf(end.note, sizeof end.note, "%s", wanted.output);
	(void)snprintf(end.output, sizeof end.output, "%s", wanted.output);
	board.tally.ended[wanted.end]++;
	board_add_end(&board, -1, &end, wanted.stack);
}

static void forge_plain(void)
{
	static const char stack[] = "#0 raise (libc.so.6+0x1)\n"
				    "#1 parse at page.c:41\n"
				    "#2 main at page.c:7\n";
	const struct wanted crashed = {
		"parser",   "killed by SIGSEGV", "page 3\nno page 4",
		stack,      TINE_CRASHED,        11,
		FINGERPRINT
	};

	put_slot(1, "sleeper");
	put_end(2, (struct wanted){ .name = "reader",
				    .message = "returned 0",
				    .output = "",
				    .stack = "",
				    .end = TINE_OK });
	put_end(3, crashed);
	put_end(4, crashed);
	put_end(5, (struct wanted){ .name = "abacus",
				    .message = "killed by SIGFPE",
				    .output = "",
				    .stack = "#0 count at abacus.c:8\n",
				    .end = TINE_CRASHED,
				    .code = 8,
				    .fingerprint = FINGERPRINT + 1 });
}

/* The sums are right: nothing is but the words. */
static void forge_hostile(void)
{
	put_slot(1, HOSTILE);
	put_end(2, (struct wanted){ HOSTILE, HOSTILE, HOSTILE,
				    "#0 " HOSTILE "\n" HOSTILE, TINE_CRASHED,
				    11, FINGERPRINT });
	board.tally.started = UINT64_MAX;
	board.tally.ended[TINE_OK] = UINT64_MAX;
	board.tally.restarts = UINT64_MAX;
	board.tally.crashes = UINT32_MAX;
}

static void forge_many(unsigned count)
{
	for (unsigned i = 1; i <= count; i++)
		put_slot(i, "one of many");
	for (unsigned i = 0; i < BOARD_ENDS_KEPT; i++)
		put_end(count + i, (struct wanted){ "parser", "killed", "",
						    "#0 parse at page.c:41\n",
						    TINE_CRASHED, 11,
						    FINGERPRINT + i % 40 });
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const char *more = argc > 2 ? argv[2] : "forged";
	bool many = strcmp(what, "many") == 0;

	board_init(&board, many ? "many" : more);
	if (strcmp(what, "hostile") == 0)
		memcpy(board.head.app, HOSTILE, sizeof HOSTILE);
	if (!board_open(&board))
		errx(1, "there can be no board");
	if (many)
		forge_many((unsigned)atoi(more));
	else if (strcmp(what, "hostile") == 0)
		forge_hostile();
	else
		forge_plain();
	if (!board_sum_up(&board) || printf("%d\n", (int)getpid()) < 0 ||
	    fflush(stdout) != 0)
		return 1;
	while (getchar() != EOF)
		continue;
	_exit(0);
}
