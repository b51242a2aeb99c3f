/* SPDX-License-Identifier: MIT */
/* test_choice.c - which rows, which fields, in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "choice.h"
#include "plot.h"

static struct scan scan;
static struct forest forest;
static struct choice choice;

static int setup(void **state)
{
	(void)state;
	plot_begin(&scan);
	(void)plot_board(&scan, BOARD_PROGRAM, 100, "shop", 9);
	(void)plot_board(&scan, BOARD_PROGRAM, 101, "mill", 8);
	(void)plot_board(&scan, BOARD_SUPER, 201, "crew", 7);
	scan.boards[2].head.parent = 100;
	plot_slot(&scan, 0, SLOT_TASK, 1, "sell")->started_us = 300;
	plot_slot(&scan, 0, SLOT_TASK, 2, "buy")->started_us = 100;
	plot_slot(&scan, 1, SLOT_TASK, 1, "grind")->started_us = 200;
	plot_slot(&scan, 2, SLOT_CHILD, 1, "anna")->started_us = 400;
	choice = (struct choice){ 0 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	forest_done(&forest);
	scan_done(&scan);
	return 0;
}

/* What a command line says, after the name of the verb. */
static void choose(const char *line)
{
	static const struct argp_child children[] = {
		{ &choice_argp, 0, NULL, 0 }, { 0 }
	};
	static const struct argp argp = { .parser = choice_pass,
					  .children = children };
	static char program[] = "tine ps", words[256];
	char *argv[16] = { program };
	int argc = 1;

	choice = (struct choice){ 0 };
	(void)strcpy(words, line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	assert_int_equal(
		argp_parse(&argp, argc, argv, ARGP_NO_EXIT, NULL, &choice), 0);
}

static void assert_taken(const char *line, const char *expected)
{
	char shown[256] = "";
	size_t count = 0;

	choose(line);
	forest_done(&forest);
	assert_true(forest_grow(&forest, &scan, choice.all, 0));
	for (size_t i = 0; i < forest.walk_count; i++)
		if (choice_takes(&choice, forest.walk[i]))
			forest.walk[count++] = forest.walk[i];
	choice_sort(&choice, forest.walk, count, PLOT_NOW);
	for (size_t i = 0; i < count; i++) {
		(void)strcat(shown, forest.walk[i]->name);
		(void)strcat(shown, " ");
	}
	assert_string_equal(shown, expected);
}

static void all_are_taken_unless_something_is_said(void **state)
{
	(void)state;
	assert_taken("", "shop crew anna sell buy mill grind ");
	assert_false(choice_filters(&choice));
}

static void each_filter_takes_a_pattern(void **state)
{
	(void)state;
	assert_taken("--app mill", "mill grind ");
	assert_taken("--app=*l", "mill grind ");
	assert_taken("--name=*[ly]", "sell buy mill ");
	assert_taken("--kind child", "anna ");
	assert_taken("--kind={no,such}", "");
	assert_taken("--super crew", "crew anna ");
	assert_taken("--super=*", "crew anna ");
	assert_taken("--state running", "anna sell buy grind ");
	assert_true(choice_filters(&choice));
}

static void all_of_several_filters_have_to_suit(void **state)
{
	(void)state;
	assert_taken("--app shop --kind task", "sell buy ");
	assert_taken("--app shop --kind task --name b*", "buy ");
}

static void rows_are_put_in_the_order_of_a_field(void **state)
{
	(void)state;
	assert_taken("--kind=task --sort name", "buy grind sell ");
	assert_taken("--kind=task --sort=-name", "sell grind buy ");
	assert_taken("--kind=task --sort age", "sell grind buy ");
	assert_taken("--kind=task --sort kind", "sell buy grind ");
	assert_taken("--kind=task --sort=-kind", "sell buy grind ");
}

static void under_each_row_they_are_sorted_too(void **state)
{
	char shown[256] = "";

	(void)state;
	choose("--sort name");
	assert_true(forest_grow(&forest, &scan, false, 0));
	assert_true(choice_sort_forest(&choice, &forest));
	for (size_t i = 0; i < forest.walk_count; i++) {
		(void)strcat(shown, forest.walk[i]->name);
		(void)strcat(shown, " ");
	}
	assert_string_equal(shown, "mill grind shop buy crew anna sell ");
}

static void fields_are_those_that_were_said(void **state)
{
	(void)state;
	choose("-o name,age");
	choice_default(&choice, NULL);
	assert_int_equal(choice.field_count, 2);
	assert_string_equal(choice.fields[0]->name, "name");
	assert_string_equal(choice.fields[1]->name, "age");
	choose("-o id -o pid");
	assert_int_equal(choice.field_count, 1);
}

static void else_they_are_the_usual_ones_and_in_json_all(void **state)
{
	static const char *const usual[] = { "id", "name", NULL };
	size_t live = 0;

	(void)state;
	choose("");
	choice_default(&choice, usual);
	assert_int_equal(choice.field_count, 2);
	choose("--json");
	choice_default(&choice, usual);
	for (const struct field *field = fields; field->name; field++)
		live += field_is_of(field, FIELD_LIVE);
	assert_int_equal(choice.field_count, live);
}

static void only_what_is_shown_has_to_be_found_out(void **state)
{
	(void)state;
	choose("-o id,name");
	assert_int_equal(choice_parts(&choice), 0);
	choose("-o id,cpu");
	assert_int_equal(choice_parts(&choice), FOREST_PROC);
	choose("-o id,note");
	assert_int_equal(choice_parts(&choice), FOREST_NOTES);
	choose("-o id --sort rss");
	assert_int_equal(choice_parts(&choice), FOREST_PROC);
	choose("-o id --state running");
	assert_int_equal(choice_parts(&choice), FOREST_PROC);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_are_taken_unless_something_is_said),
		TEST(each_filter_takes_a_pattern),
		TEST(all_of_several_filters_have_to_suit),
		TEST(rows_are_put_in_the_order_of_a_field),
		TEST(under_each_row_they_are_sorted_too),
		TEST(fields_are_those_that_were_said),
		TEST(else_they_are_the_usual_ones_and_in_json_all),
		TEST(only_what_is_shown_has_to_be_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
