/* SPDX-License-Identifier: MIT */
/* call.h - what a supervisor is asked. */
#ifndef TINE_CALL_H
#define TINE_CALL_H

#include "super.h"

/* A question, and its answer. */
struct call {
	struct list_node node;
	struct tine_super *super;
	uint64_t serial;
	bool done;
	int64_t value;
	struct letter *letter; /* with the body; to be freed */
};

/*
 * Asks; and waits for the answer: meanwhile the loop runs, or not. 0, and then
 * call->value is the answer; or an enum tine_error. call_done() in any case.
 */
int call_send(struct tine_super *super, struct letter *letter,
	      struct call *call);
int call_hear(struct call *call, bool by_loop);
void call_done(struct call *call);

#endif
