/* SPDX-License-Identifier: MIT */
/*
 * test_stream_keep.c - results to keep: of an array, of all that is left of a
 * stream, of the first that are good.
 */
#include "act.h"
#include "children.h"
#include "show.h"

#include <signal.h>
#include <string.h>

static unsigned reuse;

static struct tine_stream_options with(unsigned max_concurrency)
{
	return (struct tine_stream_options){
		.max_concurrency = max_concurrency,
		.reuse = reuse,
		.on_timeout = TINE_KILL,
		.task.timeout_ms = TINE_FOREVER,
	};
}

static const struct act mixed[] = {
	SEND(1), { ACT_NOTE, 2, 0 }, { ACT_FAIL, 3, 0 },
	SEND(4), { ACT_EXIT, 5, 0 }, SEND(6)
};

static void assert_value(const struct tine_result *result, int value)
{
	assert_int_equal(result->size, sizeof value);
	assert_memory_equal(result->data, &value, sizeof value);
}

static void assert_mixed(const struct tine_results *results)
{
	static const enum tine_end ends[] = { TINE_OK,     TINE_CRASHED,
					      TINE_FAILED, TINE_OK,
					      TINE_FAILED, TINE_OK };
	const struct tine_result *result = results->results;

	assert_int_equal(results->count, 6);
	for (size_t i = 0; i < 6; i++) {
		struct act act = mixed[i];

		act.number = (uint32_t)i;
		assert_int_equal(result[i].end, ends[i]);
		assert_int_equal(result[i].index, i);
		assert_int_equal(result[i].attempts, 1);
		assert_int_equal(result[i].input_size, sizeof act);
		assert_memory_equal(result[i].input, &act, sizeof act);
	}
	assert_value(&result[0], 1);
	assert_value(&result[1], 2);
	assert_int_equal(result[1].code, SIGSEGV);
	assert_string_equal(result[1].note, "at 2");
	assert_string_equal(result[2].message, "because of 3");
	assert_null(result[2].data);
}

/* ---- All ---------------------------------------------------------------- */

static void all_of_a_stream_can_be_kept_longer_than_it(void **state)
{
	struct acts acts = ACTS(mixed);
	struct tine_stream_options options = with(2);
	struct tine_results *results;
	struct tine_stream *stream;
	struct tine_ctx *ctx;

	(void)state;
	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	assert_int_equal(tine_stream_open(ctx, act_run, acts_source(&acts),
					  &options, &stream),
			 0);
	assert_int_equal(tine_collect(stream, &results), 6);
	tine_stream_close(stream);
	tine_ctx_free(ctx);
	assert_mixed(results);
	tine_results_free(results);
	act_assert_all_dead();
}

static void what_was_taken_before_is_not_among_them(void **state)
{
	struct acts acts = ACTS(mixed);
	struct tine_stream_options options = with(2);
	struct tine_stream *stream = show_open(state, &acts, &options);
	struct tine_results *results;

	assert_string_equal(show_some(stream, &acts, 2), "ok 1, crashed 11");
	assert_int_equal(tine_collect(stream, &results), 4);
	assert_int_equal(results->results[0].index, 2);
	tine_results_free(results);
	assert_int_equal(tine_collect(stream, &results), 0);
	assert_int_equal(results->count, 0);
	tine_results_free(results);
	tine_stream_close(stream);
}

static void of_a_stream_that_failed_there_are_none(void **state)
{
	struct acts acts = ACTS(mixed);
	struct tine_stream_options options = with(2);
	struct tine_stream *stream;
	struct tine_results *results = NULL;

	acts.error = -321;
	stream = show_open(state, &acts, &options);
	assert_int_equal(tine_collect(stream, &results), -321);
	assert_null(results);
	tine_stream_close(stream);
	assert_int_equal(acts.closed, 1);
}

/* ---- The first ---------------------------------------------------------- */

static void the_first_that_are_good_are_kept(void **state)
{
	struct acts acts = ACTS(mixed);
	struct tine_stream_options options = with(2);
	struct tine_stream *stream = show_open(state, &acts, &options);
	struct tine_results *results;

	assert_int_equal(tine_first(stream, 2, &results), 2);
	assert_int_equal(results->count, 2);
	assert_value(&results->results[0], 1);
	assert_value(&results->results[1], 4);
	tine_results_free(results);
	tine_stream_close(stream);
}

static void there_may_be_fewer_than_were_wanted(void **state)
{
	struct acts acts = ACTS(mixed);
	struct tine_stream_options options = with(2);
	struct tine_stream *stream = show_open(state, &acts, &options);
	struct tine_results *results;

	assert_int_equal(tine_first(stream, 100, &results), 3);
	assert_value(&results->results[2], 6);
	tine_results_free(results);
	tine_stream_close(stream);
}

