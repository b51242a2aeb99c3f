/* SPDX-License-Identifier: MIT */
/*
 * roster.h - who is under a supervisor, and what is to be done next.
 *
 * Nothing is done here. Its owner says what has happened, and asks
 * roster_next() for one thing after the other until there is but to wait. So
 * stops in reverse, starts in order, restarts of groups and requests that come
 * in between are all the same: what is, is not yet what shall be.
 */
#ifndef TINE_ROSTER_H
#define TINE_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "budget.h"
#include "heap.h"
#include "list.h"
#include "tine.h"

#define KID_STATES(X)                                              \
	X(DOWN, "down")       /* has no process, and gets none */  \
	X(WAITING, "waiting") /* is started when its time comes */ \
	X(UP, "up")                                                \
	X(STOPPING, "stopping") /* was told to end */

enum kid_state {
#define KID_ENUM(name, text) KID_##name,
	KID_STATES(KID_ENUM)
#undef KID_ENUM
};

struct kid {
	struct list_node node; /* in the order of starts */

	/* Whoever adds it sets these. */
	enum tine_restart restart;
	bool loose; /* depends on nobody: stopped side by side, forgotten when
		       down, in no group */
	bool significant;
	int64_t backoff_ms, max_backoff_ms;

	/* Anybody may read these. */
	enum kid_state state;
	unsigned restarts;

	/* The roster's own. */
	struct list_node todo; /* in one of its queues, if UP or DOWN */
	struct heap_node turn; /* in that of those who wait */
	uint64_t number;       /* in the order of starts */
	bool wanted;           /* shall be up */
	bool lived;            /* has been up once */
	unsigned row;          /* restarts in a row, for the backoff */
	int64_t since_us, due_us;
};

enum roster_end {
	ROSTER_RUNNING,
	ROSTER_ASKED,       /* roster_stop() */
	ROSTER_GAVE_UP,     /* too many restarts, of the culprit */
	ROSTER_SIGNIFICANT, /* significant children have ended */
};

struct roster {
	struct list_node kids;
	size_t count;       /* of kids; those that are down included */
	size_t alive;       /* up or stopping */
	size_t stopping;    /* of them */
	size_t significant; /* significant kids that shall be up */
	enum tine_strategy strategy;
	enum tine_auto_shutdown auto_shutdown;
	struct budget budget;
	enum roster_end end;
	struct kid *culprit;
	uint32_t random; /* for the backoff; any number */
	uint64_t numbers;

	/* What is to be done. */
	struct list_node dropped; /* to be forgotten */
	struct list_node hasty;   /* to be stopped at once */
	struct list_node falling; /* to be stopped one by one */
	struct list_node *group;  /* its first kid: it, and all behind it, go
				     down before anybody starts */
	struct heap waiting;
	struct kid *starting; /* of which we are to hear */
};

enum roster_action {
	ROSTER_WAIT,  /* until something happens, or due_us; CLOCK_NEVER */
	ROSTER_START, /* the kid; then say roster_started() or
			 .._start_failed(): until then nobody else is started */
	ROSTER_STOP,  /* the kid; it is STOPPING; then say roster_ended() */
	ROSTER_DROP,  /* the kid is in no list any more: free it */
	ROSTER_OVER,  /* nobody is left, and nobody is to be started */
};

struct roster_step {
	enum roster_action action;
	struct kid *kid;
	int64_t due_us;
};

void roster_init(struct roster *roster, enum tine_strategy strategy,
		 enum tine_auto_shutdown auto_shutdown, unsigned max_restarts,
		 unsigned max_seconds);
void roster_done(struct roster *roster);

struct roster_step roster_next(struct roster *roster, int64_t now_us);

/* How many have a process, or are to get one. */
size_t roster_busy(const struct roster *roster);

/* Behind all others; it shall be up. */
void roster_add(struct roster *roster, struct kid *kid);

/* ---- What has happened -------------------------------------------------- */

void roster_started(struct roster *roster, struct kid *kid, int64_t now_us);

/* A kid that never lived is dropped; else it counts as a restart, and is tried
 * again. */
void roster_start_failed(struct roster *roster, struct kid *kid,
			 int64_t now_us);

/* By itself, or because it was to. */
void roster_ended(struct roster *roster, struct kid *kid, bool badly,
		  int64_t now_us);

/* ---- What is wanted ----------------------------------------------------- */

/* It shall be down, and stays known if it has an id and is not temporary. */
void roster_terminate(struct roster *roster, struct kid *kid);

/* It is down and shall be up; or down, and shall be forgotten. Else, and of a
 * roster that ends, these return TINE_EUSAGE. */
int roster_restart(struct roster *roster, struct kid *kid);
int roster_delete(struct roster *roster, struct kid *kid);

/* All shall be down. The first reason stays. */
void roster_stop(struct roster *roster);

#endif
