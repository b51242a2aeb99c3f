/* SPDX-License-Identifier: MIT */
/*
 * feeder.c - the parent's side of a ring: what it gave, and what it got.
 *
 * Pure: memory only. What the parent knows by itself stands in its own memory:
 * how many items it gave, how many results it took. Whatever the child says is
 * held against that, and a place or size out of the child's memory is believed
 * only where it points into the room for results. What is read is read once,
 * into memory that the child cannot reach, and proven there.
 *
 * Not here: the child's side (toil.c), who is rung and when (worker.c).
 */
#include "feeder.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static struct ring_record *feeder_record(const struct feeder *feeder)
{
	return &feeder->ring->records[feeder->got % RING_SLOTS];
}

void feeder_init(struct feeder *feeder, struct ring *ring)
{
	feeder->ring = ring;
	feeder->hoard = NULL;
	feeder->given = feeder->offered = feeder->got = 0;
	bump_init(&feeder->in, RING_IN);
}

/* ---- Down -------------------------------------------------------------- */

bool feeder_add(struct feeder *feeder, const void *bytes, size_t size)
{
	uint32_t slot = feeder->given % RING_SLOTS;
	struct ring_order *order = &feeder->ring->orders[slot];
	bool here = size <= RING_ITEM;
	uint32_t at = RING_HERE;

	if (feeder->given - feeder->got >= RING_SLOTS || size > RING_ITEM_MOST)
		return false;
	if (!here)
		at = bump_take(&feeder->in, (uint32_t)size);
	if (at == BUMP_NONE)
		return false;
	order->size = (uint32_t)size;
	order->at = at;
	if (size > 0)
		memcpy(here ? order->bytes : feeder->ring->in + at, bytes,
		       size);
	feeder->places[slot] = here ? BUMP_NONE : at;
	feeder->ends[slot] = feeder->in.end;
	feeder->given++;
	return true;
}

/* The child may take one at the same time. A claim that says what cannot be is
 * left as it is: feeder_look() finds it. */
bool feeder_offer(struct feeder *feeder)
{
	struct ring *ring = feeder->ring;
	uint64_t claim = atomic_load(&ring->claim);

	while (!atomic_compare_exchange_weak(
		&ring->claim, &claim,
		ring_pair(ring_high(claim), feeder->given)))
		;
	feeder->offered = feeder->given;
	return atomic_load(&ring->asleep) && atomic_exchange(&ring->asleep, 0);
}

bool feeder_look(const struct feeder *feeder, uint32_t *taken, uint32_t *done)
{
	uint32_t most = feeder->offered - feeder->got;
	uint64_t claim;

	*done = atomic_load(&feeder->ring->done);
	claim = atomic_load(&feeder->ring->claim);
	*taken = ring_high(claim);
	return ring_low(claim) == feeder->offered &&
	       *taken - feeder->got <= most &&
	       *done - feeder->got <= *taken - feeder->got;
}

static void feeder_drop(struct feeder *feeder, uint32_t count)
{
	while (count-- > 0) {
		uint32_t slot = --feeder->given % RING_SLOTS;

		if (feeder->places[slot] != BUMP_NONE)
			feeder->in.end = feeder->places[slot];
	}
	feeder->offered = feeder->given;
}

uint32_t feeder_withdraw(struct feeder *feeder, uint32_t count)
{
	struct ring *ring = feeder->ring;
	uint64_t claim = atomic_load(&ring->claim);
	uint32_t waiting;

	do {
		waiting = feeder->given - ring_high(claim);
		if (waiting > feeder->given - feeder->got)
			return 0; /* nonsense, which feeder_look() finds */
		if (waiting > count)
			waiting = count;
	} while (!atomic_compare_exchange_weak(
		&ring->claim, &claim,
		ring_pair(ring_high(claim), feeder->given - waiting)));
	feeder_drop(feeder, waiting);
	return waiting;
}

/* ---- Up ---------------------------------------------------------------- */

