/* SPDX-License-Identifier: MIT */
/*
 * state.h - the life of a task, as a table.
 *
 *                 +--------------------- RETRY ---------------------+
 *                 v                                                 |
 *   start ---> RUNNING --SAID/HANGUP--> LEAVING ---------------.    |
 *                 |  |                     | TIMER, CANCEL      |   |
 *                 |  `--CANCEL,TIMER--> STOPPING --TIMER--> KILLING |
 *                 |                        |                   |    |
 *                 `---------- EXIT --------+------- EXIT ------+--> DONE
 *
 * WAITING, between two attempts, has no process; its TIMER starts the next.
 */
#ifndef TINE_STATE_H
#define TINE_STATE_H

#define STATES(X)                                                             \
	X(RUNNING, "running")   /* the child works; nothing is asked of it */ \
	X(LEAVING, "leaving")   /* it said its last word and has to exit */   \
	X(STOPPING, "stopping") /* SIGTERM is sent; the grace timer runs */   \
	X(KILLING, "killing")   /* SIGKILL is sent */                         \
	X(WAITING, "waiting")   /* no process: the backoff timer runs */      \
	X(DONE, "done")         /* reaped; the result is final */

#define EVENTS(X)                                                         \
	X(SAID)   /* a complete last frame is in */                       \
	X(HANGUP) /* the channel was closed without one */                \
	X(FOUL)   /* what came is not a result, or too much */            \
	X(TIMER)  /* the state's own timer is over */                     \
	X(CANCEL) /* the owner asks it to stop */                         \
	X(BRUTAL) /* the owner wants it dead */                           \
	X(RETRY)  /* it ended, and the policy gives it another attempt */ \
	X(EXIT)   /* it ended */

enum task_state {
	TASK_NONE, /* no such step; no task is ever here */
#define STATE_ENUM(name, text) TASK_##name,
	STATES(STATE_ENUM)
#undef STATE_ENUM
		TASK_STATES
};

enum task_event {
#define EVENT_ENUM(name) EVENT_##name,
	EVENTS(EVENT_ENUM)
#undef EVENT_ENUM
		TASK_EVENTS
};

enum task_action {
	ACT_NOTHING,
	ACT_LINGER, /* give it a moment to exit */
	ACT_TERM,   /* SIGTERM, and the grace timer */
	ACT_GRACE,  /* the grace timer, anew */
	ACT_KILL,   /* SIGKILL */
	ACT_WAIT,   /* the backoff timer */
	ACT_START,  /* fork again */
	ACT_FINISH, /* the end is known: tell */
};

struct task_step {
	enum task_state next;
	enum task_action action;
};

/* Total: any event in any state. What has no meaning there does nothing. */
struct task_step state_step(enum task_state state, enum task_event event);
const char *state_name(enum task_state state);

#endif
