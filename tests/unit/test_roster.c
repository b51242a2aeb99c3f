/* SPDX-License-Identifier: MIT */
/* test_roster.c - each kid by itself: when it starts, stops and is forgotten.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "roster_rig.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int make(void **state)
{
	(void)state;
	rig_make(TINE_ONE_FOR_ONE);
	return 0;
}

/* ---- Starts ------------------------------------------------------------- */

static void a_new_one_has_nothing_to_do(void **state)
{
	(void)state;
	assert_int_equal(next().action, ROSTER_WAIT);
	assert_int_equal(next().due_us, CLOCK_NEVER);
	assert_int_equal(roster.count, 0);
}

static void kids_start_in_the_order_in_which_they_came(void **state)
{
	(void)state;
	add("abc");
	assert_state('a', KID_WAITING);
	does("+a+b+c");
	add("ed");
	does("+e+d");
	assert_int_equal(roster.count, 5);
	assert_int_equal(roster.alive, 5);
}

static void nobody_starts_before_the_last_start_is_known(void **state)
{
	(void)state;
	add("ab");
	assert_int_equal(next().action, ROSTER_START);
	assert_int_equal(next().action, ROSTER_WAIT);
	assert_state('a', KID_WAITING);
	roster_started(&roster, kid('a'), now_us);
	does("+b");
}

static void what_never_lived_is_forgotten(void **state)
{
	(void)state;
	permanent("ab");
	fail_to_start("a", true);
	add("ab");
	does("!a/a+b");
	assert_int_equal(roster.count, 1);
	assert_int_equal(roster.end, ROSTER_RUNNING);
}

/* ---- Ends --------------------------------------------------------------- */

