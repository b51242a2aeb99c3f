/* SPDX-License-Identifier: MIT */
/*
 * test_stream_modes.c - what holds for every stream: as many items at once as
 * there are, fewer and more, in fresh processes and in pools.
 */
#include "act.h"
#include "mode.h"
#include "show.h"

#include <stdio.h>
#include <string.h>

static void assert_stream(void **state, struct acts *acts, const char *expected)
{
	struct tine_stream_options options = mode_options();

	assert_string_equal(show_run(state, acts, &options), expected);
}

/* Four items, in the three ways that matter. */
static const struct act good[] = { SEND(1), SEND(2), SEND(3), SEND(4),
				   SEND(5), SEND(6), SEND(7), SEND(8) };
static const struct act bad[] = {
	{ ACT_EXIT, 1, 0 }, { ACT_EXIT, 2, 0 }, { ACT_EXIT, 3, 0 },
	{ ACT_EXIT, 4, 0 }, { ACT_EXIT, 5, 0 }, { ACT_EXIT, 6, 0 },
	{ ACT_EXIT, 7, 0 }, { ACT_EXIT, 8, 0 },
};
static const struct act slow[] = { { ACT_AFTER, 3, 0 },
				   SEND(2),
				   SEND(3),
				   SEND(4),
				   SEND(5),
				   SEND(6),
				   SEND(7),
				   SEND(8) };

#define GOOD "ok 1, ok 2, ok 3, ok 4"
#define BAD "failed 1, failed 2, failed 3, failed 4"
#define SLOW "ok 3, ok 2, ok 3, ok 4"

/* ---- Order, and ends ---------------------------------------------------- */

static void results_come_in_the_order_of_the_items(void **state)
{
	struct acts acts = ACTS(good);

	acts.count = 4;
	assert_stream(state, &acts, GOOD ", end");
	act_assert_each_ran_once(4);
}

static void the_slowest_first_still_comes_first(void **state)
{
	struct acts acts = ACTS(slow);

	acts.count = 4;
	assert_stream(state, &acts, SLOW ", end");
	act_assert_each_ran_once(4);
}

static void a_bad_end_costs_its_item_alone(void **state)
{
	struct acts acts = ACTS(bad);

	acts.count = 4;
	assert_stream(state, &acts, BAD ", end");
	act_assert_each_ran_once(4);
}

static void every_end_is_told_as_it_was(void **state)
{
	static const struct act list[] = {
		SEND(1),
		{ ACT_RETURN, 3, 0 },
		{ ACT_RAISE, 11, 0 },
		{ ACT_EXIT, 0, 0 },
		{ ACT_RAISE, 9, 0 },
		{ ACT_FAIL, 9, 0 },
		{ ACT_RAISE, 6, 0 },
		SEND(2),
	};
	struct acts acts = ACTS(list);

	assert_stream(state, &acts,
		      "ok 1, failed 3, crashed 11, failed 0, crashed 9, "
		      "failed 9, crashed 6, ok 2, end");
	act_assert_each_ran_once(8);
}

static void an_empty_source_is_an_end(void **state)
{
	struct acts acts = ACTS(good);

	acts.count = 0;
	assert_stream(state, &acts, "end");
}

/* ---- Stopping early ----------------------------------------------------- */

