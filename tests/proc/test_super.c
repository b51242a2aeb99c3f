/* SPDX-License-Identifier: MIT */
/* test_super.c - supervisors: whom they start, know, count and forget. */
#include "family.h"

#include <string.h>
#include <unistd.h>

#define LONG_MS 20000

static const struct act hang[] = { { ACT_HANG, 0, 0 },
				   { ACT_HANG, 0, 1 },
				   { ACT_HANG, 0, 2 } };
static const struct act nothing = { ACT_RETURN, 0, 9 };

static struct tine_child a_child(const char *id, enum tine_restart restart,
				 const struct act *act)
{
	struct tine_child child = family_act(id, act);

	child.restart = restart;
	return child;
}

static int start(struct tine_super *super, const char *id,
		 enum tine_restart restart, const struct act *act)
{
	struct tine_child child = a_child(id, restart, act);

	return tine_start_child(super, &child);
}

/* ---- Whom it knows ------------------------------------------------------ */

static void a_new_one_has_nobody(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	assert_true(tine_super_pid(super) > 0);
	assert_int_not_equal(tine_super_pid(super), getpid());
	assert_string_equal(family_list(super), "");
	assert_string_equal(family_counts(super),
			    "0 specs, 0 active, 0 supervisors, 0 workers");
	assert_int_equal(tine_super_stop(super, LONG_MS), 0);
	assert_int_equal(tine_super_pid(super), 0);
	tine_super_free(super);
}

static void when_it_is_there_its_children_run(void **state)
{
	const struct tine_super_options low = { .name = "low" };
	const struct tine_child children[] = {
		family_act("a", &hang[0]),
		{ .id = "low", .super = &low },
		family_act(NULL, &hang[1]),
	};
	const struct tine_super_options options = { .children = children,
						    .child_count = 3 };
	struct tine_super *super = family_start(state, &options);

	family_expect("a up, low up, #3 up");
	assert_string_equal(family_list(super), "a low #3");
	assert_string_equal(family_counts(super),
			    "3 specs, 3 active, 1 supervisors, 2 workers");
	act_wait(&act_memory->runs[0], 1);
	assert_int_equal(atomic_load(&act_memory->pids[0]),
			 family_pid(super, "a"));
	tine_super_free(super);
}

static void what_is_known_of_a_child(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_child_info info;

	assert_int_equal(start(super, "a", TINE_PERMANENT, &hang[0]), 0);
	info = family_info(super, "a");
	assert_true(info.pid > 0);
	assert_int_equal(info.restart, TINE_PERMANENT);
	assert_int_equal(info.restarts, 0);
	assert_int_equal(info.last_end, TINE_PENDING);
	assert_int_equal(kill(info.pid, SIGKILL), 0);
	family_expect("a up, a crashed, a up");
	assert_int_not_equal(family_pid(super, "a"), info.pid);
	info = family_info(super, "a");
	assert_int_equal(info.restarts, 1);
	assert_int_equal(info.last_end, TINE_CRASHED);
	tine_super_free(super);
}

static void of_many_the_first_are_told(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_child_info infos[3] = { { .id = "none" } };

	for (int i = 0; i < 3; i++)
		assert_int_equal(start(super, NULL, TINE_TEMPORARY, hang), 0);
	assert_int_equal(tine_children(super, NULL, 0), 3);
	assert_string_equal(infos[0].id, "none");
	strcpy(infos[2].id, "none");
	assert_int_equal(tine_children(super, infos, 2), 3);
	assert_string_equal(infos[0].id, "#1");
	assert_string_equal(infos[1].id, "#2");
	assert_string_equal(infos[2].id, "none");
	tine_super_free(super);
}

