/* SPDX-License-Identifier: MIT */
/* test_roster_end.c - when and how all of them are stopped, for good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "roster_rig.h"

static int one(void **state)
{
	(void)state;
	rig_make(TINE_ONE_FOR_ONE);
	permanent("abcdefgh");
	return 0;
}

static int all(void **state)
{
	(void)state;
	rig_make(TINE_ONE_FOR_ALL);
	permanent("abcdefgh");
	return 0;
}

static int any_significant(void **state)
{
	(void)state;
	rig_make_ending(TINE_ANY_SIGNIFICANT);
	transient("abcdefgh");
	return 0;
}

static int all_significant(void **state)
{
	(void)state;
	rig_make_ending(TINE_ALL_SIGNIFICANT);
	transient("abcdefgh");
	return 0;
}

/* ---- Stops -------------------------------------------------------------- */

static void the_last_is_stopped_first_one_by_one(void **state)
{
	(void)state;
	up("abc");
	roster_stop(&roster);
	assert_int_equal(roster.end, ROSTER_ASKED);
	does("-c");
	crash("c");
	does("-b");
	quit("b");
	does("-a");
	quit("a");
	does(".");
	does(".");
}

static void before_them_the_loose_are_all_at_once(void **state)
{
	(void)state;
	loose("ace");
	up("abcde");
	roster_stop(&roster);
	does("-e-c-a");
	quit("e");
	quit("a");
	does("");
	quit("c");
	does("-d");
	quit("d");
	does("-b");
	quit("b");
	does(".");
}

static void with_nobody_it_is_over_at_once(void **state)
{
	(void)state;
	roster_stop(&roster);
	does(".");
}

static void who_waits_is_never_started(void **state)
{
	(void)state;
	backoff("a", 1000, 1000);
	up("ab");
	crash("a");
	roster_stop(&roster);
	assert_state('a', KID_DOWN);
	does("-b");
	now_us += 2 * SECOND;
	quit("b");
	does(".");
}

static void who_ends_by_itself_is_not_restarted(void **state)
{
	(void)state;
	up("abc");
	roster_stop(&roster);
	does("-c");
	crash("ab");
	does("");
	quit("c");
	does(".");
}

static void who_is_terminated_meanwhile_is_stopped_out_of_turn(void **state)
{
	(void)state;
	up("abc");
	roster_stop(&roster);
	does("-c");
	terminate("a");
	does("-a");
	quit("c");
	does("");
	quit("a");
	does("-b");
	quit("b");
	does(".");
}

static void who_is_being_started_is_stopped_as_soon_as_it_is_up(void **state)
{
	(void)state;
	add("ab");
	assert_int_equal(next().action, ROSTER_START);
	roster_stop(&roster);
	assert_int_equal(next().action, ROSTER_WAIT);
	roster_started(&roster, kid('a'), now_us);
	does("-a");
	quit("a");
	does(".");
}

static void whose_first_start_fails_is_forgotten_still(void **state)
{
	(void)state;
	up("a");
	add("b");
	assert_int_equal(next().action, ROSTER_START);
	roster_stop(&roster);
	roster_start_failed(&roster, kid('b'), now_us);
	does("/b-a");
	quit("a");
	does(".");
}

static void whose_later_start_fails_is_down(void **state)
{
	(void)state;
	up("a");
	crash("a");
	assert_int_equal(next().action, ROSTER_START);
	roster_stop(&roster);
	roster_start_failed(&roster, kid('a'), now_us);
	assert_state('a', KID_DOWN);
	does(".");
}

static void who_is_down_cannot_be_had_back(void **state)
{
	(void)state;
	up("ab");
	terminate("a");
	does("-a");
	quit("a");
	roster_stop(&roster);
	assert_int_equal(roster_restart(&roster, kid('a')), TINE_EUSAGE);
	assert_int_equal(roster_delete(&roster, kid('a')), TINE_EUSAGE);
	does("-b");
}

static void who_is_added_is_forgotten_at_once(void **state)
{
	(void)state;
	up("a");
	roster_stop(&roster);
	add("b");
	does("/b-a");
	quit("a");
	does(".");
	add("c");
	does("/c.");
	assert_int_equal(roster.count, 1);
}

static void who_goes_down_is_known_still(void **state)
{
	(void)state;
	loose("a");
	temporary("b");
	up("ab");
	roster_stop(&roster);
	does("-a");
	quit("a");
	does("-b");
	terminate("ab");
	quit("b");
	terminate("ab");
	does(".");
	assert_int_equal(roster.count, 2);
}

