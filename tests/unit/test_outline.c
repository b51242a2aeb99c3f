/* SPDX-License-Identifier: MIT */
/* test_outline.c - somebody looks through rows that come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "outline.h"

#define ROWS 12
#define HEIGHT 4

/* A program, and under it: tasks with ids from 1 on. */
struct bench {
	struct row rows[ROWS];
	struct row *walk[ROWS];
	struct forest forest;
	struct outline outline;
};

static void bench_begin(struct bench *bench, size_t count)
{
	memset(bench, 0, sizeof *bench);
	for (size_t i = 0; i < count; i++) {
		bench->rows[i].shown = true;
		bench->rows[i].kind = i == 0 ? ROW_PROGRAM : ROW_TASK;
		bench->rows[i].pid = 100;
		bench->rows[i].id = i;
		bench->rows[i].parent = i == 0 ? NULL : &bench->rows[0];
		bench->walk[i] = &bench->rows[i];
	}
	bench->forest.walk = bench->walk;
	bench->forest.walk_count = count;
}

static void look(struct bench *bench)
{
	assert_true(outline_look(&bench->outline, &bench->forest, HEIGHT));
}

static uint64_t chosen(const struct bench *bench)
{
	return outline_chosen(&bench->outline)->id;
}

static void without_rows_nothing_is_chosen(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, 0);
	look(&bench);
	outline_move(&bench.outline, 1, HEIGHT);
	outline_move(&bench.outline, -5, HEIGHT);
	assert_null(outline_chosen(&bench.outline));
	outline_done(&bench.outline);
}

static void the_screen_follows_the_choice(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, ROWS);
	look(&bench);
	assert_int_equal(chosen(&bench), 0);
	outline_move(&bench.outline, HEIGHT, HEIGHT);
	assert_int_equal(chosen(&bench), HEIGHT);
	assert_int_equal(bench.outline.top, 1);
	outline_move(&bench.outline, 1000, HEIGHT);
	assert_int_equal(chosen(&bench), ROWS - 1);
	assert_int_equal(bench.outline.top, ROWS - HEIGHT);
	outline_move(&bench.outline, -1000, HEIGHT);
	assert_int_equal(chosen(&bench), 0);
	assert_int_equal(bench.outline.top, 0);
	outline_done(&bench.outline);
}

static void a_row_stays_chosen_wherever_it_goes(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, 6);
	look(&bench);
	outline_move(&bench.outline, 5, HEIGHT);
	bench.walk[1] = &bench.rows[5];
	bench.walk[5] = &bench.rows[1];
	look(&bench);
	assert_int_equal(chosen(&bench), 5);
	assert_int_equal(bench.outline.chosen, 1);
	outline_done(&bench.outline);
}

static void one_that_is_gone_hands_the_choice_on(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, 6);
	look(&bench);
	outline_move(&bench.outline, 5, HEIGHT);
	bench.forest.walk_count = 3;
	look(&bench);
	assert_int_equal(chosen(&bench), 2);
	assert_int_equal(bench.outline.top, 0);
	outline_done(&bench.outline);
}

static void what_is_folded_is_not_there(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, 6);
	bench.rows[3].parent = &bench.rows[2];
	bench.rows[4].parent = &bench.rows[3];
	look(&bench);
	assert_true(outline_fold(&bench.outline, &bench.rows[2], true));
	assert_true(outline_fold(&bench.outline, &bench.rows[2], true));
	look(&bench);
	assert_int_equal(bench.outline.count, 4);
	assert_true(outline_is_folded(&bench.outline, &bench.rows[2]));
	assert_true(outline_fold(&bench.outline, &bench.rows[2], false));
	look(&bench);
	assert_int_equal(bench.outline.count, 6);
	assert_true(outline_fold(&bench.outline, &bench.rows[0], true));
	look(&bench);
	assert_int_equal(bench.outline.count, 1);
	outline_unfold_all(&bench.outline);
	look(&bench);
	assert_int_equal(bench.outline.count, 6);
	outline_done(&bench.outline);
}

static void what_is_not_to_be_shown_is_not(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, 6);
	bench.rows[4].shown = false;
	look(&bench);
	assert_int_equal(bench.outline.count, 5);
	outline_done(&bench.outline);
}

static void a_supervisor_is_not_a_task_of_that_number(void **state)
{
	const struct row super = { .kind = ROW_SUPER, .pid = 7, .id = 7 };
	const struct row task = { .kind = ROW_TASK, .pid = 7, .id = 7 };

	(void)state;
	assert_true(outline_key(&super) != outline_key(&task));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_rows_nothing_is_chosen),
		cmocka_unit_test(the_screen_follows_the_choice),
		cmocka_unit_test(a_row_stays_chosen_wherever_it_goes),
		cmocka_unit_test(one_that_is_gone_hands_the_choice_on),
		cmocka_unit_test(what_is_folded_is_not_there),
		cmocka_unit_test(what_is_not_to_be_shown_is_not),
		cmocka_unit_test(a_supervisor_is_not_a_task_of_that_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
