/* SPDX-License-Identifier: MIT */
/* test_portrait.c - whom somebody means, and what belongs to that one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "plot.h"
#include "portrait.h"

#define SHOP 100
#define CREW 201

static struct scan scan;
static struct forest forest;
static struct history history;
static struct portrait portrait;
static const struct row *others[PORTRAIT_OTHERS];

static int setup(void **state)
{
	(void)state;
	plot_begin(&scan);
	(void)plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	(void)plot_board(&scan, BOARD_SUPER, CREW, "crew", 8);
	scan.boards[1].head.parent = SHOP;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	portrait_done(&portrait);
	history_done(&history);
	forest_done(&forest);
	scan_done(&scan);
	return 0;
}

/* How many are meant by that. */
static int find(const char *text)
{
	portrait_done(&portrait);
	history_done(&history);
	forest_done(&forest);
	assert_true(forest_grow(&forest, &scan, true, 0));
	assert_true(history_gather(&history, &scan));
	return portrait_find(&portrait, &forest, &history, text, 3, others);
}

static void assert_ends(const char *expected)
{
	char shown[256] = "";

	for (size_t i = 0; i < portrait.end_count; i++) {
		(void)strcat(shown, portrait.ends[i]->name);
		(void)strcat(shown, " ");
	}
	assert_string_equal(shown, expected);
}

static void nobody_is_found_where_nobody_is(void **state)
{
	(void)state;
	assert_int_equal(find("100.1"), 0);
	assert_int_equal(find("99"), 0);
	assert_int_equal(find("till"), 0);
	assert_int_equal(find(""), 0);
}

static void a_task_is_found_by_each_of_its_names(void **state)
{
	(void)state;
	plot_slot(&scan, 0, SLOT_TASK, 1, "sell")->pid = 101;
	(void)plot_slot(&scan, 0, SLOT_TASK, 2, "buy");
	assert_int_equal(find("sell"), 1);
	assert_int_equal(portrait.row->id, plot_id(SHOP, 1));
	assert_null(portrait.end);
	assert_false(portrait_is_of_many(&portrait));
	assert_int_equal(find("101"), 1);
	assert_int_equal(find("100.1"), 1);
	assert_ends("");
}

static void one_that_has_ended_is_found(void **state)
{
	(void)state;
	(void)plot_end(&scan, 0, SLOT_TASK, 1, "sell");
	(void)plot_end(&scan, 0, SLOT_TASK, 2, "buy");
	assert_int_equal(find("100.1"), 1);
	assert_null(portrait.row);
	assert_string_equal(portrait.end->name, "sell");
	assert_ends("sell ");
}

static void of_those_that_have_ended_the_last_is_meant(void **state)
{
	(void)state;
	(void)plot_end(&scan, 0, SLOT_TASK, 1, "sell");
	(void)plot_end(&scan, 0, SLOT_TASK, 2, "sell");
	assert_int_equal(find("sell"), 1);
	assert_int_equal(portrait.end->id, plot_id(SHOP, 2));
	assert_ends("sell ");
}

static void of_several_none_is_shown(void **state)
{
	(void)state;
	for (unsigned i = 1; i < 20; i++)
		(void)plot_slot(&scan, 0, SLOT_TASK, i, i < 3 ? "sell" : "buy");
	assert_int_equal(find("sell"), 2);
	assert_int_equal(others[0]->id, plot_id(SHOP, 1));
	assert_int_equal(others[1]->id, plot_id(SHOP, 2));
	assert_int_equal(find("buy"), 17);
}

static void one_that_is_there_is_meant_rather_than_one_that_was(void **state)
{
	(void)state;
	scan.boards[1].alive = false;
	(void)plot_slot(&scan, 1, SLOT_CHILD, 1, "sell");
	(void)plot_slot(&scan, 0, SLOT_TASK, 1, "sell");
	assert_int_equal(find("sell"), 1);
	assert_int_equal(portrait.row->id, plot_id(SHOP, 1));
	scan.boards[0].alive = false;
	assert_int_equal(find("sell"), 2);
}

static void a_child_has_the_ends_of_its_name(void **state)
{
	(void)state;
	(void)plot_end(&scan, 1, SLOT_CHILD, 1, "anna");
	(void)plot_end(&scan, 1, SLOT_CHILD, 2, "boris");
	(void)plot_end(&scan, 1, SLOT_CHILD, 3, "anna");
	(void)plot_end(&scan, 0, SLOT_TASK, 1, "anna");
	(void)plot_slot(&scan, 1, SLOT_CHILD, 4, "anna");
	assert_int_equal(find("201.4"), 1);
	assert_ends("anna anna ");
	assert_int_equal(portrait.end->id, plot_id(CREW, 3));
}

static void a_program_has_all_that_ended_in_it(void **state)
{
	(void)state;
	(void)plot_end(&scan, 0, SLOT_TASK, 1, "a");
	(void)plot_end(&scan, 1, SLOT_CHILD, 1, "b");
	(void)plot_end(&scan, 0, SLOT_TASK, 2, "c");
	assert_int_equal(find("shop"), 1);
	assert_true(portrait_is_of_many(&portrait));
	assert_null(portrait.end);
	assert_ends("a c ");
	assert_int_equal(find("crew"), 1);
	assert_ends("b ");
}

static void of_many_ends_the_newest_are_kept(void **state)
{
	(void)state;
	(void)plot_end(&scan, 0, SLOT_TASK, 1, "a");
	(void)plot_end(&scan, 0, SLOT_TASK, 2, "b");
	(void)plot_end(&scan, 0, SLOT_TASK, 3, "c");
	(void)plot_end(&scan, 0, SLOT_TASK, 4, "d");
	assert_int_equal(find("100"), 1);
	assert_ends("b c d ");
}

static void a_stream_is_meant_rather_than_its_workers(void **state)
{
	(void)state;
	(void)plot_slot(&scan, 0, SLOT_STREAM, 3, "pages");
	for (unsigned i = 0; i < 20; i++)
		plot_slot(&scan, 0, SLOT_WORKER, 4 + i, "pages")->parent =
			plot_id(SHOP, 3);
	assert_int_equal(find("pages"), 1);
	assert_int_equal(portrait.row->kind, ROW_STREAM);
	assert_int_equal(find("100.4"), 1);
	assert_int_equal(portrait.row->kind, ROW_WORKER);
}

static void a_stream_has_the_ends_of_its_items(void **state)
{
	(void)state;
	(void)plot_slot(&scan, 0, SLOT_STREAM, 1, "pages");
	plot_end(&scan, 0, SLOT_ITEM, 2, "one")->parent = plot_id(SHOP, 1);
	plot_end(&scan, 0, SLOT_ITEM, 3, "other")->parent = plot_id(SHOP, 9);
	plot_end(&scan, 0, SLOT_ITEM, 4, "two")->parent = plot_id(SHOP, 1);
	assert_int_equal(find("pages"), 1);
	assert_ends("one two ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_is_found_where_nobody_is),
		TEST(a_task_is_found_by_each_of_its_names),
		TEST(one_that_has_ended_is_found),
		TEST(of_those_that_have_ended_the_last_is_meant),
		TEST(of_several_none_is_shown),
		TEST(one_that_is_there_is_meant_rather_than_one_that_was),
		TEST(a_child_has_the_ends_of_its_name),
		TEST(a_program_has_all_that_ended_in_it),
		TEST(of_many_ends_the_newest_are_kept),
		TEST(a_stream_is_meant_rather_than_its_workers),
		TEST(a_stream_has_the_ends_of_its_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
