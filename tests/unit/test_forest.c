/* SPDX-License-Identifier: MIT */
/* test_forest.c - boards of several processes become trees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "forest.h"
#include "plot.h"
#include "tine.h"

#define SHOP 100     /* a program, */
#define GUARDIAN 200 /* which started a supervisor: what is between them, */
#define CREW 201     /* and the supervisor */
#define STOPPED 300

/* What the system would say of processes. */
void __wrap_proc_read(struct proc *procs, size_t count);
void __wrap_proc_read(struct proc *procs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		procs[i].there = procs[i].pid > 0;
		procs[i].state = procs[i].pid == STOPPED ? 'T' : 'S';
		procs[i].parent = procs[i].pid == CREW ? GUARDIAN : 1;
	}
}

void __wrap_proc_read_beside(struct proc *procs, size_t count,
			     void (*first)(void *data), void *data);
void __wrap_proc_read_beside(struct proc *procs, size_t count,
			     void (*first)(void *data), void *data)
{
	first(data);
	__wrap_proc_read(procs, count);
}

static struct scan scan;
static struct forest forest;

static int setup(void **state)
{
	(void)state;
	plot_begin(&scan);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	forest_done(&forest);
	scan_done(&scan);
	return 0;
}

/* As a tree is printed: each name behind as many dots as it is deep. */
static void assert_forest(bool gone, const char *expected)
{
	char shown[4096] = "";

	forest_done(&forest);
	assert_true(forest_grow(&forest, &scan, gone, 0));
	for (size_t i = 0; i < forest.count; i++) /* gets to an end */
		(void)row_program(&forest.all[i]);
	for (size_t i = 0; i < forest.walk_count; i++) {
		const struct row *row = forest.walk[i];

		for (unsigned k = 0; k < row->depth; k++)
			(void)strcat(shown, ".");
		(void)strcat(shown, row->name);
		(void)strcat(shown, " ");
	}
	assert_string_equal(shown, expected);
}

static const struct row *row_of(const char *name)
{
	const struct row *row;

	assert_int_equal(forest_find(&forest, name, &row, 1), 1);
	return row;
}

/* ---- Who is under whom -------------------------------------------------- */

static void where_there_are_no_boards_there_is_nobody(void **state)
{
	(void)state;
	assert_forest(true, "");
}

static void tasks_are_under_their_program(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	size_t mill = plot_board(&scan, BOARD_PROGRAM, 101, "mill", 8);

	(void)state;
	(void)plot_slot(&scan, mill, SLOT_TASK, 1, "grind");
	(void)plot_slot(&scan, shop, SLOT_TASK, 1, "sell");
	(void)plot_slot(&scan, shop, SLOT_TASK, 2, "buy");
	assert_forest(false, "shop .sell .buy mill .grind ");
	assert_int_equal(row_of("buy")->id, plot_id(SHOP, 2));
	assert_int_equal(row_of("buy")->kind, ROW_TASK);
	assert_ptr_equal(row_program(row_of("buy")), row_of("shop"));
	assert_null(row_super(row_of("buy")));
}

static void items_and_workers_are_under_their_stream(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);

	(void)state;
	plot_slot(&scan, shop, SLOT_ITEM, 2, "item")->parent = plot_id(SHOP, 1);
	(void)plot_slot(&scan, shop, SLOT_STREAM, 1, "stream");
	plot_slot(&scan, shop, SLOT_WORKER, 3, "worker")->parent =
		plot_id(SHOP, 1);
	plot_slot(&scan, shop, SLOT_ITEM, 4, "stray")->parent =
		plot_id(SHOP, 9);
	assert_forest(false, "shop .stream ..item ..worker .stray ");
}

static size_t plot_crew(size_t shop)
{
	size_t crew = plot_board(&scan, BOARD_SUPER, CREW, "crew", 7);

	scan.boards[crew].head.parent = SHOP;
	plot_slot(&scan, shop, SLOT_SUPER, 5, "crew")->pid = GUARDIAN;
	return crew;
}

