/* SPDX-License-Identifier: MIT */
/* test_super_restart.c - who is started again, when, how often, and with whom.
 */
#include "family.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#define LONG_MS 20000

static const struct act hang[] = { { ACT_HANG, 0, 0 },
				   { ACT_HANG, 0, 1 },
				   { ACT_HANG, 0, 2 } };
static const struct act ok = { ACT_RETURN, 0, 7 };
static const struct act bad = { ACT_RETURN, 1, 8 };

static struct tine_child a_child(const char *id, enum tine_restart restart,
				 const struct act *act)
{
	struct tine_child child = family_act(id, act);

	child.restart = restart;
	return child;
}

/* Three that hang, under that strategy. */
static struct tine_super *start_three(void **state, enum tine_strategy strategy,
				      enum tine_restart restart)
{
	const struct tine_child children[] = {
		a_child("a", restart, &hang[0]),
		a_child("b", restart, &hang[1]),
		a_child("c", restart, &hang[2]),
	};
	const struct tine_super_options options = {
		.strategy = strategy,
		.children = children,
		.child_count = 3,
	};
	struct tine_super *super = family_start(state, &options);

	family_expect("a up, b up, c up");
	return super;
}

static void slay(struct tine_super *super, const char *id)
{
	assert_int_equal(kill(family_pid(super, id), SIGKILL), 0);
}

/* ---- Policies ----------------------------------------------------------- */

static void check_policy(void **state, enum tine_restart restart,
			 const struct act *act, const char *events,
			 const char *list)
{
	const struct tine_super_options one = { .max_restarts = 1 };
	struct tine_super *super = family_start(state, &one);
	struct tine_child child = a_child("a", restart, act);

	assert_int_equal(tine_start_child(super, &child), 0);
	family_expect(events);
	if (list)
		assert_string_equal(family_list(super), list);
	else
		family_wait_end();
	tine_super_free(super);
}

static void a_temporary_child_is_never_started_again(void **state)
{
	check_policy(state, TINE_TEMPORARY, &ok, "a up, a ok", "");
	check_policy(state, TINE_TEMPORARY, &bad, "a up, a failed", "");
}

static void a_transient_child_is_unless_it_ended_well(void **state)
{
	check_policy(state, TINE_TRANSIENT, &ok, "a up, a ok", "a-");
	check_policy(state, TINE_TRANSIENT, &bad,
		     "a up, a failed, a up, a failed, a given up", NULL);
}

static void a_permanent_child_always_is(void **state)
{
	check_policy(state, TINE_PERMANENT, &ok,
		     "a up, a ok, a up, a ok, a given up", NULL);
}

static void it_is_started_again_however_it_died(void **state)
{
	struct tine_super *super =
		start_three(state, TINE_ONE_FOR_ONE, TINE_TRANSIENT);

	assert_int_equal(kill(family_pid(super, "b"), SIGTERM), 0);
	family_expect("b crashed, b up");
	slay(super, "a");
	family_expect("a crashed, a up");
	assert_int_equal(family_seen.last_restarts, 1);
	assert_string_equal(family_list(super), "a b c");
	tine_super_free(super);
}

static void who_was_terminated_is_not(void **state)
{
	struct tine_super *super =
		start_three(state, TINE_ONE_FOR_ONE, TINE_PERMANENT);

	assert_int_equal(tine_terminate_child(super, "b"), 0);
	family_expect("b shutdown");
	assert_string_equal(family_list(super), "a b- c");
	assert_int_equal(tine_restart_child(super, "b"), 0);
	slay(super, "b");
	family_expect("b up, b crashed, b up");
	tine_super_free(super);
}

/* ---- Strategies --------------------------------------------------------- */

static void one_for_one_starts_who_ended(void **state)
{
	struct tine_super *super =
		start_three(state, TINE_ONE_FOR_ONE, TINE_PERMANENT);

	slay(super, "b");
	family_expect("b crashed, b up");
	assert_string_equal(family_list(super), "a b c");
	tine_super_free(super);
}

static void one_for_all_starts_all(void **state)
{
	struct tine_super *super =
		start_three(state, TINE_ONE_FOR_ALL, TINE_PERMANENT);

	slay(super, "b");
	family_expect("b crashed, c shutdown, a shutdown, "
		      "a up, b up, c up");
	assert_string_equal(family_list(super), "a b c");
	assert_int_equal(family_info(super, "a").restarts, 0);
	assert_int_equal(family_info(super, "b").restarts, 1);
	tine_super_free(super);
}

static void rest_for_one_starts_those_behind_it(void **state)
{
	struct tine_super *super =
		start_three(state, TINE_REST_FOR_ONE, TINE_PERMANENT);

	slay(super, "b");
	family_expect("b crashed, c shutdown, b up, c up");
	slay(super, "c");
	family_expect("c crashed, c up");
	tine_super_free(super);
}

