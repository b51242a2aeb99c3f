/* SPDX-License-Identifier: MIT */
/* test_super_stop.c - in what order children are stopped, and how; and all the
 * ways in which a supervisor ends. */
#include "children.h"
#include "family.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS 20000

static const struct family_role roles[] = {
	{ 'a', 0 }, { 'b', 0 }, { 'c', 0 }, { 'x', 3 }, { 'y', 3 }, { 'z', 3 }
};

/* "a" to "c", which leave one by one. */
static int start_three(struct tine_ctx *ctx, struct tine_super_options options,
		       struct tine_super **super)
{
	const struct tine_child children[] = {
		family_role("a", &roles[0]),
		family_role("b", &roles[1]),
		family_role("c", &roles[2]),
	};

	options.children = children;
	options.child_count = 3;
	return tine_super_start(ctx, &options, super);
}

#define IN_REVERSE "-c!c-b!b-a!a"

static struct tine_super *three(void **state)
{
	struct tine_super_options options = { 0 };
	struct tine_super *super;

	family_listen(&options);
	assert_int_equal(start_three(fixture_ctx(state), options, &super), 0);
	family_wait_living(3);
	return super;
}

/* ---- In what order ------------------------------------------------------ */

static void those_with_an_id_stop_one_by_one_in_reverse(void **state)
{
	struct tine_super *super = three(state);

	assert_int_equal(tine_super_stop(super, TINE_FOREVER), 0);
	assert_string_equal(family_page(), IN_REVERSE);
	assert_int_equal(tine_super_pid(super), 0);
	assert_int_equal(tine_super_stop(super, TINE_FOREVER), 0);
	family_expect("a up, b up, c up, c ok, b ok, a ok");
	tine_super_free(super);
	assert_int_equal(family_seen.ends, 0);
}

/* Each of them leaves when all three were asked. */
static void loose_ones_stop_side_by_side_before_them(void **state)
{
	const struct tine_child children[] = {
		family_role("a", &roles[0]),  family_role(NULL, &roles[3]),
		family_role("b", &roles[1]),  family_role(NULL, &roles[4]),
		family_role(NULL, &roles[5]),
	};
	struct tine_super *super = family_start(state, NULL);
	const char *page;

	for (int i = 0; i < 5; i++)
		assert_int_equal(tine_start_child(super, &children[i]), 0);
	family_wait_living(5);
	assert_int_equal(tine_super_stop(super, TINE_FOREVER), 0);
	page = family_page();
	for (int i = 0; i < 12; i++)
		if (i % 2 == 0)
			assert_int_equal(page[i], i < 6 ? '-' : '!');
	assert_string_equal(page + 12, "-b!b-a!a");
	tine_super_free(super);
}

/* In the options there is an order, with an id or without. */
static void those_of_the_options_stop_in_reverse_without_ids_too(void **state)
{
	const struct tine_child children[] = { family_role(NULL, &roles[0]),
					       family_role(NULL, &roles[1]),
					       family_role(NULL, &roles[2]) };
	const struct tine_super_options options = { .children = children,
						    .child_count = 3 };
	struct tine_super *super = family_start(state, &options);

	family_wait_living(3);
	assert_int_equal(tine_super_stop(super, TINE_FOREVER), 0);
	assert_string_equal(family_page(), IN_REVERSE);
	tine_super_free(super);
}

static void those_of_one_below_stop_in_their_turn(void **state)
{
	const struct tine_child leaves[] = { family_role("b", &roles[1]),
					     family_role("c", &roles[2]) };
	const struct tine_super_options low = { .children = leaves,
						.child_count = 2 };
	const struct tine_child children[] = {
		family_role("a", &roles[0]),
		{ .id = "low", .super = &low },
		family_role("x", &(struct family_role){ 'x', 0 }),
	};
	const struct tine_super_options options = { .children = children,
						    .child_count = 3 };
	struct tine_super *super = family_start(state, &options);

	family_wait_living(4);
	assert_int_equal(tine_super_stop(super, TINE_FOREVER), 0);
	assert_string_equal(family_page(), "-x!x-c!c-b!b-a!a");
	tine_super_free(super);
}

/* ---- How ---------------------------------------------------------------- */

static void check_stop(void **state, const struct act *act, int64_t shutdown_ms,
		       const char *events)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_child child = family_act("a", act);

	child.shutdown_ms = shutdown_ms;
	atomic_store(&act_memory->gates[act->number], 0);
	assert_int_equal(tine_start_child(super, &child), 0);
	act_wait(&act_memory->gates[act->number], 1);
	assert_int_equal(tine_super_stop(super, TINE_FOREVER), 0);
	family_expect(events);
	tine_super_free(super);
}