static void a_supervisor_is_one_row_under_who_started_it(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	size_t crew = plot_crew(shop);

	(void)state;
	plot_slot(&scan, crew, SLOT_CHILD, 1, "anna")->pid = 202;
	assert_forest(false, "shop .crew ..anna ");
	assert_int_equal(row_of("crew")->kind, ROW_SUPER);
	assert_int_equal(row_of("crew")->pid, CREW);
	assert_ptr_equal(row_super(row_of("anna")), row_of("crew"));
	assert_true(row_is_child(row_of("anna")));
	assert_false(row_is_child(row_of("crew")));
}

static void one_that_is_a_child_of_another_is_under_it(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	size_t crew = plot_crew(shop);
	size_t night = plot_board(&scan, BOARD_SUPER, 210, "crew/night", 6);

	(void)state;
	scan.boards[night].head.parent = CREW;
	(void)plot_slot(&scan, night, SLOT_CHILD, 1, "owl");
	(void)plot_slot(&scan, crew, SLOT_CHILD, 1, "anna");
	assert_forest(false, "shop .crew ..crew/night ...owl ..anna ");
}

static void one_that_has_no_process_is_found_by_its_id(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	size_t crew = plot_crew(shop);
	char id[ROW_ID];

	(void)state;
	plot_slot(&scan, crew, SLOT_SUPER, 3, "night")->pid = 0;
	assert_forest(false, "shop .crew ..night ");
	row_id(row_of("night"), id);
	assert_string_equal(id, "201.3");
	assert_string_equal(row_of(id)->name, "night");
}

static void one_whose_program_is_not_seen_is_a_tree(void **state)
{
	size_t crew = plot_board(&scan, BOARD_SUPER, CREW, "crew", 7);

	(void)state;
	scan.boards[crew].head.parent = SHOP;
	(void)plot_slot(&scan, crew, SLOT_CHILD, 1, "anna");
	assert_forest(false, "crew .anna ");
	assert_null(row_program(row_of("anna")));
}

static void a_task_under_a_supervisor_is_there_once(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	size_t crew = plot_crew(shop);
	struct board_slot *guest;

	(void)state;
	plot_slot(&scan, shop, SLOT_TASK, 7, "carry")->attempts = 3;
	guest = plot_slot(&scan, crew, SLOT_GUEST, 1, "carry");
	guest->id = plot_id(SHOP, 7);
	guest->owner = SHOP;
	assert_forest(false, "shop .crew ..carry ");
	assert_int_equal(row_of("carry")->slot->attempts, 3);
}

static void one_whose_owner_is_not_seen_is_there_too(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	size_t crew = plot_crew(shop);

	(void)state;
	plot_slot(&scan, crew, SLOT_GUEST, 1, "carry")->id = plot_id(55, 7);
	assert_forest(false, "shop .crew ..carry ");
	assert_int_equal(row_of("carry")->kind, ROW_TASK);
}

static void tasks_of_a_task_are_under_it(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	size_t sell = plot_board(&scan, BOARD_TASK, 110, "shop", 8);

	(void)state;
	plot_slot(&scan, shop, SLOT_TASK, 1, "sell")->pid = 110;
	scan.boards[sell].head.parent = SHOP;
	scan.boards[sell].head.task = plot_id(SHOP, 1);
	(void)plot_slot(&scan, sell, SLOT_TASK, 1, "weigh");
	assert_forest(false, "shop .sell ..weigh ");
}

static void those_of_a_task_that_is_not_seen_are_under_its_program(void **state)
{
	size_t sell = plot_board(&scan, BOARD_TASK, 110, "till", 9);
	size_t shop;

	(void)state;
	scan.boards[sell].head.parent = SHOP;
	scan.boards[sell].head.task = plot_id(SHOP, 1);
	(void)plot_slot(&scan, sell, SLOT_TASK, 1, "weigh");
	assert_forest(false, "till .weigh ");
	shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 8);
	(void)shop;
	assert_forest(false, "shop .weigh ");
}

