/* SPDX-License-Identifier: MIT */
/*
 * test_ring_threads.c - both sides of a ring at the same time.
 *
 * The child is a thread here: it finds what was given, sleeps when there is
 * nothing, and is woken. Each side sleeps as it does in the library, without a
 * limit, so that a waking that is lost ends in silence; alarm() ends that.
 */
#include "ring_rig.h"

#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chance.h"

#define ITEMS 20000u
#define PATTERNS 256

static unsigned char *pattern;

static const unsigned char *bytes_for(uint32_t number)
{
	return pattern + number % PATTERNS;
}

/* Both sides know it without asking. Few are large. */
static uint32_t size_for(uint32_t number, uint32_t salt)
{
	struct chance chance = { number * 2 + salt };

	return chance_size(&chance, chance_below(&chance, 50) ? 100 : 20000);
}

/* ---- The child ---------------------------------------------------------- */

static bool child_take(struct ring *ring)
{
	uint64_t claim = atomic_load(&ring->claim);

	do
		if (ring_high(claim) == ring_low(claim))
			return false;
	while (!atomic_compare_exchange_weak(
		&ring->claim, &claim,
		ring_pair(ring_high(claim) + 1, ring_low(claim))));
	return true;
}

static void child_wait(struct ring_rig *rig)
{
	for (;;) {
		uint32_t bell = outbox_bell(&rig->outbox);

		outbox_doze(&rig->outbox);
		if (child_take(rig->ring))
			return;
		outbox_sleep(&rig->outbox, bell);
	}
}

/* What is not what it was given as is told by the code. */
static int child_check(const struct ring_rig *rig, uint32_t number)
{
	const struct ring_order *order = ring_rig_order(rig);
	uint32_t size = size_for(number, 0);

	return order->size != size ||
	       memcmp(ring_rig_item(rig), bytes_for(number), size) != 0;
}

static void *child_run(void *data)
{
	struct ring_rig *rig = data;

	for (uint32_t i = 0; i < ITEMS; i++) {
		uint32_t size = size_for(i, 1);

		if (!child_take(rig->ring))
			child_wait(rig);
		outbox_open(&rig->outbox, 1);
		(void)outbox_add(&rig->outbox, bytes_for(i), size / 2);
		(void)outbox_add(&rig->outbox, bytes_for(i) + size / 2,
				 size - size / 2);
		outbox_close(&rig->outbox, child_check(rig, i), 0, 1);
	}
	return NULL;
}

/* ---- The parent --------------------------------------------------------- */

struct parent {
	struct ring_rig *rig;
	struct chance chance;
	uint32_t added, read; /* items */
};

static void parent_ring(struct ring *ring)
{
	atomic_fetch_add(&ring->bell, 1);
	(void)syscall(SYS_futex, &ring->bell, FUTEX_WAKE, INT_MAX, NULL, NULL,
		      0);
}

static void parent_give(struct parent *parent)
{
	struct feeder *feeder = &parent->rig->feeder;
	uint32_t most = chance_size(&parent->chance, RING_SLOTS);

	while (parent->added < ITEMS && parent->added - parent->read < most &&
	       feeder_add(feeder, bytes_for(parent->added),
			  size_for(parent->added, 0)))
		parent->added++;
	if (feeder_offer(feeder))
		parent_ring(parent->rig->ring);
}

static void parent_collect(struct parent *parent)
{
	uint32_t taken, done;

	assert_true(feeder_look(&parent->rig->feeder, &taken, &done));
	while (parent->rig->feeder.got != done) {
		ring_rig_expect(parent->rig, bytes_for(parent->read),
				size_for(parent->read, 1), 0);
		parent->read++;
	}
}

static void parent_withdraw(struct parent *parent)
{
	uint32_t count = chance_size(&parent->chance, 50);

	if (chance_below(&parent->chance, 4) == 0)
		parent->added -= feeder_withdraw(&parent->rig->feeder, count);
}

static void parent_sleep(struct parent *parent)
{
	struct pollfd socket = { .fd = parent->rig->mail.socket,
				 .events = POLLIN };
	uint32_t load = parent->added - parent->read;

	if (load == 0 || !feeder_arm(&parent->rig->feeder,
				     1 + chance_below(&parent->chance, load)))
		return;
	assert_int_equal(poll(&socket, 1, -1), 1);
	mail_read(&parent->rig->mail);
}

static void all_come_up_once_each_and_nobody_sleeps_for_ever(void **state)
{
	static const uint32_t starts[] = { 0, UINT32_MAX - ITEMS / 2 };
	struct parent parent = { .rig = *state };
	pthread_t child;

	for (size_t i = 0; i < COUNT(starts); i++) {
		(void)ring_rig_renew(state);
		ring_rig_count_from(parent.rig, starts[i]);
		parent.added = parent.read = 0;
		parent.chance.state = i;
		assert_int_equal(
			pthread_create(&child, NULL, child_run, parent.rig), 0);
		while (parent.read < ITEMS) {
			parent_give(&parent);
			parent_collect(&parent);
			parent_withdraw(&parent);
			parent_sleep(&parent);
		}
		assert_int_equal(pthread_join(child, NULL), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			all_come_up_once_each_and_nobody_sleeps_for_ever),
	};
	int failed;

	(void)alarm(300);
	pattern = bytes_of(3, PATTERNS + RING_OUT);
	failed = cmocka_run_group_tests(tests, ring_rig_new, ring_rig_free);
	free(pattern);
	return failed;
}
