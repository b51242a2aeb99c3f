/* SPDX-License-Identifier: MIT */
/*
 * frame.c - what bytes on a task's channel mean.
 *
 * Pure. The writer is a child that may have gone mad: a head is believed only
 * when each of its 16 bytes is one that this library writes, and a size is
 * compared before it is used for anything.
 *
 * Not here: in which order frames may come, and how much of them (inbox.c).
 */
#include "frame.h"

#include <stdbool.h>
#include <string.h>

#include "tine.h"

#define FRAME_MAGIC 0xe11e7431u

static void put32(unsigned char *bytes, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (unsigned char)(number >> (8 * i));
}

static uint32_t get32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
	       (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

void frame_put64(unsigned char bytes[8], uint64_t number)
{
	put32(bytes, (uint32_t)number);
	put32(bytes + 4, (uint32_t)(number >> 32));
}

uint64_t frame_get64(const unsigned char bytes[8])
{
	return (uint64_t)get32(bytes + 4) << 32 | get32(bytes);
}

void frame_encode(unsigned char head[FRAME_HEAD], const struct frame *frame)
{
	memset(head, 0, FRAME_HEAD);
	put32(head, FRAME_MAGIC);
	head[4] = (unsigned char)frame->kind;
	put32(head + 8, frame->size);
	put32(head + 12, (uint32_t)frame->value);
}

/* How many bytes may stand behind a head of each kind, and whether its value
 * means anything: else it is 0. */
static const struct {
	uint32_t least, most;
	bool valued;
} kinds[FRAME_KINDS] = {
	[FRAME_DATA] = { 1, FRAME_MOST }, [FRAME_BULK] = { 8, 8 },
	[FRAME_EXCESS] = { 8, 8 },        [FRAME_DONE] = { 0, 0, true },
	[FRAME_FELL] = { 8, 8, true },
};

/* What is there of a head can be wrong before it is whole. */
static int frame_foul(const unsigned char *bytes, size_t size)
{
	static const unsigned char zero[3];
	unsigned char magic[4];

	put32(magic, FRAME_MAGIC);
	if (memcmp(bytes, magic, size < 4 ? size : 4) != 0)
		return 1;
	if (size > 4 && (bytes[4] < FRAME_DATA || bytes[4] >= FRAME_KINDS))
		return 1;
	return size > 5 &&
	       memcmp(bytes + 5, zero, size < 8 ? size - 5 : 3) != 0;
}

long frame_decode(const unsigned char *bytes, size_t size, struct frame *frame)
{
	struct frame found;

	if (size == 0)
		return 0;
	if (frame_foul(bytes, size))
		return TINE_EUSAGE;
	if (size < FRAME_HEAD)
		return 0;
	found = (struct frame){
		.kind = (enum frame_kind)bytes[4],
		.size = get32(bytes + 8),
		.value = (int32_t)get32(bytes + 12),
	};
	if (found.size < kinds[found.kind].least ||
	    found.size > kinds[found.kind].most ||
	    (found.value != 0 && !kinds[found.kind].valued))
		return TINE_EUSAGE;
	if (size < FRAME_HEAD + (size_t)found.size)
		return 0;
	*frame = found;
	return FRAME_HEAD + (long)found.size;
}
