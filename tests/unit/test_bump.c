/* SPDX-License-Identifier: MIT */
/* test_bump.c - room is given once, and comes back in the order it was given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bump.h"
#include "chance.h"

#define ROOM 1024u

static struct bump made(void)
{
	struct bump bump;

	bump_init(&bump, ROOM);
	return bump;
}

static void pieces_stand_one_behind_the_other(void **state)
{
	struct bump bump = made();

	(void)state;
	assert_int_equal(bump_take(&bump, 1), 0);
	assert_int_equal(bump_take(&bump, 16), 16);
	assert_int_equal(bump_take(&bump, 17), 32);
	assert_int_equal(bump_take(&bump, 100), 64);
	assert_int_equal(bump.end, 64 + 112);
}

static void an_empty_one_gives_all_of_it_wherever_it_was(void **state)
{
	(void)state;
	for (uint32_t at = 16; at <= ROOM; at += 16) {
		struct bump bump = made();

		assert_int_equal(bump_take(&bump, at), 0);
		bump_give(&bump, bump.end);
		assert_int_equal(bump_take(&bump, ROOM), 0);
		assert_int_equal(bump_take(&bump, 1), BUMP_NONE);
		bump_give(&bump, bump.end);
		assert_int_equal(bump_take(&bump, ROOM), 0);
	}
}

static void what_is_too_large_is_refused_and_changes_nothing(void **state)
{
	static const uint32_t sizes[] = { ROOM + 1,        ROOM + 16,
					  INT32_MAX,       UINT32_MAX - 16,
					  UINT32_MAX - 15, UINT32_MAX - 14,
					  UINT32_MAX - 1,  UINT32_MAX };
	struct bump bump = made();

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		assert_int_equal(bump_take(&bump, sizes[i]), BUMP_NONE);
	assert_int_equal(bump_take(&bump, 64), 0);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		assert_int_equal(bump_take(&bump, sizes[i]), BUMP_NONE);
		assert_false(bump_extend(&bump, 0, sizes[i]));
	}
	assert_int_equal(bump_take(&bump, ROOM - 64), 64);
}

static void a_piece_that_does_not_fit_behind_goes_to_the_front(void **state)
{
	struct bump bump = made();

	(void)state;
	assert_int_equal(bump_take(&bump, 512), 0);
	assert_int_equal(bump_take(&bump, 448), 512);
	assert_int_equal(bump_take(&bump, 128), BUMP_NONE);
	bump_give(&bump, 512);
	assert_int_equal(bump_take(&bump, 128), 0);
	assert_int_equal(bump_take(&bump, 512 - 128 - 16), 128);
	assert_int_equal(bump_take(&bump, 1), BUMP_NONE);
}

/* Or full would look like empty. */
static void the_ends_never_meet(void **state)
{
	struct bump bump = made();

	(void)state;
	assert_int_equal(bump_take(&bump, 512), 0);
	assert_int_equal(bump_take(&bump, 512), 512);
	bump_give(&bump, 512);
	assert_int_equal(bump_take(&bump, 512), BUMP_NONE);
	assert_int_equal(bump_take(&bump, 497), BUMP_NONE);
	assert_int_equal(bump_take(&bump, 496), 0);
	assert_int_not_equal(bump.begin, bump.end);
}

static void the_last_piece_grows_where_it_is(void **state)
{
	struct bump bump = made();

	(void)state;
	(void)bump_take(&bump, 512);
	assert_int_equal(bump_take(&bump, 10), 512);
	assert_true(bump_extend(&bump, 512, 100));
	assert_int_equal(bump.end, 512 + 112);
	assert_true(bump_extend(&bump, 512, 512));
	assert_false(bump_extend(&bump, 512, 513));
	assert_int_equal(bump.end, ROOM);
	bump_give(&bump, 512);
	assert_false(bump_extend(&bump, 512, 513));
}

static void at_the_front_it_grows_up_to_those_behind(void **state)
{
	struct bump bump = made();

	(void)state;
	(void)bump_take(&bump, 512);
	(void)bump_take(&bump, 512);
	bump_give(&bump, 512);
	assert_int_equal(bump_take(&bump, 16), 0);
	assert_true(bump_extend(&bump, 0, 496));
	assert_false(bump_extend(&bump, 0, 497));
	bump_give(&bump, 1024);
	bump_give(&bump, 496);
	assert_int_equal(bump_take(&bump, ROOM), 0);
}

/* What a ring builds upon: no item of half its room waits for ever. */
static void half_of_it_fits_as_soon_as_nothing_else_is_there(void **state)
{
	(void)state;
	for (uint32_t first = 16; first <= ROOM; first += 16)
		for (uint32_t second = 16; second <= ROOM / 2; second += 16) {
			struct bump bump = made();
			uint32_t at;

			(void)bump_take(&bump, first);
			at = bump_take(&bump, second);
			if (at == BUMP_NONE)
				bump_give(&bump, first);
			if (at == BUMP_NONE)
				at = bump_take(&bump, second);
			assert_int_not_equal(at, BUMP_NONE);
			bump_give(&bump, first);
			if (!bump_extend(&bump, at, ROOM / 2))
				assert_int_equal(bump_take(&bump, ROOM / 2), 0);
		}
}

