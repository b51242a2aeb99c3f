/* SPDX-License-Identifier: MIT */
/* test_window.c - items go in by one order, and come out by that or another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "window.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct window window;

static void make(bool ordered, bool aborts)
{
	window_init(&window, ordered, aborts);
}

static int done(void **state)
{
	(void)state;
	window_done(&window);
	return 0;
}

static struct item *add(void)
{
	struct item *item = window_add(&window, "item", 4);

	assert_non_null(item);
	return item;
}

static struct item *given(void)
{
	struct item *item = add();

	window_give(&window, item);
	return item;
}

static void end(struct item *item, enum tine_end how)
{
	item->end = how;
	window_end(&window, item);
}

static void expect(uint64_t index)
{
	struct item *item = window_take(&window);

	assert_non_null(item);
	assert_int_equal(item->index, index);
	assert_int_equal(item->state, ITEM_TAKEN);
	window_release(&window, item);
}

/* ---- In ----------------------------------------------------------------- */

static void a_new_one_has_nothing(void **state)
{
	(void)state;
	for (int ordered = 0; ordered < 2; ordered++) {
		make(ordered, false);
		assert_null(window_first(&window));
		assert_null(window_take(&window));
		assert_int_equal(window.count, 0);
		window_done(&window);
	}
}

static void items_are_numbered_and_ready_in_their_order(void **state)
{
	(void)state;
	make(true, false);
	for (uint64_t i = 0; i < 100; i++) {
		struct item *item = add();

		assert_int_equal(item->index, i);
		assert_int_equal(item->state, ITEM_READY);
		assert_int_equal(item->attempts, 0);
		assert_int_equal(window.count, i + 1);
		assert_int_equal(window_first(&window)->index, 0);
	}
	assert_int_equal(window.running, 0);
}

static void an_item_has_a_copy_of_its_bytes(void **state)
{
	static const size_t sizes[] = {
		0, 1, ITEM_HERE - 1, ITEM_HERE, ITEM_HERE + 1, 5000, 100000
	};
	static char bytes[100000];

	(void)state;
	make(true, false);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct item *item;

		memset(bytes, 'a', sizes[i]);
		item = window_add(&window, bytes, sizes[i]);
		memset(bytes, 'b', sizes[i]);
		assert_int_equal(item->size, sizes[i]);
		for (size_t n = 0; n < sizes[i]; n++)
			assert_int_equal(item->input[n], 'a');
		assert_int_equal((uintptr_t)item->input % 16, 0);
	}
}

/* ---- Between ------------------------------------------------------------ */

static void an_item_that_comes_back_is_the_first(void **state)
{
	struct item *items[3];

	(void)state;
	make(true, false);
	for (int i = 0; i < 3; i++)
		items[i] = add();
	window_give(&window, items[0]);
	assert_ptr_equal(window_first(&window), items[1]);
	assert_int_equal(window.running, 1);
	window_return(&window, items[0]);
	assert_ptr_equal(window_first(&window), items[0]);
	assert_int_equal(window.running, 0);
	for (int i = 0; i < 3; i++)
		window_give(&window, items[i]);
	for (int i = 2; i >= 0; i--) {
		window_return(&window, items[i]);
		assert_ptr_equal(window_first(&window), items[i]);
	}
}

static void an_item_that_rests_runs_and_is_not_ready(void **state)
{
	struct item *item;

	(void)state;
	make(true, false);
	item = given();
	window_rest(&window, item);
	assert_int_equal(item->state, ITEM_RESTING);
	assert_int_equal(window.running, 1);
	assert_null(window_first(&window));
	assert_null(window_take(&window));
	window_return(&window, item);
	assert_int_equal(window.running, 0);
	assert_ptr_equal(window_first(&window), item);
}

/* ---- Out ---------------------------------------------------------------- */

static void in_order_those_that_end_early_wait(void **state)
{
	struct item *items[4];

	(void)state;
	make(true, false);
	for (int i = 0; i < 4; i++)
		items[i] = given();
	end(items[3], TINE_OK);
	end(items[1], TINE_OK);
	assert_null(window_take(&window));
	assert_int_equal(window.running, 2);
	assert_int_equal(window.count, 4);
	end(items[0], TINE_OK);
	expect(0);
	expect(1);
	assert_null(window_take(&window));
	end(items[2], TINE_OK);
	expect(2);
	expect(3);
	assert_int_equal(window.count, 0);
}

static void out_of_order_they_come_as_they_end(void **state)
{
	static const int order[] = { 2, 0, 3, 1 };
	struct item *items[4];

	(void)state;
	make(false, false);
	for (int i = 0; i < 4; i++)
		items[i] = given();
	for (int i = 0; i < 4; i++)
		end(items[order[i]], TINE_OK);
	for (int i = 0; i < 4; i++)
		expect((uint64_t)order[i]);
	assert_null(window_take(&window));
}