static void what_was_to_be_forgotten_is(void **state)
{
	(void)state;
	temporary("a");
	up("ab");
	quit("a");
	roster_stop(&roster);
	does("/a-b");
}

static void a_group_that_falls_does_not_come_back(void **state)
{
	(void)state;
	up("abc");
	crash("b");
	does("-c");
	roster_stop(&roster);
	does("");
	quit("c");
	does("-a");
	quit("a");
	does(".");
}

static void the_first_reason_stays(void **state)
{
	(void)state;
	roster.budget.max_restarts = 0;
	up("ab");
	crash("a");
	roster_stop(&roster);
	assert_int_equal(roster.end, ROSTER_GAVE_UP);
	assert_ptr_equal(roster.culprit, kid('a'));
}

/* ---- Too many restarts -------------------------------------------------- */

static void it_gives_up_at_one_restart_too_many(void **state)
{
	(void)state;
	up("abc");
	for (int i = 0; i < 3; i++) {
		crash("b");
		does("+b");
	}
	crash("b");
	assert_int_equal(roster.end, ROSTER_GAVE_UP);
	assert_ptr_equal(roster.culprit, kid('b'));
	assert_state('b', KID_DOWN);
	assert_int_equal(kid('b')->restarts, 3);
	does("-c");
	quit("c");
	does("-a");
	quit("a");
	does(".");
	assert_int_equal(roster.count, 3);
}

static void restarts_of_all_count(void **state)
{
	(void)state;
	up("abcd");
	crash("abc");
	assert_int_equal(roster.end, ROSTER_RUNNING);
	crash("d");
	assert_int_equal(roster.end, ROSTER_GAVE_UP);
	assert_state('a', KID_DOWN);
	does(".");
}

static void restarts_long_ago_do_not(void **state)
{
	(void)state;
	up("a");
	for (int i = 0; i < 100; i++) {
		crash("a");
		does("+a");
		now_us += 2 * SECOND;
	}
	assert_int_equal(kid('a')->restarts, 100);
}

static void attempts_that_fail_count(void **state)
{
	(void)state;
	up("ab");
	fail_to_start("a", true);
	crash("a");
	does("!a!a!a-b");
	assert_int_equal(roster.end, ROSTER_GAVE_UP);
	assert_ptr_equal(roster.culprit, kid('a'));
	assert_state('a', KID_DOWN);
}

static void failures_meanwhile_in_front_count(void **state)
{
	(void)state;
	roster.strategy = TINE_REST_FOR_ONE;
	roster.budget.max_restarts = 1;
	up("abcd");
	crash("c");
	does("-d");
	crash("b");
	assert_int_equal(roster.end, ROSTER_GAVE_UP);
	assert_ptr_equal(roster.culprit, kid('b'));
	quit("d");
	does("-a");
	quit("a");
	does(".");
}

static void with_none_the_first_is_too_many(void **state)
{
	(void)state;
	roster.budget.max_restarts = 0;
	up("a");
	crash("a");
	does(".");
}

static void the_culprit_is_known_even_if_it_is_loose(void **state)
{
	(void)state;
	roster.budget.max_restarts = 0;
	loose("a");
	up("ab");
	crash("a");
	terminate("a");
	does("-b");
	quit("b");
	does(".");
	assert_int_equal(roster.count, 2);
}

/* ---- Significant kids --------------------------------------------------- */

static void the_end_of_any_stops_all(void **state)
{
	(void)state;
	significant("bc");
	up("abc");
	quit("b");
	assert_int_equal(roster.end, ROSTER_SIGNIFICANT);
	assert_null(roster.culprit);
	does("-c");
	quit("c");
	does("-a");
	quit("a");
	does(".");
}

static void that_of_others_does_not(void **state)
{
	(void)state;
	significant("b");
	up("abc");
	quit("ac");
	does("");
	assert_int_equal(roster.end, ROSTER_RUNNING);
}

static void nor_a_bad_end_since_it_is_restarted(void **state)
{
	(void)state;
	significant("a");
	up("a");
	crash("a");
	does("+a");
	assert_int_equal(roster.end, ROSTER_RUNNING);
}

static void a_temporary_one_may_end_in_any_way(void **state)
{
	(void)state;
	for (int badly = 0; badly < 2; badly++) {
		rig_make_ending(TINE_ANY_SIGNIFICANT);
		temporary("a");
		significant("a");
		up("ab");
		roster_ended(&roster, kid('a'), badly, now_us);
		assert_int_equal(roster.end, ROSTER_SIGNIFICANT);
		does("/a-b");
		rig_done(NULL);
	}
}

