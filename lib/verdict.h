/* SPDX-License-Identifier: MIT */
/* verdict.h - from what is known of a child's end to how its task ended. */
#ifndef TINE_VERDICT_H
#define TINE_VERDICT_H

#include "limit.h"
#include "tine.h"

/* How the process ended. */
enum exit_kind {
	EXIT_UNKNOWN, /* somebody else took the status */
	EXIT_CODE,
	EXIT_SIGNAL,
	EXIT_FORSAKEN, /* with the supervisor that had forked it */
	EXIT_LET_GO,   /* it has not: but nobody waits for that any more */
};

/* What its channel ended with. */
enum last_word {
	LAST_NONE,   /* nothing: it is silent, or the end fell between frames */
	LAST_DONE,   /* the function returned */
	LAST_FELL,   /* it falls with a task of its own */
	LAST_EXCESS, /* more than max_result */
	LAST_FOUL,   /* what is not a frame */
	LAST_NO_ROOM, /* we had no memory or descriptor to receive it */
	LAST_CUT,     /* a part of a frame */
	LAST_CLOSED,  /* it closed its end, and lived on */
};

/* Why the library ended it, if it did: the first reason stays. */
enum cause {
	CAUSE_NONE,
	CAUSE_TIMEOUT,
	CAUSE_SHUTDOWN, /* asked politely */
	CAUSE_BRUTAL,   /* tine_shutdown(task, 0) or tine_free() */
	CAUSE_LINK,     /* a linked task ended badly */
	CAUSE_FOUL,     /* for its last word */
};

struct facts {
	enum exit_kind how;
	int status;  /* exit code or signal number */
	bool killed; /* we sent SIGKILL */
	bool keeper; /* it is a supervisor */
	enum cause cause;
	const char *linked; /* CAUSE_LINK: who ended */
	bool dismissed;     /* somebody else asked it to stop: tine(1) */

	enum last_word last;
	int value;       /* DONE: returned; FELL: the end */
	uint64_t amount; /* FELL: the code; EXCESS: how many bytes */

	enum limit limit; /* evidence that a limit was met */
	bool crashed;     /* the address is known */
	uint64_t address;
	const char *said; /* by tine_fail(), or "" */
	const char *note; /* the last breadcrumb, or "" */
	int64_t wall_us;
	int64_t grace_ms; /* CAUSE_SHUTDOWN: what it was given */
	const struct tine_options *options;
};

enum tine_end verdict_end(const struct facts *facts, int *code);

#define VERDICT_TEXT 768
void verdict_say(const struct facts *facts, enum tine_end end, int code,
		 char text[VERDICT_TEXT]);

#endif