static void a_gap_is_stepped_over(void **state)
{
	struct item *items[6];

	(void)state;
	make(true, false);
	for (int i = 0; i < 6; i++)
		items[i] = given();
	for (int i = 0; i < 6; i += 2)
		window_drop(&window, items[i]);
	assert_null(window_take(&window));
	assert_int_equal(window.count, 3);
	for (int i = 5; i > 0; i -= 2)
		end(items[i], TINE_OK);
	for (uint64_t i = 1; i < 6; i += 2)
		expect(i);
	assert_null(window_take(&window));
	assert_int_equal(window.count, 0);
	end(given(), TINE_OK);
	expect(6);
}

static void items_are_dropped_whatever_they_do(void **state)
{
	(void)state;
	for (int ordered = 0; ordered < 2; ordered++) {
		struct item *item;

		make(ordered, false);
		window_drop(&window, add());
		window_drop(&window, given());
		item = given();
		window_rest(&window, item);
		window_drop(&window, item);
		item = given();
		end(item, TINE_FAILED);
		window_drop(&window, item);
		assert_int_equal(window.count, 0);
		assert_int_equal(window.running, 0);
		assert_null(window_first(&window));
		assert_null(window_take(&window));
		window_done(&window);
	}
}

/* ASan knows. */
static void all_that_is_left_is_released(void **state)
{
	(void)state;
	for (int ordered = 0; ordered < 2; ordered++) {
		static const char large[1000];
		struct item *items[4];

		make(ordered, false);
		for (int i = 0; i < 4; i++)
			items[i] = window_add(&window, large, sizeof large);
		for (int i = 0; i < 4; i++)
			window_give(&window, items[i]);
		end(items[1], TINE_OK);
		end(items[3], TINE_OK);
		window_return(&window, items[2]);
		window_return(&window, items[0]);
		window_done(&window);
	}
}

static void memory_of_items_is_used_again(void **state)
{
	const struct slab *slabs;

	(void)state;
	make(true, false);
	end(given(), TINE_OK);
	expect(0);
	slabs = window.slabs;
	for (uint64_t i = 1; i < 10000; i++) {
		end(given(), TINE_OK);
		expect(i);
	}
	assert_ptr_equal(window.slabs, slabs);
	assert_int_equal(window.room, 16);
}

static void the_items_memory_may_be_kept_apart(void **state)
{
	(void)state;
	make(true, false);
	window_keep_apart(&window);
	for (uint64_t i = 0; i < 200; i++)
		end(given(), TINE_OK);
	for (uint64_t i = 0; i < 200; i++)
		expect(i);
}

/* ---- Where the first timeout ends it ------------------------------------ */

static void the_first_timeout_is_remembered_where_it_matters(void **state)
{
	(void)state;
	for (int aborts = 0; aborts < 2; aborts++) {
		make(true, aborts);
		for (int how = TINE_OK; how <= TINE_PENDING; how++)
			if (how != TINE_TIMEOUT)
				end(given(), (enum tine_end)how);
		assert_false(window.aborted);
		end(given(), TINE_TIMEOUT);
		assert_int_equal(window.aborted, aborts);
		end(given(), TINE_OK);
		assert_int_equal(window.aborted, aborts);
		window_done(&window);
	}
}

/* ---- Against a model ---------------------------------------------------- */

/* The model looks through all items, one by one. */
#define MOST 300

struct model {
	struct chance chance;
	bool ordered;
	uint64_t next, head;
	struct item *items[MOST]; /* those there are, by their indices */
	uint64_t ended[MOST];     /* in the order in which they did */
	size_t count, ended_count;
	uint64_t ready[MOST]; /* the first is to be given first */
	size_t ready_count;
};

static void take_out(uint64_t *list, size_t *count, size_t at)
{
	memmove(list + at, list + at + 1, (*count - at - 1) * sizeof *list);
	--*count;
}

static struct item **slot_of(struct model *model, uint64_t index)
{
	return &model->items[index % MOST];
}

/* Where in the list it is; `count`: nowhere. */
static size_t find(const uint64_t *list, size_t count, uint64_t index)
{
	size_t at = 0;

	while (at < count && list[at] != index)
		at++;
	return at;
}

static void model_add(struct model *model)
{
	struct item *item;

	if (model->next - model->head == MOST)
		return;
	item = window_add(&window, &model->next, sizeof model->next);
	assert_non_null(item);
	assert_int_equal(item->index, model->next);
	*slot_of(model, model->next) = item;
	model->ready[model->ready_count++] = model->next++;
	model->count++;
}