static void
of_many_that_race_the_first_is_kept_and_the_rest_killed(void **state)
{
	static const struct act list[] = { { ACT_HANG, 0, 0 },
					   { ACT_FAIL, 1, 0 },
					   { ACT_HANG, 0, 0 },
					   SEND(4) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = with(4);
	struct tine_results *results;
	struct tine_stream *stream;

	options.unordered = true;
	stream = show_open(state, &acts, &options);
	assert_int_equal(tine_first(stream, 1, &results), 1);
	assert_value(&results->results[0], 4);
	tine_results_free(results);
	tine_stream_close(stream);
	act_assert_all_dead();
}

static void none_wanted_starts_none(void **state)
{
	struct acts acts = ACTS(mixed);
	struct tine_stream *stream = show_open(state, &acts, NULL);
	struct tine_results *results;

	assert_int_equal(tine_first(stream, 0, &results), 0);
	tine_results_free(results);
	assert_int_equal(acts.asked, 0);
	tine_stream_close(stream);
}

/* ---- An array ----------------------------------------------------------- */

static void an_array_becomes_its_results(void **state)
{
	struct act list[6];
	struct tine_stream_options options = with(2);
	struct tine_results *results;

	memcpy(list, mixed, sizeof list);
	for (uint32_t i = 0; i < 6; i++)
		list[i].number = i;
	assert_int_equal(tine_map(fixture_ctx(state), act_run, list, 6,
				  sizeof *list, &options, &results),
			 6);
	act_assert_all_dead();
	assert_mixed(results);
	tine_results_free(results);
}

static void an_array_of_nothing_has_none(void **state)
{
	struct tine_stream_options options = with(2);
	struct tine_results *results;

	assert_int_equal(tine_map(fixture_ctx(state), act_run, NULL, 0, 8,
				  &options, &results),
			 0);
	assert_int_equal(results->count, 0);
	tine_results_free(results);
}

static void never(struct tine_task *task, const struct tine_result *result,
		  void *user)
{
	(void)task;
	(void)result;
	(void)user;
}

static void nonsense_is_refused(void **state)
{
	struct tine_ctx *ctx = fixture_ctx(state);
	struct tine_stream_options calls = { .task.on_end = never };
	struct tine_stream_options wrong = { .on_timeout = 9 };
	struct tine_results *results = NULL;

	assert_int_equal(tine_map(ctx, act_run, "a", 1, 1, &calls, &results),
			 TINE_EUSAGE);
	assert_int_equal(tine_map(ctx, act_run, "a", 1, 1, &wrong, &results),
			 TINE_EUSAGE);
	assert_int_equal(tine_map(ctx, act_run, NULL, 1, 1, NULL, &results),
			 TINE_EUSAGE);
	assert_int_equal(
		tine_map(ctx, act_run, "a", SIZE_MAX, 2, NULL, &results),
		TINE_EUSAGE);
	assert_int_equal(tine_map(ctx, NULL, "a", 1, 1, NULL, &results),
			 TINE_EUSAGE);
	assert_int_equal(tine_map(NULL, act_run, "a", 1, 1, NULL, &results),
			 TINE_EUSAGE);
	assert_int_equal(tine_map(ctx, act_run, "a", 1, 1, NULL, NULL),
			 TINE_EUSAGE);
	assert_int_equal(tine_collect(NULL, &results), TINE_EUSAGE);
	assert_int_equal(tine_first(NULL, 1, &results), TINE_EUSAGE);
	assert_null(results);
	tine_results_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(all_of_a_stream_can_be_kept_longer_than_it),
		ACT_TEST(what_was_taken_before_is_not_among_them),
		ACT_TEST(of_a_stream_that_failed_there_are_none),
		ACT_TEST(the_first_that_are_good_are_kept),
		ACT_TEST(there_may_be_fewer_than_were_wanted),
		ACT_TEST(
			of_many_that_race_the_first_is_kept_and_the_rest_killed),
		ACT_TEST(none_wanted_starts_none),
		ACT_TEST(an_array_becomes_its_results),
		ACT_TEST(an_array_of_nothing_has_none),
		ACT_TEST(nonsense_is_refused),
	};
	int failed;

	fixture_user();
	failed = cmocka_run_group_tests_name("fresh", tests, NULL, NULL);
	reuse = 1000;
	failed += cmocka_run_group_tests_name("pooled", tests, NULL, NULL);
	return failed;
}
