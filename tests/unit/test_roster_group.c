/* SPDX-License-Identifier: MIT */
/* test_roster_group.c - kids that depend on each other go down, and come back,
 * together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "roster_rig.h"

static int all(void **state)
{
	(void)state;
	rig_make(TINE_ONE_FOR_ALL);
	permanent("abcdefgh");
	return 0;
}

static int rest(void **state)
{
	(void)state;
	rig_make(TINE_REST_FOR_ONE);
	permanent("abcdefgh");
	return 0;
}

/* ---- One for all -------------------------------------------------------- */

static void all_are_stopped_in_reverse_and_started_in_order(void **state)
{
	(void)state;
	up("abcd");
	crash("b");
	does("-d");
	quit("d");
	does("-c");
	crash("c");
	does("-a");
	quit("a");
	does("+a+b+c+d");
}

static void it_is_one_restart_of_the_one_that_failed(void **state)
{
	(void)state;
	up("abc");
	crash("b");
	does("-c");
	quit("c");
	does("-a");
	quit("a");
	does("+a+b+c");
	assert_int_equal(kid('a')->restarts, 0);
	assert_int_equal(kid('b')->restarts, 1);
	assert_int_equal(kid('c')->restarts, 0);
	assert_int_equal(roster.budget.count, 1);
}

static void the_loose_go_on(void **state)
{
	(void)state;
	loose("bd");
	up("abcde");
	crash("e");
	does("-c");
	quit("c");
	does("-a");
	quit("a");
	does("+a+c+e");
}

static void a_loose_one_that_fails_restarts_alone(void **state)
{
	(void)state;
	loose("b");
	up("abc");
	crash("b");
	does("+b");
}

static void the_temporary_are_stopped_and_forgotten(void **state)
{
	(void)state;
	temporary("ac");
	up("abcd");
	crash("d");
	does("-c");
	quit("c");
	does("/c-b");
	quit("b");
	does("-a");
	quit("a");
	does("/a+b+d");
	assert_int_equal(roster.count, 2);
}

static void a_temporary_one_that_fails_restarts_nobody(void **state)
{
	(void)state;
	temporary("b");
	up("abc");
	crash("b");
	does("/b");
}

static void a_good_end_of_a_transient_one_restarts_nobody(void **state)
{
	(void)state;
	transient("b");
	up("abc");
	quit("b");
	does("");
	assert_state('b', KID_DOWN);
}

static void a_good_end_meanwhile_is_followed_by_a_start(void **state)
{
	(void)state;
	transient("ac");
	up("abc");
	crash("b");
	does("-c");
	quit("a");
	quit("c");
	does("+a+b+c");
}

static void who_was_down_stays_down(void **state)
{
	(void)state;
	transient("a");
	up("abcd");
	quit("a");
	terminate("c");
	does("-c");
	quit("c");
	crash("b");
	does("-d");
	quit("d");
	does("+b+d");
	assert_state('a', KID_DOWN);
	assert_state('c', KID_DOWN);
}

static void who_was_terminated_before_stays_down(void **state)
{
	(void)state;
	up("abc");
	terminate("b");
	does("-b");
	crash("a");
	does("");
	quit("b");
	does("-c");
	quit("c");
	does("+a+c");
	assert_state('b', KID_DOWN);
}

static void who_was_to_be_stopped_at_once_still_is(void **state)
{
	(void)state;
	up("abcd");
	terminate("a");
	crash("d");
	does("-a");
	quit("a");
	does("-c");
}

static void who_is_terminated_meanwhile_stays_down(void **state)
{
	(void)state;
	up("abcd");
	crash("d");
	does("-c");
	terminate("abcd");
	assert_state('d', KID_DOWN);
	does("-a-b");
	quit("abc");
	does("");
	assert_int_equal(roster.count, 4);
}

static void who_fails_meanwhile_is_down_already(void **state)
{
	(void)state;
	up("abcd");
	crash("d");
	does("-c");
	crash("b");
	assert_state('b', KID_WAITING);
	assert_int_equal(roster.budget.count, 1);
	quit("c");
	does("-a");
	crash("a");
	does("+a+b+c+d");
	assert_int_equal(kid('b')->restarts, 0);
}

static void who_is_added_meanwhile_starts_behind_the_others(void **state)
{
	(void)state;
	up("abc");
	crash("c");
	does("-b");
	add("d");
	does("");
	quit("b");
	does("-a");
	quit("a");
	does("+a+b+c+d");
}

static void who_is_deleted_meanwhile_is_forgotten(void **state)
{
	(void)state;
	up("abc");
	terminate("a");
	does("-a");
	quit("a");
	crash("c");
	assert_int_equal(roster_delete(&roster, kid('a')), 0);
	does("/a-b");
	crash("b");
	does("+b+c");
}

static void who_is_started_on_request_has_its_place_as_before(void **state)
{
	(void)state;
	up("abc");
	terminate("a");
	does("-a");
	quit("a");
	crash("c");
	assert_int_equal(roster_restart(&roster, kid('a')), 0);
	does("-b");
	quit("b");
	does("+a+b+c");
}

static void
who_is_being_started_is_stopped_before_the_others_start(void **state)
{
	(void)state;
	up("ab");
	add("c");
	assert_int_equal(next().action, ROSTER_START);
	crash("b");
	does("-a");
	quit("a");
	does("");
	roster_started(&roster, kid('c'), now_us);
	does("-c");
	quit("c");
	does("+a+b+c");
}

