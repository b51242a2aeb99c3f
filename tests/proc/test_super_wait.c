/* SPDX-License-Identifier: MIT */
/* test_super_wait.c - tasks under a supervisor are waited for, stopped and
 * linked as others are. */
#include "children.h"
#include "family.h"

#define LONG_MS 20000

/* ---- Waiting for it ----------------------------------------------------- */

static void it_is_waited_for_as_any_other(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task =
		family_task_act(state, super, (struct act){ ACT_GATE, 3, 0 },
				(struct tine_options){ 0 });

	assert_int_equal(tine_yield(task, 0)->end, TINE_PENDING);
	act_open_gate(0);
	assert_int_equal(tine_yield(task, LONG_MS)->end, TINE_OK);
	assert_int_equal(tine_yield(task, LONG_MS)->end, TINE_LOST);
	tine_free(task);
	tine_super_free(super);
}

static void who_is_ignored_goes_on(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task =
		family_task_act(state, super, (struct act){ ACT_GATE, 3, 0 },
				(struct tine_options){ 0 });

	assert_int_equal(tine_ignore(task)->end, TINE_PENDING);
	act_open_gate(0);
	family_expect("#1 up, #1 ok");
	tine_free(task);
	tine_super_free(super);
}

static void check_shutdown(void **state, tine_fn *fn, const char *note,
			   int64_t grace_ms, enum tine_end end)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task =
		family_task(state, super, fn, (struct tine_options){ 0 });
	pid_t pid = tine_pid(task);

	fixture_wait_note(task, note);
	assert_int_equal(tine_shutdown(task, grace_ms)->end, end);
	assert_int_equal(tine_pid(task), 0);
	assert_int_equal(kill(pid, 0), -1);
	tine_free(task);
	tine_super_free(super);
}

static void it_is_shut_down_as_any_other(void **state)
{
	check_shutdown(state, child_hang, "hanging", LONG_MS, TINE_SHUTDOWN);
	check_shutdown(state, child_polite, "polite", LONG_MS, TINE_OK);
	check_shutdown(state, child_stubborn, "stubborn", 20, TINE_KILLED);
	check_shutdown(state, child_hang, "hanging", 0, TINE_KILLED);
}

static void to_free_it_kills_it(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task = family_task(state, super, child_stubborn,
					     (struct tine_options){ 0 });
	pid_t pid = tine_pid(task);

	fixture_wait_note(task, "stubborn");
	tine_free(task);
	assert_true(fixture_gone(pid));
	family_expect("#1 up, #1 crashed");
	tine_super_free(super);
}

static void those_of_all_kinds_are_waited_for_together(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	const struct tine_result *results[4];
	struct tine_task *tasks[4];
	int values[4] = { 1, 2, 3, 4 };

	for (int i = 0; i < 4; i++)
		tasks[i] = family_task_act(state, i % 2 ? super : NULL,
					   (struct act)SEND(values[i]),
					   (struct tine_options){ 0 });
	assert_int_equal(tine_await_many(tasks, 4, LONG_MS, results), 4);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(results[i]->end, TINE_OK);
		assert_memory_equal(results[i]->data, &values[i], sizeof(int));
		tine_free(tasks[i]);
	}
	tine_super_free(super);
}

static void count_end(struct tine_task *task, const struct tine_result *result,
		      void *user)
{
	(void)task;
	*(int *)user += result->end == TINE_OK;
}

static void run_waits_for_tasks_but_not_for_supervisors(void **state)
{
	static const struct act hang = { ACT_HANG, 0, 9 };
	struct tine_super *super = family_start(state, NULL);
	struct tine_child child = family_act("a", &hang);
	int ended = 0;
	struct tine_options options = { .on_end = count_end, .user = &ended };
	struct tine_task *tasks[3];

	assert_int_equal(tine_start_child(super, &child), 0);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	for (int i = 0; i < 3; i++)
		tasks[i] = family_task(state, super, child_nothing, options);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_int_equal(ended, 3);
	for (int i = 0; i < 3; i++)
		tine_free(tasks[i]);
	assert_string_equal(family_list(super), "a");
	tine_super_free(super);
}

/* ---- Links -------------------------------------------------------------- */

static void it_falls_with_whom_it_is_linked_to(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *under = family_task(state, super, child_hang,
					      (struct tine_options){ 0 });
	struct tine_task *here = family_task(state, NULL, child_hang,
					     (struct tine_options){ 0 });

	assert_int_equal(tine_link(under, here), 0);
	fixture_wait_note(here, "hanging");
	assert_int_equal(kill(tine_pid(under), SIGKILL), 0);
	assert_int_equal(tine_await(here, LONG_MS)->end, TINE_KILLED);
	assert_int_equal(tine_await(under, LONG_MS)->end, TINE_CRASHED);
	tine_free(under);
	tine_free(here);
	tine_super_free(super);
}

/* With an owner that does not trap, and two tasks: one falls. */
static enum tine_end end_of_the_other(void **state, bool nolink)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_options options = { .nolink = nolink };
	struct tine_task *bad, *other;
	enum tine_end end;

	tine_trap_exits(fixture_ctx(state), false);
	other = family_task_act(state, super, (struct act){ ACT_GATE, 1, 0 },
				(struct tine_options){ 0 });
	bad = family_task_act(state, super, (struct act){ ACT_RETURN, 1, 1 },
			      options);
	assert_int_equal(tine_await(bad, LONG_MS)->end, TINE_FAILED);
	if (nolink)
		act_open_gate(0);
	end = tine_await(other, LONG_MS)->end;
	tine_free(bad);
	tine_free(other);
	tine_super_free(super);
	return end;
}

static void its_bad_end_touches_its_owner_if_it_is_linked(void **state)
{
	assert_int_equal(end_of_the_other(state, false), TINE_KILLED);
	assert_int_equal(end_of_the_other(state, true), TINE_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAMILY_TESTS(it_is_waited_for_as_any_other),
		FAMILY_TESTS(who_is_ignored_goes_on),
		FAMILY_TESTS(it_is_shut_down_as_any_other),
		FAMILY_TESTS(to_free_it_kills_it),
		FAMILY_TESTS(those_of_all_kinds_are_waited_for_together),
		FAMILY_TESTS(run_waits_for_tasks_but_not_for_supervisors),
		FAMILY_TESTS(it_falls_with_whom_it_is_linked_to),
		FAMILY_TESTS(its_bad_end_touches_its_owner_if_it_is_linked),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
