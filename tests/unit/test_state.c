/* SPDX-License-Identifier: MIT */
/* test_state.c - the table of a task's life keeps its promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "state.h"

static int has_process(int state)
{
	return state != TASK_WAITING && state != TASK_DONE;
}

static void an_exit_ends_every_state_that_has_a_process(void **state)
{
	(void)state;
	for (int s = TASK_RUNNING; s < TASK_STATES; s++) {
		struct task_step step =
			state_step((enum task_state)s, EVENT_EXIT);

		if (!has_process(s))
			continue;
		assert_int_equal(step.next, TASK_DONE);
		assert_int_equal(step.action, ACT_FINISH);
	}
}

static void nothing_happens_any_more_when_done(void **state)
{
	(void)state;
	for (int e = 0; e < TASK_EVENTS; e++) {
		struct task_step step =
			state_step(TASK_DONE, (enum task_event)e);

		assert_int_equal(step.next, TASK_DONE);
		assert_int_equal(step.action, ACT_NOTHING);
	}
}

static void brutal_kills_whatever_has_a_process(void **state)
{
	(void)state;
	for (int s = TASK_RUNNING; s < TASK_STATES; s++)
		if (has_process(s))
			assert_int_equal(
				state_step((enum task_state)s, EVENT_BRUTAL)
					.next,
				TASK_KILLING);
}

static void without_a_process_nothing_is_signalled(void **state)
{
	(void)state;
	for (int s = TASK_RUNNING; s < TASK_STATES; s++)
		for (int e = 0; e < TASK_EVENTS; e++) {
			enum task_action action = state_step((enum task_state)s,
							     (enum task_event)e)
							  .action;

			if (!has_process(s))
				assert_true(action != ACT_TERM &&
					    action != ACT_KILL);
		}
}

/* From every state that waits for a time, its timer leads on; from KILLING
 * only the exit does, which SIGKILL brings about. */
static void every_wait_has_an_end(void **state)
{
	static const int timed[] = { TASK_RUNNING, TASK_LEAVING, TASK_STOPPING,
				     TASK_WAITING };

	(void)state;
	for (size_t i = 0; i < sizeof timed / sizeof *timed; i++)
		assert_int_not_equal(
			state_step((enum task_state)timed[i], EVENT_TIMER).next,
			timed[i]);
}

/* All sequences of events up to a length: finished once, never signalled
 * behind that. */
#define DEPTH 7

static void walk(enum task_state from, int depth, int finished)
{
	for (int e = 0; depth > 0 && e < TASK_EVENTS; e++) {
		struct task_step step = state_step(from, (enum task_event)e);
		int now = finished + (step.action == ACT_FINISH);

		assert_true(now <= 1);
		assert_int_equal(now, step.next == TASK_DONE);
		if (finished)
			assert_int_equal(step.action, ACT_NOTHING);
		else
			walk(step.next, depth - 1, now);
	}
}

static void every_sequence_finishes_at_most_once(void **state)
{
	(void)state;
	walk(TASK_RUNNING, DEPTH, 0);
}

static void every_state_has_a_name(void **state)
{
	(void)state;
	for (int s = TASK_RUNNING; s < TASK_STATES; s++)
		assert_non_null(state_name((enum task_state)s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exit_ends_every_state_that_has_a_process),
		cmocka_unit_test(nothing_happens_any_more_when_done),
		cmocka_unit_test(brutal_kills_whatever_has_a_process),
		cmocka_unit_test(without_a_process_nothing_is_signalled),
		cmocka_unit_test(every_wait_has_an_end),
		cmocka_unit_test(every_sequence_finishes_at_most_once),
		cmocka_unit_test(every_state_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