static void one_that_is_terminated_has_not_ended(void **state)
{
	(void)state;
	significant("ab");
	up("ab");
	terminate("ab");
	does("-a-b");
	quit("ab");
	does("");
	assert_int_equal(roster.end, ROSTER_RUNNING);
}

static void nor_has_one_whose_group_is_restarted(void **state)
{
	(void)state;
	roster.strategy = TINE_ONE_FOR_ALL;
	significant("ac");
	temporary("a");
	up("abc");
	crash("b");
	does("-c");
	quit("c");
	does("-a");
	quit("a");
	does("/a+b+c");
	assert_int_equal(roster.end, ROSTER_RUNNING);
}

static void if_all_are_to_end_the_last_one_stops_all(void **state)
{
	(void)state;
	significant("bcd");
	temporary("c");
	up("abcd");
	quit("b");
	crash("c");
	does("/c");
	assert_int_equal(roster.end, ROSTER_RUNNING);
	quit("d");
	assert_int_equal(roster.end, ROSTER_SIGNIFICANT);
	does("-a");
}

static void one_that_waits_to_be_started_is_left(void **state)
{
	(void)state;
	significant("ab");
	backoff("a", 1000, 1000);
	up("ab");
	crash("a");
	quit("b");
	assert_int_equal(roster.end, ROSTER_RUNNING);
	now_us += 2 * SECOND;
	does("+a");
	quit("a");
	assert_int_equal(roster.end, ROSTER_SIGNIFICANT);
}

static void one_that_was_terminated_is_not_left(void **state)
{
	(void)state;
	significant("abc");
	up("abc");
	terminate("ab");
	does("-a-b");
	quit("a");
	quit("c");
	assert_int_equal(roster.end, ROSTER_SIGNIFICANT);
}

static void one_that_was_started_again_is_left(void **state)
{
	(void)state;
	significant("ab");
	up("ab");
	quit("a");
	assert_int_equal(roster_restart(&roster, kid('a')), 0);
	does("+a");
	quit("b");
	assert_int_equal(roster.end, ROSTER_RUNNING);
	quit("a");
	assert_int_equal(roster.end, ROSTER_SIGNIFICANT);
}

static void nobody_is_significant_if_it_never_ends_so(void **state)
{
	(void)state;
	transient("a");
	significant("a");
	up("a");
	quit("a");
	does("");
	assert_int_equal(roster.end, ROSTER_RUNNING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name, make) cmocka_unit_test_setup_teardown(name, make, rig_done)
		TEST(the_last_is_stopped_first_one_by_one, one),
		TEST(before_them_the_loose_are_all_at_once, one),
		TEST(with_nobody_it_is_over_at_once, one),
		TEST(who_waits_is_never_started, one),
		TEST(who_ends_by_itself_is_not_restarted, one),
		TEST(who_is_terminated_meanwhile_is_stopped_out_of_turn, one),
		TEST(who_is_being_started_is_stopped_as_soon_as_it_is_up, one),
		TEST(whose_first_start_fails_is_forgotten_still, one),
		TEST(whose_later_start_fails_is_down, one),
		TEST(who_is_down_cannot_be_had_back, one),
		TEST(who_is_added_is_forgotten_at_once, one),
		TEST(who_goes_down_is_known_still, one),
		TEST(what_was_to_be_forgotten_is, one),
		TEST(a_group_that_falls_does_not_come_back, all),
		TEST(the_first_reason_stays, one),
		TEST(it_gives_up_at_one_restart_too_many, one),
		TEST(restarts_of_all_count, one),
		TEST(restarts_long_ago_do_not, one),
		TEST(attempts_that_fail_count, one),
		TEST(failures_meanwhile_in_front_count, one),
		TEST(with_none_the_first_is_too_many, one),
		TEST(the_culprit_is_known_even_if_it_is_loose, one),
		TEST(the_end_of_any_stops_all, any_significant),
		TEST(that_of_others_does_not, any_significant),
		TEST(nor_a_bad_end_since_it_is_restarted, any_significant),
		TEST(a_temporary_one_may_end_in_any_way, any_significant),
		TEST(one_that_is_terminated_has_not_ended, any_significant),
		TEST(nor_has_one_whose_group_is_restarted, any_significant),
		TEST(if_all_are_to_end_the_last_one_stops_all, all_significant),
		TEST(one_that_waits_to_be_started_is_left, all_significant),
		TEST(one_that_was_terminated_is_not_left, all_significant),
		TEST(one_that_was_started_again_is_left, all_significant),
		TEST(nobody_is_significant_if_it_never_ends_so, one),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
