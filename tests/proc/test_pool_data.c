/* SPDX-License-Identifier: MIT */
/*
 * test_pool_data.c - items and results of every size arrive as they were.
 */
#include "act.h"
#include "children.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static unsigned reuse;

static struct tine_stream_options with(unsigned max_concurrency)
{
	return (struct tine_stream_options){
		.max_concurrency = max_concurrency,
		.reuse = reuse,
		.task.timeout_ms = TINE_FOREVER,
		.on_timeout = TINE_KILL,
	};
}

/* Bytes that tell which ones they are, and of which item: a prime number of
 * them, again and again, from a place that the seed names. */
#define PERIOD ((size_t)4099)

static const unsigned char *pattern_from(uint32_t seed)
{
	static unsigned char bytes[2 * PERIOD];

	if (bytes[1] == 0)
		for (size_t i = 0; i < 2 * PERIOD; i++)
			bytes[i] = (unsigned char)((i % PERIOD * 2654435761u) >>
						   16);
	return bytes + seed * 97 % PERIOD;
}

static size_t piece_at(size_t size, size_t at)
{
	return size - at < PERIOD ? size - at : PERIOD;
}

static void fill(unsigned char *bytes, size_t size, uint32_t seed)
{
	for (size_t at = 0; at < size; at += PERIOD)
		memcpy(bytes + at, pattern_from(seed), piece_at(size, at));
}

static bool is_filled(const unsigned char *bytes, size_t size, uint32_t seed)
{
	for (size_t at = 0; at < size; at += PERIOD)
		if (memcmp(bytes + at, pattern_from(seed),
			   piece_at(size, at)) != 0)
			return false;
	return true;
}

/* ---- Results ------------------------------------------------------------ */

struct wish {
	uint32_t seed;
	size_t size, piece;
	bool crash; /* when it is all sent */
};

static bool send_in_pieces(struct tine_self *self, const struct wish *wish,
			   const unsigned char *bytes)
{
	for (size_t sent = 0; sent < wish->size;) {
		size_t piece = wish->piece;

		if (piece > wish->size - sent)
			piece = wish->size - sent;
		if (tine_send(self, bytes + sent, piece) < 0)
			return false;
		sent += piece;
	}
	return true;
}

static int grant(struct tine_self *self, const void *arg, size_t size)
{
	struct wish wish;
	unsigned char *bytes;
	bool sent;

	(void)size;
	memcpy(&wish, arg, sizeof wish);
	bytes = malloc(wish.size + 1);
	if (!bytes)
		return 1;
	fill(bytes, wish.size, wish.seed);
	sent = send_in_pieces(self, &wish, bytes);
	free(bytes);
	if (wish.crash)
		(void)raise(SIGKILL);
	return sent ? 0 : 2;
}

static void check_wishes(void **state, const struct wish *wishes, size_t count,
			 const struct tine_stream_options *options)
{
	struct tine_stream *stream;
	const struct tine_result *result;

	assert_int_equal(
		tine_stream_open(fixture_ctx(state), grant,
				 tine_array(wishes, count, sizeof *wishes),
				 options, &stream),
		0);
	for (size_t i = 0; i < count; i++) {
		result = tine_stream_next(stream);
		assert_non_null(result);
		assert_int_equal(result->end, wishes[result->index].crash
						      ? TINE_CRASHED
						      : TINE_OK);
		assert_int_equal(result->size, wishes[result->index].size);
		assert_true(is_filled(result->data, result->size,
				      wishes[result->index].seed));
	}
	assert_null(tine_stream_next(stream));
	assert_int_equal(tine_stream_error(stream), 0);
	tine_stream_close(stream);
}

#define MIB ((size_t)1 << 20)

static const size_t sizes[] = { 0,           1,       15,      16,  17,
				24,          63,      64,      65,  4096,
				65535,       65536,   65537,   MIB, 4 * MIB,
				4 * MIB + 1, 5 * MIB, 20 * MIB };

#define SIZES (sizeof sizes / sizeof *sizes)

static void check_sizes(void **state, size_t pieces, bool crash, bool unordered)
{
	struct wish wishes[SIZES];
	struct tine_stream_options options = with(2);

	options.unordered = unordered;
	for (size_t i = 0; i < SIZES; i++)
		wishes[i] = (struct wish){ .seed = (uint32_t)i,
					   .size = sizes[i],
					   .piece = sizes[i] / pieces + 1,
					   .crash = crash };
	check_wishes(state, wishes, SIZES, &options);
}

static void results_of_every_size_arrive_whole(void **state)
{
	check_sizes(state, 1, false, false);
	check_sizes(state, 1, false, true);
}

static void results_sent_in_pieces_arrive_in_one(void **state)
{
	check_sizes(state, 2, false, false);
	check_sizes(state, 7, false, false);
	check_sizes(state, 1000, false, false);
}

static void what_was_sent_before_a_crash_has_arrived(void **state)
{
	check_sizes(state, 1, true, false);
	check_sizes(state, 7, true, false);
}

/* Room for results goes around, and runs out, many times. */
static void many_results_of_many_sizes_arrive(void **state)
{
	enum { COUNT = 600 };
	size_t count = reuse > 1 ? COUNT : 60;
	static struct wish wishes[COUNT];
	struct tine_stream_options options = with(2);
	uint32_t chance = 12345;

	for (uint32_t i = 0; i < COUNT; i++) {
		chance = chance * 1664525 + 1013904223;
		wishes[i] = (struct wish){ .seed = i,
					   .size = (chance >> 8) %
						   (i % 50 == 0  ? 6 * MIB
						    : i % 5 == 0 ? 300000
								 : 200) };
		wishes[i].piece = i % 3 == 0 ? wishes[i].size / 5 + 1 : 8 * MIB;
	}
	check_wishes(state, wishes, count, &options);
	options.unordered = true;
	check_wishes(state, wishes, count, &options);
}