/* ---- Processes ---------------------------------------------------------- */

static void who_is_gone_is_there_if_wanted(void **state)
{
	size_t mill = plot_board(&scan, BOARD_PROGRAM, 101, "mill", 9);
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 8);

	(void)state;
	(void)plot_slot(&scan, mill, SLOT_TASK, 1, "grind");
	(void)plot_slot(&scan, shop, SLOT_TASK, 1, "sell");
	scan.boards[mill].alive = false;
	assert_forest(false, "shop .sell ");
	assert_forest(true, "mill .grind shop .sell ");
	assert_string_equal(row_state(row_of("grind")), "gone");
	assert_string_equal(row_state(row_of("mill")), "gone");
	assert_string_equal(row_state(row_of("shop")), "sleeping");
}

/* The system does not know any more who forked whom. */
static void supervisors_that_are_gone_are_one_row_each(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	size_t crew = plot_crew(shop);
	size_t night = plot_board(&scan, BOARD_SUPER, 210, "crew/night", 6);

	(void)state;
	scan.boards[night].head.parent = CREW;
	(void)plot_slot(&scan, crew, SLOT_SUPER, 1, "night");
	(void)plot_slot(&scan, crew, SLOT_SUPER, 2, "day");
	(void)plot_slot(&scan, night, SLOT_CHILD, 1, "owl");
	for (size_t i = 0; i < scan.count; i++)
		scan.boards[i].alive = false;
	assert_forest(true, "shop .crew ..crew/night ...owl ..day ");
	assert_int_equal(row_of("crew/night")->id, plot_id(CREW, 1));
}

static void who_has_the_pid_of_one_that_is_gone_is_another(void **state)
{
	size_t old = plot_board(&scan, BOARD_PROGRAM, SHOP, "old", 9);
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 8);
	size_t crew = plot_board(&scan, BOARD_SUPER, CREW, "crew", 7);

	(void)state;
	scan.boards[old].alive = false;
	scan.boards[old].name.started = 11;
	scan.boards[crew].head.parent = SHOP;
	(void)plot_slot(&scan, old, SLOT_TASK, 1, "sold");
	(void)plot_slot(&scan, shop, SLOT_TASK, 1, "sell");
	assert_forest(true, "old .sold shop .crew .sell ");
}

static void boards_of_one_process_are_one_row(void **state)
{
	size_t one = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	size_t two = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 8);

	(void)state;
	scan.boards[two].name.number = 2;
	scan.boards[one].tally.started = 5;
	scan.boards[one].tally.ended[TINE_OK] = 2;
	scan.boards[two].tally.started = 3;
	scan.boards[two].tally.ended[TINE_OK] = 1;
	scan.boards[two].tally.restarts = 4;
	(void)plot_slot(&scan, one, SLOT_TASK, 1, "sell");
	(void)plot_slot(&scan, two, SLOT_TASK, 2, "buy");
	assert_forest(false, "shop .sell .buy ");
	assert_int_equal(row_of("shop")->tally->started, 8);
	assert_int_equal(row_of("shop")->tally->ended[TINE_OK], 3);
	assert_int_equal(row_of("shop")->tally->restarts, 4);
}

static void one_that_is_stopped_is_called_so(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, STOPPED, "shop", 9);

	(void)state;
	plot_slot(&scan, shop, SLOT_TASK, 1, "sell")->state = NOW_STOPPING;
	assert_forest(false, "shop .sell ");
	assert_string_equal(row_state(row_of("shop")), "stopped");
	assert_string_equal(row_state(row_of("sell")), "stopping");
}

/* ---- What only a liar says ---------------------------------------------- */

