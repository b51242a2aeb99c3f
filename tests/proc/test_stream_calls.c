/* SPDX-License-Identifier: MIT */
/*
 * test_stream_calls.c - streams that call back from the loop, and streams
 * beside tasks, beside each other, and on the user's own loop.
 */
#include "act.h"
#include "children.h"
#include "show.h"

#include <ev.h>
#include <string.h>
#include <time.h>

static unsigned reuse;

static const struct act four[] = {
	SEND(1), { ACT_EXIT, 2, 0 }, SEND(3), SEND(4)
};

#define FOUR "ok 1, failed 2, ok 3, ok 4, end"

/* A stream whose results are written down as they come. */
struct rig {
	struct acts acts;
	struct show show;
	struct tine_stream *stream;
	unsigned done;
	void (*on_each)(struct rig *rig);
	struct tine_task *task;
};

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	struct rig *rig = user;

	assert_null(task);
	assert_int_equal(rig->done, 0);
	show_add(&rig->show, result);
	if (rig->on_each)
		rig->on_each(rig);
}

static void count_end(struct tine_task *task, const struct tine_result *result,
		      void *user)
{
	struct rig *rig = user;

	(void)task;
	(void)result;
	rig->acts.taken++;
}

static void on_done(struct tine_stream *stream, int error, void *user)
{
	struct rig *rig = user;

	assert_ptr_equal(stream, rig->stream);
	assert_int_equal(rig->acts.closed, 1);
	rig->done++;
	show_error(&rig->show, error);
}

static struct tine_stream_options calling(struct rig *rig)
{
	return (struct tine_stream_options){
		.max_concurrency = 3,
		.reuse = reuse,
		.on_timeout = TINE_KILL,
		.on_done = on_done,
		.task = { .on_end = on_end,
			  .user = rig,
			  .timeout_ms = TINE_FOREVER },
	};
}

static void rig_init(struct rig *rig, const struct act *list, size_t count)
{
	memset(rig, 0, sizeof *rig);
	rig->acts =
		(struct acts){ .list = list, .listed = count, .count = count };
	rig->show.acts = &rig->acts;
}

static void rig_open(struct rig *rig, struct tine_ctx *ctx,
		     const struct tine_stream_options *options)
{
	assert_int_equal(tine_stream_open(ctx, act_run, acts_source(&rig->acts),
					  options, &rig->stream),
			 0);
}

static void rig_close(struct rig *rig, const char *expected)
{
	assert_int_equal(rig->done, 1);
	assert_string_equal(rig->show.text, expected);
	act_assert_all_dead();
	tine_stream_close(rig->stream);
	assert_int_equal(rig->done, 1);
	assert_int_equal(rig->acts.closed, 1);
}

/* ---- One stream --------------------------------------------------------- */

static void results_go_to_on_end_in_order_and_then_comes_on_done(void **state)
{
	static struct rig rig;
	struct tine_stream_options options = calling(&rig);

	rig_init(&rig, four, 4);
	rig_open(&rig, fixture_ctx(state), &options);
	assert_int_equal(rig.acts.asked, 0);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	rig_close(&rig, FOUR);
}

static void an_empty_source_calls_on_done_alone(void **state)
{
	static struct rig rig;
	struct tine_stream_options options = calling(&rig);

	rig_init(&rig, four, 4);
	rig.acts.count = 0;
	rig_open(&rig, fixture_ctx(state), &options);
	assert_int_equal(rig.done, 0);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	rig_close(&rig, "end");
}

static void on_done_says_why_it_failed(void **state)
{
	static struct rig rig;
	struct tine_stream_options options = calling(&rig);

	rig_init(&rig, four, 4);
	rig.acts.count = 0;
	rig.acts.error = -99;
	rig_open(&rig, fixture_ctx(state), &options);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_int_equal(tine_stream_error(rig.stream), -99);
	rig_close(&rig, "error -99");
}

