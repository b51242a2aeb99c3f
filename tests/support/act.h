/* SPDX-License-Identifier: MIT */
/*
 * act.h - items that say what is to be done, and a source of them.
 *
 * Children and the test share some memory, where an item can wait for others,
 * and where it says that it has begun, in which process, and that it is about
 * to end. So a test waits for what happens, and not for some time.
 */
#ifndef TINE_ACT_H
#define TINE_ACT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "fixture.h"
#include "tine.h"

enum act_verb {
	ACT_SEND,     /* sends the value */
	ACT_RETURN,   /* returns the value */
	ACT_EXIT,     /* exit(the value) */
	ACT_RAISE,    /* raises the signal of that number */
	ACT_FAIL,     /* tine_fail() with that code */
	ACT_HANG,     /* never ends by itself */
	ACT_STUBBORN, /* nor does SIGTERM end it */
	ACT_READY,    /* opens its gate, and hangs */
	ACT_DEAF,     /* the same, and SIGTERM does not end it */
	ACT_GATE,     /* sends the value when its gate is open */
	ACT_AFTER,    /* sends the value when so many others have ended */
	ACT_TOGETHER, /* sends the value when so many run at once */
	ACT_LAST,     /* returns 3 when so many run at once */
	ACT_TRY,      /* fails but for the attempt of that number */
	ACT_COUNT,    /* sends how many items its process has run */
	ACT_PID,      /* sends its pid */
	ACT_SLAY,     /* kills the process of the item of that number */
	ACT_NAP,      /* sends the value, so many ms later */
	ACT_SPIN,     /* uses its processor for ever */
	ACT_EAT,      /* uses memory until there is none */
	ACT_WRITE,    /* writes a file until it must not */
	ACT_FLOOD,    /* sends so many bytes, and returns 0 */
	ACT_NOTE,     /* notes, sends the value, and crashes */
};

struct act {
	enum act_verb verb;
	int value;
	uint32_t number; /* in its source, where the source sets it */
};

#define SEND(n)                \
	{                      \
		ACT_SEND, n, 0 \
	}

#define ACT_ITEMS 4096

struct act_memory {
	_Atomic uint32_t running, most; /* at once; those that end well */
	_Atomic uint32_t ended;
	_Atomic uint32_t runs[ACT_ITEMS]; /* how often an item was begun, */
	_Atomic pid_t pids[ACT_ITEMS];    /* and by whom last */
	_Atomic uint32_t gates[ACT_ITEMS];
};

extern struct act_memory *act_memory;

/* Runs a struct act, which is the item. */
tine_fn act_run;

void act_open_gate(uint32_t number);

/* In a child: waits until there is at least so much. */
void act_wait(_Atomic uint32_t *word, uint32_t least);

/* One more, and who waits for it wakes. */
void act_raise(_Atomic uint32_t *word);

/* The items of a list, again and again until there were `count` of them. */
struct acts {
	const struct act *list;
	size_t listed, count;
	int error;         /* what is behind them; 0: the end */
	size_t pulled;     /* items that were */
	size_t asked;      /* calls of next */
	unsigned closed;   /* calls of close */
	size_t taken;      /* results: kept by who takes them, */
	size_t most_ahead; /* so many more were pulled at most */
	void (*on_next)(struct acts *acts);
	void (*on_close)(struct acts *acts);
	void *user;
	struct act item;
};

#define ACTS(array)                                                         \
	{                                                                   \
		.list = (array), .listed = sizeof(array) / sizeof *(array), \
		.count = sizeof(array) / sizeof *(array),                   \
	}

struct tine_source acts_source(struct acts *acts);

/* No process that ever ran an item is left. */
void act_assert_all_dead(void);

/* Each of so many items was begun, and that once. */
void act_assert_each_ran_once(size_t count);

int act_setup(void **state);
int act_teardown(void **state);

#define ACT_TEST(name) \
	cmocka_unit_test_setup_teardown(name, act_setup, act_teardown)

#endif
