/* SPDX-License-Identifier: MIT */
/*
 * test_stream_later.c - sources that have nothing just now.
 *
 * A timer on the user's loop lays down an item whenever the result of the one
 * before has come: so a result that waited for the next item would wait for
 * ever.
 */
#include "act.h"
#include "show.h"

#include <ev.h>
#include <string.h>

#define ITEMS 5

static unsigned reuse;

static const struct act seven[] = { SEND(7) };

struct slow {
	struct acts acts;
	struct show show;
	struct ev_loop *loop;
	struct tine_ctx *ctx;
	struct tine_stream *stream;
	ev_timer timer;
	size_t results;
	unsigned done;
};

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct slow *slow = timer->data;

	(void)events;
	if (slow->results < slow->acts.count)
		return;
	if (slow->acts.count < ITEMS)
		slow->acts.count++;
	else
		slow->acts.error = 0;
	if (slow->acts.error == 0)
		ev_timer_stop(loop, timer);
	tine_stream_wake(slow->stream);
}

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	struct slow *slow = user;

	(void)task;
	show_add(&slow->show, result);
	slow->results++;
}

static void on_done(struct tine_stream *stream, int error, void *user)
{
	struct slow *slow = user;

	(void)stream;
	show_error(&slow->show, error);
	slow->done++;
}

static void slow_open(struct slow *slow,
		      const struct tine_stream_options *options)
{
	struct tine_ctx_options own = { .loop = ev_loop_new(0) };

	memset(slow, 0, sizeof *slow);
	slow->acts = (struct acts){ .list = seven,
				    .listed = 1,
				    .error = TINE_LATER };
	slow->show.acts = &slow->acts;
	slow->loop = own.loop;
	ev_timer_init(&slow->timer, on_tick, 0.001, 0.001);
	slow->timer.data = slow;
	ev_timer_start(slow->loop, &slow->timer);
	assert_int_equal(tine_ctx_new(&own, &slow->ctx), 0);
	assert_int_equal(tine_stream_open(slow->ctx, act_run,
					  acts_source(&slow->acts), options,
					  &slow->stream),
			 0);
}

static void slow_close(struct slow *slow)
{
	tine_stream_close(slow->stream);
	tine_ctx_free(slow->ctx);
	ev_timer_stop(slow->loop, &slow->timer);
	ev_loop_destroy(slow->loop);
	assert_int_equal(slow->acts.closed, 1);
	act_assert_all_dead();
}

static void a_callback_gets_results_while_the_source_has_nothing(void **state)
{
	static struct slow slow;
	const struct tine_stream_options options = {
		.reuse = reuse,
		.on_done = on_done,
		.task = { .on_end = on_end, .user = &slow },
	};

	(void)state;
	slow_open(&slow, &options);
	(void)ev_run(slow.loop, 0);
	assert_int_equal(slow.done, 1);
	assert_string_equal(slow.show.text,
			    "ok 7, ok 7, ok 7, ok 7, ok 7, end");
	slow_close(&slow);
}

static void who_asks_gets_results_while_the_source_has_nothing(void **state)
{
	static struct slow slow;
	const struct tine_stream_options options = { .reuse = reuse };
	const struct tine_result *result;

	(void)state;
	slow_open(&slow, &options);
	while ((result = tine_stream_next(slow.stream))) {
		show_add(&slow.show, result);
		slow.results++;
	}
	show_error(&slow.show, tine_stream_error(slow.stream));
	assert_string_equal(slow.show.text,
			    "ok 7, ok 7, ok 7, ok 7, ok 7, end");
	slow_close(&slow);
}

static void what_runs_ends_while_the_source_has_nothing(void **state)
{
	static struct slow slow;
	const struct tine_stream_options options = { .reuse = reuse };

	(void)state;
	slow_open(&slow, &options);
	slow.acts.count = 2;
	assert_non_null(tine_stream_next(slow.stream));
	assert_non_null(tine_stream_next(slow.stream));
	slow_close(&slow);
}

static void to_wake_a_stream_does_not_start_it(void **state)
{
	static struct slow slow;
	const struct tine_stream_options options = { .reuse = reuse };

	(void)state;
	slow_open(&slow, &options);
	ev_timer_stop(slow.loop, &slow.timer);
	tine_stream_wake(slow.stream);
	(void)ev_run(slow.loop, 0);
	assert_int_equal(slow.acts.asked, 0);
	slow_close(&slow);
}

static void a_stream_that_has_ended_is_not_woken(void **state)
{
	static struct slow slow;
	const struct tine_stream_options options = {
		.reuse = reuse,
		.on_done = on_done,
		.task = { .on_end = on_end, .user = &slow },
	};

	(void)state;
	slow_open(&slow, &options);
	(void)ev_run(slow.loop, 0);
	tine_stream_wake(slow.stream);
	tine_stream_wake(NULL);
	(void)ev_run(slow.loop, 0);
	assert_int_equal(slow.done, 1);
	slow_close(&slow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(a_callback_gets_results_while_the_source_has_nothing),
		ACT_TEST(who_asks_gets_results_while_the_source_has_nothing),
		ACT_TEST(what_runs_ends_while_the_source_has_nothing),
		ACT_TEST(to_wake_a_stream_does_not_start_it),
		ACT_TEST(a_stream_that_has_ended_is_not_woken),
	};
	int failed;

	fixture_user();
	failed = cmocka_run_group_tests_name("fresh", tests, NULL, NULL);
	reuse = 100;
	return failed +
	       cmocka_run_group_tests_name("pooled", tests, NULL, NULL);
}
