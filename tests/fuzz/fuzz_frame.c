/* SPDX-License-Identifier: MIT */
/*
 * fuzz_frame.c - any bytes are a frame, not yet one, or none; and more bytes
 * never change what was said of fewer.
 *
 * The input is what came over a channel; it is taken apart frame by frame.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "tine.h"

/* From memory of its own size, so that ASan sees who reads on. */
static long decode(const uint8_t *data, size_t size, struct frame *frame)
{
	uint8_t *exact = malloc(size ? size : 1);
	long length;

	if (!exact)
		abort();
	memcpy(exact, data, size);
	length = frame_decode(exact, size, frame);
	free(exact);
	return length;
}

/* A frame is what encoding it again would write, and it is all there. */
static void check_found(const uint8_t *data, size_t size, long length,
			const struct frame *frame)
{
	unsigned char head[FRAME_HEAD];

	assert((size_t)length <= size);
	assert(length == FRAME_HEAD + (long)frame->size);
	assert(frame->kind >= FRAME_DATA && frame->kind < FRAME_KINDS);
	assert(frame->size <= FRAME_MOST);
	frame_encode(head, frame);
	assert(memcmp(head, data, FRAME_HEAD) == 0);
}

/* Where there is no frame, nothing was written. */
static void check_none(long length, const struct frame *frame)
{
	const struct frame untouched = { .size = 4711, .value = -4711 };

	assert(length == 0 || length == TINE_EUSAGE);
	assert(frame->size == untouched.size);
	assert(frame->value == untouched.value);
}

static long check(const uint8_t *data, size_t size)
{
	struct frame frame = { .size = 4711, .value = -4711 };
	long length = decode(data, size, &frame);

	if (length > 0)
		check_found(data, size, length, &frame);
	else
		check_none(length, &frame);
	return length;
}

/* Of a frame that is all there, no part is one; what is foul was so as soon
 * as its head was there, and stays so. */
static void check_prefixes(const uint8_t *data, size_t size, long whole)
{
	size_t most = size < FRAME_HEAD + 16 ? size : FRAME_HEAD + 16;
	bool foul = false;

	for (size_t cut = 0; cut <= most; cut++) {
		long length = check(data, cut);

		assert(!foul || length == TINE_EUSAGE);
		assert(length <= 0 || length == whole);
		assert(length >= 0 || whole == TINE_EUSAGE);
		foul = length == TINE_EUSAGE;
		assert(foul || cut < FRAME_HEAD || whole != TINE_EUSAGE);
	}
}

static void check_number(const uint8_t *data, size_t size)
{
	unsigned char again[8];

	if (size < sizeof again)
		return;
	frame_put64(again, frame_get64(data));
	assert(memcmp(again, data, sizeof again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	long length;

	check_number(data, size);
	do {
		length = check(data, size);
		check_prefixes(data, size, length);
		data += length > 0 ? length : 0;
		size -= length > 0 ? (size_t)length : 0;
	} while (length > 0);
	return 0;
}

/* ---- Seeds ------------------------------------------------------------- */

static size_t put(uint8_t *at, enum frame_kind kind, uint32_t size, int value)
{
	const struct frame frame = { kind, size, value };

	frame_encode(at, &frame);
	memset(at + FRAME_HEAD, 'x', size);
	return FRAME_HEAD + size;
}

size_t fuzz_seed(unsigned number, uint8_t data[FUZZ_ROOM])
{
	size_t size = 0;

	switch (number) {
	case 0: return put(data, FRAME_DATA, 1, 0);
	case 1: return put(data, FRAME_DATA, 1000, 0);
	case 2: return put(data, FRAME_BULK, 8, 0);
	case 3: return put(data, FRAME_EXCESS, 8, 0);
	case 4: return put(data, FRAME_DONE, 0, 255);
	case 5: return put(data, FRAME_FELL, 8, TINE_CRASHED);
	case 6:
		size += put(data + size, FRAME_DATA, 5, 0);
		size += put(data + size, FRAME_BULK, 8, 0);
		size += put(data + size, FRAME_DATA, 3, 0);
		return size + put(data + size, FRAME_DONE, 0, 0);
	default: return 0;
	}
}