static void a_temporary_one_falls_and_stays_away(void **state)
{
	static const enum tine_strategy strategies[] = { TINE_ONE_FOR_ALL,
							 TINE_REST_FOR_ONE };

	for (int i = 0; i < 2; i++) {
		const struct tine_child children[] = {
			a_child("a", TINE_PERMANENT, &hang[0]),
			a_child("b", TINE_TEMPORARY, &hang[1]),
			a_child("c", TINE_TRANSIENT, &hang[2]),
		};
		const struct tine_super_options options = {
			.strategy = strategies[i],
			.children = children,
			.child_count = 3,
		};
		struct tine_super *super = family_start(state, &options);

		slay(super, "a");
		family_expect("a up, b up, c up, a crashed, c shutdown, "
			      "b shutdown, a up, c up");
		assert_string_equal(family_list(super), "a c");
		tine_super_free(super);
	}
}

/* ---- Intensity ---------------------------------------------------------- */

static void with_max_restarts_1_the_second_ends_it(void **state)
{
	const struct tine_super_options one = { .max_restarts = 1 };
	struct tine_super *super = family_start(state, &one);
	const struct tine_child children[] = {
		a_child("a", TINE_PERMANENT, &hang[0]),
		a_child("b", TINE_PERMANENT, &hang[1]),
	};

	for (int i = 0; i < 2; i++)
		assert_int_equal(tine_start_child(super, &children[i]), 0);
	slay(super, "a");
	family_expect("a up, b up, a crashed, a up");
	slay(super, "b");
	family_expect("b crashed, b given up, a shutdown");
	family_wait_end();
	assert_int_equal(family_seen.end, TINE_SHUTDOWN);
	assert_non_null(strstr(family_seen.message, "gave up"));
	assert_non_null(strstr(family_seen.message, "'b'"));
	act_assert_all_dead();
	tine_super_free(super);
	assert_int_equal(family_seen.ends, 1);
}

static void by_default_the_fourth_ends_it(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_child child = a_child("a", TINE_PERMANENT, &bad);

	assert_int_equal(tine_start_child(super, &child), 0);
	family_expect("a up, a failed, a up, a failed, a up, a failed, a up, "
		      "a failed, a given up");
	family_wait_end();
	assert_int_equal(family_seen.ends, 1);
	tine_super_free(super);
}

static void with_none_the_first_ends_it(void **state)
{
	const struct tine_super_options none = { .max_restarts = TINE_NONE };
	struct tine_super *super = family_start(state, &none);
	struct tine_child child = a_child("a", TINE_TRANSIENT, &bad);

	assert_int_equal(tine_start_child(super, &child), 0);
	family_expect("a up, a failed, a given up");
	family_wait_end();
	tine_super_free(super);
}

/* ---- Backoff ------------------------------------------------------------ */

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* At least half of each: 50 + 100 + 200 ms. */
static void a_backoff_doubles(void **state)
{
	const struct tine_super_options three = { .max_restarts = 3,
						  .max_seconds = 1000 };
	struct tine_super *super = family_start(state, &three);
	struct tine_child child = a_child("a", TINE_PERMANENT, &bad);
	int64_t start = now_ms();

	child.backoff_ms = 50;
	assert_int_equal(tine_start_child(super, &child), 0);
	family_expect("a up, a failed, a up, a failed, a up, a failed, a up, "
		      "a failed, a given up");
	assert_true(now_ms() - start >= (50 + 100 + 200) / 2);
	tine_super_free(super);
}

static void others_are_served_during_a_backoff(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_child child = a_child("a", TINE_PERMANENT, &bad);
	struct tine_child other = a_child("b", TINE_PERMANENT, &hang[1]);

	child.backoff_ms = child.max_backoff_ms = 1000000;
	assert_int_equal(tine_start_child(super, &child), 0);
	family_expect("a up, a failed");
	assert_int_equal(tine_start_child(super, &other), 0);
	assert_string_equal(family_list(super), "a- b");
	assert_int_equal(tine_restart_child(super, "a"), TINE_EUSAGE);
	assert_int_equal(tine_delete_child(super, "a"), TINE_EUSAGE);
	assert_int_equal(tine_terminate_child(super, "a"), 0);
	assert_int_equal(tine_restart_child(super, "a"), 0);
	family_expect("b up, a up, a failed");
	assert_int_equal(tine_super_stop(super, LONG_MS), 0);
	tine_super_free(super);
}

/* ---- Significant children ----------------------------------------------- */

static struct tine_super *start_significant(void **state,
					    enum tine_auto_shutdown shutdown)
{
	static const struct act gates[] = { { ACT_GATE, 0, 4 },
					    { ACT_GATE, 0, 5 } };
	struct tine_child children[] = {
		a_child("a", TINE_TEMPORARY, &gates[0]),
		a_child("b", TINE_TRANSIENT, &gates[1]),
		a_child("c", TINE_PERMANENT, &hang[2]),
	};
	const struct tine_super_options options = {
		.auto_shutdown = shutdown,
		.children = children,
		.child_count = 3,
	};
	struct tine_super *super;