static void streams_in_a_circle_are_left_out(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);

	(void)state;
	plot_slot(&scan, shop, SLOT_STREAM, 1, "a")->parent = plot_id(SHOP, 2);
	plot_slot(&scan, shop, SLOT_STREAM, 2, "b")->parent = plot_id(SHOP, 1);
	plot_slot(&scan, shop, SLOT_STREAM, 3, "c")->parent = plot_id(SHOP, 3);
	assert_forest(false, "shop .c ");
}

static void supervisors_in_a_circle_are_left_out(void **state)
{
	size_t a = plot_board(&scan, BOARD_SUPER, 401, "a", 9);
	size_t b = plot_board(&scan, BOARD_SUPER, 402, "b", 8);
	size_t c = plot_board(&scan, BOARD_SUPER, 403, "c", 7);

	(void)state;
	scan.boards[a].head.parent = 402;
	scan.boards[b].head.parent = 401;
	scan.boards[c].head.parent = 403;
	assert_forest(false, "c ");
}

static void boards_in_a_circle_are_left_out(void **state)
{
	size_t a = plot_board(&scan, BOARD_TASK, 401, "a", 9);
	size_t b = plot_board(&scan, BOARD_TASK, 402, "b", 8);

	(void)state;
	scan.boards[a].head.task = plot_id(402, 1);
	scan.boards[b].head.task = plot_id(401, 1);
	(void)plot_slot(&scan, a, SLOT_TASK, 1, "one");
	(void)plot_slot(&scan, b, SLOT_TASK, 1, "two");
	assert_forest(false, "");
}

static void two_may_say_the_same_id(void **state)
{
	size_t shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	size_t mill = plot_board(&scan, BOARD_PROGRAM, 101, "mill", 8);

	(void)state;
	(void)plot_slot(&scan, shop, SLOT_TASK, 1, "sell");
	plot_slot(&scan, mill, SLOT_TASK, 1, "grind")->id = plot_id(SHOP, 1);
	plot_slot(&scan, mill, SLOT_GUEST, 1, "guest")->id = plot_id(SHOP, 1);
	assert_true(forest_grow(&forest, &scan, false, 0));
	assert_int_equal(forest_find(&forest, "100.1", NULL, 0), 2);
}

static void what_is_too_deep_is_left_out(void **state)
{
	const unsigned most = 10000;
	size_t at = plot_board(&scan, BOARD_PROGRAM, 1000, "top", 9);

	(void)state;
	for (unsigned i = 1; i < most; i++) {
		(void)plot_slot(&scan, at, SLOT_TASK, 1, "task");
		at = plot_board(&scan, BOARD_TASK, (pid_t)(1000 + i), "x", 8);
		scan.boards[at].head.task = plot_id((pid_t)(999 + i), 1);
	}
	assert_true(forest_grow(&forest, &scan, false, 0));
	assert_in_range(forest.walk_count, 2, 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(where_there_are_no_boards_there_is_nobody),
		TEST(tasks_are_under_their_program),
		TEST(items_and_workers_are_under_their_stream),
		TEST(a_supervisor_is_one_row_under_who_started_it),
		TEST(one_that_is_a_child_of_another_is_under_it),
		TEST(one_that_has_no_process_is_found_by_its_id),
		TEST(one_whose_program_is_not_seen_is_a_tree),
		TEST(a_task_under_a_supervisor_is_there_once),
		TEST(one_whose_owner_is_not_seen_is_there_too),
		TEST(tasks_of_a_task_are_under_it),
		TEST(those_of_a_task_that_is_not_seen_are_under_its_program),
		TEST(who_is_gone_is_there_if_wanted),
		TEST(supervisors_that_are_gone_are_one_row_each),
		TEST(who_has_the_pid_of_one_that_is_gone_is_another),
		TEST(boards_of_one_process_are_one_row),
		TEST(one_that_is_stopped_is_called_so),
		TEST(streams_in_a_circle_are_left_out),
		TEST(supervisors_in_a_circle_are_left_out),
		TEST(boards_in_a_circle_are_left_out),
		TEST(two_may_say_the_same_id),
		TEST(what_is_too_deep_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
