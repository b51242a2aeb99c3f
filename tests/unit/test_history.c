/* SPDX-License-Identifier: MIT */
/* test_history.c - ends of several boards, in the order of time; and bugs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bug.h"
#include "history.h"
#include "plot.h"
#include "tine.h"

#define SHOP 100
#define CREW 201

static struct scan scan;
static struct history history;
static struct bugs bugs;

static int setup(void **state)
{
	(void)state;
	plot_begin(&scan);
	(void)plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	(void)plot_board(&scan, BOARD_SUPER, CREW, "crew", 8);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	history_done(&history);
	bugs_done(&bugs);
	scan_done(&scan);
	return 0;
}

static void assert_names(const char *expected)
{
	char shown[256] = "";

	history_done(&history);
	assert_true(history_gather(&history, &scan));
	for (size_t i = 0; i < history.count; i++) {
		(void)strcat(shown, history.rows[i].name);
		(void)strcat(shown, " ");
	}
	assert_string_equal(shown, expected);
}

/* ---- Ends --------------------------------------------------------------- */

static void without_ends_there_are_none(void **state)
{
	const struct row *found;

	(void)state;
	assert_names("");
	assert_int_equal(history_find(&history, "1", &found, 1), 0);
}

static void ends_of_all_boards_are_in_the_order_of_time(void **state)
{
	(void)state;
	plot_end(&scan, 0, SLOT_TASK, 1, "b")->ended_us = 200;
	plot_end(&scan, 0, SLOT_TASK, 2, "d")->ended_us = 400;
	plot_end(&scan, 1, SLOT_CHILD, 1, "a")->ended_us = 100;
	plot_end(&scan, 1, SLOT_CHILD, 2, "c")->ended_us = 300;
	assert_names("a b c d ");
}

static void
of_the_same_time_the_one_with_the_lower_number_is_first(void **state)
{
	(void)state;
	plot_end(&scan, 0, SLOT_TASK, 1, "b")->ended_us = 200;
	plot_end(&scan, 0, SLOT_TASK, 2, "a")->ended_us = 200;
	assert_names("b a ");
}

/* Since the machine was started anew, its clock is, too. */
static void the_order_is_that_of_the_day(void **state)
{
	(void)state;
	scan.boards[1].head.real_us += 1000000;
	plot_end(&scan, 0, SLOT_TASK, 1, "first")->ended_us = 200;
	plot_end(&scan, 1, SLOT_CHILD, 1, "second")->ended_us = 100;
	assert_names("first second ");
}

static void an_end_is_a_row(void **state)
{
	struct board_end *end = plot_end(&scan, 1, SLOT_CHILD, 4, "anna");
	const struct row *row;

	(void)state;
	(void)strcpy(end->note, "page 7");
	end->pid = 210;
	end->end = TINE_CRASHED;
	assert_names("anna ");
	row = &history.rows[0];
	assert_int_equal(row->kind, ROW_CHILD);
	assert_int_equal(row->id, plot_id(CREW, 4));
	assert_int_equal(row->pid, 210);
	assert_string_equal(row->note, "page 7");
	assert_string_equal(row_state(row), "ended");
	assert_true(row_is_child(row));
}

static void a_task_under_a_supervisor_ended_once(void **state)
{
	(void)state;
	plot_end(&scan, 1, SLOT_GUEST, 1, "guest")->id = plot_id(SHOP, 7);
	plot_end(&scan, 1, SLOT_GUEST, 2, "other")->id = plot_id(55, 7);
	(void)plot_end(&scan, 0, SLOT_TASK, 7, "task");
	assert_names("task other ");
}

/* Of each of its attempts, if its owner is not there to say more. */
static void
a_task_whose_owner_says_nothing_ends_as_its_supervisor_says(void **state)
{
	(void)state;
	plot_end(&scan, 1, SLOT_GUEST, 1, "one")->id = plot_id(55, 7);
	plot_end(&scan, 1, SLOT_GUEST, 2, "two")->id = plot_id(55, 7);
	assert_names("one two ");
}

static void a_task_under_a_supervisor_names_it(void **state)
{
	(void)state;
	plot_end(&scan, 1, SLOT_GUEST, 1, "guest")->id = plot_id(SHOP, 7);
	(void)plot_end(&scan, 0, SLOT_TASK, 7, "task");
	(void)plot_end(&scan, 0, SLOT_TASK, 8, "alone");
	assert_names("task alone ");
	assert_non_null(row_super(&history.rows[0]));
	assert_string_equal(row_super(&history.rows[0])->name, "crew");
	assert_null(row_super(&history.rows[1]));
}

static void a_child_that_is_started_with_its_id_ends_often(void **state)
{
	(void)state;
	(void)plot_end(&scan, 1, SLOT_CHILD, 1, "anna");
	(void)plot_end(&scan, 1, SLOT_CHILD, 1, "anna");
	assert_names("anna anna ");
}