static void each_stops_as_its_shutdown_has_it(void **state)
{
	static const struct act gentle = { ACT_READY, 0, 0 };
	static const struct act deaf = { ACT_DEAF, 0, 1 };

	check_stop(state, &gentle, 0, "a up, a shutdown");
	check_stop(state, &gentle, LONG_MS, "a up, a shutdown");
	check_stop(state, &gentle, TINE_FOREVER, "a up, a shutdown");
	check_stop(state, &gentle, TINE_BRUTAL, "a up, a killed");
	check_stop(state, &deaf, TINE_BRUTAL, "a up, a killed");
	check_stop(state, &deaf, 1, "a up, a killed");
}

static void when_the_time_is_over_all_are_killed(void **state)
{
	static const int64_t times[] = { 0, 20 };

	for (int i = 0; i < 2; i++) {
		static const struct act act = { ACT_DEAF, 0, 1 };
		struct tine_super *super = family_start(state, NULL);
		struct tine_child child = family_act("a", &act);

		child.shutdown_ms = TINE_FOREVER;
		atomic_store(&act_memory->gates[1], 0);
		assert_int_equal(tine_start_child(super, &child), 0);
		act_wait(&act_memory->gates[1], 1);
		assert_int_equal(tine_super_stop(super, times[i]), 0);
		act_assert_all_dead();
		assert_int_equal(tine_super_pid(super), 0);
		tine_super_free(super);
	}
}

/* ---- Who ends it -------------------------------------------------------- */

static void whoever_found_it_may_stop_it(void **state)
{
	struct tine_super_options options = { .name = "top" };
	struct tine_super *super, *found;

	family_listen(&options);
	assert_int_equal(start_three(fixture_ctx(state), options, &super), 0);
	family_wait_living(3);
	assert_int_equal(tine_super_find(fixture_ctx(state), "top", &found), 0);
	assert_int_equal(tine_super_stop(found, TINE_FOREVER), 0);
	assert_string_equal(family_page(), IN_REVERSE);
	tine_super_free(found);
	family_wait_end();
	assert_int_equal(tine_super_pid(super), 0);
	tine_super_free(super);
}

static void to_free_it_stops_it(void **state)
{
	struct tine_super *super = three(state);

	tine_super_free(super);
	assert_string_equal(family_page(), IN_REVERSE);
	assert_int_equal(family_seen.ends, 0);
}

static void to_free_its_context_stops_it(void **state)
{
	struct tine_super *super;
	struct tine_ctx *ctx;

	(void)state;
	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	assert_int_equal(
		start_three(ctx, (struct tine_super_options){ 0 }, &super), 0);
	family_wait_living(3);
	tine_ctx_free(ctx);
	assert_string_equal(family_page(), IN_REVERSE);
	tine_super_free(super);
}

/* All that it has started have its stdout: it closes with the last of them. */
static _Noreturn void be_program(int out)
{
	struct tine_super *super;
	struct tine_ctx *ctx;

	(void)dup2(out, STDOUT_FILENO);
	(void)close(out);
	if (tine_ctx_new(NULL, &ctx) < 0 ||
	    start_three(ctx, (struct tine_super_options){ 0 }, &super) < 0)
		_exit(1);
	family_wait_living(3);
	_exit(0);
}

static void the_end_of_the_program_stops_it(void **state)
{
	int fds[2], status = -1;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		(void)close(fds[0]);
		be_program(fds[1]);
	}
	(void)close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(family_page(), IN_REVERSE);
	(void)close(fds[0]);
}

static void sigterm_stops_it(void **state)
{
	struct tine_super *super = three(state);

	assert_int_equal(kill(tine_super_pid(super), SIGTERM), 0);
	family_expect("a up, b up, c up, c ok, b ok, a ok");
	family_wait_end();
	assert_string_equal(family_page(), IN_REVERSE);
	assert_true(family_seen.end == TINE_OK ||
		    family_seen.end == TINE_SHUTDOWN);
	tine_super_free(super);
}

/* ---- Killing it --------------------------------------------------------- */

static pid_t parent_of(pid_t pid)
{
	char path[64];
	int parent = 0;
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%*d (%*[^)]) %*c %d", &parent), 1);
	(void)fclose(file);
	return parent;
}

/* One that hangs, and one below another, which hangs, too. */
static struct tine_super *start_hanging(void **state)
{
	static const struct act hang[] = { { ACT_HANG, 0, 0 },
					   { ACT_HANG, 0, 1 } };
	const struct tine_child leaf = family_act("b", &hang[1]);
	const struct tine_super_options low = { .children = &leaf,
						.child_count = 1 };
	const struct tine_child children[] = {
		family_act("a", &hang[0]),
		{ .id = "low", .super = &low },
	};
	const struct tine_super_options options = { .children = children,
						    .child_count = 2 };
	struct tine_super *super = family_start(state, &options);

