/* SPDX-License-Identifier: MIT */
/* ask.h - what a supervisor is asked, and what it says. */
#ifndef TINE_ASK_H
#define TINE_ASK_H

/* With the body of each; an answer has the serial of its question. */
enum ask {
	ASK_START = 1, /* spec.h: a child */
	ASK_TERMINATE, /* an id */
	ASK_RESTART,   /* an id */
	ASK_DELETE,    /* an id */
	ASK_LIST,      /* value: how many at most */
	ASK_COUNT,
	ASK_STOP,
	ASK_TASK, /* loan.h: a task */
	ASK_DROP, /* value: the serial of a task that is to be killed */

	SAY_READY = 100, /* value: its pid, or why there is none */
	SAY_ANSWER,      /* value: as the function returns; and a body: LIST:
			    struct tine_child_info; COUNT: struct tine_counts;
			    TASK: the value is its pid, with a pidfd */
	SAY_EVENT,       /* report.h */
	SAY_ENDED,       /* a task, of that serial: struct child_exit */
};

#endif