static void on_done_need_not_be_there(void **state)
{
	static struct rig rig;
	struct tine_stream_options options = calling(&rig);

	options.on_done = NULL;
	rig_init(&rig, four, 4);
	rig_open(&rig, fixture_ctx(state), &options);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_string_equal(rig.show.text, "ok 1, failed 2, ok 3, ok 4");
	assert_int_equal(tine_stream_error(rig.stream), 0);
	tine_stream_close(rig.stream);
}

static void a_stream_that_calls_back_cannot_be_asked(void **state)
{
	static struct rig rig;
	struct tine_stream_options options = calling(&rig);

	rig_init(&rig, four, 4);
	rig_open(&rig, fixture_ctx(state), &options);
	assert_null(tine_stream_next(rig.stream));
	assert_int_equal(tine_stream_error(rig.stream), TINE_EUSAGE);
	assert_int_equal(rig.acts.asked, 0);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	rig_close(&rig, FOUR);
}

static void more_items_than_any_window_go_through(void **state)
{
	static const struct act list[] = { SEND(1) };
	static struct rig rig;
	struct tine_stream_options options = calling(&rig);

	rig_init(&rig, list, 1);
	rig.acts.count = reuse > 1 ? 4000 : 200;
	options.max_buffered = 2;
	rig_open(&rig, fixture_ctx(state), &options);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_int_equal(rig.done, 1);
	assert_int_equal(rig.acts.taken, rig.acts.count);
	assert_true(rig.acts.most_ahead <= 5);
	act_assert_each_ran_once(rig.acts.count);
	tine_stream_close(rig.stream);
}

/* ---- What a callback may do --------------------------------------------- */

static void await_a_task(struct rig *rig)
{
	assert_int_equal(tine_await(rig->task, TINE_FOREVER)->end,
			 rig->show.acts->taken == 1 ? TINE_OK : TINE_LOST);
}

/* It runs the loop, and others end; but each result comes behind the one
 * before it. */
static void a_callback_may_wait_for_a_task(void **state)
{
	static struct rig rig;
	struct tine_stream_options options = calling(&rig);

	rig_init(&rig, four, 4);
	rig.task = fixture_start(state, child_nothing, NULL);
	rig.on_each = await_a_task;
	rig_open(&rig, fixture_ctx(state), &options);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	rig_close(&rig, FOUR);
	tine_free(rig.task);
}

static void run_the_loop(struct rig *rig)
{
	assert_int_equal(tine_yield(rig->task, 5)->end, TINE_PENDING);
}

static void a_callback_may_run_the_loop(void **state)
{
	static struct rig rig;
	struct tine_stream_options options = calling(&rig);

	rig_init(&rig, four, 4);
	rig.task = fixture_start(state, child_hang, NULL);
	rig.on_each = run_the_loop;
	rig_open(&rig, fixture_ctx(state), &options);
	while (rig.done == 0)
		(void)tine_yield(rig.task, 10);
	rig_close(&rig, FOUR);
	tine_free(rig.task);
}

/* ---- Several ------------------------------------------------------------ */

static void streams_on_one_loop_go_on_side_by_side(void **state)
{
	enum { STREAMS = 4 };
	static struct rig rigs[STREAMS];

	for (int i = 0; i < STREAMS; i++) {
		struct tine_stream_options options = calling(&rigs[i]);

		options.reuse = i % 2 ? reuse : 0;
		rig_init(&rigs[i], four, 4);
		rig_open(&rigs[i], fixture_ctx(state), &options);
	}
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	for (int i = 0; i < STREAMS; i++)
		rig_close(&rigs[i], FOUR);
}

/* The first one ends only when the other has: neither may hold the other up.
 */