	act_wait(&act_memory->runs[0], 1);
	act_wait(&act_memory->runs[1], 1);
	return super;
}

static void check_gone(struct tine_super *super)
{
	family_wait_end();
	assert_int_equal(family_seen.ends, 1);
	assert_int_equal(family_seen.end, TINE_CRASHED);
	for (int i = 0; i < 2; i++)
		assert_true(fixture_gone(atomic_load(&act_memory->pids[i])));
	assert_int_equal(tine_children(super, NULL, 0), TINE_EGONE);
	assert_int_equal(tine_super_stop(super, TINE_FOREVER), 0);
	tine_super_free(super);
}

static void when_it_is_killed_its_children_die_at_once(void **state)
{
	struct tine_super *super = start_hanging(state);

	assert_int_equal(kill(tine_super_pid(super), SIGKILL), 0);
	check_gone(super);
}

static void when_its_guardian_is_killed_they_die_at_once(void **state)
{
	struct tine_super *super = start_hanging(state);

	assert_int_equal(kill(parent_of(tine_super_pid(super)), SIGKILL), 0);
	check_gone(super);
}

/* It notices a moment after its owner could. */
static void when_its_end_is_told_its_name_is_free(void **state)
{
	const struct tine_super_options named = { .name = "again" };

	for (int i = 1; i <= 20; i++) {
		struct tine_super *super = family_start(state, &named);
		pid_t guardian = parent_of(tine_super_pid(super));

		family_seen.ends = 0;
		assert_int_equal(kill(guardian, SIGKILL), 0);
		family_wait_end();
		assert_int_equal(family_seen.ends, 1);
		tine_super_free(super);
	}
}

/* Whoever is left is adopted by the test, which would find him. */
static void when_both_are_killed_they_die_at_once(void **state)
{
	struct tine_super *super = start_hanging(state);
	pid_t pid = tine_super_pid(super), guardian = parent_of(pid);

	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(kill(guardian, SIGKILL), 0);
	(void)kill(pid, SIGKILL);
	family_wait_end();
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
	check_gone(super);
}

/* ---- From its callbacks ------------------------------------------------- */

static void free_at_end(struct tine_super *super,
			const struct tine_result *result, void *user)
{
	assert_non_null(result->message);
	tine_super_free(super);
	*(bool *)user = true;
}

static void free_at_event(struct tine_super *super,
			  const struct tine_event *event, void *user)
{
	assert_string_equal(event->id, "a");
	tine_super_free(super);
	*(bool *)user = true;
}

static bool is_true(void *data)
{
	return *(bool *)data;
}

static void it_may_be_freed_from_its_callbacks(void **state)
{
	bool freed = false;
	struct tine_super_options options = { .on_end = free_at_end,
					      .user = &freed };
	struct tine_super *super;

	assert_int_equal(start_three(fixture_ctx(state), options, &super), 0);
	assert_int_equal(kill(tine_super_pid(super), SIGKILL), 0);
	family_until(is_true, &freed);
	freed = false;
	options = (struct tine_super_options){ .on_event = free_at_event,
					       .user = &freed };
	assert_int_equal(start_three(fixture_ctx(state), options, &super), 0);
	family_until(is_true, &freed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAMILY_TEST(those_with_an_id_stop_one_by_one_in_reverse),
		FAMILY_TEST(loose_ones_stop_side_by_side_before_them),
		FAMILY_TEST(
			those_of_the_options_stop_in_reverse_without_ids_too),
		FAMILY_TEST(those_of_one_below_stop_in_their_turn),
		FAMILY_TEST(each_stops_as_its_shutdown_has_it),
		FAMILY_TEST(when_the_time_is_over_all_are_killed),
		FAMILY_TEST(whoever_found_it_may_stop_it),
		FAMILY_TEST(to_free_it_stops_it),
		FAMILY_TEST(to_free_its_context_stops_it),
		FAMILY_TEST(the_end_of_the_program_stops_it),
		FAMILY_TEST(sigterm_stops_it),
		FAMILY_TEST(when_it_is_killed_its_children_die_at_once),
		FAMILY_TEST(when_its_guardian_is_killed_they_die_at_once),
		FAMILY_TEST(when_its_end_is_told_its_name_is_free),
		FAMILY_TEST(when_both_are_killed_they_die_at_once),
		FAMILY_TEST(it_may_be_freed_from_its_callbacks),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