/* Where the bytes are; NULL: nowhere. */
static const unsigned char *feeder_bytes(const struct feeder *feeder,
					 uint32_t at, uint32_t size)
{
	if (at == RING_HERE)
		return size <= RING_RESULT ? feeder_record(feeder)->bytes
					   : NULL;
	return at <= RING_OUT && size <= RING_OUT - at ? feeder->ring->out + at
						       : NULL;
}

static bool feeder_proven(const struct feeder *feeder, uint64_t proof,
			  const struct feeder_result *result)
{
	return proof == ring_proof(feeder->got, result->code, result->marks,
				   result->bytes, result->size);
}

/* A child may also die before it has begun its record: then an older one stands
 * there. Or between the end of the record and its next step. */
static bool feeder_is_of_item(const struct feeder *feeder, bool whole,
			      uint64_t proof,
			      const struct feeder_result *result)
{
	return (!whole && proof == ring_begun(feeder->got)) ||
	       feeder_proven(feeder, proof, result);
}

enum feeder_verdict feeder_read(const struct feeder *feeder, bool whole,
				void *bytes, size_t room, size_t max_result,
				struct feeder_result *result)
{
	const volatile struct ring_record *record = feeder_record(feeder);
	uint64_t span = atomic_load(&record->span);
	const unsigned char *from =
		feeder_bytes(feeder, ring_high(span), ring_low(span));
	uint64_t proof = record->proof;

	*result = (struct feeder_result){
		.bytes = bytes,
		.size = ring_low(span),
		.code = record->code,
		.marks = atomic_load(&record->marks),
		.excess = record->excess,
		.took_ns = record->took_ns,
	};
	if (!from || result->size > max_result || result->took_ns < 0 ||
	    (result->marks & ~(uint32_t)RING_MARKS) ||
	    (whole && result->size > 0 && (result->marks & RING_FILE)))
		return FEEDER_FOUL;
	if (result->size > room)
		result->bytes = hoard_take(feeder->hoard, result->size);
	if (!result->bytes)
		return FEEDER_NO_ROOM;
	memcpy(result->bytes, from, result->size);
	if (feeder_is_of_item(feeder, whole, proof, result))
		return FEEDER_READ;
	if (result->size > room)
		hoard_give(feeder->hoard, result->bytes);
	*result = (struct feeder_result){ .bytes = bytes };
	return whole ? FEEDER_FOUL : FEEDER_READ;
}

bool feeder_words(const struct feeder *feeder, uint32_t marks,
		  char said[SLATE_TEXT], char note[SLATE_TEXT])
{
	struct ring_words words = feeder->ring->words[feeder->got % RING_SLOTS];
	size_t none = 0;

	if ((marks & RING_WORDS) &&
	    words.proof != ring_prove_words(feeder->got, marks, &words))
		return false;
	text_line(said, SLATE_TEXT, words.said,
		  marks & RING_SAID ? SLATE_TEXT : none);
	text_line(note, SLATE_TEXT, words.note,
		  marks & RING_NOTED ? SLATE_TEXT : none);
	return true;
}

int64_t feeder_started_us(const struct feeder *feeder, uint32_t number)
{
	const struct ring_record *record =
		&feeder->ring->records[number % RING_SLOTS];

	return atomic_load(&record->started_ns) / 1000;
}

void feeder_next(struct feeder *feeder)
{
	uint32_t slot = feeder->got % RING_SLOTS;

	if (feeder->places[slot] != BUMP_NONE)
		bump_give(&feeder->in, feeder->ends[slot]);
	feeder->got++;
	atomic_store_explicit(&feeder->ring->got, feeder->got,
			      memory_order_release);
}

/* The child looks at `armed` behind each record; so it is set first, and the
 * records are looked at once more behind it. */
bool feeder_arm(struct feeder *feeder, uint32_t count)
{
	struct ring *ring = feeder->ring;

	atomic_store_explicit(&ring->wake_at, feeder->got + count,
			      memory_order_relaxed);
	atomic_store(&ring->armed, 1);
	if (atomic_load(&ring->done) - feeder->got < count)
		return true;
	atomic_store_explicit(&ring->armed, 0, memory_order_relaxed);
	return false;
}