static void who_ended_for_good_is_known_by_an_id_of_its_own(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	assert_int_equal(start(super, "a", TINE_TRANSIENT, &nothing), 0);
	family_expect("a up, a ok");
	assert_string_equal(family_list(super), "a-");
	assert_int_equal(family_info(super, "a").last_end, TINE_OK);
	assert_string_equal(family_counts(super),
			    "1 specs, 0 active, 0 supervisors, 1 workers");
	assert_int_equal(start(super, NULL, TINE_TRANSIENT, &nothing), 0);
	family_expect("#2 up, #2 ok");
	assert_int_equal(start(super, "b", TINE_TEMPORARY, &nothing), 0);
	family_expect("b up, b ok");
	assert_string_equal(family_list(super), "a-");
	tine_super_free(super);
}

/* ---- Starting one ------------------------------------------------------- */

static void an_id_is_taken_until_it_is_deleted(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	assert_int_equal(start(super, "a", TINE_PERMANENT, &hang[0]), 0);
	assert_int_equal(start(super, "a", TINE_PERMANENT, &hang[1]),
			 TINE_EEXIST);
	assert_int_equal(tine_terminate_child(super, "a"), 0);
	assert_int_equal(start(super, "a", TINE_PERMANENT, &hang[1]),
			 TINE_EEXIST);
	assert_int_equal(tine_delete_child(super, "a"), 0);
	assert_int_equal(start(super, "a", TINE_PERMANENT, &hang[2]), 0);
	assert_int_equal(atomic_load(&act_memory->runs[1]), 0);
	tine_super_free(super);
}

static void no_more_than_max_children_live(void **state)
{
	const struct tine_super_options options = { .max_children = 2 };
	struct tine_super *super = family_start(state, &options);

	assert_int_equal(start(super, "a", TINE_TEMPORARY, &hang[0]), 0);
	assert_int_equal(start(super, "b", TINE_PERMANENT, &hang[1]), 0);
	assert_int_equal(start(super, NULL, TINE_TEMPORARY, &hang[2]),
			 TINE_EFULL);
	assert_string_equal(family_list(super), "a b");
	assert_int_equal(tine_terminate_child(super, "b"), 0);
	assert_string_equal(family_list(super), "a b-");
	assert_int_equal(start(super, "c", TINE_TEMPORARY, &hang[2]), 0);
	assert_int_equal(tine_restart_child(super, "b"), TINE_EFULL);
	assert_string_equal(family_list(super), "a b- c");
	tine_super_free(super);
}

static void who_waits_for_its_restart_counts(void **state)
{
	const struct tine_super_options options = { .max_children = 1 };
	const struct act crash = { ACT_RAISE, SIGKILL, 3 };
	struct tine_super *super = family_start(state, &options);
	struct tine_child child = a_child("a", TINE_PERMANENT, &crash);

	child.backoff_ms = 1000000;
	child.max_backoff_ms = 1000000;
	assert_int_equal(tine_start_child(super, &child), 0);
	family_expect("a up, a crashed");
	assert_string_equal(family_list(super), "a-");
	assert_int_equal(start(super, "b", TINE_TEMPORARY, &hang[1]),
			 TINE_EFULL);
	assert_string_equal(family_counts(super),
			    "1 specs, 0 active, 0 supervisors, 1 workers");
	assert_int_equal(tine_terminate_child(super, "a"), 0);
	assert_int_equal(start(super, "b", TINE_TEMPORARY, &hang[1]), 0);
	assert_string_equal(family_list(super), "a- b");
	tine_super_free(super);
}

static void what_a_child_sends_is_dropped(void **state)
{
	const struct act flood = { ACT_FLOOD, 10000000, 3 };
	struct tine_super *super = family_start(state, NULL);

	assert_int_equal(start(super, "a", TINE_TRANSIENT, &flood), 0);
	family_expect("a up, a ok");
	assert_int_equal(family_seen.last_size, 0);
	tine_super_free(super);
}