static void taking_one_of_many_that_hang_leaves_none_of_them(void **state)
{
	static const struct act list[] = { SEND(0),
					   { ACT_HANG, 0, 0 },
					   { ACT_HANG, 0, 0 },
					   { ACT_STUBBORN, 0, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream = show_open(state, &acts, &options);

	assert_string_equal(show_some(stream, &acts, 1), "ok 0");
	tine_stream_close(stream);
	act_assert_all_dead();
	assert_int_equal(acts.closed, 1);
}

static void check_taking_four(void **state, const struct act *list,
			      const char *expected)
{
	struct acts acts = { .list = list, .listed = 8, .count = 8 };
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream = show_open(state, &acts, &options);

	assert_string_equal(show_some(stream, &acts, 4), expected);
	tine_stream_close(stream);
	act_assert_all_dead();
	assert_int_equal(acts.closed, 1);
	for (size_t i = 0; i < 8; i++)
		assert_true(atomic_load(&act_memory->runs[i]) <= 1);
	assert_true(atomic_load(&act_memory->most) <= mode->max_concurrency);
}

static void a_consumer_may_take_four_of_eight_that_are_good(void **state)
{
	check_taking_four(state, good, GOOD);
}

static void a_consumer_may_take_four_of_eight_that_are_bad(void **state)
{
	check_taking_four(state, bad, BAD);
}

static void a_consumer_may_take_four_of_eight_the_slowest_first(void **state)
{
	check_taking_four(state, slow, SLOW);
}

static void check_source_of_four(void **state, const struct act *list,
				 const char *expected)
{
	struct acts acts = { .list = list, .listed = 8, .count = 4 };

	assert_stream(state, &acts, expected);
	act_assert_each_ran_once(4);
}

static void a_source_that_ends_at_four_starts_four(void **state)
{
	check_source_of_four(state, good, GOOD ", end");
}

static void a_source_that_ends_at_four_bad_ones_starts_four(void **state)
{
	check_source_of_four(state, bad, BAD ", end");
}

static void a_source_that_ends_at_four_with_a_slow_one_starts_four(void **state)
{
	check_source_of_four(state, slow, SLOW ", end");
}

/* ---- Two in step -------------------------------------------------------- */

static void append(char *to, size_t room, const char *text)
{
	size_t length = strlen(to);

	(void)snprintf(to + length, room - length, "%s%s", length ? ", " : "",
		       text);
}

static void check_zip(void **state, const struct act *list,
		      const char *expected)
{
	struct acts acts[2] = { { .list = list, .listed = 8, .count = 4 },
				{ .list = list, .listed = 8, .count = 4 } };
	struct tine_stream_options options = mode_options();
	struct tine_stream *streams[2];
	char texts[2][256] = { "", "" };

	for (int i = 0; i < 2; i++)
		streams[i] = show_open(state, &acts[i], &options);
	for (int i = 0; i < 10; i++)
		append(texts[i % 2], sizeof texts[0],
		       show_some(streams[i % 2], &acts[i % 2], 1));
	for (int i = 0; i < 2; i++) {
		tine_stream_close(streams[i]);
		assert_string_equal(texts[i], expected);
	}
	act_assert_all_dead();
}

static void two_streams_of_good_items_go_in_step(void **state)
{
	check_zip(state, good, GOOD ", end");
}

static void two_streams_of_bad_items_go_in_step(void **state)
{
	check_zip(state, bad, BAD ", end");
}

static void two_streams_with_the_slowest_first_go_in_step(void **state)
{
	check_zip(state, slow, SLOW ", end");
}

/* ---- Errors ------------------------------------------------------------- */

static void a_source_that_fails_ends_the_stream_with_its_error(void **state)
{
	static const struct act list[] = { { ACT_HANG, 0, 0 },
					   { ACT_STUBBORN, 0, 0 } };
	struct acts acts = ACTS(list);

	acts.count = mode->max_concurrency - 1;
	acts.error = -1234;
	assert_stream(state, &acts, "error -1234");
}

/* A pool asks the source for more while the second item is under way. */
static void what_had_ended_before_the_source_failed_is_handed_out(void **state)
{
	struct acts acts = ACTS(good);
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream;
	const char *text;

	options.max_concurrency = 1;
	options.max_buffered = 1;
	acts.count = 2;
	acts.error = -1234;
	stream = show_open(state, &acts, &options);
	assert_string_equal(show_some(stream, &acts, 1), "ok 1");
	text = show_all(stream, &acts);
	if (mode->reuse == 0 || strcmp(text, "error -1234") != 0)
		assert_string_equal(text, "ok 2, error -1234");
	tine_stream_close(stream);
}

static void a_timeout_costs_its_item_alone(void **state)
{
	static const struct act list[] = {
		SEND(1), { ACT_HANG, 0, 0 }, SEND(2), { ACT_HANG, 0, 0 }
	};
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();

	options.task.timeout_ms = 800;
	assert_string_equal(show_run(state, &acts, &options),
			    "ok 1, timeout, ok 2, timeout, end");
	act_assert_each_ran_once(4);
}

static void with_abort_a_timeout_ends_the_stream(void **state)
{
	static const struct act list[] = { { ACT_HANG, 0, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream;
	const char *text;

	acts.count = 20;
	options.on_timeout = TINE_ABORT;
	options.task.timeout_ms = 50;
	stream = show_open(state, &acts, &options);
	text = show_all(stream, &acts);
	assert_non_null(strstr(text, "timeout"));
	assert_int_equal(tine_stream_error(stream), TINE_ETIMEDOUT);
	assert_true(acts.pulled <= (size_t)2 * mode->max_concurrency);
	tine_stream_close(stream);
}

/* ---- Attempts, and what is known of an item ----------------------------- */

static void a_failed_item_has_as_many_attempts_as_it_may(void **state)
{
	static const struct act list[] = {
		SEND(1), { ACT_TRY, 2, 0 }, { ACT_TRY, 9, 0 }, { ACT_TRY, 3, 0 }
	};
	static const unsigned attempts[] = { 1, 2, 3, 3 };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream;
	const struct tine_result *result;

	options.task.retry =
		(struct tine_retry){ .attempts = 3, .backoff_ms = 1 };
	stream = show_open(state, &acts, &options);
	for (size_t i = 0; i < 4; i++) {
		result = tine_stream_next(stream);
		assert_non_null(result);
		assert_int_equal(result->index, i);
		assert_int_equal(result->attempts, attempts[i]);
		assert_int_equal(result->end, i == 2 ? TINE_FAILED : TINE_OK);
		assert_int_equal(atomic_load(&act_memory->runs[i]),
				 attempts[i]);
	}
	assert_null(tine_stream_next(stream));
	assert_int_equal(tine_stream_error(stream), 0);
	tine_stream_close(stream);
}

static void a_crash_is_retried_too_and_its_last_word_counts(void **state)
{
	static const struct act list[] = { { ACT_NOTE, 7, 0 }, SEND(2) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream;
	const struct tine_result *result;
	int value = 0;

	options.task.retry =
		(struct tine_retry){ .attempts = 2, .backoff_ms = 1 };
	stream = show_open(state, &acts, &options);
	result = tine_stream_next(stream);
	assert_int_equal(result->end, TINE_CRASHED);
	assert_int_equal(result->attempts, 2);
	assert_string_equal(result->note, "at 7");
	assert_int_equal(result->size, sizeof value);
	memcpy(&value, result->data, sizeof value);
	assert_int_equal(value, 7);
	assert_string_equal(show_all(stream, &acts), "ok 2, end");
	tine_stream_close(stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(results_come_in_the_order_of_the_items),
		ACT_TEST(the_slowest_first_still_comes_first),
		ACT_TEST(a_bad_end_costs_its_item_alone),
		ACT_TEST(every_end_is_told_as_it_was),
		ACT_TEST(an_empty_source_is_an_end),
		ACT_TEST(taking_one_of_many_that_hang_leaves_none_of_them),
		ACT_TEST(a_consumer_may_take_four_of_eight_that_are_good),
		ACT_TEST(a_consumer_may_take_four_of_eight_that_are_bad),
		ACT_TEST(a_consumer_may_take_four_of_eight_the_slowest_first),
		ACT_TEST(a_source_that_ends_at_four_starts_four),
		ACT_TEST(a_source_that_ends_at_four_bad_ones_starts_four),
		ACT_TEST(
			a_source_that_ends_at_four_with_a_slow_one_starts_four),
		ACT_TEST(two_streams_of_good_items_go_in_step),
		ACT_TEST(two_streams_of_bad_items_go_in_step),
		ACT_TEST(two_streams_with_the_slowest_first_go_in_step),
		ACT_TEST(a_source_that_fails_ends_the_stream_with_its_error),
		ACT_TEST(what_had_ended_before_the_source_failed_is_handed_out),
		ACT_TEST(a_timeout_costs_its_item_alone),
		ACT_TEST(with_abort_a_timeout_ends_the_stream),
		ACT_TEST(a_failed_item_has_as_many_attempts_as_it_may),
		ACT_TEST(a_crash_is_retried_too_and_its_last_word_counts),
	};

	fixture_user();
	return MODES_RUN(tests);
}
