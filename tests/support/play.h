/* SPDX-License-Identifier: MIT */
/*
 * play.h - scenes that are played again and again, with another fault each
 * time.
 *
 * A scene is a little program, from the making of its context to its end. It is
 * played until each call that lib/ makes has failed once, in each of its ways.
 * Whatever fails, a function says so by a code that it is documented to return,
 * or nobody notices; and when all is over the process is as it was before, and
 * works on.
 *
 * TINE_FAULT=CALL,WAY plays with that fault alone, to look at one;
 * TINE_FAULT_STEP=N makes every Nth call fail, and 1 leaves none out;
 * TINE_SCENE=PATTERN plays those scenes whose test has such a name.
 */
#ifndef TINE_PLAY_H
#define TINE_PLAY_H

#include <stdbool.h>

#include "fault.h"
#include "fixture.h"

#define PLAY_SECONDS 30 /* only one that hangs takes so long */

struct scene {
	void (*play)(struct tine_ctx *ctx);
	/* Frees what was made, and the context with it, which may be NULL. */
	void (*leave)(struct tine_ctx *ctx);
};

struct fault_at {
	unsigned call, way;
	int for_good;        /* the error that stays; 0: it comes once */
	bool crumbs;         /* and all that moves does so in crumbs */
	unsigned generation; /* whose first process makes the call: 1 is that of
				children; 0: the test */
};

/* ---- While a scene is played ------------------------------------------- */

/* Who is looked at, for the report. */
void play_watch(const char *who);

/* Something is not as it should be: there was a fault, and it is the only
 * thing. */
void play_deviate(void);

/* The same if a call failed; and then by the code of one that could not get
 * what it needs. */
void play_check_start(int error);

/* ---- How scenes are played --------------------------------------------- */

/* The loop of the contexts of scenes; NULL: each has its own. */
void play_set_loop(struct ev_loop *loop);

typedef enum fault_fate play_fn(const struct scene *scene,
				const struct fault_at *at);

/* With all that surrounds a test of its own. */
play_fn play_once;

/* The same, but it is a call of the first child that fails, or of its first
 * child, or of that one's. It may always say that it failed. */
play_fn play_child;
play_fn play_grandchild;
play_fn play_great_grandchild;
bool play_is_of_child(void);

/* What a way of its own does: takes note of the fault, arms it, counts it. */
void play_begin(const struct fault_at *at);
void play_arm(void);
enum fault_fate play_count(enum fault_fate fate);

/* ---- Tests -------------------------------------------------------------- */

struct play {
	play_fn *fn;
	struct scene scene;
};

/* A test, whose state is a struct play. */
void whatever_fails(void **state);

#define WHATEVER_FAILS(name, fn, act, leave, setup, teardown)            \
	{                                                                \
		"whatever_fails_" name, whatever_fails, setup, teardown, \
			&(struct play)                                   \
		{                                                        \
			fn,                                              \
			{                                                \
				act, leave                               \
			}                                                \
		}                                                        \
	}

/* The last line of each test. */
void play_passed(void);

/* The teardown of each test: if that line was not reached, it says with which
 * fault, as cmocka says where. */
int play_report(void **state);

/* Before the tests: every so-manieth call fails, and who hangs is told of, too.
 * And behind them: how many faults there were. */
void play_open(unsigned step);
void play_close(void);

#endif
