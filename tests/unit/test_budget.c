/* SPDX-License-Identifier: MIT */
/* test_budget.c - so many restarts in so many seconds, and not one more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "budget.h"
#include "chance.h"

#define SECOND ((int64_t)1000000)

static struct budget budget;
static bool no_memory;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
	return no_memory ? NULL : __real_calloc(count, size);
}

static int done(void **state)
{
	(void)state;
	no_memory = false;
	budget_done(&budget);
	return 0;
}

static bool spend(int64_t now_us)
{
	return budget_spend(&budget, now_us);
}

static void so_many_are_within_it_and_one_more_is_not(void **state)
{
	(void)state;
	for (unsigned most = 1; most < 50; most++) {
		budget_init(&budget, most, 5);
		for (unsigned i = 0; i < most; i++)
			assert_true(spend(7 * SECOND));
		assert_false(spend(7 * SECOND));
		budget_done(&budget);
	}
}

static void with_none_the_first_is_too_many(void **state)
{
	(void)state;
	budget_init(&budget, 0, 5);
	for (int64_t s = 0; s < 100; s++)
		assert_false(spend(s * 10 * SECOND));
}

static void one_counts_in_the_last_second_of_its_period(void **state)
{
	(void)state;
	budget_init(&budget, 1, 5);
	assert_true(spend(10 * SECOND));
	assert_false(spend(15 * SECOND));
}

static void it_does_not_count_in_the_second_after(void **state)
{
	(void)state;
	budget_init(&budget, 1, 5);
	assert_true(spend(10 * SECOND));
	assert_true(spend(16 * SECOND));
	assert_false(spend(21 * SECOND));
}

static void parts_of_a_second_are_as_its_beginning(void **state)
{
	(void)state;
	budget_init(&budget, 1, 5);
	assert_true(spend(10 * SECOND));
	assert_false(spend(16 * SECOND - 1));
	budget_done(&budget);
	budget_init(&budget, 1, 5);
	assert_true(spend(11 * SECOND - 1));
	assert_true(spend(16 * SECOND));
}

static void one_that_was_too_many_counts_as_well(void **state)
{
	(void)state;
	budget_init(&budget, 1, 5);
	assert_true(spend(10 * SECOND));
	assert_false(spend(14 * SECOND));
	assert_false(spend(16 * SECOND));
	assert_true(spend(22 * SECOND));
}

static void it_holds_one_more_than_it_allows(void **state)
{
	(void)state;
	budget_init(&budget, 9, 5);
	for (int i = 0; i < 1000; i++)
		(void)spend(0);
	assert_true(budget.count <= 10);
	assert_true(budget.room <= 10);
}

static void what_is_not_spent_takes_no_memory(void **state)
{
	(void)state;
	budget_init(&budget, UINT32_MAX, 5);
	assert_int_equal(budget.room, 0);
	for (int64_t s = 0; s < 1000; s++)
		assert_true(spend(s * SECOND));
	assert_true(budget.room <= 16);
}

static void without_memory_to_count_it_one_is_too_many(void **state)
{
	(void)state;
	budget_init(&budget, 100, 5);
	no_memory = true;
	assert_false(spend(10 * SECOND));
	no_memory = false;
	for (int i = 0; i < 4; i++)
		assert_true(spend(10 * SECOND));
	no_memory = true;
	assert_false(spend(10 * SECOND));
	assert_true(spend(16 * SECOND));
}

/* ---- The rule, as it is said -------------------------------------------- */

#define SPENT 2000

static int64_t spent[SPENT]; /* all of them, for ever */
static size_t spent_count;

static bool rule(unsigned max_restarts, unsigned max_seconds, int64_t now_us)
{
	unsigned count = 0;

	spent[spent_count++] = now_us / SECOND;
	for (size_t i = 0; i < spent_count; i++)
		if (now_us / SECOND <= spent[i] + max_seconds)
			count++;
	return count <= max_restarts;
}

static void assert_rule(struct chance *chance)
{
	unsigned most = chance_below(chance, 20);
	unsigned seconds = 1 + chance_below(chance, 20);
	uint32_t pause_us = chance_size(chance, 5000000);
	int64_t now_us = 0;

	spent_count = 0;
	budget_init(&budget, most, seconds);
	while (spent_count < SPENT) {
		now_us += chance_below(chance, pause_us);
		assert_int_equal(spend(now_us), rule(most, seconds, now_us));
		assert_true(budget.room <= most + 1);
	}
	budget_done(&budget);
}

static void it_does_as_the_rule_says(void **state)
{
	struct chance chance = { 4 };

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_rule(&chance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, done)
		TEST(so_many_are_within_it_and_one_more_is_not),
		TEST(with_none_the_first_is_too_many),
		TEST(one_counts_in_the_last_second_of_its_period),
		TEST(it_does_not_count_in_the_second_after),
		TEST(parts_of_a_second_are_as_its_beginning),
		TEST(one_that_was_too_many_counts_as_well),
		TEST(it_holds_one_more_than_it_allows),
		TEST(what_is_not_spent_takes_no_memory),
		TEST(without_memory_to_count_it_one_is_too_many),
		TEST(it_does_as_the_rule_says),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
