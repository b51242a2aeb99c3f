/* SPDX-License-Identifier: MIT */
/* test_outbox.c - what a child sends is in the ring, or in a file. */
#include "ring_rig.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fd.h"
#include "sealed.h"

#define LARGE (RING_RESULT_MOST + 1)

static unsigned char *large;

/* Fails when so many more calls were good. -1: never. */
static int good_writes = -1;

bool __real_fd_write_all(int fd, const void *data, size_t size);
bool __wrap_fd_write_all(int fd, const void *data, size_t size);

bool __wrap_fd_write_all(int fd, const void *data, size_t size)
{
	if (good_writes == 0)
		return false;
	if (good_writes > 0)
		good_writes--;
	return __real_fd_write_all(fd, data, size);
}

static struct ring_record *record_of(struct ring_rig *rig, uint32_t number)
{
	return &rig->ring->records[number % RING_SLOTS];
}

static uint32_t place_of(struct ring_rig *rig, uint32_t number)
{
	return ring_high(atomic_load(&record_of(rig, number)->span));
}

/* The file that came with the record that is read next. */
static void expect_file(struct ring_rig *rig, const void *data, size_t size)
{
	struct feeder_result result;
	unsigned char here;
	void *map;
	int file;

	assert_int_equal(
		feeder_read(&rig->feeder, true, &here, 1, MAX_RESULT, &result),
		FEEDER_READ);
	assert_int_equal(result.size, 0);
	assert_int_equal(result.marks, RING_FILE);
	mail_read(&rig->mail);
	file = mail_take_file(&rig->mail);
	assert_true(sealed_is(file, size));
	map = sealed_map(file, size);
	assert_memory_equal(map, data, size);
	sealed_unmap(map, size);
	assert_int_equal(close(file), 0);
	feeder_next(&rig->feeder);
}

/* What the parent would find if the child died now. */
static void expect_part(struct ring_rig *rig, const void *data, size_t size)
{
	struct feeder_result result;
	unsigned char here;

	assert_int_equal(
		feeder_read(&rig->feeder, false, &here, 1, MAX_RESULT, &result),
		FEEDER_READ);
	assert_int_equal(result.size, size);
	assert_memory_equal(result.bytes, data, size);
	if (result.bytes != &here)
		free(result.bytes);
}

/* ---- In the ring ------------------------------------------------------- */

static void a_few_bytes_stand_in_the_record(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, RING_RESULT + 1);
	for (uint32_t size = 0; size <= RING_RESULT; size++) {
		ring_rig_run(rig, large, size, 0);
		assert_int_equal(place_of(rig, size), RING_HERE);
		ring_rig_expect(rig, large, size, 0);
	}
	assert_int_equal(rig->outbox.out.end, 0);
}

static void more_stands_in_the_room_for_results(void **state)
{
	static const size_t sizes[] = {
		RING_RESULT + 1, 100, 4096, 65536, 65537, RING_RESULT_MOST
	};
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, COUNT(sizes));
	for (uint32_t i = 0; i < COUNT(sizes); i++) {
		ring_rig_run(rig, large, sizes[i], 0);
		assert_int_equal(place_of(rig, i) % 16, 0);
		ring_rig_expect(rig, large, sizes[i], 0);
	}
}

static void what_is_sent_in_pieces_is_one_result(void **state)
{
	static const size_t pieces[] = { 0, 1, 15, 1, 0, 16, 500, 70000 };
	struct ring_rig *rig = *state;
	size_t size = 0;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, large, 0);
	for (size_t i = 0; i < COUNT(pieces); i++) {
		assert_true(outbox_add(&rig->outbox, large + size, pieces[i]));
		size += pieces[i];
		expect_part(rig, large, size);
	}
	outbox_close(&rig->outbox, 5, 0, 1);
	ring_rig_expect(rig, large, size, 5);
}

static void a_result_grows_where_it_is_as_long_as_there_is_room(void **state)
{
	struct ring_rig *rig = *state;
	uint32_t at;

	ring_rig_feed(rig, 2);
	ring_rig_run(rig, large, RING_RESULT_MOST, 0);
	ring_rig_begin(rig, large, 100);
	at = place_of(rig, 1);
	assert_int_equal(at, RING_RESULT_MOST);
	for (size_t size = 100; size < RING_RESULT_MOST; size *= 2)
		assert_true(outbox_add(&rig->outbox, large + size,
				       size * 2 < RING_RESULT_MOST
					       ? size
					       : RING_RESULT_MOST - size));
	assert_int_equal(place_of(rig, 1), at);
	outbox_close(&rig->outbox, 0, 0, 1);
	ring_rig_expect(rig, large, RING_RESULT_MOST, 0);
	ring_rig_expect(rig, large, RING_RESULT_MOST, 0);
}

