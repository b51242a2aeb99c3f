/* SPDX-License-Identifier: MIT */
/* test_list.c - nodes stand in one list, or in none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "list.h"

#define ITEMS 4

struct item {
	char name;
	struct list_node node;
};

struct rig {
	struct list_node list;
	struct list_node other;
	struct item items[ITEMS];
};

static struct rig rig;

static int setup(void **state)
{
	(void)state;
	list_init(&rig.list);
	list_init(&rig.other);
	for (int i = 0; i < ITEMS; i++) {
		rig.items[i].name = (char)('a' + i);
		list_init(&rig.items[i].node);
	}
	return 0;
}

static void append(struct list_node *list, int count)
{
	for (int i = 0; i < count; i++)
		list_append(list, &rig.items[i].node);
}

static struct item *item_of(struct list_node *node)
{
	return LIST_ENTRY(node, struct item, node);
}

/* Forwards, and backwards the same. */
static void assert_list(struct list_node *list, const char *names)
{
	size_t count = 0;

	LIST_EACH (node, list) {
		assert_ptr_equal(node->prev->next, node);
		assert_ptr_equal(node->next->prev, node);
		assert_int_equal(item_of(node)->name, names[count++]);
	}
	assert_int_equal(count, strlen(names));
	assert_int_equal(list_empty(list), count == 0);
}

static void a_new_list_is_empty(void **state)
{
	(void)state;
	assert_list(&rig.list, "");
}

static void nodes_stand_in_the_order_they_came(void **state)
{
	(void)state;
	append(&rig.list, 3);
	assert_list(&rig.list, "abc");
}

static void a_node_can_be_removed_from_any_place(void **state)
{
	static const char *const left[ITEMS] = { "bcd", "acd", "abd", "abc" };

	for (int i = 0; i < ITEMS; i++) {
		(void)setup(state);
		append(&rig.list, ITEMS);
		list_remove(&rig.items[i].node);
		assert_list(&rig.list, left[i]);
	}
}

static void removing_twice_does_nothing(void **state)
{
	(void)state;
	append(&rig.list, 3);
	list_remove(&rig.items[1].node);
	list_remove(&rig.items[1].node);
	assert_list(&rig.list, "ac");
}

static void removing_what_was_never_added_does_nothing(void **state)
{
	(void)state;
	append(&rig.list, 2);
	list_remove(&rig.items[3].node);
	assert_list(&rig.list, "ab");
}

static void a_removed_node_can_be_added_again(void **state)
{
	(void)state;
	append(&rig.list, 3);
	list_remove(&rig.items[0].node);
	list_append(&rig.list, &rig.items[0].node);
	assert_list(&rig.list, "bca");
}

static void a_node_may_go_while_its_turn_comes(void **state)
{
	(void)state;
	append(&rig.list, ITEMS);
	LIST_EACH (node, &rig.list) {
		if (item_of(node)->name != 'c')
			list_remove(node);
	}
	assert_list(&rig.list, "c");
}

static void a_node_may_change_lists_while_its_turn_comes(void **state)
{
	(void)state;
	append(&rig.list, ITEMS);
	LIST_EACH (node, &rig.list) {
		list_remove(node);
		list_append(&rig.other, node);
	}
	assert_list(&rig.list, "");
	assert_list(&rig.other, "abcd");
}

static void shifting_takes_the_first_until_none_is_left(void **state)
{
	(void)state;
	append(&rig.list, ITEMS);
	for (int i = 0; i < ITEMS; i++) {
		struct list_node *node = list_shift(&rig.list);

		assert_ptr_equal(node, &rig.items[i].node);
		assert_true(list_empty(node));
	}
	assert_null(list_shift(&rig.list));
	assert_list(&rig.list, "");
}

static void splicing_moves_all_to_the_end(void **state)
{
	(void)state;
	list_append(&rig.list, &rig.items[3].node);
	append(&rig.other, 3);
	list_splice(&rig.list, &rig.other);
	assert_list(&rig.list, "dabc");
	assert_list(&rig.other, "");
}

static void splicing_nothing_changes_nothing(void **state)
{
	(void)state;
	append(&rig.list, 2);
	list_splice(&rig.list, &rig.other);
	assert_list(&rig.list, "ab");
	assert_list(&rig.other, "");
}

static void splicing_into_nothing_is_moving(void **state)
{
	(void)state;
	append(&rig.other, 2);
	list_splice(&rig.list, &rig.other);
	assert_list(&rig.list, "ab");
	assert_list(&rig.other, "");
}

#define LIST_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIST_TEST(a_new_list_is_empty),
		LIST_TEST(nodes_stand_in_the_order_they_came),
		LIST_TEST(a_node_can_be_removed_from_any_place),
		LIST_TEST(removing_twice_does_nothing),
		LIST_TEST(removing_what_was_never_added_does_nothing),
		LIST_TEST(a_removed_node_can_be_added_again),
		LIST_TEST(a_node_may_go_while_its_turn_comes),
		LIST_TEST(a_node_may_change_lists_while_its_turn_comes),
		LIST_TEST(shifting_takes_the_first_until_none_is_left),
		LIST_TEST(splicing_moves_all_to_the_end),
		LIST_TEST(splicing_nothing_changes_nothing),
		LIST_TEST(splicing_into_nothing_is_moving),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