	children[0].significant = children[1].significant = true;
	super = family_start(state, &options);
	family_expect("a up, b up, c up");
	return super;
}

static void the_end_of_any_significant_child_ends_it(void **state)
{
	struct tine_super *super =
		start_significant(state, TINE_ANY_SIGNIFICANT);

	slay(super, "b"); /* it is started again, and so does not count */
	family_expect("b crashed, b up");
	act_open_gate(4);
	family_expect("a ok, c shutdown, b shutdown");
	family_wait_end();
	assert_int_equal(family_seen.end, TINE_SHUTDOWN);
	assert_non_null(strstr(family_seen.message, "significant"));
	tine_super_free(super);
}

static void or_that_of_the_last(void **state)
{
	struct tine_super *super =
		start_significant(state, TINE_ALL_SIGNIFICANT);

	slay(super, "a"); /* temporary: any end will do */
	family_expect("a crashed");
	act_open_gate(5);
	family_expect("b ok, c shutdown");
	family_wait_end();
	assert_int_equal(family_seen.end, TINE_SHUTDOWN);
	tine_super_free(super);
}

static void or_that_of_none(void **state)
{
	struct tine_super *super = start_significant(state, TINE_NEVER);

	act_open_gate(4);
	family_expect("a ok");
	act_open_gate(5);
	family_expect("b ok");
	assert_string_equal(family_list(super), "b- c");
	assert_int_equal(family_seen.ends, 0);
	tine_super_free(super);
}

/* ---- Supervisors under supervisors -------------------------------------- */

/* "top", with "low", which gives up at its second restart, and "z". */
static struct tine_super *start_nested(void **state)
{
	const struct tine_child leaf = a_child("a", TINE_PERMANENT, &hang[0]);
	const struct tine_super_options low = {
		.name = "low",
		.max_restarts = 1,
		.children = &leaf,
		.child_count = 1,
	};
	const struct tine_child children[] = {
		{ .id = "l", .super = &low, .restart = TINE_PERMANENT },
		a_child("z", TINE_PERMANENT, &hang[1]),
	};
	const struct tine_super_options top = {
		.name = "top",
		.children = children,
		.child_count = 2,
	};
	struct tine_super *super = family_start(state, &top);

	family_expect("top/low/a up, top/l up, top/z up");
	return super;
}

static void one_below_that_gives_up_is_started_again(void **state)
{
	struct tine_super *super = start_nested(state), *low = NULL;
	pid_t pid = family_pid(super, "l");

	assert_int_equal(tine_super_find(fixture_ctx(state), "low", &low), 0);
	slay(low, "a");
	family_expect("top/low/a crashed, top/low/a up");
	slay(low, "a");
	family_expect("top/low/a crashed, top/low/a given up, "
		      "top/l shutdown, top/low/a up, top/l up");
	tine_super_free(low);
	assert_int_not_equal(family_pid(super, "l"), pid);
	assert_int_equal(tine_super_find(fixture_ctx(state), "low", &low), 0);
	assert_string_equal(family_list(low), "a");
	assert_int_equal(tine_super_pid(low), family_pid(super, "l"));
	tine_super_free(low);
	tine_super_free(super);
}

static void one_below_that_was_killed_is_started_again(void **state)
{
	struct tine_super *super = start_nested(state);

	slay(super, "l");
	family_expect("top/l crashed, top/low/a up, top/l up");
	assert_string_equal(family_list(super), "l z");
	tine_super_free(super);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAMILY_TEST(a_temporary_child_is_never_started_again),
		FAMILY_TEST(a_transient_child_is_unless_it_ended_well),
		FAMILY_TEST(a_permanent_child_always_is),
		FAMILY_TEST(it_is_started_again_however_it_died),
		FAMILY_TEST(who_was_terminated_is_not),
		FAMILY_TEST(one_for_one_starts_who_ended),
		FAMILY_TEST(one_for_all_starts_all),
		FAMILY_TEST(rest_for_one_starts_those_behind_it),
		FAMILY_TEST(a_temporary_one_falls_and_stays_away),
		FAMILY_TEST(with_max_restarts_1_the_second_ends_it),
		FAMILY_TEST(by_default_the_fourth_ends_it),
		FAMILY_TEST(with_none_the_first_ends_it),
		FAMILY_TEST(a_backoff_doubles),
		FAMILY_TEST(others_are_served_during_a_backoff),
		FAMILY_TEST(the_end_of_any_significant_child_ends_it),
		FAMILY_TEST(or_that_of_the_last),
		FAMILY_TEST(or_that_of_none),
		FAMILY_TEST(one_below_that_gives_up_is_started_again),
		FAMILY_TEST(one_below_that_was_killed_is_started_again),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
