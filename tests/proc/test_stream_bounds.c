/* SPDX-License-Identifier: MIT */
/* test_stream_bounds.c - how many items run, wait and are pulled at most. */
#include "act.h"
#include "children.h"
#include "mode.h"
#include "show.h"

#include <poll.h>

static void no_more_than_max_concurrency_run_at_once(void **state)
{
	static const struct act list[] = { SEND(1) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream;

	acts.count = 100;
	options.unordered = true;
	stream = show_open(state, &acts, &options);
	while (tine_stream_next(stream))
		;
	tine_stream_close(stream);
	act_assert_each_ran_once(100);
	assert_true(atomic_load(&act_memory->most) <= mode->max_concurrency);
}

static void as_many_as_may_run_do_run_at_once(void **state)
{
	struct act list[] = { { ACT_TOGETHER, (int)mode->max_concurrency, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();

	acts.count = mode->max_concurrency;
	(void)show_run(state, &acts, &options);
	act_assert_each_ran_once(acts.count);
}

static void what_is_pulled_is_bounded_by_what_is_taken(void **state)
{
	static const struct act list[] = { SEND(1) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream;
	size_t taken = 0;

	acts.count = 200;
	options.max_buffered = 3;
	stream = show_open(state, &acts, &options);
	for (; tine_stream_next(stream); taken++)
		acts.taken++;
	tine_stream_close(stream);
	assert_int_equal(taken, 200);
	assert_true(acts.most_ahead <= mode->max_concurrency + 3);
}

/* All others have ended, in slots that were free again, before it does. */
static void behind_a_slow_head_others_run_and_wait(void **state)
{
	struct act list[20] = { { ACT_AFTER, 19, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream;
	const struct tine_result *result;

	for (int i = 1; i < 20; i++)
		list[i] = (struct act)SEND(i);
	options.max_buffered = 20;
	stream = show_open(state, &acts, &options);
	for (size_t i = 0; i < 20; i++) {
		result = tine_stream_next(stream);
		assert_non_null(result);
		assert_int_equal(result->index, i);
		assert_int_equal(result->end, TINE_OK);
	}
	assert_null(tine_stream_next(stream));
	tine_stream_close(stream);
	act_assert_each_ran_once(20);
}

enum { PULL_MS = 5, PULLS_MOST = 100 };

static void take_time(struct acts *acts)
{
	if (acts->asked > mode->reuse)
		(void)poll(NULL, 0, PULL_MS);
}

/* However many a child could run in that time, as it did with those before: who
 * waits for a result is not to wait for items that come behind many others. */
static void from_a_slow_source_no_more_is_pulled_than_can_run(void **state)
{
	static const struct act list[] = { SEND(1) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream;

	acts.count = SIZE_MAX;
	acts.on_next = take_time;
	stream = show_open(state, &acts, &options);
	for (size_t i = 0; i < mode->reuse + 5; i++) {
		size_t asked = acts.asked;

		assert_non_null(tine_stream_next(stream));
		if (asked >= mode->reuse)
			assert_in_range(acts.asked - asked, 0, PULLS_MOST);
	}
	tine_stream_close(stream);
}

/* Whoever takes nothing is not given more than there is room for. */
static void while_nobody_takes_results_nothing_more_is_pulled(void **state)
{
	static const struct act list[] = { SEND(1) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = mode_options();
	struct tine_stream *stream;

	acts.count = 200;
	options.max_buffered = 5;
	stream = show_open(state, &acts, &options);
	assert_string_equal(show_some(stream, &acts, 1), "ok 1");
	for (int i = 0; i < 5; i++) {
		struct tine_task *task =
			fixture_start(state, child_nothing, NULL);

		assert_int_equal(tine_await(task, TINE_FOREVER)->end, TINE_OK);
		tine_free(task);
	}
	assert_true(acts.pulled <= mode->max_concurrency + 5 + 1);
	tine_stream_close(stream);
	act_assert_all_dead();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(no_more_than_max_concurrency_run_at_once),
		ACT_TEST(as_many_as_may_run_do_run_at_once),
		ACT_TEST(what_is_pulled_is_bounded_by_what_is_taken),
		ACT_TEST(behind_a_slow_head_others_run_and_wait),
		ACT_TEST(from_a_slow_source_no_more_is_pulled_than_can_run),
		ACT_TEST(while_nobody_takes_results_nothing_more_is_pulled),
	};

	fixture_user();
	return MODES_RUN(tests);
}
