/* SPDX-License-Identifier: MIT */
/*
 * test_worker.c - what a worker's child wrote becomes the ends of its items.
 *
 * There is no child: the test plays it. What needs one is in proc/.
 */
#include "ring_rig.h"

#include <stdlib.h>
#include <string.h>

#include "worker.h"

struct bench {
	struct ring_rig *rig;
	struct tine_ctx ctx; /* without a board */
	struct job job;
	struct worker worker;
};

static int bench_new(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);
	void *rig;

	if (!bench || ring_rig_new(&rig) < 0)
		return -1;
	bench->rig = rig;
	*state = bench;
	return 0;
}

static int bench_free(void **state)
{
	struct bench *bench = *state;
	void *rig = bench->rig;

	free(bench);
	return ring_rig_free(&rig);
}

static int bench_begin(void **state)
{
	struct bench *bench = *state;
	struct ring_rig *rig = bench->rig;

	(void)ring_rig_renew((void **)&bench->rig);
	memset(&bench->job, 0, sizeof bench->job);
	memset(&bench->worker, 0, sizeof bench->worker);
	bench->ctx.board = (struct board){ .fd = -1, .hidden = true };
	bench->job.ctx = &bench->ctx;
	job_init(&bench->job);
	window_init(&bench->job.window, true, false);
	bench->job.options.max_result = MAX_RESULT;
	bench->job.options.nolink = true;
	bench->worker.job = &bench->job;
	bench->worker.feeder = rig->feeder;
	bench->worker.mail.socket = rig->mail.socket;
	bench->worker.pid = 4711;
	bench->worker.quota = UINT32_MAX;
	return 0;
}

static int bench_end(void **state)
{
	struct bench *bench = *state;

	window_done(&bench->job.window);
	bench->worker.mail.socket = -1; /* the rig's */
	mail_done(&bench->worker.mail);
	return 0;
}

static void give(struct bench *bench, int count)
{
	struct window *window = &bench->job.window;

	while (count-- > 0)
		assert_true(worker_give(&bench->worker,
					window_add(window, "item", 4)));
	worker_offer(&bench->worker);
}

/* The next item that has ended did so like that. */
static void expect(struct bench *bench, enum tine_end end, const char *data)
{
	struct window *window = &bench->job.window;
	struct item *item = window_take(window);

	assert_non_null(item);
	assert_int_equal(item->end, end);
	assert_int_equal(item->data_size, strlen(data));
	assert_memory_equal(item->data, data, strlen(data));
	assert_int_equal(item->pid, 4711);
	window_release(window, item);
}

/* ---- What is collected -------------------------------------------------- */

static void what_is_done_ends_in_its_order(void **state)
{
	struct bench *bench = *state;
	struct worker_took took;

	give(bench, 3);
	ring_rig_run(bench->rig, "one", 3, 0);
	ring_rig_run(bench->rig, "two", 3, 7);
	took = worker_collect(&bench->worker);
	assert_int_equal(took.count, 2);
	assert_int_equal(took.bytes, 3);
	expect(bench, TINE_OK, "one");
	expect(bench, TINE_FAILED, "two");
	assert_null(window_take(&bench->job.window));
	assert_int_equal(worker_load(&bench->worker), 1);
	(void)worker_withdraw(&bench->worker, 1);
}

static void times_are_averaged(void **state)
{
	struct bench *bench = *state;

	give(bench, 2);
	for (int64_t ns = 1000; ns <= 3000; ns += 2000) {
		ring_rig_begin(bench->rig, "r", 1);
		outbox_close(&bench->rig->outbox, 0, 0, ns);
	}
	assert_int_equal(worker_collect(&bench->worker).ns, 2000);
}

/* Also all together. */
static void times_may_be_as_long_as_a_child_wants(void **state)
{
	struct bench *bench = *state;
	struct worker_took took;

	give(bench, RING_SLOTS);
	for (uint32_t i = 0; i < RING_SLOTS; i++) {
		ring_rig_begin(bench->rig, "r", 1);
		outbox_close(&bench->rig->outbox, 0, 0, INT64_MAX - i);
	}
	took = worker_collect(&bench->worker);
	assert_int_equal(took.count, RING_SLOTS);
	assert_true(took.ns > 0);
	assert_true(took.ns <= INT64_MAX / RING_SLOTS); /* times a full ring */
}

static void what_stands_behind_a_foul_record_is_not_collected(void **state)
{
	struct bench *bench = *state;

	give(bench, 3);
	for (int i = 0; i < 3; i++)
		ring_rig_run(bench->rig, "r", 1, 0);
	bench->rig->ring->records[1].code = 1;
	assert_int_equal(worker_collect(&bench->worker).count, 1);
	assert_true(bench->worker.foul);
	assert_int_equal(worker_collect(&bench->worker).count, 0);
	assert_int_equal(worker_load(&bench->worker), 2);
	expect(bench, TINE_OK, "r");
	for (uint32_t i = 1; i < 3; i++)
		window_drop(&bench->job.window, bench->worker.items[i]);
}

/* ---- What is left of one that is not to be believed ---------------------- */

