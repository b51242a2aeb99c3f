/* SPDX-License-Identifier: MIT */
/* test_link.c - links join two ends, once, and leave nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "link.h"

#define ENDS 20

static struct link_end ends[ENDS];

static int setup(void **state)
{
	(void)state;
	for (int i = 0; i < ENDS; i++)
		link_init(&ends[i]);
	return 0;
}

/* Whatever a test left is taken here; what that forgets, ASan finds. */
static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < ENDS; i++)
		while (link_take(&ends[i]))
			;
	return 0;
}

static void who_has_no_link_has_none_to_take_or_part(void **state)
{
	(void)state;
	assert_null(link_take(&ends[0]));
	assert_false(link_part(&ends[0], &ends[1]));
}

static void a_link_is_seen_from_both_sides(void **state)
{
	(void)state;
	for (int side = 0; side < 2; side++) {
		assert_int_equal(link_join(&ends[0], &ends[1]), 0);
		assert_ptr_equal(link_take(&ends[side]), &ends[!side]);
		assert_null(link_take(&ends[0]));
		assert_null(link_take(&ends[1]));
	}
}

static void joining_twice_is_one_link(void **state)
{
	(void)state;
	assert_int_equal(link_join(&ends[0], &ends[1]), 0);
	assert_int_equal(link_join(&ends[0], &ends[1]), 0);
	assert_int_equal(link_join(&ends[1], &ends[0]), 0);
	assert_ptr_equal(link_take(&ends[0]), &ends[1]);
	assert_null(link_take(&ends[0]));
	assert_null(link_take(&ends[1]));
}

static void parting_works_from_either_side_and_once(void **state)
{
	(void)state;
	for (int side = 0; side < 2; side++) {
		assert_int_equal(link_join(&ends[0], &ends[1]), 0);
		assert_true(link_part(&ends[side], &ends[!side]));
		assert_false(link_part(&ends[0], &ends[1]));
		assert_false(link_part(&ends[1], &ends[0]));
	}
}

static void parting_leaves_the_other_links_alone(void **state)
{
	(void)state;
	for (int i = 1; i < 4; i++)
		assert_int_equal(link_join(&ends[0], &ends[i]), 0);
	assert_true(link_part(&ends[2], &ends[0]));
	assert_ptr_equal(link_take(&ends[1]), &ends[0]);
	assert_ptr_equal(link_take(&ends[0]), &ends[3]);
	assert_null(link_take(&ends[0]));
	assert_null(link_take(&ends[2]));
}

static void who_was_parted_can_be_joined_again(void **state)
{
	(void)state;
	assert_int_equal(link_join(&ends[0], &ends[1]), 0);
	assert_true(link_part(&ends[0], &ends[1]));
	assert_int_equal(link_join(&ends[1], &ends[0]), 0);
	assert_ptr_equal(link_take(&ends[0]), &ends[1]);
}

static void links_do_not_reach_further_than_one_step(void **state)
{
	(void)state;
	assert_int_equal(link_join(&ends[0], &ends[1]), 0);
	assert_int_equal(link_join(&ends[1], &ends[2]), 0);
	assert_false(link_part(&ends[0], &ends[2]));
	assert_ptr_equal(link_take(&ends[0]), &ends[1]);
	assert_null(link_take(&ends[0]));
	assert_ptr_equal(link_take(&ends[2]), &ends[1]);
}

static void join_all(void)
{
	for (int a = 0; a < ENDS; a++)
		for (int b = a + 1; b < ENDS; b++)
			assert_int_equal(link_join(&ends[a], &ends[b]), 0);
}

static void taking_hands_out_every_other_side_once(void **state)
{
	int taken[ENDS] = { 0 };
	struct link_end *other;

	(void)state;
	join_all();
	while ((other = link_take(&ends[7])))
		taken[other - ends]++;
	for (int i = 0; i < ENDS; i++)
		assert_int_equal(taken[i], i != 7);
}

static void what_one_side_took_the_other_has_not_any_more(void **state)
{
	(void)state;
	join_all();
	for (int i = 0; i < ENDS; i++)
		for (int left = ENDS - 1 - i; left >= 0; left--)
			assert_int_equal(link_take(&ends[i]) != NULL, left > 0);
}

/* What a table of pairs says, after thousands of steps of chance. */
static bool linked[ENDS][ENDS];

static void step_join(int a, int b)
{
	assert_int_equal(link_join(&ends[a], &ends[b]), 0);
	linked[a][b] = linked[b][a] = true;
}

static void step_part(int a, int b)
{
	assert_int_equal(link_part(&ends[a], &ends[b]), linked[a][b]);
	linked[a][b] = linked[b][a] = false;
}

static void step_take(int a)
{
	struct link_end *other = link_take(&ends[a]);
	ptrdiff_t b = other ? other - ends : -1;

	if (other)
		assert_true(linked[a][b]);
	else
		for (int i = 0; i < ENDS; i++)
			assert_false(linked[a][i]);
	if (other)
		linked[a][b] = linked[b][a] = false;
}

static void links_agree_with_a_table_of_pairs(void **state)
{
	uint32_t chance = 1;

	(void)state;
	memset(linked, 0, sizeof linked);
	for (int i = 0; i < 20000; i++) {
		int a = (int)(chance >> 8) % ENDS;
		int b = (a + 1 + (int)(chance >> 16) % (ENDS - 1)) % ENDS;

		if (chance >> 30 == 0)
			step_take(a);
		else if (chance >> 30 == 1)
			step_part(a, b);
		else
			step_join(a, b);
		chance = chance * 1664525 + 1013904223;
	}
}

#define LINK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINK_TEST(who_has_no_link_has_none_to_take_or_part),
		LINK_TEST(a_link_is_seen_from_both_sides),
		LINK_TEST(joining_twice_is_one_link),
		LINK_TEST(parting_works_from_either_side_and_once),
		LINK_TEST(parting_leaves_the_other_links_alone),
		LINK_TEST(who_was_parted_can_be_joined_again),
		LINK_TEST(links_do_not_reach_further_than_one_step),
		LINK_TEST(taking_hands_out_every_other_side_once),
		LINK_TEST(what_one_side_took_the_other_has_not_any_more),
		LINK_TEST(links_agree_with_a_table_of_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
