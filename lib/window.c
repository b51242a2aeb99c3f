/* SPDX-License-Identifier: MIT */
/*
 * window.c - the items between a source and who takes their results.
 *
 * Pure: memory only. In order, results are taken by index, and those that have
 * ended early wait in a ring for those before them; a gap, where an item was
 * dropped, is stepped over. Out of order they stand in line as they end.
 *
 * Memory of an item that was taken is the next one's: it is warm, and a stream
 * of any length needs no more than its window.
 */
#include "window.h"

#include <stdlib.h>
#include <string.h>

void window_init(struct window *window, bool ordered, bool aborts)
{
	*window = (struct window){ .ordered = ordered, .aborts = aborts };
	list_init(&window->ready);
	list_init(&window->ended);
	list_init(&window->spare);
}

static struct item *item_of(struct list_node *node)
{
	return node ? LIST_ENTRY(node, struct item, node) : NULL;
}

static void window_free_all(struct list_node *list, bool used)
{
	struct item *item;

	while ((item = item_of(list_shift(list)))) {
		if (used)
			item_done(item);
		free(item);
	}
}

void window_done(struct window *window)
{
	struct item *item;

	while ((item = window_take(window)))
		window_release(window, item);
	window_free_all(&window->ready, true);
	window_free_all(&window->spare, false);
	hoard_done(&window->hoard);
	free(window->ring);
	window->ring = NULL;
}

/* ---- The ring ---------------------------------------------------------- */

static struct item **window_place(const struct window *window, uint64_t index)
{
	return &window->ring[index & (window->room - 1)];
}

/* A power of two, so that a place is found by a mask. */
static bool window_grow(struct window *window)
{
	size_t room = window->room ? window->room * 2 : 16;
	struct window larger = { .room = room };

	larger.ring = calloc(room, sizeof *larger.ring);
	if (!larger.ring)
		return false;
	for (uint64_t i = window->head; i < window->next; i++)
		*window_place(&larger, i) = *window_place(window, i);
	free(window->ring);
	window->ring = larger.ring;
	window->room = room;
	return true;
}

/* ---- In ---------------------------------------------------------------- */

static struct item *window_new_item(struct window *window)
{
	struct list_node *node = window->spare.prev; /* the warmest */

	if (node == &window->spare)
		return malloc(sizeof(struct item));
	list_remove(node);
	return item_of(node);
}

struct item *window_add(struct window *window, const void *bytes, size_t size)
{
	struct item *item;

	if (window->ordered && window->next - window->head >= window->room &&
	    !window_grow(window))
		return NULL;
	item = window_new_item(window);
	if (item && !item_init(item, &window->hoard, bytes, size)) {
		list_append(&window->spare, &item->node);
		return NULL;
	}
	if (!item)
		return NULL;
	item->index = window->next++;
	item->state = ITEM_READY;
	if (window->ordered)
		*window_place(window, item->index) = item;
	list_append(&window->ready, &item->node);
	window->count++;
	return item;
}

struct item *window_first(const struct window *window)
{
	return list_empty(&window->ready) ? NULL : item_of(window->ready.next);
}

/* ---- Between ----------------------------------------------------------- */

static bool is_running(const struct item *item)
{
	return item->state == ITEM_GIVEN || item->state == ITEM_RESTING;
}

static void window_move(struct window *window, struct item *item,
			enum item_state state)
{
	list_remove(&item->node);
	window->running -= is_running(item);
	item->state = state;
	window->running += is_running(item);
}

void window_give(struct window *window, struct item *item)
{
	window_move(window, item, ITEM_GIVEN);
}

void window_return(struct window *window, struct item *item)
{
	window_move(window, item, ITEM_READY);
	list_append(window->ready.next, &item->node);
}

void window_rest(struct window *window, struct item *item)
{
	window_move(window, item, ITEM_RESTING);
}

/* ---- Out --------------------------------------------------------------- */

void window_end(struct window *window, struct item *item)
{
	window_move(window, item, ITEM_ENDED);
	if (!window->ordered)
		list_append(&window->ended, &item->node);
	if (item->end == TINE_TIMEOUT && window->aborts)
		window->aborted = true;
}

void window_drop(struct window *window, struct item *item)
{
	window_move(window, item, ITEM_TAKEN);
	if (window->ordered)
		*window_place(window, item->index) = NULL;
	window->count--;
	window_release(window, item);
}

static struct item *window_take_in_order(struct window *window)
{
	while (window->head < window->next) {
		struct item **place = window_place(window, window->head);
		struct item *item = *place;

		if (item && item->state != ITEM_ENDED)
			return NULL;
		*place = NULL;
		window->head++;
		if (item)
			return item;
	}
	return NULL;
}

struct item *window_take(struct window *window)
{
	struct item *item = window->ordered
				    ? window_take_in_order(window)
				    : item_of(list_shift(&window->ended));

	if (item) {
		item->state = ITEM_TAKEN;
		window->count--;
	}
	return item;
}

void window_release(struct window *window, struct item *item)
{
	item_done(item);
	list_append(&window->spare, &item->node);
}
