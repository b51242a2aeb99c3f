/* SPDX-License-Identifier: MIT */
/*
 * ring.h - the memory that a pooled child shares with its parent.
 *
 * Items go down, results come up, each in the slot of its number. The parent
 * writes orders, the child records; the claim they both change, so that an item
 * is either taken by the child or taken back by the parent, and never both.
 * Numbers count up for ever, modulo 2^32; a slot is a number modulo RING_SLOTS.
 *
 * What the parent reads here is gossip: it is copied once, and held against
 * what the parent knows by itself (feeder.c).
 */
#ifndef TINE_RING_H
#define TINE_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slate.h"

#define RING_SLOTS 1024u
#define RING_HERE (UINT32_MAX - 1) /* the bytes are in the slot itself */
#define RING_ITEM 56u              /* so many bytes of an item fit there, */
#define RING_RESULT 16u            /* and of a result */
#define RING_PAGE 4096
#define RING_IN ((uint32_t)1 << 20)
#define RING_OUT ((uint32_t)8 << 20)
#define RING_ITEM_MOST (RING_IN / 2)
#define RING_RESULT_MOST (RING_OUT / 2) /* more goes as a sealed file */

/* The bytes stand where any type may. */
struct ring_order {
	_Alignas(64) unsigned char bytes[RING_ITEM];
	uint32_t size, at;
};

enum ring_mark {
	RING_FILE = 1,   /* the result is in a memory file that came along */
	RING_EXCESS = 2, /* it was more than max_result: `excess` bytes */
	RING_SAID = 4,   /* there are words of tine_fail(), */
	RING_NOTED = 8,  /* of tine_note() */
	RING_WORDS = RING_SAID | RING_NOTED,
	RING_MARKS = 15,
};

struct ring_record {
	_Atomic uint64_t span; /* place << 32 | size, grows as it is sent */
	_Atomic int64_t started_ns;
	int64_t took_ns;
	uint64_t proof; /* ring_proof(); until there is one, ring_begun() */
	int32_t code;
	_Atomic uint32_t marks;
	uint64_t excess;
	unsigned char bytes[RING_RESULT];
};

struct ring_words {
	uint64_t proof; /* ring_prove_words(), if there are any */
	char said[SLATE_TEXT];
	char note[SLATE_TEXT];
};

struct ring {
	/* Both. */
	_Alignas(64) _Atomic uint64_t claim; /* taken << 32 | offered */
	_Atomic uint32_t armed;              /* the parent wants to hear ... */
	_Atomic uint32_t asleep;             /* the child waits for the bell */
	_Atomic uint32_t bell;

	/* The parent. */
	_Alignas(64) _Atomic uint32_t wake_at; /* ... when so many are done */
	_Atomic uint32_t got;                  /* records it is done with */

	/* The child. */
	_Alignas(64) _Atomic uint32_t done; /* records it has written */

	/* The parent's alone: the child cannot write here. */
	_Alignas(RING_PAGE) struct ring_order orders[RING_SLOTS];
	unsigned char in[RING_IN];

	/* The child's. */
	_Alignas(RING_PAGE) struct ring_record records[RING_SLOTS];
	struct ring_words words[RING_SLOTS];
	_Alignas(RING_PAGE) unsigned char out[RING_OUT];
};

static inline uint64_t ring_pair(uint32_t high, uint32_t low)
{
	return (uint64_t)high << 32 | low;
}

static inline uint32_t ring_high(uint64_t pair)
{
	return (uint32_t)(pair >> 32);
}

static inline uint32_t ring_low(uint64_t pair)
{
	return (uint32_t)pair;
}

/* In the child: what stands below the items is what they were given as,
 * whatever they do. */
void ring_protect(struct ring *ring);

/* Stands for a record that is not whole: that it is of that number, and not of
 * the one that stood there before. */
static inline uint64_t ring_begun(uint32_t number)
{
	return ring_pair(number, RING_HERE);
}

/* Stands for a whole record: that nothing of it was changed since. */
uint64_t ring_proof(uint32_t number, int32_t code, uint32_t marks,
		    const void *bytes, size_t size);
uint64_t ring_prove_words(uint32_t number, uint32_t marks,
			  const struct ring_words *words);

#endif