static void a_report_says_how_a_child_ended(void **state)
{
	const struct act fail = { ACT_FAIL, 7, 3 };
	const struct act note = { ACT_NOTE, 5, 4 };
	struct tine_super *super = family_start(state, NULL);

	assert_int_equal(start(super, "a", TINE_TEMPORARY, &fail), 0);
	family_expect("a up, a failed");
	assert_int_equal(family_seen.last_code, 7);
	assert_string_equal(family_seen.last_message, "because of 7");
	assert_int_equal(start(super, "a", TINE_TEMPORARY, &note), 0);
	family_expect("a up, a crashed");
	assert_int_equal(family_seen.last_code, SIGSEGV);
	assert_string_equal(family_seen.last_note, "at 5");
	assert_non_null(strstr(family_seen.last_message, "SIGSEGV"));
	tine_super_free(super);
}

static void a_child_has_its_limits(void **state)
{
	const struct act spin = { ACT_SPIN, 0, 3 };
	struct tine_super *super = family_start(state, NULL);
	struct tine_child child = a_child("a", TINE_TEMPORARY, &spin);

	child.limits.cpu_ms = 20;
	assert_int_equal(tine_start_child(super, &child), 0);
	family_expect("a up, a limit");
	tine_super_free(super);
}

/* What it is given is its own, for every start. */
static void it_is_started_with_what_was_given(void **state)
{
	struct act act = { ACT_HANG, 0, 0 };
	struct tine_super *super = family_start(state, NULL);

	assert_int_equal(start(super, "a", TINE_PERMANENT, &act), 0);
	memset(&act, 0xa5, sizeof act);
	act_wait(&act_memory->runs[0], 1);
	assert_int_equal(kill(family_pid(super, "a"), SIGKILL), 0);
	act_wait(&act_memory->runs[0], 2);
	tine_super_free(super);
}

static int the_present;

static int tell_present(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	return tine_fail(self, the_present, "present");
}

static void memory_is_as_it_was_when_it_started(void **state)
{
	const struct tine_child child = { .id = "a", .fn = tell_present };
	struct tine_super *super;

	the_present = 3;
	super = family_start(state, NULL);
	the_present = 4;
	assert_int_equal(tine_start_child(super, &child), 0);
	family_expect("a up, a failed");
	assert_int_equal(family_seen.last_code, 3);
	tine_super_free(super);
}

/* ---- One child after the other ------------------------------------------ */

static void a_child_is_stopped_and_started_and_deleted(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	pid_t pid;

	assert_int_equal(start(super, "a", TINE_PERMANENT, &hang[0]), 0);
	pid = family_pid(super, "a");
	assert_int_equal(tine_delete_child(super, "a"), TINE_EUSAGE);
	assert_int_equal(tine_restart_child(super, "a"), TINE_EUSAGE);
	assert_int_equal(tine_terminate_child(super, "a"), 0);
	assert_true(fixture_gone(pid));
	assert_string_equal(family_list(super), "a-");
	assert_int_equal(family_info(super, "a").last_end, TINE_SHUTDOWN);
	assert_int_equal(tine_terminate_child(super, "a"), 0);
	assert_int_equal(tine_restart_child(super, "a"), 0);
	assert_int_not_equal(family_pid(super, "a"), pid);
	assert_int_equal(tine_terminate_child(super, "a"), 0);
	assert_int_equal(tine_delete_child(super, "a"), 0);
	assert_string_equal(family_list(super), "");
	family_expect("a up, a shutdown, a up, a shutdown");
	tine_super_free(super);
}

static void who_is_not_known_is_not_found(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	assert_int_equal(tine_terminate_child(super, "a"), TINE_ENOENT);
	assert_int_equal(tine_restart_child(super, "a"), TINE_ENOENT);
	assert_int_equal(tine_delete_child(super, "a"), TINE_ENOENT);
	assert_int_equal(start(super, NULL, TINE_PERMANENT, &hang[0]), 0);
	assert_int_equal(tine_terminate_child(super, "#1"), 0);
	assert_int_equal(tine_terminate_child(super, "#1"), TINE_ENOENT);
	assert_int_equal(start(super, "b", TINE_TEMPORARY, &hang[1]), 0);
	assert_int_equal(tine_terminate_child(super, "b"), 0);
	assert_int_equal(tine_terminate_child(super, "b"), TINE_ENOENT);
	assert_string_equal(family_list(super), "");
	tine_super_free(super);
}

