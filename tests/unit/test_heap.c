/* SPDX-License-Identifier: MIT */
/* test_heap.c - the lowest of many is found, whoever comes and goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "chance.h"
#include "heap.h"

#define NODES 300

static struct heap heap;
static struct heap_node nodes[NODES];

static int reset(void **state)
{
	(void)state;
	memset(&heap, 0, sizeof heap);
	memset(nodes, 0, sizeof nodes);
	return 0;
}

static void add(size_t i, int64_t key, uint64_t order)
{
	nodes[i].key = key;
	nodes[i].order = order;
	heap_add(&heap, &nodes[i]);
}

static size_t take(void)
{
	struct heap_node *first = heap.first;

	assert_non_null(first);
	heap_remove(&heap, first);
	assert_ptr_not_equal(heap.first, first);
	return (size_t)(first - nodes);
}

static void the_lowest_key_is_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < NODES; i++)
		add(i, (int64_t)(i * 7 % NODES) - 50, 0);
	for (int64_t key = 0; key < NODES; key++)
		assert_int_equal(nodes[take()].key, key - 50);
	assert_null(heap.first);
}

static void of_those_alike_the_lowest_order_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < NODES; i++)
		add(i, 5, i * 7 % NODES);
	for (uint64_t order = 0; order < NODES; order++)
		assert_int_equal(nodes[take()].order, order);
}

static void any_can_be_removed_and_come_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < NODES; i++)
		add(i, (int64_t)i, 0);
	(void)take();
	for (size_t i = 1; i < NODES; i += 2)
		heap_remove(&heap, &nodes[i]);
	add(1, NODES, 0);
	for (size_t i = 2; i < NODES; i += 2)
		assert_int_equal(take(), i);
	assert_int_equal(take(), 1);
	assert_null(heap.first);
}

static void to_remove_what_is_in_none_does_nothing(void **state)
{
	(void)state;
	add(0, 1, 0);
	heap_remove(&heap, &nodes[1]);
	heap_remove(&heap, &nodes[0]);
	heap_remove(&heap, &nodes[0]);
	assert_null(heap.first);
}

/* ---- By chance ---------------------------------------------------------- */

static bool present[NODES];

static void assert_first_is_lowest(void)
{
	const struct heap_node *low = NULL;
	size_t count = 0;

	for (size_t i = 0; i < NODES; i++)
		count += present[i];
	assert_int_equal(heap.count, count);
	for (size_t i = 0; i < NODES; i++)
		if (present[i] &&
		    (!low || nodes[i].key < low->key ||
		     (nodes[i].key == low->key && nodes[i].order < low->order)))
			low = &nodes[i];
	assert_ptr_equal(heap.first, low);
}

static void the_first_is_the_lowest_after_whatever(void **state)
{
	struct chance chance = { 5 };

	(void)state;
	memset(present, 0, sizeof present);
	for (int step = 0; step < 30000; step++) {
		size_t i = chance_below(&chance, NODES);

		if (present[i] && chance_below(&chance, 2))
			i = (size_t)(heap.first - nodes);
		if (present[i])
			heap_remove(&heap, &nodes[i]);
		else
			add(i, chance_below(&chance, 40), i);
		present[i] = !present[i];
		assert_first_is_lowest();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, reset)
		TEST(the_lowest_key_is_first),
		TEST(of_those_alike_the_lowest_order_is),
		TEST(any_can_be_removed_and_come_back),
		TEST(to_remove_what_is_in_none_does_nothing),
		TEST(the_first_is_the_lowest_after_whatever),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
