/* SPDX-License-Identifier: MIT */
/*
 * state.c - the life of a task, as a table.
 *
 * Pure: no system calls, no clock, no memory. task.c turns what happens into
 * an event, looks up the step, stores the next state and does the action;
 * nothing else in the library decides what follows what.
 *
 * A hole in the table means that the event changes nothing in that state: a
 * cancel of what is being killed, a timer that was over while its task ended, a
 * last frame from one that is being killed (it counts; the inbox has it).
 */
#include "state.h"

#include <assert.h>

static const struct task_step steps[TASK_STATES][TASK_EVENTS] = {
	[TASK_RUNNING] = {
		[EVENT_SAID]   = { TASK_LEAVING,  ACT_LINGER },
		[EVENT_HANGUP] = { TASK_LEAVING,  ACT_LINGER },
		[EVENT_FOUL]   = { TASK_KILLING,  ACT_KILL   },
		[EVENT_TIMER]  = { TASK_STOPPING, ACT_TERM   },
		[EVENT_CANCEL] = { TASK_STOPPING, ACT_TERM   },
		[EVENT_BRUTAL] = { TASK_KILLING,  ACT_KILL   },
		[EVENT_RETRY]  = { TASK_WAITING,  ACT_WAIT   },
		[EVENT_EXIT]   = { TASK_DONE,     ACT_FINISH },
	},
	[TASK_LEAVING] = {
		[EVENT_TIMER]  = { TASK_KILLING,  ACT_KILL   },
		[EVENT_CANCEL] = { TASK_STOPPING, ACT_TERM   },
		[EVENT_BRUTAL] = { TASK_KILLING,  ACT_KILL   },
		[EVENT_RETRY]  = { TASK_WAITING,  ACT_WAIT   },
		[EVENT_EXIT]   = { TASK_DONE,     ACT_FINISH },
	},
	[TASK_STOPPING] = {
		[EVENT_FOUL]   = { TASK_KILLING,  ACT_KILL   },
		[EVENT_TIMER]  = { TASK_KILLING,  ACT_KILL   },
		[EVENT_CANCEL] = { TASK_STOPPING, ACT_GRACE },
		[EVENT_BRUTAL] = { TASK_KILLING,  ACT_KILL   },
		[EVENT_RETRY]  = { TASK_WAITING,  ACT_WAIT   },
		[EVENT_EXIT]   = { TASK_DONE,     ACT_FINISH },
	},
	[TASK_KILLING] = {
		[EVENT_RETRY]  = { TASK_WAITING,  ACT_WAIT   },
		[EVENT_EXIT]   = { TASK_DONE,     ACT_FINISH },
	},
	[TASK_WAITING] = {
		[EVENT_TIMER]  = { TASK_RUNNING,  ACT_START  },
		[EVENT_CANCEL] = { TASK_DONE,     ACT_FINISH },
		[EVENT_BRUTAL] = { TASK_DONE,     ACT_FINISH },
	},
};

struct task_step state_step(enum task_state state, enum task_event event)
{
	struct task_step step;

	assert(state > TASK_NONE && state < TASK_STATES);
	assert(event < TASK_EVENTS);
	step = steps[state][event];
	if (step.next == TASK_NONE)
		step.next = state;
	return step;
}

const char *state_name(enum task_state state)
{
	static const char *const names[TASK_STATES] = {
#define STATE_NAME(name, text) [TASK_##name] = text,
		STATES(STATE_NAME)
#undef STATE_NAME
	};

	assert(state > TASK_NONE && state < TASK_STATES);
	return names[state];
}
