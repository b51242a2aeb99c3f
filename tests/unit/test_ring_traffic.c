/* SPDX-License-Identifier: MIT */
/*
 * test_ring_traffic.c - each item that goes down a ring comes up as one result,
 * whatever either side does in between.
 *
 * Parent and child act by turns, as chance has it. A model knows which items
 * are where, and what was sent for them; bytes follow from an item's number.
 * Items are taken back and given again, so that the order is always the same.
 */
#include "ring_rig.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chance.h"
#include "sealed.h"

#define FILES 7 /* the child would wait for room for an eighth */
#define PATTERNS 256

static unsigned char *pattern;

struct traffic {
	struct ring_rig *rig;
	struct chance chance;
	uint32_t most_item, most_result;            /* bytes */
	uint64_t added, offered, taken, done, read; /* items, in their order */
	uint32_t sizes[RING_SLOTS];                 /* of items */
	uint32_t sent[RING_SLOTS];                  /* of results */
	uint32_t left;                              /* of the open one */
	bool open;
};

static const unsigned char *bytes_for(uint64_t number)
{
	return pattern + number % PATTERNS;
}

/* ---- The parent --------------------------------------------------------- */

static bool is_small(uint32_t size)
{
	return size <= RING_ITEM;
}

static void add(struct traffic *traffic)
{
	uint32_t size = chance_size(&traffic->chance, traffic->most_item) - 1;
	bool full = traffic->added - traffic->read == RING_SLOTS;
	bool alone = traffic->added == traffic->read;

	if (!feeder_add(&traffic->rig->feeder, bytes_for(traffic->added),
			size)) {
		assert_true(full || !(is_small(size) || alone));
		return;
	}
	assert_false(full);
	traffic->sizes[traffic->added % RING_SLOTS] = size;
	traffic->added++;
}

static void offer(struct traffic *traffic)
{
	(void)feeder_offer(&traffic->rig->feeder);
	traffic->offered = traffic->added;
}

static void look(struct traffic *traffic)
{
	struct feeder *feeder = &traffic->rig->feeder;
	uint32_t taken, done;

	offer(traffic);
	assert_true(feeder_look(feeder, &taken, &done));
	assert_int_equal(taken - feeder->got, traffic->taken - traffic->read);
	assert_int_equal(done - feeder->got, traffic->done - traffic->read);
	assert_int_equal(feeder->given - feeder->got,
			 traffic->added - traffic->read);
}

static void read_file(struct traffic *traffic, uint32_t size)
{
	int file;
	void *map;

	mail_read(&traffic->rig->mail);
	file = mail_take_file(&traffic->rig->mail);
	assert_true(sealed_is(file, size));
	map = sealed_map(file, size);
	assert_memory_equal(map, bytes_for(traffic->read), size);
	sealed_unmap(map, size);
	assert_int_equal(close(file), 0);
}

static void read_result(struct traffic *traffic, bool whole)
{
	uint32_t size = traffic->sent[traffic->read % RING_SLOTS];
	unsigned char here[64];
	struct feeder_result result;

	assert_int_equal(feeder_read(&traffic->rig->feeder, whole, here,
				     sizeof here, MAX_RESULT, &result),
			 FEEDER_READ);
	if (whole && (result.marks & RING_FILE)) {
		read_file(traffic, size);
	} else if (!(result.marks & RING_FILE)) {
		assert_int_equal(result.size, size);
		assert_memory_equal(result.bytes, bytes_for(traffic->read),
				    size);
	}
	assert_true(!whole || result.code == (int)(traffic->read % 256));
	if (result.bytes != here)
		free(result.bytes);
}

static void read_one(struct traffic *traffic)
{
	if (traffic->read < traffic->done) {
		read_result(traffic, true);
		feeder_next(&traffic->rig->feeder);
		traffic->read++;
	} else if (traffic->read < traffic->taken) {
		read_result(traffic, false);
	}
}

static void read_all(struct traffic *traffic)
{
	look(traffic);
	while (traffic->read < traffic->done)
		read_one(traffic);
}

static void withdraw(struct traffic *traffic)
{
	uint32_t count = chance_size(&traffic->chance, RING_SLOTS);
	uint64_t waiting;

	offer(traffic);
	waiting = traffic->added - traffic->taken;
	if (waiting > count)
		waiting = count;
	assert_int_equal(feeder_withdraw(&traffic->rig->feeder, count),
			 waiting);
	traffic->added -= waiting;
	traffic->offered = traffic->added;
}

static void arm(struct traffic *traffic)
{
	uint64_t load = traffic->added - traffic->read;
	uint32_t count;

	offer(traffic);
	if (load == 0)
		return;
	count = chance_size(&traffic->chance, (uint32_t)load);
	mail_read(&traffic->rig->mail);
	assert_int_equal(feeder_arm(&traffic->rig->feeder, count),
			 traffic->done - traffic->read < count);
}

/* ---- The child ---------------------------------------------------------- */

static void take(struct traffic *traffic)
{
	struct ring_rig *rig = traffic->rig;
	uint64_t number = traffic->taken;
	uint32_t most = traffic->most_result;

	if (traffic->open)
		return;
	assert_int_equal(ring_rig_take(rig), number < traffic->offered);
	if (number == traffic->offered)
		return;
	traffic->taken++;
	outbox_open(&rig->outbox, 1);
	assert_int_equal(ring_rig_order(rig)->size,
			 traffic->sizes[number % RING_SLOTS]);
	assert_memory_equal(ring_rig_item(rig), bytes_for(number),
			    traffic->sizes[number % RING_SLOTS]);
	if (rig->outbox.files >= FILES || chance_below(&traffic->chance, 8))
		most = 5000;
	traffic->sent[number % RING_SLOTS] = 0;
	traffic->left = chance_size(&traffic->chance, most) - 1;
	traffic->open = true;
}