static void who_fails_when_some_are_up_again_restarts_those(void **state)
{
	(void)state;
	up("abc");
	crash("abc");
	assert_int_equal(next().action, ROSTER_START);
	roster_started(&roster, kid('a'), now_us);
	assert_int_equal(next().action, ROSTER_START);
	roster_started(&roster, kid('b'), now_us);
	crash("b");
	does("-a");
	quit("a");
	does("+a+b+c");
	assert_int_equal(roster.budget.count, 2);
}

static void who_fails_to_start_again_is_tried_until_it_does(void **state)
{
	(void)state;
	up("abc");
	crash("abc");
	assert_int_equal(next().action, ROSTER_START);
	roster_started(&roster, kid('a'), now_us);
	assert_int_equal(next().action, ROSTER_START);
	roster_start_failed(&roster, kid('b'), now_us);
	does("+b+c");
	assert_int_equal(roster.budget.count, 2);
}

static void those_behind_wait_for_its_backoff(void **state)
{
	(void)state;
	backoff("b", 1000, 1000);
	up("abc");
	crash("b");
	does("-c");
	quit("c");
	does("-a");
	quit("a");
	does("+a");
	assert_int_equal(next().due_us, kid('b')->due_us);
	now_us = kid('b')->due_us;
	does("+b+c");
}

/* ---- Rest for one ------------------------------------------------------- */

static void only_those_behind_it_are_restarted(void **state)
{
	(void)state;
	up("abcd");
	crash("b");
	does("-d");
	quit("d");
	does("-c");
	quit("c");
	does("+b+c+d");
	assert_state('a', KID_UP);
}

static void the_last_one_is_restarted_alone(void **state)
{
	(void)state;
	up("abc");
	crash("c");
	does("+c");
}

static void the_loose_behind_it_go_on(void **state)
{
	(void)state;
	loose("ac");
	up("abcd");
	crash("b");
	does("-d");
	quit("d");
	does("+b+d");
}

static void one_in_front_that_fails_meanwhile_makes_them_more(void **state)
{
	(void)state;
	up("abcde");
	crash("d");
	does("-e");
	crash("a");
	does("");
	quit("e");
	does("-c");
	quit("c");
	does("-b");
	assert_state('a', KID_WAITING);
	quit("b");
	does("+a+b+c+d+e");
	assert_int_equal(roster.budget.count, 2);
	assert_int_equal(kid('a')->restarts, 1);
	assert_int_equal(kid('d')->restarts, 1);
}

static void one_behind_that_fails_meanwhile_does_not(void **state)
{
	(void)state;
	up("abcd");
	crash("b");
	does("-d");
	crash("c");
	quit("d");
	does("+b+c+d");
	assert_int_equal(roster.budget.count, 1);
}

static void its_first_one_can_be_forgotten_meanwhile(void **state)
{
	(void)state;
	up("abcd");
	crash("b");
	terminate("b");
	assert_int_equal(roster_delete(&roster, kid('b')), 0);
	does("/b-d");
	crash("c");
	quit("d");
	does("+c+d");
	assert_int_equal(roster.budget.count, 1);
}

static void nobody_in_front_starts_meanwhile(void **state)
{
	(void)state;
	up("abc");
	terminate("a");
	does("-a");
	quit("a");
	crash("b");
	assert_int_equal(roster_restart(&roster, kid('a')), 0);
	does("-c");
	quit("c");
	does("+a+b+c");
}

static void one_that_waits_in_front_is_started_before_them(void **state)
{
	(void)state;
	backoff("a", 1000, 1000);
	up("ab");
	crash("a");
	does("-b");
	add("c");
	quit("b");
	does("");
	now_us += 2 * SECOND;
	does("+a+b+c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define ALL(name) cmocka_unit_test_setup_teardown(name, all, rig_done)
		ALL(all_are_stopped_in_reverse_and_started_in_order),
		ALL(it_is_one_restart_of_the_one_that_failed),
		ALL(the_loose_go_on),
		ALL(a_loose_one_that_fails_restarts_alone),
		ALL(the_temporary_are_stopped_and_forgotten),
		ALL(a_temporary_one_that_fails_restarts_nobody),
		ALL(a_good_end_of_a_transient_one_restarts_nobody),
		ALL(a_good_end_meanwhile_is_followed_by_a_start),
		ALL(who_was_down_stays_down),
		ALL(who_was_terminated_before_stays_down),
		ALL(who_was_to_be_stopped_at_once_still_is),
		ALL(who_is_terminated_meanwhile_stays_down),
		ALL(who_fails_meanwhile_is_down_already),
		ALL(who_is_added_meanwhile_starts_behind_the_others),
		ALL(who_is_deleted_meanwhile_is_forgotten),
		ALL(who_is_started_on_request_has_its_place_as_before),
		ALL(who_is_being_started_is_stopped_before_the_others_start),
		ALL(who_fails_when_some_are_up_again_restarts_those),
		ALL(who_fails_to_start_again_is_tried_until_it_does),
		ALL(those_behind_wait_for_its_backoff),
#undef ALL
#define REST(name) cmocka_unit_test_setup_teardown(name, rest, rig_done)
		REST(only_those_behind_it_are_restarted),
		REST(the_last_one_is_restarted_alone),
		REST(the_loose_behind_it_go_on),
		REST(one_in_front_that_fails_meanwhile_makes_them_more),
		REST(one_behind_that_fails_meanwhile_does_not),
		REST(its_first_one_can_be_forgotten_meanwhile),
		REST(nobody_in_front_starts_meanwhile),
		REST(one_that_waits_in_front_is_started_before_them),
#undef REST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
