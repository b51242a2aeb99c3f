/* SPDX-License-Identifier: MIT */
/*
 * vandal.c - in a child: writing where it should not.
 *
 * Whatever else it does, it says last that it has done, or was given, what it
 * cannot have: so its parent cannot but see it, if it looks.
 */
#include "vandal.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chance.h"
#include "outbox.h"
#include "ring.h"
#include "self.h"

static int vandal_hang(void)
{
	while (pause() < 0)
		;
	return 0;
}

/* The high bit of the first byte is never a frame's. */
static int vandal_shout(struct tine_self *self, uint64_t salt)
{
	unsigned char bytes[64];

	memset(bytes, 0x80 | (int)(salt & 0xff), sizeof bytes);
	(void)write(self->channel, bytes, 1 + salt % sizeof bytes);
	return vandal_hang();
}

static void vandal_smear(void *memory, size_t size, uint64_t salt)
{
	unsigned char *bytes = memory;

	for (size_t i = 0; i + 8 <= size; i += 8) {
		uint64_t random = chance_mix(salt + i);

		memcpy(bytes + i, &random, sizeof random);
	}
}

/* Between the two there are the items, which nobody in here can write to. */
#define HEAD offsetof(struct ring, orders)
#define REST (sizeof(struct ring) - offsetof(struct ring, records))

/* Words, places, sizes and results, here and there. */
static void vandal_scatter(struct ring *ring, uint64_t salt)
{
	unsigned char *bytes = (unsigned char *)ring->records;

	for (uint64_t i = 0; i < 1000; i++)
		bytes[chance_mix(salt + i) % REST] ^=
			(unsigned char)(1 << i % 8);
}

static void vandal_smear_all(struct ring *ring, uint64_t salt)
{
	vandal_smear(ring, HEAD, salt);
	vandal_smear(ring->records, REST, salt);
}

/* It has taken many more than it was given. */
static void vandal_claim(struct outbox *outbox)
{
	uint32_t much = outbox->number + (1u << 30);

	atomic_store(&outbox->ring->claim, ring_pair(much, outbox->number));
}

static void vandal_files(int side)
{
	for (int i = 0; i < 100; i++)
		(void)send(side, "f", 1, MSG_NOSIGNAL);
}

static int vandal_leave(struct outbox *outbox, uint64_t salt)
{
	vandal_claim(outbox);
	switch (salt % 4) {
	case 0: return 0;
	case 1: return raise(SIGSEGV);
	case 2: exit((int)(salt >> 8 & 255));
	default: return vandal_hang();
	}
}

bool vandal_may_return(uint64_t salt)
{
	return salt % 4 == 0 && (salt >> 32 & 7) < 6;
}

int vandal_run(struct tine_self *self, uint64_t salt)
{
	struct ring *ring;

	if (!self->outbox)
		return vandal_shout(self, salt);
	ring = self->outbox->ring;
	switch (salt >> 32 & 7) {
	case 0: break;
	case 1: vandal_scatter(ring, salt); break;
	case 2: vandal_smear(ring->records, sizeof ring->records, salt); break;
	case 3: vandal_smear(ring->out, sizeof ring->out, salt); break;
	case 4: vandal_smear(ring->words, sizeof ring->words, salt); break;
	case 5: vandal_smear_all(ring, salt); break;
	case 6: vandal_files(self->outbox->side); return vandal_hang();
	case 7: atomic_fetch_add(&ring->done, 1u << 20); return vandal_hang();
	}
	return vandal_leave(self->outbox, salt);
}
