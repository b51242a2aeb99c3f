/* SPDX-License-Identifier: MIT */
/* ring_rig.c - both sides of a ring in one process. */
#include "ring_rig.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fd.h"

/* On the heap, where ASan sees who leaves it. */
int ring_rig_new(void **state)
{
	struct ring_rig *rig = calloc(1, sizeof *rig);
	int pair[2];

	if (!rig || fd_socketpair(SOCK_SEQPACKET, pair) < 0)
		return -1;
	rig->ring = aligned_alloc(4096, sizeof *rig->ring);
	if (!rig->ring)
		return -1;
	memset(rig->ring, 0, sizeof *rig->ring);
	mail_init(&rig->mail, pair[0]);
	rig->outbox.side = pair[1];
	rig->outbox.file = -1;
	*state = rig;
	return 0;
}

int ring_rig_free(void **state)
{
	struct ring_rig *rig = *state;

	mail_done(&rig->mail);
	(void)close(rig->outbox.side);
	free(rig->ring);
	free(rig);
	return 0;
}

/* All but the bytes, which nobody may rely on. */
int ring_rig_renew(void **state)
{
	struct ring_rig *rig = *state;

	while (ring_rig_woken(rig))
		;
	while (rig->mail.count > 0)
		(void)close(mail_take_file(&rig->mail));
	rig->mail.foul = false;
	memset(rig->ring, 0, offsetof(struct ring, in));
	memset(rig->ring->records, 0,
	       offsetof(struct ring, out) - offsetof(struct ring, records));
	feeder_init(&rig->feeder, rig->ring);
	outbox_init(&rig->outbox, rig->ring, rig->outbox.side);
	return 0;
}

void ring_rig_count_from(struct ring_rig *rig, uint32_t number)
{
	struct feeder *feeder = &rig->feeder;

	feeder->given = feeder->offered = feeder->got = number;
	rig->outbox.number = rig->outbox.kept = number;
	atomic_store(&rig->ring->claim, ring_pair(number, number));
	atomic_store(&rig->ring->done, number);
	atomic_store(&rig->ring->got, number);
}

/* ---- The child --------------------------------------------------------- */

bool ring_rig_take(struct ring_rig *rig)
{
	uint64_t claim = atomic_load(&rig->ring->claim);

	if (ring_high(claim) == ring_low(claim))
		return false;
	assert_int_equal(ring_high(claim), rig->outbox.number);
	atomic_store(&rig->ring->claim,
		     ring_pair(ring_high(claim) + 1, ring_low(claim)));
	return true;
}

const struct ring_order *ring_rig_order(const struct ring_rig *rig)
{
	return &rig->ring->orders[rig->outbox.number % RING_SLOTS];
}

const unsigned char *ring_rig_item(const struct ring_rig *rig)
{
	const struct ring_order *order = ring_rig_order(rig);

	return order->at == RING_HERE ? order->bytes
				      : rig->ring->in + order->at;
}

void ring_rig_begin(struct ring_rig *rig, const void *data, size_t size)
{
	assert_true(ring_rig_take(rig));
	outbox_open(&rig->outbox, 1);
	assert_true(outbox_add(&rig->outbox, data, size));
}

void ring_rig_run(struct ring_rig *rig, const void *data, size_t size, int code)
{
	ring_rig_begin(rig, data, size);
	outbox_close(&rig->outbox, code, 0, 1);
}

/* ---- The parent -------------------------------------------------------- */

void ring_rig_feed(struct ring_rig *rig, uint32_t count)
{
	while (count-- > 0)
		assert_true(feeder_add(&rig->feeder, "i", 1));
	(void)feeder_offer(&rig->feeder);
}

void ring_rig_expect(struct ring_rig *rig, const void *data, size_t size,
		     int code)
{
	unsigned char here[16];
	struct feeder_result result;

	assert_int_equal(feeder_read(&rig->feeder, true, here, sizeof here,
				     MAX_RESULT, &result),
			 FEEDER_READ);
	assert_int_equal(result.size, size);
	assert_int_equal(result.code, code);
	assert_memory_equal(result.bytes, data, size);
	if (result.bytes != here)
		free(result.bytes);
	feeder_next(&rig->feeder);
}

bool ring_rig_woken(struct ring_rig *rig)
{
	char word;
	int file;
	ssize_t got = fd_receive(rig->mail.socket, &word, 1, &file);

	if (file >= 0)
		(void)close(file);
	return got > 0;
}

unsigned char *bytes_of(uint64_t number, size_t size)
{
	unsigned char *bytes = malloc(size ? size : 1);

	assert_non_null(bytes);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)(number * 37 + i + i / 251);
	return bytes;
}