static void model_give(struct model *model)
{
	struct item *item = window_first(&window);

	if (model->ready_count == 0) {
		assert_null(item);
		return;
	}
	assert_int_equal(item->index, model->ready[0]);
	window_give(&window, item);
	take_out(model->ready, &model->ready_count, 0);
}

/* One of those, by chance; NULL: there is none. */
static struct item *model_pick(struct model *model, enum item_state state)
{
	uint64_t from = model->head + chance_below(&model->chance, MOST);

	for (uint64_t i = 0; i < MOST; i++) {
		struct item *item = *slot_of(model, from + i);

		if (item && item->state == state)
			return item;
	}
	return NULL;
}

static void model_return(struct model *model, struct item *item)
{
	memmove(model->ready + 1, model->ready,
		model->ready_count++ * sizeof *model->ready);
	model->ready[0] = item->index;
	window_return(&window, item);
}

static void model_end(struct model *model, struct item *item)
{
	model->ended[model->ended_count++] = item->index;
	end(item, TINE_OK);
}

static void model_forget(struct model *model, uint64_t index)
{
	*slot_of(model, index) = NULL;
	model->count--;
	while (model->head < model->next && !*slot_of(model, model->head))
		model->head++;
}

static void model_drop(struct model *model, struct item *item)
{
	uint64_t index = item->index;
	size_t at = find(model->ready, model->ready_count, index);

	if (at < model->ready_count)
		take_out(model->ready, &model->ready_count, at);
	window_drop(&window, item);
	model_forget(model, index);
}

/* Which of those that have ended comes out; `ended_count`: none. */
static size_t model_next(struct model *model)
{
	return model->ordered
		       ? find(model->ended, model->ended_count, model->head)
		       : 0;
}

static void model_take(struct model *model)
{
	size_t at = model_next(model);
	struct item *item = window_take(&window);
	uint64_t index;

	if (at == model->ended_count) {
		assert_null(item);
		return;
	}
	index = model->ended[at];
	assert_non_null(item);
	assert_int_equal(item->index, index);
	assert_memory_equal(item->input, &index, sizeof index);
	take_out(model->ended, &model->ended_count, at);
	window_release(&window, item);
	model_forget(model, index);
}

static void model_move(struct model *model)
{
	struct item *item = model_pick(model, ITEM_GIVEN);
	uint32_t what = chance_below(&model->chance, 8);

	if (item && what < 4)
		model_end(model, item);
	else if (item && what < 5)
		model_return(model, item);
	else if (item && what < 6)
		window_rest(&window, item);
	item = model_pick(model, ITEM_RESTING);
	if (item && what == 6)
		model_return(model, item);
	if (what == 7 && chance_below(&model->chance, 4) == 0)
		item = model_pick(model, (enum item_state)chance_below(
						 &model->chance, ITEM_ENDED));
	if (item && what == 7)
		model_drop(model, item);
}

static void model_step(struct model *model)
{
	switch (chance_below(&model->chance, 4)) {
	case 0: model_add(model); break;
	case 1: model_give(model); break;
	case 2: model_move(model); break;
	default: model_take(model);
	}
	assert_int_equal(window.count, model->count);
}

static void assert_counts_what_runs(const struct model *model)
{
	size_t running = 0;

	for (size_t i = 0; i < MOST; i++)
		running += model->items[i] &&
			   (model->items[i]->state == ITEM_GIVEN ||
			    model->items[i]->state == ITEM_RESTING);
	assert_int_equal(window.running, running);
}

static void it_does_what_a_list_of_all_items_says(void **state)
{
	static struct model model;

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		model = (struct model){ .chance = { seed },
					.ordered = seed % 2 };
		make(model.ordered, false);
		for (int i = 0; i < 4000; i++)
			model_step(&model);
		assert_counts_what_runs(&model);
		window_done(&window);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_one_has_nothing),
		TEST(items_are_numbered_and_ready_in_their_order),
		TEST(an_item_has_a_copy_of_its_bytes),
		TEST(an_item_that_comes_back_is_the_first),
		TEST(an_item_that_rests_runs_and_is_not_ready),
		TEST(in_order_those_that_end_early_wait),
		TEST(out_of_order_they_come_as_they_end),
		TEST(a_gap_is_stepped_over),
		cmocka_unit_test(items_are_dropped_whatever_they_do),
		cmocka_unit_test(all_that_is_left_is_released),
		TEST(memory_of_items_is_used_again),
		TEST(the_items_memory_may_be_kept_apart),
		cmocka_unit_test(
			the_first_timeout_is_remembered_where_it_matters),
		cmocka_unit_test(it_does_what_a_list_of_all_items_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