static void a_result_that_has_no_room_to_grow_moves(void **state)
{
	struct ring_rig *rig = *state;
	const size_t first = RING_RESULT_MOST, second = RING_RESULT_MOST - 64;

	ring_rig_feed(rig, 3);
	ring_rig_run(rig, large, first, 0);
	ring_rig_run(rig, large, second, 0);
	ring_rig_expect(rig, large, first, 0);
	ring_rig_begin(rig, large, 64);
	assert_int_equal(place_of(rig, 2), RING_OUT - 64);
	assert_true(outbox_add(&rig->outbox, large + 64, 1000));
	assert_int_equal(place_of(rig, 2), 0);
	outbox_close(&rig->outbox, 0, 0, 1);
	ring_rig_expect(rig, large, second, 0);
	ring_rig_expect(rig, large, 1064, 0);
}

static void the_room_of_results_that_were_read_is_free_again(void **state)
{
	struct ring_rig *rig = *state;

	for (int i = 0; i < 100; i++) {
		ring_rig_feed(rig, 3);
		for (int n = 0; n < 3; n++)
			ring_rig_run(rig, large, RING_OUT / 4, 0);
		for (int n = 0; n < 3; n++)
			ring_rig_expect(rig, large, RING_OUT / 4, 0);
	}
	assert_false(ring_rig_woken(rig));
}

/* ---- In a file --------------------------------------------------------- */

static void what_is_too_large_comes_in_a_file(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	ring_rig_run(rig, large, LARGE, 0);
	expect_file(rig, large, LARGE);
}

static void what_becomes_too_large_moves_to_a_file(void **state)
{
	static const size_t firsts[] = { 1, RING_RESULT, RING_RESULT + 1,
					 RING_RESULT_MOST };
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, COUNT(firsts));
	for (size_t i = 0; i < COUNT(firsts); i++) {
		size_t first = firsts[i];

		ring_rig_begin(rig, large, first);
		assert_true(outbox_add(&rig->outbox, large + first,
				       LARGE - first - 1));
		assert_true(outbox_add(&rig->outbox, large + LARGE - 1, 1));
		assert_true(outbox_add(&rig->outbox, large + LARGE, 0));
		assert_true(outbox_add(&rig->outbox, large + LARGE, 9));
		outbox_close(&rig->outbox, 0, 0, 1);
		expect_file(rig, large, LARGE + 9);
	}
}

static void what_finds_the_ring_full_comes_in_a_file(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 4);
	ring_rig_run(rig, large, RING_RESULT_MOST, 0);
	ring_rig_run(rig, large, RING_RESULT_MOST, 0);
	ring_rig_run(rig, large, 17, 0);
	ring_rig_run(rig, large, 16, 0);
	ring_rig_expect(rig, large, RING_RESULT_MOST, 0);
	ring_rig_expect(rig, large, RING_RESULT_MOST, 0);
	expect_file(rig, large, 17);
	ring_rig_expect(rig, large, 16, 0);
}

static void the_next_result_is_in_the_ring_again(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 2);
	ring_rig_run(rig, large, LARGE, 0);
	ring_rig_run(rig, "next", 4, 0);
	assert_int_equal(rig->outbox.file, -1);
	expect_file(rig, large, LARGE);
	ring_rig_expect(rig, "next", 4, 0);
}

/* Eight are, at a time; who would make another one waits. */
static void files_that_were_read_are_not_counted_any_more(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 24);
	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < 8; i++)
			ring_rig_run(rig, large, LARGE, 0);
		assert_int_equal(rig->outbox.files, 8);
		for (int i = 0; i < 8; i++)
			expect_file(rig, large, LARGE);
	}
}

/* Small results need no room, so nobody asked for what was read meanwhile. */
static void nothing_is_forgotten_where_its_slot_is_used_again(void **state)
{
	struct ring_rig *rig = *state;

	for (int i = 0; i < 9; i++) {
		ring_rig_feed(rig, 1);
		ring_rig_run(rig, large, LARGE, 0);
		expect_file(rig, large, LARGE);
		for (uint32_t n = 0; n < 2 * RING_SLOTS; n++) {
			ring_rig_feed(rig, 1);
			ring_rig_run(rig, "r", 1, 0);
			ring_rig_expect(rig, "r", 1, 0);
		}
		assert_int_equal(rig->outbox.files, 0);
	}
}

static void a_file_is_sealed_when_its_record_is_whole(void **state)
{
	struct ring_rig *rig = *state;
	int file;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, large, LARGE);
	mail_read(&rig->mail);
	file = mail_take_file(&rig->mail);
	assert_true(file >= 0);
	assert_false(sealed_is(file, LARGE));
	outbox_close(&rig->outbox, 0, 0, 1);
	assert_true(sealed_is(file, LARGE));
	assert_int_equal(close(file), 0);
}

/* ---- Where no file can be had ------------------------------------------ */

static void limit_files(rlim_t size)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size < limit.rlim_max ? size : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* What the ring has stays the result. */
static void assert_keeps(struct ring_rig *rig, size_t size)
{
	assert_false(outbox_add(&rig->outbox, large, LARGE));
	expect_part(rig, large, size);
	assert_false(outbox_add(&rig->outbox, large, LARGE));
	outbox_close(&rig->outbox, 0, 0, 1);
	ring_rig_expect(rig, large, size, 0);
	mail_read(&rig->mail);
	assert_int_equal(rig->mail.count, 0);
}

