/* SPDX-License-Identifier: MIT */
/*
 * test_loop.c - what is watched in the background alone keeps no loop running;
 * and whatever becomes of it, the rest of the loop is as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ev.h>
#include <stdbool.h>
#include <unistd.h>

#include "chance.h"
#include "clock.h"
#include "loop.h"

#define LONG_MS 20000
#define LONG_S 10 /* only what hangs takes so long */

static struct ev_loop *ev;
static struct loop *loop;

static int setup(void **state)
{
	(void)state;
	(void)alarm(LONG_S);
	ev = ev_loop_new(EVFLAG_AUTO);
	return loop_new(ev, &loop);
}

static void count(struct ev_loop *at, ev_timer *timer, int events)
{
	(void)at;
	(void)events;
	++*(int *)timer->data;
}

/* If something is missing the loop does not wait for this; if there is too much
 * it waits for ever. */
static void assert_balanced(void)
{
	int fired = 0;
	ev_timer timer;

	ev_timer_init(&timer, count, 0.002, 0);
	timer.data = &fired;
	ev_timer_start(ev, &timer);
	ev_run(ev, 0);
	assert_int_equal(fired, 1);
	ev_run(ev, 0);
}

static int teardown(void **state)
{
	(void)state;
	assert_balanced();
	loop_free(loop);
	assert_balanced();
	ev_loop_destroy(ev);
	(void)alarm(0);
	return 0;
}

/* ---- A timer ------------------------------------------------------------ */

struct clockwork {
	struct loop_watch *watch;
	int fired;
	int again; /* so often it sets itself anew */
	struct clockwork *stops, *sets;
};

static void on_time(void *data)
{
	struct clockwork *work = data;

	work->fired++;
	if (work->again > 0)
		loop_timer_again(work->watch, work->again-- % 2);
	if (work->sets)
		loop_timer_again(work->sets->watch, 1);
	if (!work->stops)
		return;
	loop_stop(work->stops->watch);
	work->stops->watch = NULL;
}

static void wind(struct clockwork *work, int64_t ms)
{
	work->watch = loop_timer_start(loop, ms, on_time, work);
	assert_non_null(work->watch);
	loop_background(work->watch);
}

/* Something else goes on for so long. */
static void run_ms(int64_t ms)
{
	int fired = 0;
	ev_timer timer;

	ev_now_update(ev);
	ev_timer_init(&timer, count, (double)ms / 1000, 0);
	timer.data = &fired;
	ev_timer_start(ev, &timer);
	ev_run(ev, 0);
	assert_int_equal(fired, 1);
}

static void alone_it_keeps_no_loop_running(void **state)
{
	struct clockwork work = { 0 };

	(void)state;
	wind(&work, LONG_MS);
	ev_run(ev, 0);
	assert_int_equal(work.fired, 0);
	loop_timer_again(work.watch, LONG_MS);
	ev_run(ev, 0);
	assert_balanced();
	loop_stop(work.watch);
}

static void it_goes_off_while_something_else_goes_on(void **state)
{
	struct clockwork work = { 0 };

	(void)state;
	wind(&work, 1);
	while (work.fired == 0)
		run_ms(5);
	assert_int_equal(work.fired, 1);
	assert_balanced();
	loop_timer_again(work.watch, 0);
	while (work.fired == 1)
		run_ms(5);
	assert_int_equal(work.fired, 2);
	loop_stop(work.watch);
}

static void it_may_become_one_before_it_is_set(void **state)
{
	struct clockwork work = { 0 };

	(void)state;
	wind(&work, -1);
	assert_balanced();
	loop_timer_again(work.watch, LONG_MS);
	assert_balanced();
	loop_timer_again(work.watch, -1);
	assert_balanced();
	loop_timer_again(work.watch, -1);
	assert_balanced();
	loop_stop(work.watch);
}

static void it_may_set_itself_again(void **state)
{
	struct clockwork work = { .again = 20 };

	(void)state;
	wind(&work, 0);
	while (work.fired < 21)
		run_ms(5);
	assert_int_equal(work.fired, 21);
	assert_balanced();
	loop_stop(work.watch);
}

static void it_may_stop_itself(void **state)
{
	struct clockwork work = { 0 };

	(void)state;
	work.stops = &work;
	wind(&work, 0);
	while (work.fired == 0)
		run_ms(5);
	assert_null(work.watch);
	assert_balanced();
}

static void it_may_set_and_stop_itself(void **state)
{
	struct clockwork work = { .again = 1 };

	(void)state;
	work.stops = &work;
	wind(&work, 0);
	while (work.fired == 0)
		run_ms(5);
	assert_balanced();
	assert_int_equal(work.fired, 1);
}