static void a_stream_that_waits_does_not_hold_up_another(void **state)
{
	static const struct act last[] = { { ACT_AFTER, 30, 0 } };
	static const struct act list[] = { SEND(5) };
	static struct rig rigs[2];
	struct tine_stream_options options = calling(&rigs[0]);

	rig_init(&rigs[0], last, 1);
	rig_open(&rigs[0], fixture_ctx(state), &options);
	options = calling(&rigs[1]);
	rig_init(&rigs[1], list, 1);
	rigs[1].acts.count = 30;
	rig_open(&rigs[1], fixture_ctx(state), &options);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	rig_close(&rigs[0], "ok 30, end");
	assert_int_equal(rigs[1].acts.taken, 30);
	tine_stream_close(rigs[1].stream);
}

/* While one is asked, the other goes on. */
static void one_that_is_asked_and_one_that_calls_share_a_loop(void **state)
{
	static const struct act last[] = { { ACT_AFTER, 30, 0 } };
	static const struct act list[] = { SEND(5) };
	static struct rig rig;
	struct acts acts = ACTS(last);
	struct tine_stream_options options = calling(&rig);
	struct tine_stream *stream;

	rig_init(&rig, list, 1);
	rig.acts.count = 30;
	rig_open(&rig, fixture_ctx(state), &options);
	stream = show_open(state, &acts, NULL);
	assert_string_equal(show_some(stream, &acts, 2), "ok 30, end");
	tine_stream_close(stream);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_int_equal(rig.acts.taken, 30);
	tine_stream_close(rig.stream);
}

static void tasks_beside_a_stream_are_not_touched_by_it(void **state)
{
	struct acts acts = ACTS(four);
	struct tine_stream_options options = { .max_concurrency = 2,
					       .reuse = reuse };
	struct tine_task *hangs = fixture_start(state, child_hang, NULL);
	struct tine_task *ends =
		fixture_start_with(state, child_echo, "abc", 3, NULL);
	const struct tine_result *result;

	assert_string_equal(show_run(state, &acts, &options), FOUR);
	result = tine_await(ends, TINE_FOREVER);
	assert_int_equal(result->end, TINE_OK);
	assert_memory_equal(result->data, "abc", 3);
	assert_int_equal(tine_yield(hangs, 0)->end, TINE_PENDING);
	tine_free(ends);
	tine_free(hangs);
}

/* ---- The user's loop ---------------------------------------------------- */

/* A loop of the user's with a timer, and a context on it. */
struct guest {
	struct ev_loop *loop;
	struct tine_ctx *ctx;
	ev_timer timer;
	int ticks;
};

typedef void tick_fn(struct ev_loop *loop, ev_timer *timer, int events);

static void guest_open(struct guest *guest, tick_fn *on_tick)
{
	struct tine_ctx_options options = { .loop = ev_loop_new(0) };

	guest->loop = options.loop;
	guest->ticks = 0;
	ev_timer_init(&guest->timer, on_tick, 0.001, 0.001);
	guest->timer.data = &guest->ticks;
	ev_timer_start(guest->loop, &guest->timer);
	assert_int_equal(tine_ctx_new(&options, &guest->ctx), 0);
}

static void guest_close(struct guest *guest)
{
	tine_ctx_free(guest->ctx);
	ev_timer_stop(guest->loop, &guest->timer);
	ev_loop_destroy(guest->loop);
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	++*(int *)timer->data;
}

static void on_a_loop_of_the_users_it_all_comes_from_there(void **state)
{
	static struct rig rig;
	struct tine_stream_options options = calling(&rig);
	struct guest guest;

	(void)state;
	guest_open(&guest, on_tick);
	ev_timer_stop(guest.loop, &guest.timer);
	rig_init(&rig, four, 4);
	rig_open(&rig, guest.ctx, &options);
	(void)ev_run(guest.loop, 0); /* returns: nothing of ours keeps it */
	rig_close(&rig, FOUR);
	guest_close(&guest);
}

/* The item waits until the user's timer has opened its gate. */
static void on_gate_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	on_tick(loop, timer, events);
	if (*(int *)timer->data == 3)
		act_open_gate(0);
}