/* More of them than a child may have under way, while nobody takes any. */
static void results_too_large_for_the_ring_wait_for_each_other(void **state)
{
	enum { COUNT = 40 };
	static struct wish wishes[COUNT];
	struct tine_stream_options options = with(1);

	for (uint32_t i = 0; i < COUNT; i++)
		wishes[i] = (struct wish){ .seed = i,
					   .size = 4 * MIB + 100,
					   .piece = 8 * MIB };
	options.max_buffered = COUNT;
	check_wishes(state, wishes, COUNT, &options);
}

/* ---- Items -------------------------------------------------------------- */

static const size_t item_sizes[] = { 0,      8,         56,     57,
				     64,     65,        100000, 512 << 10,
				     524289, 600 << 10, 3 * MIB };

#define ITEM_SIZES (sizeof item_sizes / sizeof *item_sizes)

/* Item i is of the size that stands at i, and the room is used again. */
struct pile {
	uint32_t next, count;
	unsigned char room[3 * MIB];
};

static struct pile the_pile;

static int pile_next(void *state, const void **item, size_t *size)
{
	struct pile *pile = state;

	if (pile->next == pile->count)
		return 0;
	*size = item_sizes[pile->next % ITEM_SIZES];
	fill(pile->room, *size, pile->next++);
	*item = pile->room;
	return 1;
}

static void check_items(void **state, tine_fn *fn, uint32_t count,
			const struct tine_stream_options *options)
{
	struct pile *pile = &the_pile;
	const struct tine_result *result;
	struct tine_stream *stream;

	pile->next = 0;
	pile->count = count;
	assert_int_equal(
		tine_stream_open(fixture_ctx(state), fn,
				 (struct tine_source){ pile_next, NULL, pile },
				 options, &stream),
		0);
	for (uint32_t i = 0; i < count; i++) {
		size_t size;

		result = tine_stream_next(stream);
		assert_non_null(result);
		assert_int_equal(result->end, TINE_OK);
		size = item_sizes[result->index % ITEM_SIZES];
		assert_int_equal(result->input_size, size);
		assert_int_equal(result->size, size);
		assert_true(is_filled(result->input, size,
				      (uint32_t)result->index));
		assert_true(
			is_filled(result->data, size, (uint32_t)result->index));
	}
	assert_null(tine_stream_next(stream));
	tine_stream_close(stream);
}

static void items_of_every_size_get_there_and_come_back(void **state)
{
	struct tine_stream_options options = with(2);

	check_items(state, child_echo, 5 * ITEM_SIZES, &options);
	options.unordered = true;
	check_items(state, child_echo, 5 * ITEM_SIZES, &options);
}

static bool is_aligned(const void *bytes)
{
	return (uintptr_t)bytes % _Alignof(max_align_t) == 0;
}

static int echo_if_aligned(struct tine_self *self, const void *arg, size_t size)
{
	return is_aligned(arg) ? tine_send(self, arg, size) : 1;
}

static void items_and_results_stand_where_any_type_may(void **state)
{
	struct tine_stream_options options = with(1);
	struct pile *pile = &the_pile;
	struct tine_stream *stream;
	const struct tine_result *result;

	pile->next = 0;
	pile->count = 2 * ITEM_SIZES;
	assert_int_equal(
		tine_stream_open(fixture_ctx(state), echo_if_aligned,
				 (struct tine_source){ pile_next, NULL, pile },
				 &options, &stream),
		0);
	while ((result = tine_stream_next(stream))) {
		assert_int_equal(result->end, TINE_OK);
		assert_true(is_aligned(result->input));
		assert_true(is_aligned(result->data));
	}
	tine_stream_close(stream);
}

/* An item that is retried is the same again. */
static int echo_at_the_second_attempt(struct tine_self *self, const void *arg,
				      size_t size)
{
	uint32_t count = atomic_fetch_add(&act_memory->ended, 1);

	return count % 2 == 0 ? 1 : tine_send(self, arg, size);
}

static void items_of_every_size_may_be_tried_again(void **state)
{
	struct tine_stream_options options = with(1);

	options.task.retry =
		(struct tine_retry){ .attempts = 30, .backoff_ms = 1 };
	check_items(state, echo_at_the_second_attempt, ITEM_SIZES, &options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(results_of_every_size_arrive_whole),
		ACT_TEST(results_sent_in_pieces_arrive_in_one),
		ACT_TEST(what_was_sent_before_a_crash_has_arrived),
		ACT_TEST(many_results_of_many_sizes_arrive),
		ACT_TEST(results_too_large_for_the_ring_wait_for_each_other),
		ACT_TEST(items_of_every_size_get_there_and_come_back),
		ACT_TEST(items_and_results_stand_where_any_type_may),
		ACT_TEST(items_of_every_size_may_be_tried_again),
	};
	int failed;

	fixture_user();
	failed = cmocka_run_group_tests_name("fresh", tests, NULL, NULL);
	reuse = 1000;
	failed += cmocka_run_group_tests_name("pooled", tests, NULL, NULL);
	return failed;
}
