/* SPDX-License-Identifier: MIT */
/* test_table.c - rows stand in columns, and no line is too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static const struct table_column columns[] = {
	{ .title = "PID", .right = true },
	{ .title = "NAME" },
	{ .title = "SIZE", .right = true },
	{ .title = "NOTE" },
};

#define COLUMNS (sizeof columns / sizeof *columns)

static const struct term pipe_end;

static void assert_table(struct table *table, const struct term *term,
			 const char *wanted)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	assert_true(table_print(table, stream, term));
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(text, wanted);
	free(text);
	table_free(table);
}

static struct table *new_table(void)
{
	struct table *table = table_new(columns, COLUMNS);

	assert_non_null(table);
	return table;
}

static void add_row(struct table *table, int pid, const char *name, int size,
		    const char *note)
{
	table_cell(table, TERM_PLAIN, "%d", pid);
	table_cell(table, TERM_RED, "%s", name);
	table_cell(table, TERM_PLAIN, "%d", size);
	table_cell(table, TERM_PLAIN, "%s", note);
}

static void a_table_without_rows_prints_nothing(void **state)
{
	(void)state;
	assert_table(new_table(), &pipe_end, "");
}

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
	struct table *table = new_table();

	(void)state;
	add_row(table, 7, "a", 1, "short");
	add_row(table, 12345, "longer than it", 123456, "");
	assert_table(table, &pipe_end,
		     "  PID  NAME              SIZE  NOTE\n"
		     "    7  a                    1  short\n"
		     "12345  longer than it  123456\n");
}

static void wide_characters_count_for_what_they_take(void **state)
{
	struct table *table = new_table();

	(void)state;
	add_row(table, 1, "\u4e2d\u4e2d\u4e2d", 1, "x");
	add_row(table, 1, "\u00e9", 1, "y");
	assert_table(table, &pipe_end,
		     "PID  NAME    SIZE  NOTE\n"
		     "  1  \u4e2d\u4e2d\u4e2d     1  x\n"
		     "  1  \u00e9          1  y\n");
}

static void what_a_terminal_would_obey_is_shown(void **state)
{
	struct table *table = new_table();

	(void)state;
	add_row(table, 1, "a\033[2J", 1, "two\nlines");
	assert_table(table, &pipe_end,
		     "PID  NAME      SIZE  NOTE\n"
		     "  1  a\\x1b[2J     1  two\\x0alines\n");
}

static void the_last_column_is_cut_at_the_width(void **state)
{
	const struct term narrow = { .is_terminal = true, .width = 24 };
	struct table *table = new_table();

	(void)state;
	add_row(table, 1, "name", 1, "a note that goes on");
	assert_table(table, &narrow,
		     "PID  NAME  SIZE  NOTE\n"
		     "  1  name     1  a note \n");
}

static void
where_there_is_no_room_for_them_nothing_is_left_of_cells(void **state)
{
	const struct term narrow = { .is_terminal = true, .width = 5 };
	struct table *table = new_table();

	(void)state;
	add_row(table, 1, "name", 1, "a note");
	assert_table(table, &narrow,
		     "PID\n"
		     "  1\n");
}

static void colours_are_not_counted(void **state)
{
	const struct term term = { .is_terminal = true,
				   .colour = true,
				   .width = 80 };
	struct table *table = new_table();

	(void)state;
	add_row(table, 1, "a", 1, "note");
	assert_table(table, &term,
		     "\033[1mPID\033[m  \033[1mNAME\033[m  \033[1mSIZE\033[m  "
		     "\033[1mNOTE\033[m\n"
		     "  1  \033[31ma\033[m        1  note\n");
}

static void what_cannot_be_written_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct table *table = new_table();

	(void)state;
	if (!full)
		skip();
	(void)setvbuf(full, NULL, _IONBF, 0);
	add_row(table, 1, "a", 1, "note");
	assert_false(table_print(table, full, &pipe_end));
	(void)fclose(full);
	table_free(table);
}

static void no_table_is_a_table_that_failed(void **state)
{
	(void)state;
	table_cell(NULL, TERM_PLAIN, "%s", "nowhere");
	assert_false(table_print(NULL, stdout, &pipe_end));
	table_free(NULL);
}

static void ten_thousand_rows_are_printed(void **state)
{
	struct table *table = new_table();
	FILE *null = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(null);
	for (int i = 0; i < 10000; i++)
		add_row(table, i, "name", i, "note");
	assert_true(table_print(table, null, &pipe_end));
	(void)fclose(null);
	table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_without_rows_prints_nothing),
		cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(wide_characters_count_for_what_they_take),
		cmocka_unit_test(what_a_terminal_would_obey_is_shown),
		cmocka_unit_test(the_last_column_is_cut_at_the_width),
		cmocka_unit_test(
			where_there_is_no_room_for_them_nothing_is_left_of_cells),
		cmocka_unit_test(colours_are_not_counted),
		cmocka_unit_test(what_cannot_be_written_is_told),
		cmocka_unit_test(no_table_is_a_table_that_failed),
		cmocka_unit_test(ten_thousand_rows_are_printed),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