/* Both have gone off, and one of them hears of it first. */
static void one_that_has_gone_off_may_be_stopped(void **state)
{
	struct clockwork one = { 0 }, other = { 0 };

	(void)state;
	one.stops = &other;
	other.stops = &one;
	wind(&one, 1);
	wind(&other, 1);
	(void)usleep(5000);
	while (one.fired + other.fired == 0)
		run_ms(5);
	assert_int_equal(one.fired + other.fired, 1);
	assert_balanced();
	loop_stop(one.watch);
	loop_stop(other.watch);
}

static void one_that_has_gone_off_may_be_set(void **state)
{
	struct clockwork one = { 0 }, other = { 0 };

	(void)state;
	one.sets = &other;
	wind(&one, 1);
	wind(&other, 1);
	(void)usleep(5000);
	while (one.fired == 0 || other.fired == 0)
		run_ms(5);
	run_ms(5);
	assert_int_equal(one.fired, 1);
	assert_in_range(other.fired, 1, 2);
	assert_balanced();
	loop_stop(one.watch);
	loop_stop(other.watch);
}

/* Whatever is done to some of them, in whatever order. */
static void however_they_are_used_the_loop_is_as_it_was(void **state)
{
	struct clockwork works[8] = { 0 };
	struct chance chance = { .state = 1 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct clockwork *work = &works[chance_below(&chance, 8)];
		int64_t ms = (int64_t)chance_below(&chance, 4) - 1;

		switch (chance_below(&chance, 6)) {
		case 0:
			loop_stop(work->watch);
			work->watch = NULL;
			break;
		case 1: work->again = (int)chance_below(&chance, 3); break;
		case 2:
			work->stops = chance_below(&chance, 4) ? NULL : work;
			break;
		case 3: ev_run(ev, EVRUN_NOWAIT); break;
		default:
			if (work->watch)
				loop_timer_again(work->watch, ms);
			else
				wind(work, ms);
		}
		if (i % 500 == 0)
			assert_balanced();
	}
	for (int i = 0; i < 8; i++)
		loop_stop(works[i].watch);
}

/* ---- Others ------------------------------------------------------------- */

static void one_in_front_keeps_it_running(void **state)
{
	struct clockwork work = { 0 };

	(void)state;
	work.watch = loop_timer_start(loop, 5, on_time, &work);
	ev_run(ev, 0);
	assert_int_equal(work.fired, 1);
	loop_stop(work.watch);
}

static void on_readable(void *data)
{
	char byte;

	assert_int_equal(read(*(int *)data, &byte, 1), 1);
}

static void so_does_a_descriptor_in_front_alone(void **state)
{
	struct clockwork work = { 0 };
	struct loop_watch *watch;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	watch = loop_readable_start(loop, ends[0], on_readable, &ends[0]);
	loop_background(watch);
	wind(&work, LONG_MS);
	ev_run(ev, 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	run_ms(5);
	assert_balanced();
	loop_stop(watch);
	loop_stop(work.watch);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static bool has_fired(void *data)
{
	return ((struct clockwork *)data)->fired > 0;
}

/* Who waits for something waits for it, whatever it is. */
static void a_wait_is_not_over_for_that(void **state)
{
	struct clockwork work = { 0 };
	struct loop *own;

	(void)state;
	wind(&work, 5);
	assert_true(loop_run(loop, has_fired, &work, CLOCK_NEVER));
	loop_timer_again(work.watch, LONG_MS);
	work.fired = 0;
	assert_false(loop_run(loop, has_fired, &work, clock_deadline(5)));
	loop_stop(work.watch);

	assert_int_equal(loop_new(NULL, &own), 0);
	work.watch = loop_timer_start(own, 5, on_time, &work);
	loop_background(work.watch);
	assert_true(loop_run(own, has_fired, &work, CLOCK_NEVER));
	loop_stop(work.watch);
	loop_free(own);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(alone_it_keeps_no_loop_running),
		TEST(it_goes_off_while_something_else_goes_on),
		TEST(it_may_become_one_before_it_is_set),
		TEST(it_may_set_itself_again),
		TEST(it_may_stop_itself),
		TEST(it_may_set_and_stop_itself),
		TEST(one_that_has_gone_off_may_be_stopped),
		TEST(one_that_has_gone_off_may_be_set),
		TEST(however_they_are_used_the_loop_is_as_it_was),
		TEST(one_in_front_keeps_it_running),
		TEST(so_does_a_descriptor_in_front_alone),
		TEST(a_wait_is_not_over_for_that),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
