/* SPDX-License-Identifier: MIT */
/*
 * list.h - an intrusive, circular, doubly linked list.
 *
 * A node is in one list or, linked to itself, in none: removing it twice, or
 * before it was ever added, does nothing.
 */
#ifndef TINE_LIST_H
#define TINE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list_node {
	struct list_node *prev, *next;
};

#define LIST_ENTRY(node, type, member) \
	((type *)(void *)((char *)(node)-offsetof(type, member)))

#define LIST_EACH(node, list)                                                  \
	for (struct list_node *node = (list)->next, *node##_next = node->next; \
	     node != (list); node = node##_next, node##_next = node->next)

static inline void list_init(struct list_node *node)
{
	node->prev = node->next = node;
}

static inline bool list_empty(const struct list_node *list)
{
	return list->next == list;
}

static inline void list_append(struct list_node *list, struct list_node *node)
{
	node->prev = list->prev;
	node->next = list;
	list->prev->next = node;
	list->prev = node;
}

static inline void list_remove(struct list_node *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

/* Takes the first node out of the list; NULL: the list was empty. */
static inline struct list_node *list_shift(struct list_node *list)
{
	struct list_node *first = list->next;

	if (first == list)
		return NULL;
	list_remove(first);
	return first;
}

/* Moves all nodes of `from` to the end of `list`. */
static inline void list_splice(struct list_node *list, struct list_node *from)
{
	struct list_node *node;

	while ((node = list_shift(from)))
		list_append(list, node);
}

#endif