static void the_newest_is_found_first(void **state)
{
	const struct row *found[3];

	(void)state;
	plot_end(&scan, 0, SLOT_TASK, 1, "a")->ended_us = 100;
	plot_end(&scan, 0, SLOT_TASK, 2, "a")->ended_us = 300;
	plot_end(&scan, 0, SLOT_TASK, 3, "b")->ended_us = 400;
	plot_end(&scan, 1, SLOT_CHILD, 1, "a")->ended_us = 200;
	assert_names("a a a b ");
	assert_int_equal(history_find(&history, "a", found, 3), 3);
	assert_int_equal(found[0]->id, plot_id(SHOP, 2));
	assert_int_equal(found[1]->id, plot_id(CREW, 1));
	assert_int_equal(history_find(&history, "a", found, 1), 1);
	assert_int_equal(history_find(&history, "100.3", found, 3), 1);
	assert_string_equal(found[0]->name, "b");
}

static void a_stack_is_that_of_the_same_bug_on_the_same_board(void **state)
{
	(void)state;
	plot_end(&scan, 0, SLOT_TASK, 1, "a")->fingerprint = 5;
	plot_end(&scan, 0, SLOT_TASK, 2, "b")->fingerprint = 6;
	plot_end(&scan, 0, SLOT_TASK, 3, "c")->fingerprint = 0;
	(void)strcpy(plot_crash(&scan, 0, 4, "x")->stack, "#0 no");
	(void)strcpy(plot_crash(&scan, 0, 5, "x")->stack, "#0 yes");
	(void)strcpy(plot_crash(&scan, 1, 6, "x")->stack, "#0 no");
	assert_names("a b c ");
	assert_string_equal(history_stack(&history.rows[0]), "#0 yes");
	assert_string_equal(history_stack(&history.rows[1]), "");
	assert_string_equal(history_stack(&history.rows[2]), "");
}

/* ---- Bugs --------------------------------------------------------------- */

static struct board_crash *crash(size_t board, uint64_t fingerprint,
				 uint64_t count, int64_t first_us,
				 int64_t last_us)
{
	struct board_crash *added =
		plot_crash(&scan, board, fingerprint, board ? "anna" : "sell");

	added->count = count;
	added->first_us = first_us;
	added->last_us = last_us;
	return added;
}

static void without_crashes_there_are_no_bugs(void **state)
{
	(void)state;
	assert_true(bugs_gather(&bugs, &scan));
	assert_int_equal(bugs.count, 0);
}

static void crashes_of_one_bug_are_counted_together(void **state)
{
	const struct bug *bug;

	(void)state;
	(void)crash(0, 7, 3, 100, 500);
	(void)crash(0, 8, 1, 600, 600);
	(void)crash(1, 7, 2, 50, 400);
	assert_true(bugs_gather(&bugs, &scan));
	assert_int_equal(bugs.count, 2);
	bug = &bugs.list[0];
	assert_int_equal(bug->fingerprint, 7);
	assert_int_equal(bug->count, 5);
	assert_int_equal(bug->first_us, PLOT_DAY + 50);
	assert_int_equal(bug->last_us, PLOT_DAY + 500);
	assert_string_equal(bug->last->name, "sell");
	assert_ptr_equal(bug->board, &scan.boards[0]);
	assert_int_equal(bugs.list[1].fingerprint, 8);
}

static void the_one_that_was_seen_last_comes_last(void **state)
{
	(void)state;
	(void)crash(0, 1, 1, 100, 900);
	(void)crash(0, 2, 1, 100, 200);
	(void)crash(1, 3, 1, 100, 300);
	assert_true(bugs_gather(&bugs, &scan));
	assert_int_equal(bugs.list[0].fingerprint, 2);
	assert_int_equal(bugs.list[1].fingerprint, 3);
	assert_int_equal(bugs.list[2].fingerprint, 1);
}

static void more_than_can_be_counted_is_the_most(void **state)
{
	(void)state;
	(void)crash(0, 1, UINT64_MAX - 1, 100, 100);
	(void)crash(1, 1, 5, 100, 100);
	assert_true(bugs_gather(&bugs, &scan));
	assert_int_equal(bugs.list[0].count, UINT64_MAX);
}

static void one_is_meant_by_its_first_digits(void **state)
{
	const struct bug bug = { .fingerprint = 0x00c0ffee12345678 };
	char print[BUG_ROOM];

	(void)state;
	assert_string_equal(bug_print(&bug, print), "00c0ffee12345678");
	assert_true(bug_is_meant(&bug, "00c0ffee12345678"));
	assert_true(bug_is_meant(&bug, "00C0FF"));
	assert_false(bug_is_meant(&bug, "c0ff"));
	assert_false(bug_is_meant(&bug, ""));
	assert_false(bug_is_meant(&bug, "00c0ffee123456780"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_ends_there_are_none),
		TEST(ends_of_all_boards_are_in_the_order_of_time),
		TEST(of_the_same_time_the_one_with_the_lower_number_is_first),
		TEST(the_order_is_that_of_the_day),
		TEST(an_end_is_a_row),
		TEST(a_task_under_a_supervisor_ended_once),
		TEST(a_task_whose_owner_says_nothing_ends_as_its_supervisor_says),
		TEST(a_task_under_a_supervisor_names_it),
		TEST(a_child_that_is_started_with_its_id_ends_often),
		TEST(the_newest_is_found_first),
		TEST(a_stack_is_that_of_the_same_bug_on_the_same_board),
		TEST(without_crashes_there_are_no_bugs),
		TEST(crashes_of_one_bug_are_counted_together),
		TEST(the_one_that_was_seen_last_comes_last),
		TEST(more_than_can_be_counted_is_the_most),
		TEST(one_is_meant_by_its_first_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