static void without_a_file_what_was_sent_before_stays(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 2);
	ring_rig_begin(rig, large, 5);
	limit_files(0);
	assert_keeps(rig, 5);
	limit_files(RLIM_INFINITY);
	ring_rig_run(rig, large, LARGE, 0);
	expect_file(rig, large, LARGE);
}

static void without_a_way_to_pass_it_what_was_sent_before_stays(void **state)
{
	struct ring_rig *rig = *state;
	int side = rig->outbox.side;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, large, 5000);
	rig->outbox.side = -1;
	assert_keeps(rig, 5000);
	rig->outbox.side = side;
}

static void without_room_in_it_what_was_sent_before_stays(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, large, 5000);
	good_writes = 0;
	assert_keeps(rig, 5000);
	good_writes = -1;
}

/* And the kernel would kill who goes on. */
static void a_file_that_may_not_grow_is_what_came_until_then(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	limit_files(LARGE + 10);
	ring_rig_begin(rig, large, LARGE);
	assert_false(outbox_add(&rig->outbox, large, 11));
	assert_true(outbox_add(&rig->outbox, large + LARGE, 10));
	assert_false(outbox_add(&rig->outbox, large, 1));
	limit_files(RLIM_INFINITY);
	outbox_close(&rig->outbox, 0, 0, 1);
	expect_file(rig, large, LARGE + 10);
}

/* It had become one already. */
static void a_file_that_is_full_is_what_came_until_then(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, large, LARGE);
	good_writes = 0;
	assert_false(outbox_add(&rig->outbox, large, 1));
	good_writes = -1;
	outbox_close(&rig->outbox, 0, 0, 1);
	expect_file(rig, large, LARGE);
}

/* ---- Waking and sleeping ----------------------------------------------- */

static void nobody_is_woken_who_does_not_want_to_be(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 5);
	for (int i = 0; i < 5; i++)
		ring_rig_run(rig, "r", 1, 0);
	atomic_store(&rig->ring->bell, 1);
	outbox_sleep(&rig->outbox, 0);
	assert_false(ring_rig_woken(rig));
}

/* The bell has rung since, or this would not return. */
static void who_goes_to_sleep_wakes_the_parent_that_wants_more(void **state)
{
	struct ring_rig *rig = *state;
	uint32_t bell = outbox_bell(&rig->outbox);

	ring_rig_feed(rig, 2);
	assert_true(feeder_arm(&rig->feeder, 2));
	ring_rig_run(rig, "r", 1, 0);
	atomic_fetch_add(&rig->ring->bell, 1);
	assert_false(ring_rig_woken(rig));
	outbox_sleep(&rig->outbox, bell);
	assert_true(ring_rig_woken(rig));
	outbox_sleep(&rig->outbox, bell);
	assert_false(ring_rig_woken(rig));
}

static void the_parent_is_woken_once(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 3);
	assert_true(feeder_arm(&rig->feeder, 1));
	ring_rig_run(rig, "r", 1, 0);
	ring_rig_run(rig, "r", 1, 0);
	assert_true(ring_rig_woken(rig));
	assert_false(ring_rig_woken(rig));
}

#define TEST(name) cmocka_unit_test_setup(name, ring_rig_renew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_few_bytes_stand_in_the_record),
		TEST(more_stands_in_the_room_for_results),
		TEST(what_is_sent_in_pieces_is_one_result),
		TEST(a_result_grows_where_it_is_as_long_as_there_is_room),
		TEST(a_result_that_has_no_room_to_grow_moves),
		TEST(the_room_of_results_that_were_read_is_free_again),
		TEST(what_is_too_large_comes_in_a_file),
		TEST(what_becomes_too_large_moves_to_a_file),
		TEST(what_finds_the_ring_full_comes_in_a_file),
		TEST(the_next_result_is_in_the_ring_again),
		TEST(files_that_were_read_are_not_counted_any_more),
		TEST(nothing_is_forgotten_where_its_slot_is_used_again),
		TEST(a_file_is_sealed_when_its_record_is_whole),
		TEST(without_a_file_what_was_sent_before_stays),
		TEST(without_a_way_to_pass_it_what_was_sent_before_stays),
		TEST(without_room_in_it_what_was_sent_before_stays),
		TEST(a_file_that_may_not_grow_is_what_came_until_then),
		TEST(a_file_that_is_full_is_what_came_until_then),
		TEST(nobody_is_woken_who_does_not_want_to_be),
		TEST(who_goes_to_sleep_wakes_the_parent_that_wants_more),
		TEST(the_parent_is_woken_once),
	};
	int failed;

	large = bytes_of(7, LARGE + 100);
	failed = cmocka_run_group_tests(tests, ring_rig_new, ring_rig_free);
	free(large);
	return failed;
}