static void while_it_is_asked_the_users_loop_runs_along(void **state)
{
	static const struct act list[] = { { ACT_GATE, 8, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = { .reuse = reuse };
	struct tine_stream *stream;
	struct guest guest;

	(void)state;
	guest_open(&guest, on_gate_tick);
	assert_int_equal(tine_stream_open(guest.ctx, act_run,
					  acts_source(&acts), &options,
					  &stream),
			 0);
	assert_string_equal(show_all(stream, &acts), "ok 8, end");
	assert_true(guest.ticks >= 3);
	tine_stream_close(stream);
	guest_close(&guest);
}

/* Results are always ready for somebody who is slow. */
static void who_is_slow_does_not_hold_up_the_users_loop(void **state)
{
	static const struct act list[] = { SEND(1) };
	static const struct timespec nap = { .tv_nsec = 30000000 };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = { .reuse = reuse };
	struct tine_stream *stream;
	struct guest guest;

	(void)state;
	acts.count = SIZE_MAX;
	guest_open(&guest, on_tick);
	assert_int_equal(tine_stream_open(guest.ctx, act_run,
					  acts_source(&acts), &options,
					  &stream),
			 0);
	for (int i = 0; i < 8; i++) {
		int before = guest.ticks;

		assert_non_null(tine_stream_next(stream));
		assert_true(i == 0 || guest.ticks > before);
		(void)nanosleep(&nap, NULL);
	}
	tine_stream_close(stream);
	guest_close(&guest);
}

/* A stream that always has something to do lets others have their turns. */
static void on_last_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	on_tick(loop, timer, events);
	if (*(int *)timer->data == 5)
		ev_break(loop, EVBREAK_ALL);
}

static void a_busy_stream_leaves_the_users_loop_its_turns(void **state)
{
	static const struct act list[] = { SEND(1) };
	static struct rig rig;
	struct tine_stream_options options = calling(&rig);
	struct guest guest;

	(void)state;
	guest_open(&guest, on_last_tick);
	rig_init(&rig, list, 1);
	rig.acts.count = SIZE_MAX;
	options.task.on_end = count_end;
	rig_open(&rig, guest.ctx, &options);
	(void)ev_run(guest.loop, 0);
	assert_int_equal(guest.ticks, 5);
	assert_int_equal(rig.done, 0);
	tine_stream_close(rig.stream);
	guest_close(&guest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(results_go_to_on_end_in_order_and_then_comes_on_done),
		ACT_TEST(an_empty_source_calls_on_done_alone),
		ACT_TEST(on_done_says_why_it_failed),
		ACT_TEST(on_done_need_not_be_there),
		ACT_TEST(a_stream_that_calls_back_cannot_be_asked),
		ACT_TEST(more_items_than_any_window_go_through),
		ACT_TEST(a_callback_may_wait_for_a_task),
		ACT_TEST(a_callback_may_run_the_loop),
		ACT_TEST(streams_on_one_loop_go_on_side_by_side),
		ACT_TEST(a_stream_that_waits_does_not_hold_up_another),
		ACT_TEST(one_that_is_asked_and_one_that_calls_share_a_loop),
		ACT_TEST(tasks_beside_a_stream_are_not_touched_by_it),
		ACT_TEST(on_a_loop_of_the_users_it_all_comes_from_there),
		ACT_TEST(while_it_is_asked_the_users_loop_runs_along),
		ACT_TEST(who_is_slow_does_not_hold_up_the_users_loop),
		ACT_TEST(a_busy_stream_leaves_the_users_loop_its_turns),
	};
	int failed;

	fixture_user();
	failed = cmocka_run_group_tests_name("fresh", tests, NULL, NULL);
	reuse = 1000;
	failed += cmocka_run_group_tests_name("pooled", tests, NULL, NULL);
	return failed;
}
