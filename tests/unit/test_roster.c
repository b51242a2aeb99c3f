/* SPDX-License-Identifier: MIT */
/* test_roster.c - who is started, stopped and forgotten, and in what order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "clock.h"
#include "roster.h"

#define KIDS 8

static struct roster roster;
static struct kid kids[KIDS];
static int64_t now;

static void make(enum tine_strategy strategy)
{
	memset(kids, 0, sizeof kids);
	now = 1000000;
	roster_init(&roster, strategy, TINE_NEVER, 3, 5);
}

static int done(void **state)
{
	(void)state;
	roster_done(&roster);
	return 0;
}

static void expect(enum roster_action action, struct kid *kid)
{
	struct roster_step step = roster_next(&roster, now);

	assert_int_equal(step.action, action);
	assert_ptr_equal(step.kid, kid);
}

static void up(int count, enum tine_restart restart)
{
	for (int i = 0; i < count; i++) {
		kids[i].restart = restart;
		roster_add(&roster, &kids[i]);
	}
	for (int i = 0; i < count; i++) {
		expect(ROSTER_START, &kids[i]);
		roster_started(&roster, &kids[i], now);
	}
	expect(ROSTER_WAIT, NULL);
}

static void kids_start_in_order_and_stop_in_reverse(void **state)
{
	(void)state;
	make(TINE_ONE_FOR_ONE);
	up(3, TINE_PERMANENT);
	roster_stop(&roster);
	for (int i = 2; i >= 0; i--) {
		expect(ROSTER_STOP, &kids[i]);
		expect(ROSTER_WAIT, NULL);
		roster_ended(&roster, &kids[i], false, now);
	}
	expect(ROSTER_OVER, NULL);
}

static void one_for_all_restarts_all(void **state)
{
	(void)state;
	make(TINE_ONE_FOR_ALL);
	up(3, TINE_PERMANENT);
	roster_ended(&roster, &kids[1], true, now);
	expect(ROSTER_STOP, &kids[2]);
	expect(ROSTER_WAIT, NULL);
	roster_ended(&roster, &kids[2], false, now);
	expect(ROSTER_STOP, &kids[0]);
	roster_ended(&roster, &kids[0], false, now);
	for (int i = 0; i < 3; i++) {
		expect(ROSTER_START, &kids[i]);
		roster_started(&roster, &kids[i], now);
	}
	expect(ROSTER_WAIT, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, done)
		TEST(kids_start_in_order_and_stop_in_reverse),
		TEST(one_for_all_restarts_all),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