static void an_end_is_followed_by_what_the_policy_says(void **state)
{
	static const struct {
		enum tine_restart restart;
		bool loose, badly;
		const char *does;
		enum kid_state state;
	} ends[] = {
		{ TINE_PERMANENT, false, false, "+a", KID_UP },
		{ TINE_PERMANENT, false, true, "+a", KID_UP },
		{ TINE_PERMANENT, true, false, "+a", KID_UP },
		{ TINE_PERMANENT, true, true, "+a", KID_UP },
		{ TINE_TRANSIENT, false, false, "", KID_DOWN },
		{ TINE_TRANSIENT, false, true, "+a", KID_UP },
		{ TINE_TRANSIENT, true, false, "/a", KID_DOWN },
		{ TINE_TRANSIENT, true, true, "+a", KID_UP },
		{ TINE_TEMPORARY, false, false, "/a", KID_DOWN },
		{ TINE_TEMPORARY, false, true, "/a", KID_DOWN },
		{ TINE_TEMPORARY, true, false, "/a", KID_DOWN },
		{ TINE_TEMPORARY, true, true, "/a", KID_DOWN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		rig_make(TINE_ONE_FOR_ONE);
		kid('a')->restart = ends[i].restart;
		kid('a')->loose = ends[i].loose;
		permanent("b");
		up("ab");
		roster_ended(&roster, kid('a'), ends[i].badly, now_us);
		does(ends[i].does);
		assert_state('a', ends[i].state);
		assert_state('b', KID_UP);
		assert_int_equal(kid('a')->restarts, ends[i].state == KID_UP);
		rig_done(NULL);
	}
}

static void what_has_been_forgotten_is_not_counted(void **state)
{
	(void)state;
	temporary("ab");
	up("ab");
	crash("a");
	does("/a");
	assert_int_equal(roster.count, 1);
	assert_int_equal(roster.alive, 1);
	assert_ptr_equal(roster.kids.next, &kid('b')->node);
	assert_ptr_equal(roster.kids.prev, &kid('b')->node);
}

/* ---- Backoff ------------------------------------------------------------ */

/* It is due when as much of the delay is over as chance may leave, or later. */
static void assert_due(int64_t full_ms)
{
	struct roster_step step = next();
	int64_t delay_us = step.due_us - now_us;

	assert_int_equal(step.action, ROSTER_WAIT);
	assert_in_range(delay_us, full_ms / 2 * 1000, full_ms * 1000);
	now_us = step.due_us - 1;
	does("");
	now_us++;
}

static void a_restart_waits_for_its_backoff(void **state)
{
	(void)state;
	permanent("a");
	backoff("a", 100, 1000);
	up("a");
	crash("a");
	assert_state('a', KID_WAITING);
	assert_due(100);
	does("+a");
}

static void backoffs_grow_with_each_restart_in_a_row(void **state)
{
	static const int64_t full_ms[] = { 1000, 2000, 4000, 8000, 9000, 9000 };

	(void)state;
	permanent("a");
	backoff("a", 1000, 9000);
	up("a");
	for (size_t i = 0; i < COUNT(full_ms); i++) {
		now_us += 6 * SECOND;
		crash("a");
		assert_due(full_ms[i]);
		does("+a");
	}
	assert_int_equal(kid('a')->restarts, COUNT(full_ms));
}

static void they_begin_anew_after_a_long_life(void **state)
{
	static const struct {
		int64_t longest_ms, lives_ms, full_ms;
	} lives[] = {
		{ 10000, 10000, 4000 }, { 10000, 10001, 1000 },
		{ 0, 60000, 4000 },     { 0, 60001, 1000 },
		{ 3000, 3000, 3000 },   { 3000, 3001, 1000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lives); i++) {
		rig_make(TINE_ONE_FOR_ONE);
		permanent("a");
		backoff("a", 1000, lives[i].longest_ms);
		up("a");
		for (int64_t ms = 1000; ms <= 2000; ms += 1000) {
			crash("a");
			assert_due(ms);
			does("+a");
		}
		now_us += lives[i].lives_ms * 1000;
		crash("a");
		assert_due(lives[i].full_ms);
		does("+a");
		rig_done(NULL);
	}
}

static void a_life_is_long_since_the_last_start(void **state)
{
	(void)state;
	permanent("a");
	backoff("a", 1000, 10000);
	up("a");
	crash("a");
	now_us += 20 * SECOND;
	does("+a");
	crash("a");
	assert_due(2000);
}

static void those_whose_time_is_first_start_first(void **state)
{
	(void)state;
	permanent("abc");
	backoff("a", 3000, 3000);
	backoff("b", 1000, 1000);
	up("abc");
	crash("a");
	crash("b");
	crash("c");
	does("+c");
	now_us += 1000 * 1000;
	does("+b");
	now_us += 2000 * 1000;
	does("+a");
}

static void a_backoff_without_end_is_never_over(void **state)
{
	(void)state;
	permanent("a");
	backoff("a", INT64_MAX, INT64_MAX);
	up("a");
	crash("a");
	assert_int_equal(next().action, ROSTER_WAIT);
	assert_int_equal(next().due_us, CLOCK_NEVER);
}

static void those_who_fail_together_do_not_all_come_back_together(void **state)
{
	int64_t dues[3];

	(void)state;
	permanent("abc");
	backoff("abc", 1000, 1000);
	up("abc");
	crash("abc");
	for (int i = 0; i < 3; i++)
		dues[i] = kid((char)('a' + i))->due_us;
	assert_true(dues[0] != dues[1] || dues[1] != dues[2]);
}

/* ---- Restarts that fail ------------------------------------------------- */

static void a_restart_that_fails_is_tried_again_at_once(void **state)
{
	(void)state;
	permanent("a");
	up("a");
	fail_to_start("a", true);
	crash("a");
	assert_int_equal(next().action, ROSTER_START);
	roster_start_failed(&roster, kid('a'), now_us);
	assert_state('a', KID_WAITING);
	fail_to_start("a", false);
	does("+a");
	assert_int_equal(kid('a')->restarts, 1);
}

static void it_does_not_wait_for_a_backoff_again(void **state)
{
	(void)state;
	permanent("a");
	backoff("a", 100, 100);
	up("a");
	crash("a");
	now_us += 100 * 1000;
	assert_int_equal(next().action, ROSTER_START);
	roster_start_failed(&roster, kid('a'), now_us);
	does("+a");
}

static void between_two_attempts_others_have_their_turn(void **state)
{
	(void)state;
	permanent("ab");
	up("a");
	crash("a");
	assert_int_equal(next().action, ROSTER_START);
	roster_start_failed(&roster, kid('a'), now_us);
	add("b");
	does("+b+a");
}

/* ---- Terminated --------------------------------------------------------- */

static void one_that_is_terminated_is_not_restarted(void **state)
{
	(void)state;
	permanent("ab");
	up("ab");
	terminate("a");
	does("-a");
	crash("a");
	does("");
	assert_state('a', KID_DOWN);
	assert_state('b', KID_UP);
	assert_int_equal(roster.count, 2);
}

static void it_is_forgotten_if_it_is_loose_or_temporary(void **state)
{
	(void)state;
	permanent("ab");
	loose("a");
	temporary("c");
	up("abc");
	terminate("abc");
	does("-a-b-c");
	quit("cba");
	does("/c/a");
	assert_int_equal(roster.count, 1);
}

static void it_is_down_at_once_if_it_waits_for_its_restart(void **state)
{
	(void)state;
	permanent("ab");
	loose("b");
	backoff("ab", 1000, 1000);
	up("ab");
	crash("ab");
	terminate("ab");
	assert_state('a', KID_DOWN);
	does("/b");
	now_us += 2 * SECOND;
	does("");
}

static void to_terminate_twice_is_to_terminate_once(void **state)
{
	(void)state;
	permanent("ab");
	loose("b");
	up("ab");
	terminate("aabb");
	does("-a-b");
	terminate("ab");
	does("");
	quit("ab");
	terminate("ab");
	does("/b");
	terminate("a");
	does("");
	assert_int_equal(roster.count, 1);
}

static void one_that_ends_before_it_is_told_to_is_not_restarted(void **state)
{
	(void)state;
	permanent("ab");
	loose("b");
	up("ab");
	terminate("ab");
	crash("ab");
	does("/b");
	assert_state('a', KID_DOWN);
	assert_int_equal(roster.alive, 0);
}

static void one_that_is_being_started_is_stopped_when_it_is_up(void **state)
{
	(void)state;
	permanent("ab");
	add("ab");
	assert_int_equal(next().action, ROSTER_START);
	terminate("a");
	assert_int_equal(next().action, ROSTER_WAIT);
	roster_started(&roster, kid('a'), now_us);
	does("-a+b");
	quit("a");
	does("");
	assert_state('a', KID_DOWN);
}

static void one_that_is_being_started_may_fail_to(void **state)
{
	(void)state;
	permanent("ab");
	up("b");
	crash("b");
	assert_int_equal(next().action, ROSTER_START);
	terminate("b");
	roster_start_failed(&roster, kid('b'), now_us);
	does("");
	assert_state('b', KID_DOWN);
	add("a");
	assert_int_equal(next().action, ROSTER_START);
	terminate("a");
	roster_start_failed(&roster, kid('a'), now_us);
	does("/a");
}

/* ---- Restarted and deleted ---------------------------------------------- */

static void what_is_down_can_be_started_again(void **state)
{
	(void)state;
	transient("ab");
	up("ab");
	quit("a");
	does("");
	assert_int_equal(roster_restart(&roster, kid('a')), 0);
	does("+a");
	assert_int_equal(kid('a')->restarts, 0);
	crash("a");
	does("+a");
}

static void what_is_down_can_be_forgotten(void **state)
{
	(void)state;
	permanent("ab");
	up("ab");
	terminate("a");
	does("-a");
	quit("a");
	assert_int_equal(roster_delete(&roster, kid('a')), 0);
	does("/a");
	assert_int_equal(roster.count, 1);
}

static void nothing_else_can(void **state)
{
	(void)state;
	permanent("abcd");
	backoff("b", 1000, 1000);
	up("abc");
	crash("b");
	terminate("c");
	does("-c");
	add("d");
	for (char name = 'a'; name <= 'd'; name++) {
		assert_int_equal(roster_restart(&roster, kid(name)),
				 TINE_EUSAGE);
		assert_int_equal(roster_delete(&roster, kid(name)),
				 TINE_EUSAGE);
	}
	does("+d");
}

static void what_is_being_forgotten_is_not_started_again(void **state)
{
	(void)state;
	permanent("ab");
	up("ab");
	terminate("ab");
	does("-a-b");
	quit("ab");
	assert_int_equal(roster_delete(&roster, kid('a')), 0);
	assert_int_equal(roster_restart(&roster, kid('a')), TINE_EUSAGE);
	assert_int_equal(roster_delete(&roster, kid('a')), TINE_EUSAGE);
	terminate("a");
	does("/a");
}

static void a_restart_on_request_is_none_in_a_row(void **state)
{
	(void)state;
	permanent("a");
	backoff("a", 1000, 9000);
	up("a");
	crash("a");
	terminate("a");
	assert_int_equal(roster_restart(&roster, kid('a')), 0);
	does("+a");
	crash("a");
	assert_due(1000);
}

/* ---- A great many ------------------------------------------------------- */

#define MANY 200000

static void end_all(struct kid *many, bool badly)
{
	for (int i = 0; i < MANY; i++)
		roster_ended(&roster, &many[i], badly, now_us);
}

static void obey_all(struct kid *many, enum roster_action action)
{
	for (int i = 0; i < MANY; i++) {
		struct roster_step step = next();

		assert_int_equal(step.action, action);
		assert_true(step.kid >= many && step.kid < many + MANY);
		if (action == ROSTER_START)
			roster_started(&roster, step.kid, now_us);
	}
}

/* If a step took longer the more kids there are, this would take hours. */
static void a_great_many_cost_no_more_each_than_a_few(void **state)
{
	struct kid *many = calloc(MANY, sizeof *many);

	(void)state;
	assert_non_null(many);
	roster.budget.max_restarts = MANY;
	for (int i = 0; i < MANY; i++) {
		many[i].restart = TINE_PERMANENT;
		many[i].loose = true;
		many[i].backoff_ms = 1000;
		roster_add(&roster, &many[i]);
	}
	obey_all(many, ROSTER_START);
	end_all(many, true);
	now_us += 10 * SECOND;
	obey_all(many, ROSTER_START);
	roster_stop(&roster);
	obey_all(many, ROSTER_STOP);
	end_all(many, false);
	does(".");
	free(many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, rig_done)
		TEST(a_new_one_has_nothing_to_do),
		TEST(kids_start_in_the_order_in_which_they_came),
		TEST(nobody_starts_before_the_last_start_is_known),
		TEST(what_never_lived_is_forgotten),
		TEST(an_end_is_followed_by_what_the_policy_says),
		TEST(what_has_been_forgotten_is_not_counted),
		TEST(a_restart_waits_for_its_backoff),
		TEST(backoffs_grow_with_each_restart_in_a_row),
		TEST(they_begin_anew_after_a_long_life),
		TEST(a_life_is_long_since_the_last_start),
		TEST(those_whose_time_is_first_start_first),
		TEST(a_backoff_without_end_is_never_over),
		TEST(those_who_fail_together_do_not_all_come_back_together),
		TEST(a_restart_that_fails_is_tried_again_at_once),
		TEST(it_does_not_wait_for_a_backoff_again),
		TEST(between_two_attempts_others_have_their_turn),
		TEST(one_that_is_terminated_is_not_restarted),
		TEST(it_is_forgotten_if_it_is_loose_or_temporary),
		TEST(it_is_down_at_once_if_it_waits_for_its_restart),
		TEST(to_terminate_twice_is_to_terminate_once),
		TEST(one_that_ends_before_it_is_told_to_is_not_restarted),
		TEST(one_that_is_being_started_is_stopped_when_it_is_up),
		TEST(one_that_is_being_started_may_fail_to),
		TEST(what_is_down_can_be_started_again),
		TEST(what_is_down_can_be_forgotten),
		TEST(nothing_else_can),
		TEST(what_is_being_forgotten_is_not_started_again),
		TEST(a_restart_on_request_is_none_in_a_row),
		TEST(a_great_many_cost_no_more_each_than_a_few),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