/* ---- Against a model --------------------------------------------------- */

/*
 * The model draws a map: each cell of 16 bytes, and which piece it belongs to.
 * What is left over behind a piece when the next one goes to the front belongs
 * to that next one.
 */
#define CELLS (ROOM / 16)

struct piece {
	uint32_t at, size, end;
};

struct model {
	struct bump bump;
	uint64_t owners[CELLS]; /* 0: nobody */
	struct piece pieces[CELLS + 1];
	uint64_t first, next; /* pieces that are in use, by number, from 1 */
};

static struct piece *piece_of(struct model *model, uint64_t number)
{
	return &model->pieces[number % (CELLS + 1)];
}

static uint32_t cells(uint32_t size)
{
	return (size + 15) / 16;
}

/* Free, and not all that is free, if others stand behind it. */
static bool is_free(const struct model *model, uint32_t at, uint32_t count)
{
	bool behind = false;

	if (at + count > CELLS)
		return false;
	for (uint32_t i = at; i < at + count; i++)
		if (model->owners[i])
			return false;
	for (uint32_t i = at + count; i < CELLS; i++)
		behind |= model->owners[i] != 0;
	return !behind || !model->owners[at + count];
}

static uint32_t model_place(struct model *model, uint32_t count)
{
	uint32_t at = 0;

	if (model->first < model->next)
		at = piece_of(model, model->next - 1)->end / 16;
	if (is_free(model, at, count))
		return at;
	return is_free(model, 0, count) ? 0 : BUMP_NONE;
}

static void model_own(struct model *model, uint32_t from, uint32_t to,
		      uint64_t owner)
{
	for (uint32_t i = from; i < to; i++)
		model->owners[i] = owner;
}

/* It may keep one cell back to tell full from empty. */
static void model_refuse(struct model *model, uint32_t size)
{
	assert_int_equal(model_place(model, cells(size) + 1), BUMP_NONE);
}

static void model_take(struct model *model, uint32_t size)
{
	uint32_t wanted = model_place(model, cells(size));
	uint32_t at = bump_take(&model->bump, size);
	uint64_t number = model->next;
	uint32_t before = 0;

	if (at == BUMP_NONE) {
		model_refuse(model, size);
		return;
	}
	assert_int_equal(at, wanted * 16);
	if (model->first < number)
		before = piece_of(model, number - 1)->end / 16;
	if (wanted < before)
		model_own(model, before, CELLS, number);
	model_own(model, wanted, wanted + cells(size), number);
	*piece_of(model, number) = (struct piece){ at, size, model->bump.end };
	model->next++;
}

static void model_give(struct model *model)
{
	uint64_t number = model->first++;

	bump_give(&model->bump, piece_of(model, number)->end);
	for (uint32_t i = 0; i < CELLS; i++)
		if (model->owners[i] == number)
			model->owners[i] = 0;
}

/* Gets longer only. */
static void model_extend(struct model *model, uint32_t size)
{
	uint64_t number = model->next - 1;
	struct piece *last = piece_of(model, number);
	uint32_t from = last->at / 16 + cells(last->size);
	uint32_t more = cells(size) - cells(last->size);

	if (!bump_extend(&model->bump, last->at, size)) {
		assert_false(is_free(model, from, more + 1));
		return;
	}
	assert_true(is_free(model, from, more));
	model_own(model, from, from + more, number);
	last->size = size;
	last->end = model->bump.end;
}

static void model_step(struct model *model, struct chance *chance)
{
	uint32_t size = chance_size(
		chance, chance_below(chance, 8) ? ROOM / 8 : ROOM + 32);
	bool any = model->first < model->next;

	switch (chance_below(chance, 8)) {
	case 0:
	case 1:
	case 2: model_take(model, size); break;
	case 3:
		if (any && size >= piece_of(model, model->next - 1)->size)
			model_extend(model, size);
		break;
	default:
		if (any && chance_below(chance, 3))
			model_give(model);
	}
}

static void it_does_what_a_map_of_its_cells_says(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 400; seed++) {
		struct model model = { .first = 1, .next = 1 };
		struct chance chance = { seed };

		bump_init(&model.bump, ROOM);
		for (int i = 0; i < 2000; i++)
			model_step(&model, &chance);
		while (model.first < model.next)
			model_give(&model);
		assert_int_equal(bump_take(&model.bump, ROOM), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_stand_one_behind_the_other),
		cmocka_unit_test(an_empty_one_gives_all_of_it_wherever_it_was),
		cmocka_unit_test(
			what_is_too_large_is_refused_and_changes_nothing),
		cmocka_unit_test(
			a_piece_that_does_not_fit_behind_goes_to_the_front),
		cmocka_unit_test(the_ends_never_meet),
		cmocka_unit_test(the_last_piece_grows_where_it_is),
		cmocka_unit_test(at_the_front_it_grows_up_to_those_behind),
		cmocka_unit_test(
			half_of_it_fits_as_soon_as_nothing_else_is_there),
		cmocka_unit_test(it_does_what_a_map_of_its_cells_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