/* A result that comes in a file: only its beginning is looked at. */
static void run_large(struct bench *bench, const char *data)
{
	static char bytes[RING_RESULT_MOST + 1];

	strcpy(bytes, data);
	ring_rig_run(bench->rig, bytes, sizeof bytes, 0);
}

static void expect_large(struct bench *bench, const char *data)
{
	struct window *window = &bench->job.window;
	struct item *item = window_take(window);

	assert_non_null(item);
	assert_int_equal(item->end, TINE_OK);
	assert_int_equal(item->data_size, RING_RESULT_MOST + 1);
	assert_string_equal(item->data, data);
	window_release(window, item);
}

static void bury(struct bench *bench)
{
	(void)worker_collect(&bench->worker);
	assert_true(bench->worker.foul);
	bench->worker.dead = true;
	worker_bury(&bench->worker);
	assert_int_equal(worker_load(&bench->worker), 0);
}

static void what_is_proven_counts_all_the_same(void **state)
{
	struct bench *bench = *state;

	give(bench, 4);
	for (int i = 0; i < 3; i++)
		ring_rig_run(bench->rig, "proven", 6, 0);
	bench->rig->ring->records[1].code = 1;
	bury(bench);
	expect(bench, TINE_OK, "proven");
	expect(bench, TINE_GARBLED, "");
	expect(bench, TINE_OK, "proven");
	assert_int_equal(window_first(&bench->job.window)->index, 3);
	assert_true(window_first(&bench->job.window)->suspect);
}

static void each_file_goes_to_its_own_item(void **state)
{
	struct bench *bench = *state;

	give(bench, 4);
	run_large(bench, "one");
	run_large(bench, "two");
	run_large(bench, "three");
	bench->rig->ring->records[0].code = 1;
	bury(bench);
	expect(bench, TINE_GARBLED, "");
	expect_large(bench, "two");
	expect_large(bench, "three");
}

/* ---- For how long it is on its item ------------------------------------- */

static void it_is_on_an_item_from_taking_it_to_its_end(void **state)
{
	struct bench *bench = *state;
	struct worker *worker = &bench->worker;

	give(bench, 2);
	assert_int_equal(worker_busy_us(worker, 1000), 0);
	assert_true(ring_rig_take(bench->rig));
	outbox_open(&bench->rig->outbox, 1500 * 1000);
	assert_int_equal(worker_busy_us(worker, 2000), 501);
	assert_int_equal(worker_busy_us(worker, 3000), 1501);
	outbox_close(&bench->rig->outbox, 0, 0, 1);
	assert_int_equal(worker_busy_us(worker, 3500), 0);
	assert_int_equal(worker_collect(worker).count, 1);
	(void)worker_withdraw(worker, 1);
}

/* Or one could run for ever. */
static void it_may_say_when_it_began_but_within_limits(void **state)
{
	static const int64_t times[] = { 0,         -1,
					 INT64_MIN, 999 * 1000,
					 INT64_MAX, 9999 * (int64_t)1000000 };
	struct bench *bench = *state;
	struct worker *worker = &bench->worker;

	for (size_t i = 0; i < COUNT(times); i++) {
		int64_t us;

		give(bench, 1);
		assert_int_equal(worker_busy_us(worker, 1000), 0);
		assert_true(ring_rig_take(bench->rig));
		outbox_open(&bench->rig->outbox, times[i]);
		us = worker_busy_us(worker, 2000);
		assert_true(us >= 1 && us <= 1001);
		assert_int_equal(worker_busy_us(worker, 5000), us + 3000);
		outbox_close(&bench->rig->outbox, 0, 0, 1);
		assert_int_equal(worker_collect(worker).count, 1);
	}
}

/* ---- Taking back -------------------------------------------------------- */

static void items_come_back_as_if_they_had_not_been_given(void **state)
{
	struct bench *bench = *state;
	struct window *window = &bench->job.window;

	bench->worker.quota = 5;
	give(bench, 5);
	assert_int_equal(bench->worker.quota, 0);
	assert_int_equal(window->running, 5);
	assert_true(ring_rig_take(bench->rig));
	assert_int_equal(worker_waiting(&bench->worker), 4);
	assert_int_equal(worker_withdraw(&bench->worker, 3), 3);
	assert_int_equal(bench->worker.quota, 3);
	assert_int_equal(window->running, 2);
	assert_int_equal(window_first(window)->index, 2);
	assert_int_equal(window_first(window)->attempts, 0);
	assert_int_equal(worker_withdraw(&bench->worker, 3), 1);
	assert_int_equal(window_first(window)->index, 1);
	window_drop(window, bench->worker.items[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_begin, bench_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_done_ends_in_its_order),
		TEST(times_are_averaged),
		TEST(times_may_be_as_long_as_a_child_wants),
		TEST(what_stands_behind_a_foul_record_is_not_collected),
		TEST(what_is_proven_counts_all_the_same),
		TEST(each_file_goes_to_its_own_item),
		TEST(it_is_on_an_item_from_taking_it_to_its_end),
		TEST(it_may_say_when_it_began_but_within_limits),
		TEST(items_come_back_as_if_they_had_not_been_given),
	};

	return cmocka_run_group_tests(tests, bench_new, bench_free);
}
