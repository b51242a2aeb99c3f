/* SPDX-License-Identifier: MIT */
/*
 * feeder.h - the parent's side of a ring: what it gave, and what it got.
 *
 * given - got is what the child has, waiting, under way, or not yet read.
 */
#ifndef TINE_FEEDER_H
#define TINE_FEEDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bump.h"
#include "hoard.h"
#include "ring.h"

struct feeder {
	struct ring *ring;
	struct hoard *hoard; /* for what does not fit; NULL: none */
	uint32_t given, offered, got;
	struct bump in;
	uint32_t places[RING_SLOTS]; /* of the items; BUMP_NONE: in the slot */
	uint32_t ends[RING_SLOTS];
};

void feeder_init(struct feeder *feeder, struct ring *ring);

/* Lays an item down for the child to find after feeder_offer(). False: there
 * is no room for it now. */
bool feeder_add(struct feeder *feeder, const void *bytes, size_t size);

/* Returns whether the child sleeps, and the bell is to be rung. */
bool feeder_offer(struct feeder *feeder);

/* What the child says: how many it has taken, and done, so far. False: that
 * cannot be. All that was added is to be offered before. */
bool feeder_look(const struct feeder *feeder, uint32_t *taken, uint32_t *done);

/* Takes back up to `count` items, the last ones, that the child has not taken.
 * Returns how many. */
uint32_t feeder_withdraw(struct feeder *feeder, uint32_t count);

/* One result, copied out of the child's reach. */
struct feeder_result {
	unsigned char *bytes; /* `room` of them, or the hoard's if more */
	size_t size;
	int32_t code;
	uint32_t marks;
	uint64_t excess;
	int64_t took_ns;
};

enum feeder_verdict {
	FEEDER_READ,
	FEEDER_FOUL,    /* it is not what a child of ours writes */
	FEEDER_NO_ROOM, /* no memory to copy it to */
};

/*
 * Reads the record of item `got`, whole or not, into `room` bytes at `bytes`,
 * or, if there is more, into memory of its own. A whole one is proven. One that
 * is not whole may be nothing yet: then there are no bytes, and no marks.
 */
enum feeder_verdict feeder_read(const struct feeder *feeder, bool whole,
				void *bytes, size_t room, size_t max_result,
				struct feeder_result *result);

/* Its words, clean; false: they are not what it said. Reads them before
 * feeder_next(). */
bool feeder_words(const struct feeder *feeder, uint32_t marks,
		  char said[SLATE_TEXT], char note[SLATE_TEXT]);

/* When it says that the item of that number began. */
int64_t feeder_started_us(const struct feeder *feeder, uint32_t number);

/* Is done with item `got`. */
void feeder_next(struct feeder *feeder);

/* From here on the child is to say when `count` more are done, or when it has
 * none left. False: so many are done already. */
bool feeder_arm(struct feeder *feeder, uint32_t count);

#endif
