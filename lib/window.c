/* SPDX-License-Identifier: MIT */
/*
 * window.c - the items between a source and who takes their results.
 *
 * Memory only. In order, results are taken by index, and those that have
 * ended early wait in a ring for those before them; a gap, where an item was
 * dropped, is stepped over. Out of order they stand in line as they end.
 *
 * Memory of an item that was taken is the next one's: it is warm, and a stream
 * of any length needs no more than its window.
 */
#include "window.h"

#include <stdlib.h>
#include <sys/mman.h>

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

void window_keep_apart(struct window *window)
{
	window->apart = true;
}

/* ---- Memory ------------------------------------------------------------ */

/* Items are written to all the time, and each page of them that a fork shares
 * is copied when it is written to next. Where no child needs them it does not
 * get them. */
#define SLAB_ITEMS 60

struct slab {
	struct slab *next;
	struct item items[SLAB_ITEMS];
};

static bool window_add_slab(struct window *window)
{
	struct slab *slab = mmap(NULL, sizeof *slab, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (slab == MAP_FAILED)
		return false;
	if (window->apart)
		(void)madvise(slab, sizeof *slab, MADV_DONTFORK);
	slab->next = window->slabs;
	window->slabs = slab;
	for (int i = SLAB_ITEMS - 1; i >= 0; i--)
		list_append(&window->spare, &slab->items[i].node);
	return true;
}

static void window_free_slabs(struct window *window)
{
	struct slab *slab;

	while ((slab = window->slabs)) {
		window->slabs = slab->next;
		(void)munmap(slab, sizeof *slab);
	}
}

void window_done(struct window *window)
{
	struct item *item;

	while ((item = window_first(window)))
		window_drop(window, item);
	while ((item = window_take(window)))
		window_release(window, item);
	hoard_done(&window->hoard);
	window_free_slabs(window);
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

/* The one that was used last is the warmest. */
static struct item *window_new_item(struct window *window)
{
	struct item *item;

	if (list_empty(&window->spare) && !window_add_slab(window))
		return NULL;
	item = item_of(window->spare.prev);
	list_remove(&item->node);
	return item;
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
