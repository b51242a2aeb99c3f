/* SPDX-License-Identifier: MIT */
/*
 * ring.c - what keeps items as they were given, and proves that records are as
 * they were written.
 *
 * A child may write where it should not, also over results that it has
 * finished. That must cost those results, and never change them. XXH3 is made
 * for such use: it finds accidents, not forgeries, and a child that forges its
 * own results could as well return them.
 *
 * Only its code is used, inlined: there is no library to link. Of a large
 * result only the beginning is proven: more would take longer than to copy it.
 */
#include "ring.h"

#include <sys/mman.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Where pages are larger than ours the system refuses, and items are as safe as
 * all else that a child may write over. */
void ring_protect(struct ring *ring)
{
	(void)mprotect(ring->orders,
		       offsetof(struct ring, records) -
			       offsetof(struct ring, orders),
		       PROT_READ);
}

#define RING_PROVEN ((size_t)65536)

uint64_t ring_proof(uint32_t number, int32_t code, uint32_t marks,
		    const void *bytes, size_t size)
{
	uint64_t seed = ring_pair(number, (uint32_t)code) * 16 + marks;

	return XXH3_64bits_withSeed(bytes,
				    size < RING_PROVEN ? size : RING_PROVEN,
				    seed ^ size << 40);
}

static uint64_t ring_prove_text(const char text[SLATE_TEXT], bool there,
				uint64_t seed)
{
	return there ? XXH3_64bits_withSeed(text, SLATE_TEXT, seed) : seed;
}

uint64_t ring_prove_words(uint32_t number, uint32_t marks,
			  const struct ring_words *words)
{
	uint64_t said = ring_prove_text(words->said, marks & RING_SAID, number);

	return ring_prove_text(words->note, marks & RING_NOTED, ~said);
}
