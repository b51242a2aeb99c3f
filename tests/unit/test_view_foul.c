/* SPDX-License-Identifier: MIT */
/*
 * test_view_foul.c - whatever is on boards, whole as it may be, can be shown:
 * each field of each row, as text and as JSON, in any order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "bug.h"
#include "chance.h"
#include "choice.h"
#include "mint.h"
#include "moment.h"
#include "portrait.h"
#include "scratch.h"
#include "tine.h"

#define ROUNDS 500
#define BOARDS 4
#define PID 4000000 /* beyond those that there are here */

static struct chance chance;

static unsigned below(unsigned most)
{
	return chance_below(&chance, most);
}

/* Any bytes; but often the same few, and zeros. */
static void scribble(void *record, size_t size)
{
	unsigned char *bytes = record;
	unsigned kind = below(4);

	for (size_t i = 0; i < size; i++)
		bytes[i] = kind == 0   ? (unsigned char)below(256)
			   : kind == 1 ? (unsigned char)(below(8) ? 0 : 255)
			   : kind == 2 ? 255
				       : (unsigned char)below(3);
}

/* One of few, so that they meet. */
static uint64_t some_id(void)
{
	return (uint64_t)(PID + below(BOARDS)) << 32 | below(6);
}

static void foul_slot(struct mint *mint)
{
	struct board_slot slot;

	scribble(&slot, sizeof slot);
	slot.kind = (uint8_t)(1 + below(SLOT_KIND_COUNT - 1));
	slot.state = (uint8_t)below(NOW_COUNT);
	slot.id = some_id();
	slot.parent = below(2) ? some_id() : 0;
	slot.pid = below(2) ? 0 : PID + (int)below(BOARDS);
	mint_slot(mint, slot);
}

static void foul_end(struct mint *mint)
{
	struct board_end end;

	scribble(&end, sizeof end);
	end.kind = (uint8_t)(1 + below(SLOT_KIND_COUNT - 1));
	end.end = (uint8_t)below(TINE_PENDING);
	end.id = some_id();
	end.pid = 1 + (int)below(1000);
	end.number = 0;
	end.fingerprint = below(4);
	mint_end(mint, end);
}

static void foul_crash(struct mint *mint)
{
	struct board_crash crash;

	scribble(&crash, sizeof crash);
	crash.fingerprint = 1 + below(4);
	crash.last_pid = 1;
	mint_crash(mint, crash);
}

static void foul_head(struct mint *mint)
{
	const struct board_head good = mint->head;

	scribble(&mint->head, sizeof mint->head);
	memcpy(mint->head.magic, good.magic, sizeof good.magic);
	mint->head.version = good.version;
	mint->head.kind = good.kind;
	mint->head.pid = good.pid;
	mint->head.parent = PID + (int)below(BOARDS);
	mint->head.started = good.started;
	mint->head.number = good.number;
	mint->head.task = some_id();
	mint_head(mint);
}

static void foul_board(int number)
{
	struct mint mint;

	mint_begin(&mint, (enum board_kind)below(BOARD_KIND_COUNT),
		   PID + number, 1);
	foul_head(&mint);
	scribble(&mint.tally, sizeof mint.tally);
	mint_tally(&mint);
	for (unsigned i = below(12); i > 0; i--)
		foul_slot(&mint);
	for (unsigned i = below(8); i > 0; i--)
		foul_end(&mint);
	for (unsigned i = below(4); i > 0; i--)
		foul_crash(&mint);
	mint_done(&mint);
}

/* ---- Showing all -------------------------------------------------------- */

static void assert_clean(const char *text)
{
	for (; *text; text++)
		assert_true((unsigned char)*text >= ' ' || *text == '\n');
}

static unsigned shown; /* rows */

static void show_row(const struct row *row, int64_t now_us)
{
	char room[FIELD_ROOM];

	shown++;
	for (const struct field *field = fields; field->name; field++) {
		json_t *value = field_json(field, row, now_us);

		assert_non_null(value);
		json_decref(value);
		assert_clean(field_print(field, row, now_us, room));
	}
}

static void show_forest(struct forest *forest, const struct scan *scan)
{
	struct choice choice = { 0 };

	choice.sort = &fields[below(20)];
	choice.reverse = below(2);
	assert_true(choice_sort_forest(&choice, forest));
	for (size_t i = 0; i < forest->walk_count; i++) {
		show_row(forest->walk[i], scan->now_us);
		assert_true(choice_takes(&choice, forest->walk[i]));
	}
}

static void show_portraits(const struct forest *forest,
			   const struct history *history)
{
	const struct row *others[PORTRAIT_OTHERS];
	struct portrait portrait;
	char id[ROW_ID];

	for (int i = 0; i < 20; i++) {
		int count;

		row_write_id(some_id(), id);
		count = portrait_find(&portrait, forest, history, id, 5,
				      others);
		assert_in_range(count, 0, forest->count);
		portrait_done(&portrait);
	}
}

static void show_bugs(const struct scan *scan)
{
	char print[BUG_ROOM], day[MOMENT_ROOM];
	struct bugs bugs;

	assert_true(bugs_gather(&bugs, scan));
	for (size_t i = 0; i < bugs.count; i++) {
		assert_clean(bug_print(&bugs.list[i], print));
		assert_clean(moment_write(day, bugs.list[i].first_us));
		assert_clean(moment_print(day, bugs.list[i].last_us));
		assert_clean(bugs.list[i].last->stack);
	}
	bugs_done(&bugs);
}

static void show_all(void)
{
	struct history history;
	struct forest forest;
	struct scan scan;

	assert_int_equal(
		scan_read(&scan, SCAN_SLOTS | SCAN_ENDS | SCAN_CRASHES), 0);
	assert_true(
		forest_grow(&forest, &scan, true, FOREST_PROC | FOREST_NOTES));
	assert_true(history_gather(&history, &scan));
	show_forest(&forest, &scan);
	for (size_t i = 0; i < history.count; i++) {
		show_row(&history.rows[i], scan.now_us);
		assert_clean(history_stack(&history.rows[i]));
	}
	show_portraits(&forest, &history);
	show_bugs(&scan);
	history_done(&history);
	forest_done(&forest);
	scan_done(&scan);
}

static void whatever_is_on_boards_can_be_shown(void **state)
{
	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		chance.state = round;
		scratch_wipe();
		for (int i = 0; i < BOARDS; i++)
			foul_board(i);
		show_all();
	}
	scratch_wipe();
	assert_true(shown > ROUNDS * BOARDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_on_boards_can_be_shown),
	};

	scratch_make();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
