/* SPDX-License-Identifier: MIT */
/*
 * heap.c - an intrusive heap: which of many has the lowest key.
 *
 * A pairing heap. It needs no memory, so that it cannot fail; to add a node
 * takes a few steps, to remove one a logarithm of them, by and large. Children
 * of a node hang in a chain, and each knows what points to it.
 */
#include "heap.h"

#include <stdbool.h>

static bool is_before(const struct heap_node *a, const struct heap_node *b)
{
	return a->key != b->key ? a->key < b->key : a->order < b->order;
}

/* Hangs the chain `next` where *link is. */
static void heap_hang(struct heap_node **link, struct heap_node *next)
{
	*link = next;
	if (next)
		next->link = link;
}

/* Of two trees, the later one becomes the first child of the other. */
static struct heap_node *heap_meld(struct heap_node *a, struct heap_node *b)
{
	struct heap_node *parent, *child;

	if (!a || !b)
		return a ? a : b;
	parent = is_before(b, a) ? b : a;
	child = parent == a ? b : a;
	heap_hang(&child->next, parent->child);
	heap_hang(&parent->child, child);
	return parent;
}

static struct heap_node *heap_take(struct heap_node **chain)
{
	struct heap_node *node = *chain;

	if (node) {
		*chain = node->next;
		node->next = NULL;
	}
	return node;
}

/* In pairs from the left, and these from the right: that is what keeps the
 * trees wide and low. */
static struct heap_node *heap_meld_all(struct heap_node *chain)
{
	struct heap_node *pairs = NULL, *all = NULL, *pair;

	while ((pair = heap_take(&chain))) {
		pair = heap_meld(pair, heap_take(&chain));
		pair->next = pairs;
		pairs = pair;
	}
	while ((pair = heap_take(&pairs)))
		all = heap_meld(all, pair);
	return all;
}

void heap_add(struct heap *heap, struct heap_node *node)
{
	heap->count++;
	node->child = node->next = NULL;
	heap_hang(&heap->first, heap_meld(heap->first, node));
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
	struct heap_node *children;

	if (!node->link)
		return;
	heap->count--;
	heap_hang(node->link, node->next);
	children = heap_meld_all(node->child);
	heap_hang(&heap->first, heap_meld(heap->first, children));
	node->child = node->next = NULL;
	node->link = NULL;
}
