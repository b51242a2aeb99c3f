/* SPDX-License-Identifier: MIT */
/*
 * fuzz_slot.c - whatever somebody has written into a board, it is no record, or
 * one that can be used; and one that was read would be read so again.
 *
 * The first byte of the input says which record it is, and whether its sum is
 * right; the record is what follows, and zeros.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sane.h"
#include "slot.h"
#include "tine.h"

#define SEALED 0x80

#define KIND(name)                                     \
	static bool read_##name(void *record)          \
	{                                              \
		return slot_read_##name(record);       \
	}                                              \
                                                       \
	static bool is_sane_##name(const void *record) \
	{                                              \
		return sane_##name(record);            \
	}
KIND(head)
KIND(tally)
KIND(slot)
KIND(end)
KIND(crash)

static const struct kind {
	size_t size;
	bool (*read)(void *record);
	bool (*is_sane)(const void *record);
} kinds[] = {
	{ sizeof(struct board_head), read_head, is_sane_head },
	{ sizeof(struct board_tally), read_tally, is_sane_tally },
	{ sizeof(struct board_slot), read_slot, is_sane_slot },
	{ sizeof(struct board_end), read_end, is_sane_end },
	{ sizeof(struct board_crash), read_crash, is_sane_crash },
};

#define KINDS (sizeof kinds / sizeof *kinds)

/* In memory of its own size, so that ASan sees who reads on. */
static void *copy_of(const void *record, size_t size)
{
	void *copy = malloc(size);

	if (!copy)
		abort();
	return memcpy(copy, record, size);
}

static void check(const struct kind *kind, const union record *record)
{
	uint8_t *read = copy_of(record, kind->size), *again;
	size_t seal = sizeof(struct board_seal);

	if (kind->read(read)) {
		assert(kind->is_sane(read));
		assert(slot_is_whole(record, kind->size));
		again = copy_of(read, kind->size);
		memset(again, 0, seal); /* it may be the last of all turns */
		slot_seal(again, kind->size);
		assert(kind->read(again));
		assert(memcmp(again + seal, read + seal, kind->size - seal) ==
		       0);
		free(again);
	} else {
		assert(memcmp(read, record, kind->size) == 0);
	}
	free(read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static union record record;
	const struct kind *kind;

	if (size == 0)
		return 0;
	kind = &kinds[(data[0] & (SEALED - 1)) % KINDS];
	size = size - 1 < kind->size ? size - 1 : kind->size;
	memset(&record, 0, kind->size);
	memcpy(&record, data + 1, size);
	if (data[0] & SEALED)
		slot_seal(&record, kind->size);
	check(kind, &record);
	return 0;
}

/* ---- Seeds ------------------------------------------------------------- */

static const struct board_head head = {
	.magic = { 't', 'i', 'n', 'e', '-', 'b', 'r', 'd' },
	.version = BOARD_VERSION,
	.kind = BOARD_SUPER,
	.pid = 4711,
	.mono_us = 5000000,
	.real_us = 1700000000000000,
	.app = "shop",
	.path = "front/till",
};
static const struct board_tally tally = { .started = 3, .slates = 7 };
static const struct board_slot slot = {
	.id = 1,
	.pid = 4712,
	.kind = SLOT_CHILD,
	.state = NOW_STOPPING,
	.restart = TINE_PERMANENT,
	.last_end = TINE_PENDING,
	.grace_ms = TINE_BRUTAL,
	.name = "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x8c\xb2",
};
static const struct board_end end = {
	.number = 1,
	.kind = SLOT_ITEM,
	.end = TINE_CRASHED,
	.name = "resize",
	.message = "crashed: SIGSEGV",
	.note = "\x1b[31mpage 7\xc2\x9b",
	.output = "one\ntwo\n\ttabs\r\n",
};
static const struct board_crash crash = {
	.fingerprint = 99,
	.count = 1,
	.signal = 11,
	.stack = "#0 scale\n#1 main\n",
};

static size_t put(uint8_t *data, unsigned kind, const void *record)
{
	size_t most = FUZZ_ROOM - 1;
	size_t size = kinds[kind].size < most ? kinds[kind].size : most;

	data[0] = (uint8_t)(kind | SEALED);
	memcpy(data + 1, record, size);
	return 1 + size;
}

size_t fuzz_seed(unsigned number, uint8_t data[FUZZ_ROOM])
{
	switch (number) {
	case 0: return put(data, 0, &head);
	case 1: return put(data, 1, &tally);
	case 2: return put(data, 2, &slot);
	case 3: return put(data, 3, &end);
	case 4: return put(data, 4, &crash);
	default: return 0;
	}
}