/* ---- Names -------------------------------------------------------------- */

static void it_is_found_by_its_name(void **state)
{
	const struct tine_super_options low = { .name = "low" };
	const struct tine_child child = { .id = "l", .super = &low };
	const struct tine_super_options top = { .name = "top",
						.children = &child,
						.child_count = 1 };
	struct tine_super *super = family_start(state, &top), *found = NULL;

	assert_int_equal(tine_super_find(fixture_ctx(state), "top", &found), 0);
	assert_int_equal(tine_super_pid(found), tine_super_pid(super));
	assert_int_equal(start(found, "a", TINE_TEMPORARY, &hang[0]), 0);
	assert_string_equal(family_list(super), "l a");
	tine_super_free(found);
	assert_int_equal(tine_super_find(fixture_ctx(state), "low", &found), 0);
	assert_int_equal(tine_super_pid(found), family_pid(super, "l"));
	assert_int_equal(start(found, "b", TINE_TEMPORARY, &hang[1]), 0);
	assert_string_equal(family_list(found), "b");
	family_expect("top/l up, top/a up, top/low/b up");
	tine_super_free(found);
	tine_super_free(super);
}

/* And whoever does not end in time is killed. */
static void who_found_it_may_stop_it(void **state)
{
	static const struct act deaf = { ACT_DEAF, 0, 0 };
	struct tine_child child = family_act("a", &deaf);
	const struct tine_super_options options = { .name = "one",
						    .children = &child,
						    .child_count = 1 };
	struct tine_super *super, *found = NULL;

	child.shutdown_ms = TINE_FOREVER;
	super = family_start(state, &options);
	assert_int_equal(tine_super_find(fixture_ctx(state), "one", &found), 0);
	act_wait(&act_memory->gates[0], 1);
	assert_int_equal(tine_super_stop(found, 30), 0);
	assert_int_equal(tine_super_pid(found), 0);
	tine_super_free(found);
	family_wait_end();
	assert_int_equal(family_seen.end, TINE_CRASHED);
	tine_super_free(super);
}

static void a_name_is_had_once_and_is_free_again(void **state)
{
	const struct tine_super_options options = { .name = "one" };
	struct tine_super *super = family_start(state, &options);
	struct tine_super *other = NULL;

	assert_int_equal(family_try(state, &options, &other), TINE_EEXIST);
	assert_null(other);
	assert_int_equal(tine_super_find(fixture_ctx(state), "two", &other),
			 TINE_ENOENT);
	tine_super_free(super);
	assert_int_equal(tine_super_find(fixture_ctx(state), "one", &other),
			 TINE_ENOENT);
	assert_null(other);
	super = family_start(state, &options);
	tine_super_free(super);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAMILY_TEST(a_new_one_has_nobody),
		FAMILY_TEST(when_it_is_there_its_children_run),
		FAMILY_TEST(what_is_known_of_a_child),
		FAMILY_TEST(of_many_the_first_are_told),
		FAMILY_TEST(who_ended_for_good_is_known_by_an_id_of_its_own),
		FAMILY_TEST(an_id_is_taken_until_it_is_deleted),
		FAMILY_TEST(no_more_than_max_children_live),
		FAMILY_TEST(who_waits_for_its_restart_counts),
		FAMILY_TEST(what_a_child_sends_is_dropped),
		FAMILY_TEST(a_report_says_how_a_child_ended),
		FAMILY_TEST(a_child_has_its_limits),
		FAMILY_TEST(it_is_started_with_what_was_given),
		FAMILY_TEST(memory_is_as_it_was_when_it_started),
		FAMILY_TEST(a_child_is_stopped_and_started_and_deleted),
		FAMILY_TEST(who_is_not_known_is_not_found),
		FAMILY_TEST(it_is_found_by_its_name),
		FAMILY_TEST(who_found_it_may_stop_it),
		FAMILY_TEST(a_name_is_had_once_and_is_free_again),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
