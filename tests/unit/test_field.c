/* SPDX-License-Identifier: MIT */
/* test_field.c - fields of rows, as text, as JSON, and compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "history.h"
#include "plot.h"
#include "tine.h"

#define SHOP 100
#define CREW 201

static struct scan scan;
static struct forest forest;
static struct history history;
static struct board_slot *slot;
static struct board_end *end;

static int setup(void **state)
{
	size_t shop, crew;

	(void)state;
	plot_begin(&scan);
	shop = plot_board(&scan, BOARD_PROGRAM, SHOP, "shop", 9);
	crew = plot_board(&scan, BOARD_SUPER, CREW, "crew", 8);
	scan.boards[crew].head.parent = SHOP;
	slot = plot_slot(&scan, crew, SLOT_CHILD, 1, "anna");
	end = plot_end(&scan, shop, SLOT_TASK, 5, "sell");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	history_done(&history);
	forest_done(&forest);
	scan_done(&scan);
	return 0;
}

static const struct row *live(const char *name)
{
	const struct row *row;

	forest_done(&forest);
	assert_true(forest_grow(&forest, &scan, true, 0));
	assert_int_equal(forest_find(&forest, name, &row, 1), 1);
	return row;
}

static const struct row *ended(void)
{
	history_done(&history);
	assert_true(history_gather(&history, &scan));
	return &history.rows[0];
}

static void assert_shown(const char *name, const struct row *row,
			 const char *text, const char *json)
{
	const struct field *field = field_find(name);
	char room[FIELD_ROOM];
	json_t *value;
	char *dump;

	assert_non_null(field);
	assert_string_equal(field_print(field, row, PLOT_NOW, room), text);
	value = field_json(field, row, PLOT_NOW);
	dump = json_dumps(value, JSON_ENCODE_ANY);
	assert_string_equal(dump, json);
	free(dump);
	json_decref(value);
}

static void each_has_names_of_its_own(void **state)
{
	(void)state;
	for (const struct field *one = fields; one->name; one++) {
		assert_ptr_equal(field_find(one->name), one);
		assert_true(!one->text != !one->number);
		for (const struct field *other = fields; other < one; other++) {
			assert_string_not_equal(one->key, other->key);
			assert_string_not_equal(one->title, other->title);
		}
	}
	assert_null(field_find("colour"));
	assert_null(field_find(""));
}

static void a_child_is_shown(void **state)
{
	const struct row *row;

	(void)state;
	slot->pid = 210;
	slot->restarts = 4;
	slot->restart = TINE_PERMANENT;
	slot->last_end = TINE_CRASHED;
	slot->deadline_us = PLOT_NOW + 5000;
	row = live("anna");
	assert_shown("id", row, "201.1", "\"201.1\"");
	assert_shown("pid", row, "210", "210");
	assert_shown("kind", row, "child", "\"child\"");
	assert_shown("app", row, "shop", "\"shop\"");
	assert_shown("super", row, "crew", "\"crew\"");
	assert_shown("parent", row, "201", "\"201\"");
	assert_shown("state", row, "running", "\"running\"");
	assert_shown("age", row, "1ms", "1000");
	assert_shown("left", row, "5ms", "5000");
	assert_shown("restarts", row, "4", "4");
	assert_shown("restart", row, "permanent", "\"permanent\"");
	assert_shown("last", row, "crashed", "\"crashed\"");
	assert_shown("started", row, "1970-01-01 01:39:59",
		     "\"1970-01-01T01:39:59.999000Z\"");
}

static void what_there_is_not_is_empty_and_null(void **state)
{
	static const char *const names[] = {
		"pid", "left", "cpu", "rss",  "attempts", "index", "busy",
		"end", "code", "ago", "time", "message",  "note",  "bug"
	};
	const struct row *row = live("anna");

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_shown(names[i], row, "", "null");
}

static void what_has_ended_is_shown(void **state)
{
	const struct row *row;

	(void)state;
	end->end = TINE_CRASHED;
	end->code = 11;
	end->core = 1;
	end->pid = 150;
	end->wall_us = 2500000;
	end->user_us = 1000;
	end->system_us = 2000;
	end->rss_kib = 2048;
	end->fingerprint = 0xc0ffee;
	end->attempts = 2;
	(void)strcpy(end->message, "killed by SIGSEGV");
	row = ended();
	assert_shown("id", row, "100.5", "\"100.5\"");
	assert_shown("parent", row, "100", "\"100\"");
	assert_shown("end", row, "crashed", "\"crashed\"");
	assert_shown("code", row, "SIGSEGV", "11");
	assert_shown("core", row, "yes", "true");
	assert_shown("time", row, "2.5s", "2500000");
	assert_shown("cpu", row, "3ms", "3000");
	assert_shown("rss", row, "2.0M", "2097152");
	assert_shown("attempts", row, "2", "2");
	assert_shown("bug", row, "0000000000c0ffee", "\"0000000000c0ffee\"");
	assert_shown("message", row, "killed by SIGSEGV",
		     "\"killed by SIGSEGV\"");
	assert_shown("ago", row, "999ms", "999999");
	end->parent = (uint64_t)SHOP << 32 | 3;
	assert_shown("parent", ended(), "100.3", "\"100.3\"");
}

static void ends_of_children_name_their_supervisor(void **state)
{
	(void)state;
	scan.boards[0].end_count = 0;
	end = plot_end(&scan, 1, SLOT_CHILD, 1, "anna");
	end->restarts = 7;
	assert_shown("super", ended(), "crew", "\"crew\"");
	assert_shown("restarts", ended(), "7", "7");
	assert_shown("app", ended(), "shop", "\"shop\"");
}

static void numbers_too_large_for_json_are_the_largest(void **state)
{
	(void)state;
	end->kind = SLOT_ITEM;
	end->index = UINT64_MAX;
	assert_shown("index", ended(), "9223372036854775807",
		     "9223372036854775807");
}

static void texts_and_numbers_are_compared(void **state)
{
	const struct row *anna = live("anna");
	struct row shop = *live("shop");

	(void)state;
	anna = live("anna");
	shop.board = &scan.boards[0];
	assert_true(field_compare(field_find("name"), anna, &shop, 0) < 0);
	assert_true(field_compare(field_find("name"), &shop, anna, 0) > 0);
	assert_int_equal(
		field_compare(field_find("name"), anna, anna, PLOT_NOW), 0);
	assert_true(field_compare(field_find("age"), anna, &shop, PLOT_NOW) <
		    0);
	assert_true(field_compare(field_find("restarts"), &shop, anna,
				  PLOT_NOW) < 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_has_names_of_its_own),
		TEST(a_child_is_shown),
		TEST(what_there_is_not_is_empty_and_null),
		TEST(what_has_ended_is_shown),
		TEST(ends_of_children_name_their_supervisor),
		TEST(numbers_too_large_for_json_are_the_largest),
		TEST(texts_and_numbers_are_compared),
	};

	(void)setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
