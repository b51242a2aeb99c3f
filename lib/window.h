/* SPDX-License-Identifier: MIT */
/*
 * window.h - the items between a source and who takes their results.
 *
 * There are never more than `most` of them: those that wait for a child, those
 * that have one, those that have ended and were not taken.
 */
#ifndef TINE_WINDOW_H
#define TINE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"
#include "list.h"

struct window {
	bool ordered;
	uint64_t next;  /* index of the next item from the source */
	uint64_t head;  /* ordered: of the next one to be taken */
	size_t count;   /* items there are, but for the one that was taken */
	size_t running; /* of them, given or resting */
	struct list_node ready;
	struct list_node ended; /* unordered: in the order in which they did */
	struct item **ring;     /* ordered: by index, modulo `room` */
	size_t room;
	bool apart;             /* no child is to see the items' memory, */
	struct slab *slabs;     /* where they stand */
	struct list_node spare; /* those that are free */
	struct hoard hoard;     /* memory for what they hold */
	bool aborts;            /* the first one that ends by its timeout ... */
	bool aborted;           /* ... and there was one */
};

void window_init(struct window *window, bool ordered, bool aborts);

/* Before the first item: what children are forked need not have it. */
void window_keep_apart(struct window *window);

/* Releases all items, which nobody has any more. */
void window_done(struct window *window);

/* A new item that is ready; NULL: no memory. */
struct item *window_add(struct window *window, const void *bytes, size_t size);

/* The ready one that is first; NULL: there is none. */
struct item *window_first(const struct window *window);

/* A child has it; it comes back, in front of the others; it rests. */
void window_give(struct window *window, struct item *item);
void window_return(struct window *window, struct item *item);
void window_rest(struct window *window, struct item *item);

/* It has ended, and says how. */
void window_end(struct window *window, struct item *item);

/* It never ends: nobody runs it any more. */
void window_drop(struct window *window, struct item *item);

/* Takes the next one that has ended, or NULL; it is to be released. */
struct item *window_take(struct window *window);
void window_release(struct window *window, struct item *item);

#endif