/* A full ring would need a file. */
static bool may_send(const struct traffic *traffic)
{
	const struct ring_rig *rig = traffic->rig;

	return traffic->open &&
	       (rig->outbox.files < FILES || rig->outbox.file >= 0);
}

static void send_piece(struct traffic *traffic)
{
	uint32_t *sent = &traffic->sent[traffic->done % RING_SLOTS];
	uint32_t size;

	if (!may_send(traffic))
		return;
	size = chance_size(&traffic->chance, traffic->left + 1) - 1;
	assert_true(outbox_add(&traffic->rig->outbox,
			       bytes_for(traffic->done) + *sent, size));
	*sent += size;
	traffic->left -= size;
}

static void close_record(struct traffic *traffic)
{
	if (!traffic->open)
		return;
	outbox_close(&traffic->rig->outbox, (int)(traffic->done % 256), 0, 1);
	traffic->done++;
	traffic->open = false;
}

static void finish_record(struct traffic *traffic)
{
	if (traffic->open && may_send(traffic))
		while (traffic->left > 0)
			send_piece(traffic);
	close_record(traffic);
}

/* ---- Both --------------------------------------------------------------- */

static void step(struct traffic *traffic)
{
	static void (*const steps[])(struct traffic * traffic) = {
		add,           add,           add,        offer,
		look,          read_one,      read_one,   read_all,
		withdraw,      arm,           take,       take,
		take,          send_piece,    send_piece, close_record,
		finish_record, finish_record,
	};
	uint32_t turns = 1;

	if (chance_below(&traffic->chance, 30) == 0)
		turns = chance_size(&traffic->chance, RING_SLOTS);
	if (turns > 1 && chance_below(&traffic->chance, 2))
		while (turns-- > 0) {
			take(traffic);
			finish_record(traffic);
		}
	else if (turns > 1)
		while (turns-- > 0)
			add(traffic);
	else
		steps[chance_below(&traffic->chance, COUNT(steps))](traffic);
}

static void drain(struct traffic *traffic)
{
	finish_record(traffic);
	offer(traffic);
	while (traffic->taken < traffic->added) {
		take(traffic);
		finish_record(traffic);
		read_all(traffic);
	}
	read_all(traffic);
	assert_true(traffic->read == traffic->added);
}

/* As when it was new: as many items, as large ones, and results in the ring. */
static void assert_all_room_is_back(struct traffic *traffic)
{
	struct ring_rig *rig = traffic->rig;

	ring_rig_feed(rig, RING_SLOTS);
	assert_int_equal(feeder_withdraw(&rig->feeder, UINT32_MAX), RING_SLOTS);
	for (int i = 0; i < 3; i++) {
		assert_true(feeder_add(&rig->feeder, pattern, RING_ITEM_MOST));
		(void)feeder_offer(&rig->feeder);
		ring_rig_run(rig, pattern, RING_RESULT_MOST, 0);
		ring_rig_expect(rig, pattern, RING_RESULT_MOST, 0);
	}
	assert_int_equal(rig->outbox.files, 0);
}

static void run(void **state, struct traffic traffic, uint64_t seed, int steps)
{
	static const uint32_t starts[] = { 0, UINT32_MAX - 1500, UINT32_MAX,
					   INT32_MAX - 100u };

	(void)ring_rig_renew(state);
	traffic.rig = *state;
	traffic.chance.state = seed;
	ring_rig_count_from(traffic.rig, starts[seed % COUNT(starts)]);
	while (steps-- > 0)
		step(&traffic);
	drain(&traffic);
	assert_all_room_is_back(&traffic);
}

static void small_items_come_up_once_each(void **state)
{
	const struct traffic traffic = { .most_item = 80, .most_result = 40 };

	for (uint64_t seed = 0; seed < 40; seed++)
		run(state, traffic, seed, 3000);
}

static void items_of_all_sizes_come_up_once_each(void **state)
{
	const struct traffic traffic = { .most_item = RING_ITEM_MOST + 1,
					 .most_result = 100000 };

	for (uint64_t seed = 0; seed < 20; seed++)
		run(state, traffic, seed, 1000);
}

static void results_of_all_sizes_come_up_once_each(void **state)
{
	const struct traffic traffic = { .most_item = 1000,
					 .most_result =
						 RING_RESULT_MOST * 5 / 4 };

	for (uint64_t seed = 0; seed < 12; seed++)
		run(state, traffic, seed, 300);
}

static void middling_results_fill_the_ring_and_come_up_once_each(void **state)
{
	const struct traffic traffic = { .most_item = 3000,
					 .most_result = RING_OUT / 50 };

	for (uint64_t seed = 0; seed < 20; seed++)
		run(state, traffic, seed, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_items_come_up_once_each),
		cmocka_unit_test(items_of_all_sizes_come_up_once_each),
		cmocka_unit_test(results_of_all_sizes_come_up_once_each),
		cmocka_unit_test(
			middling_results_fill_the_ring_and_come_up_once_each),
	};
	int failed;

	pattern = bytes_of(3, PATTERNS + RING_OUT);
	failed = cmocka_run_group_tests(tests, ring_rig_new, ring_rig_free);
	free(pattern);
	return failed;
}
