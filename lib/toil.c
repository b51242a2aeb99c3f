/* SPDX-License-Identifier: MIT */
/*
 * toil.c - what a pooled child does: one item after the other.
 *
 * It takes the next item by one atomic step, which says at once what it is on:
 * whatever ends the process from then on is that item's fault. Then the user's
 * function runs as in a task of its own, with tine_send() leading into the
 * ring. The child never waits for its parent, except for something to do.
 *
 * Not here: the parent's side (worker.c), how a result gets into the ring
 * (outbox.c).
 */
#include "toil.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "began.h"
#include "outbox.h"
#include "ring.h"
#include "segment.h"
#include "self.h"
#include "slate.h"

struct toil {
	struct tine_self *self;
	struct ring *ring;
	tine_fn *fn;
	struct outbox outbox;
	int64_t now_ns; /* when the item before was done; 0: long ago */
	uint32_t said,
		noted; /* turns of the slate's texts, when it was clean */
};

static int64_t toil_clock(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- Taking an item ---------------------------------------------------- */

static bool toil_take(struct toil *toil)
{
	uint64_t claim = atomic_load(&toil->ring->claim);

	do
		if (ring_high(claim) == ring_low(claim))
			return false;
	while (!atomic_compare_exchange_weak(
		&toil->ring->claim, &claim,
		ring_pair(ring_high(claim) + 1, ring_low(claim))));
	return true;
}

/* Looks once more when it has said that it will sleep: from then on the parent
 * rings. False: the child is to leave. */
static bool toil_wait(struct toil *toil)
{
	uint32_t bell;

	toil->now_ns = 0;
	for (;;) {
		bell = outbox_bell(&toil->outbox);
		outbox_doze(&toil->outbox);
		if (toil_take(toil))
			return true;
		if (toil->self->minds_stop && tine_stopping(toil->self))
			return false;
		outbox_sleep(&toil->outbox, bell);
	}
}

/* ---- One item ---------------------------------------------------------- */

/* Words of the item before are not this one's. */
static void toil_wipe(struct slate_text *text, uint32_t *clean)
{
	if (atomic_load_explicit(&text->turn, memory_order_relaxed) == *clean)
		return;
	slate_write(text, "");
	*clean = atomic_load(&text->turn);
}

static uint32_t toil_copy_words(const struct slate_text *text, uint32_t clean,
				char to[SLATE_TEXT], uint32_t mark)
{
	if (atomic_load_explicit(&text->turn, memory_order_relaxed) == clean)
		return 0;
	slate_read(text, to, SLATE_TEXT);
	return mark;
}

static uint32_t toil_words(struct toil *toil)
{
	struct ring_words *words = outbox_words(&toil->outbox);
	const struct slate *slate = toil->self->slate;

	return toil_copy_words(&slate->message, toil->said, words->said,
			       RING_SAID) |
	       toil_copy_words(&slate->note, toil->noted, words->note,
			       RING_NOTED);
}

/* What a function leaves behind goes with it, as if its process had ended. */
static void toil_tidy(struct tine_self *self)
{
	if (self->ctx) {
		tine_ctx_free(self->ctx);
		self->ctx = NULL;
	}
	if (stdout->_IO_write_ptr > stdout->_IO_write_base)
		(void)fflush(stdout);
	self->sent = 0;
}

CALLS_TASK static int toil_call(struct toil *toil)
{
	const struct ring_order *order =
		&toil->ring->orders[toil->outbox.number % RING_SLOTS];
	const void *item = order->at == RING_HERE ? order->bytes
						  : toil->ring->in + order->at;

	return self_code(toil->fn(toil->self, order->size > 0 ? item : NULL,
				  order->size));
}

CALLS_TASK static void toil_item(struct toil *toil)
{
	int64_t started_ns = toil->now_ns ? toil->now_ns : toil_clock();
	int code;

	toil_wipe(&toil->self->slate->message, &toil->said);
	toil_wipe(&toil->self->slate->note, &toil->noted);
	outbox_open(&toil->outbox, started_ns);
	code = toil_call(toil);
	toil_tidy(toil->self);
	toil->now_ns = toil_clock();
	outbox_close(&toil->outbox, code, toil_words(toil),
		     toil->now_ns - started_ns);
}

static bool toil_begin(struct toil *toil, struct tine_self *self,
		       const struct toil_order *order)
{
	toil->self = self;
	toil->fn = order->fn;
	toil->ring = segment_join(order->memory, sizeof(struct ring));
	toil->now_ns = 0;
	toil->said = toil->noted = 0;
	if (!toil->ring)
		return false;
	ring_protect(toil->ring);
	outbox_init(&toil->outbox, toil->ring, order->side);
	self->outbox = &toil->outbox;
	home_mark(&self->home);
	return true;
}

CALLS_TASK int toil_run(struct tine_self *self, const void *arg, size_t size)
{
	static struct toil toil; /* one in each process */

	(void)size;
	if (!toil_begin(&toil, self, arg))
		return tine_fail(self, 255, "no memory for the pool");
	while (toil_take(&toil) || toil_wait(&toil))
		toil_item(&toil);
	return 0;
}
