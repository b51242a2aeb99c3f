/* SPDX-License-Identifier: MIT */
/*
 * test_pool_foul.c - a child that writes where it should not: into the memory
 * that it shares with its parent, and into their sockets.
 *
 * What it may spoil is what it was given. The parent stays as it is, no other
 * child's item has a wrong answer, and every item ends, once.
 */
#include "act.h"
#include "deed.h"

#include <stdbool.h>
#include <string.h>

#define COUNT 300
#define EACH 20 /* one of so many is foul */
#define ANSWER 24

struct order {
	uint32_t number;
	uint32_t deed; /* what to do; 0: nothing but its work */
};

static void answer_to(uint32_t number, unsigned char answer[ANSWER])
{
	for (uint32_t i = 0; i < ANSWER; i++)
		answer[i] =
			(unsigned char)((number * 2654435761u + i * 97) >> 16);
}

/* ---- The items ----------------------------------------------------------- */

static int run_order(struct tine_self *self, const void *arg, size_t size)
{
	unsigned char answer[ANSWER];
	struct order order;

	if (size != sizeof order)
		return 1;
	memcpy(&order, arg, sizeof order);
	if (order.number >= COUNT || order.deed >= deed_count)
		return 2;
	answer_to(order.number, answer);
	deed_do(order.deed, order.number, self);
	return tine_send(self, answer, sizeof answer);
}

static bool is_right(const struct tine_result *result)
{
	unsigned char answer[ANSWER];

	answer_to((uint32_t)result->index, answer);
	return result->end == TINE_OK && result->size == sizeof answer &&
	       memcmp(result->data, answer, sizeof answer) == 0;
}

/* All of it can be read, too. */
static void check_result(const struct tine_result *result, const char *deed)
{
	const volatile unsigned char *data = result->data;

	if (!is_right(result) && !deed_is_by(result->pid)) {
		print_error("behind '%s', item %d: %s, %s\n", deed,
			    (int)result->index, tine_end_name(result->end),
			    result->message);
		fail();
	}
	assert_int_equal(result->attempts, 1);
	for (size_t i = 0; i < result->size; i += 1000)
		(void)data[i];
	assert_true(strlen(result->message) > 0);
	assert_true(strlen(result->note) < 512);
	(void)strlen(result->crash);
}

static void check_stream(void **state, const struct order *list,
			 const char *deed, bool unordered)
{
	struct tine_stream_options options = {
		.max_concurrency = 3,
		.reuse = 1000,
		.unordered = unordered,
		.on_timeout = TINE_KILL,
		.task = { .timeout_ms = 1500,
			  .grace_ms = 1,
			  .max_result = 1 << 20 },
	};
	bool seen[COUNT] = { false };
	const struct tine_result *result;
	struct tine_stream *stream;

	assert_int_equal(tine_stream_open(fixture_ctx(state), run_order,
					  tine_array(list, COUNT, sizeof *list),
					  &options, &stream),
			 0);
	for (size_t i = 0; i < COUNT; i++) {
		result = tine_stream_next(stream);
		assert_non_null(result);
		assert_true(result->index < COUNT);
		assert_false(seen[result->index]);
		seen[result->index] = true;
		check_result(result, deed);
	}
	assert_null(tine_stream_next(stream));
	assert_int_equal(tine_stream_error(stream), 0);
	tine_stream_close(stream);
}

static void assert_none_is_left(void)
{
	for (size_t i = 0; i < ACT_ITEMS; i++) {
		pid_t pid = atomic_load(&act_memory->pids[i]);

		assert_true(pid == 0 || fixture_gone(pid));
	}
}

static void check_deeds(void **state, const char *first, const char *last)
{
	struct order list[COUNT];
	uint32_t deed = 0;

	while (strcmp(deeds[deed].name, first) != 0)
		deed++;
	do {
		for (uint32_t i = 0; i < COUNT; i++)
			list[i] = (struct order){ i, i % EACH == EACH / 2
							     ? deed
							     : DEED_NOTHING };
		memset(act_memory, 0, sizeof *act_memory);
		check_stream(state, list, deeds[deed].name, deed % 2);
		assert_none_is_left();
	} while (strcmp(deeds[deed++].name, last) != 0);
}

static void whoever_writes_over_the_header_spoils_no_others_item(void **state)
{
	check_deeds(state, "nothing", "wakings");
}

static void nor_who_writes_over_items_and_results(void **state)
{
	check_deeds(state, "orders", "slate_and_die");
}

static void nor_who_does_so_all_the_time(void **state)
{
	check_deeds(state, "thread_claim", "fork_everything");
}

static void nor_who_sends_what_is_not_a_result(void **state)
{
	check_deeds(state, "words_by_socket", "close_all");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(whoever_writes_over_the_header_spoils_no_others_item),
		ACT_TEST(nor_who_writes_over_items_and_results),
		ACT_TEST(nor_who_does_so_all_the_time),
		ACT_TEST(nor_who_sends_what_is_not_a_result),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
