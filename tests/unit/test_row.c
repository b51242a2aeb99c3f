/* SPDX-License-Identifier: MIT */
/* test_row.c - ids, and which rows somebody means by a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "clock.h"
#include "forest.h"

#define ID(pid, number) ((uint64_t)(pid) << 32 | (number))

static void an_id_is_read_as_it_is_written(void **state)
{
	static const uint64_t ids[] = { ID(1, 1), ID(4711, 3), UINT64_MAX };
	char text[ROW_ID];
	uint64_t id;

	(void)state;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		row_write_id(ids[i], text);
		assert_true(row_read_id(text, &id));
		assert_int_equal(id, ids[i]);
	}
	assert_string_equal(text, "4294967295.4294967295");
}

static void one_may_be_a_plain_number(void **state)
{
	uint64_t id;

	(void)state;
	assert_true(row_read_id("20233590931459", &id));
	assert_int_equal(id, ID(4711, 3));
	assert_true(row_read_id("4711", &id));
	assert_int_equal(id, 4711);
}

static void nothing_else_is_one(void **state)
{
	static const char *const texts[] = { "",
					     "0",
					     "-1",
					     "+1",
					     "4711.",
					     ".3",
					     "4711.03",
					     "1.2.3",
					     "4711.3 ",
					     " 4711",
					     "0x10",
					     "a",
					     "4294967296.1",
					     "1e3",
					     "18446744073709551616" };
	uint64_t id;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (row_read_id(texts[i], &id))
			fail_msg("'%s' is taken for an id", texts[i]);
}

static void one_is_meant_by_id_pid_or_name(void **state)
{
	const struct row row = { .kind = ROW_TASK,
				 .id = ID(4711, 3),
				 .pid = 4720,
				 .name = "resize" };

	(void)state;
	assert_true(row_is_meant(&row, "4711.3"));
	assert_true(row_is_meant(&row, "20233590931459"));
	assert_true(row_is_meant(&row, "4720"));
	assert_true(row_is_meant(&row, "resize"));
	assert_false(row_is_meant(&row, "4711"));
	assert_false(row_is_meant(&row, "4711.4"));
	assert_false(row_is_meant(&row, "resiz"));
	assert_false(row_is_meant(&row, ""));
}

static void who_has_no_name_is_not_meant_by_none(void **state)
{
	const struct row row = { .kind = ROW_TASK, .name = "" };

	(void)state;
	assert_false(row_is_meant(&row, ""));
	assert_false(row_is_meant(&row, "0"));
}

static void a_program_has_its_pid_for_an_id(void **state)
{
	const struct row program = { .kind = ROW_PROGRAM, .pid = 4711 };
	const struct row task = { .kind = ROW_TASK, .id = ID(4711, 3) };
	char text[ROW_ID];

	(void)state;
	row_id(&program, text);
	assert_string_equal(text, "4711");
	row_id(&task, text);
	assert_string_equal(text, "4711.3");
}

static void times_are_told_from_now(void **state)
{
	struct board_slot slot = { .started_us = 400, .deadline_us = 900 };
	const struct row row = { .kind = ROW_TASK, .slot = &slot };

	(void)state;
	assert_int_equal(row_age_us(&row, 600), 200);
	assert_int_equal(row_left_us(&row, 600), 300);
	assert_int_equal(row_left_us(&row, 1000), 0);
	slot.deadline_us = 0;
	assert_int_equal(row_left_us(&row, 600), CLOCK_NEVER);
	slot.started_us = 700;
	assert_int_equal(row_age_us(&row, 600), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_read_as_it_is_written),
		cmocka_unit_test(one_may_be_a_plain_number),
		cmocka_unit_test(nothing_else_is_one),
		cmocka_unit_test(one_is_meant_by_id_pid_or_name),
		cmocka_unit_test(who_has_no_name_is_not_meant_by_none),
		cmocka_unit_test(a_program_has_its_pid_for_an_id),
		cmocka_unit_test(times_are_told_from_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
