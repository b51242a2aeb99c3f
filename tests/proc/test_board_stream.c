/* SPDX-License-Identifier: MIT */
/* test_board_stream.c - what the board of a program says of its streams. */
#include "act.h"
#include "children.h"
#include "show.h"
#include "sight.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "ring.h"

#define LONG_MS 20000

static const struct act gate[] = { { ACT_GATE, 7, 0 } };
static const struct act mixed[] = {
	SEND(1), { ACT_FAIL, 3, 0 }, SEND(2), SEND(3)
};

static void see(void)
{
	assert_non_null(sight_see(getpid()));
	assert_true(sight->alive);
	assert_int_equal(sight->torn, 0);
}

/* Runs the loop until that is seen to be so: a task is waited for meanwhile. */
static void see_until(void **state, bool (*is_so)(void))
{
	struct tine_task *task = fixture_start(
		state, child_hang, &(struct tine_options){ .name = "idle" });

	for (see(); !is_so(); see())
		(void)tine_yield(task, 1);
	tine_free(task);
}

/* ---- Counts ------------------------------------------------------------- */

static void assert_counts(uint64_t started, uint64_t ok, uint64_t failed,
			  uint64_t crashed)
{
	see();
	assert_int_equal(sight->tally.started, started);
	assert_int_equal(sight->tally.ended[TINE_OK], ok);
	assert_int_equal(sight->tally.ended[TINE_FAILED], failed);
	assert_int_equal(sight->tally.ended[TINE_CRASHED], crashed);
	assert_int_equal(sight->slot_count, 0);
}

static void run(void **state, struct acts acts,
		const struct tine_stream_options *options)
{
	acts.count = 1000;
	(void)show_run(state, &acts, options);
}

static void items_of_a_pool_are_counted_exactly(void **state)
{
	const struct tine_stream_options pool = { .reuse = 100,
						  .max_concurrency = 2 };
	const struct acts acts = ACTS(mixed);

	run(state, acts, &pool);
	assert_counts(1000, 750, 250, 0);
	run(state, acts, &pool);
	assert_counts(2000, 1500, 500, 0);
	assert_true(sight->end_count > 0);
	assert_true(sight->end_count < 250); /* they are not seen one by one */
	assert_int_equal(sight->ends[0].end, TINE_FAILED);
	assert_int_equal(sight->ends[0].kind, SLOT_ITEM);
}

static void so_are_items_in_processes_of_their_own(void **state)
{
	struct acts acts = ACTS(mixed);

	acts.count = 100;
	(void)show_run(state, &acts, NULL);
	assert_counts(100, 75, 25, 0);
	assert_int_equal(sight->end_count, 100);
	assert_int_equal(sight->ends[0].kind, SLOT_ITEM);
}

static void who_takes_its_child_along_is_seen(void **state)
{
	static const struct act crashing[] = { SEND(1),
					       { ACT_RAISE, SIGSEGV, 0 } };
	const struct tine_stream_options pool = { .reuse = 100,
						  .max_concurrency = 2,
						  .task.name = "thumb" };
	struct acts acts = ACTS(crashing);
	bool seen[40] = { false };

	acts.count = 40;
	(void)show_run(state, &acts, &pool);
	assert_counts(40, 20, 0, 20);
	assert_int_equal(sight->end_count, 20);
	for (int i = 0; i < 20; i++) {
		const struct board_end *end = &sight->ends[i];

		assert_int_equal(end->kind, SLOT_ITEM);
		assert_int_equal(end->end, TINE_CRASHED);
		assert_int_equal(end->code, SIGSEGV);
		assert_string_equal(end->name, "thumb");
		assert_true(end->index < 40 && end->index % 2 == 1);
		assert_true(end->parent == end->id && end->id != 0);
		assert_int_equal(end->pid,
				 atomic_load(&act_memory->pids[end->index]));
		assert_false(seen[end->index]);
		seen[end->index] = true;
	}
}

/* Each of them counts once, however often it was tried. */
static void attempts_are_not_counted(void **state)
{
	static const struct act third[] = { { ACT_TRY, 3, 0 },
					    { ACT_TRY, 9, 0 } };
	struct tine_stream_options options = {
		.task.retry = { .attempts = 3, .backoff_ms = 1 },
		.max_concurrency = 2,
	};

	for (unsigned reuse = 1; reuse <= 100; reuse += 99) {
		uint64_t before = reuse > 1 ? 20 : 0;
		struct acts acts = ACTS(third);

		memset(act_memory, 0, sizeof *act_memory);
		options.reuse = reuse;
		acts.count = 20;
		(void)show_run(state, &acts, &options);
		assert_counts(before + 20, before / 2 + 10, before / 2 + 10, 0);
	}
}

struct sizes {
	unsigned left;
	char item[RING_ITEM_MOST + 1];
};

static int next_size(void *state, const void **item, size_t *size)
{
	struct sizes *sizes = state;

	if (sizes->left == 0)
		return 0;
	*item = sizes->item;
	*size = sizes->left-- % 2 ? sizeof sizes->item : 100;
	return 1;
}

static void items_that_are_too_large_for_a_pool_are_too(void **state)
{
	static struct sizes sizes = { .left = 20 };
	const struct tine_stream_options pool = { .reuse = 100,
						  .max_concurrency = 2 };
	struct tine_source source = { .next = next_size, .state = &sizes };
	struct tine_stream *stream;

	assert_int_equal(tine_stream_open(fixture_ctx(state), child_nothing,
					  source, &pool, &stream),
			 0);
	while (tine_stream_next(stream))
		;
	assert_int_equal(tine_stream_error(stream), 0);
	tine_stream_close(stream);
	assert_counts(20, 20, 0, 0);
}

/* ---- While it runs ------------------------------------------------------ */

static bool three_run(void)
{
	const struct board_slot *stream = sight_kind(SLOT_STREAM);

	return stream && stream->busy >= 3;
}

static bool three_work(void)
{
	return three_run() && sight_count(SLOT_WORKER) == 3;
}

/* The last one is at its gate: without it there would be no stream. */
static bool four_have_ended(void)
{
	const struct board_slot *stream = sight_kind(SLOT_STREAM);

	return stream && stream->ended == 4 && stream->busy == 1;
}

static void take_none(struct tine_task *task, const struct tine_result *result,
		      void *user)
{
	(void)task;
	(void)result;
	(void)user;
}

static struct tine_stream *open_gates(void **state, struct acts *acts,
				      unsigned reuse)
{
	const struct tine_stream_options options = {
		.task.name = "thumb",
		.task.on_end = take_none,
		.max_concurrency = 3,
		.reuse = reuse,
	};

	acts->count = 5;
	return show_open(state, acts, &options);
}

static void check_stream(const struct board_slot *slot)
{
	assert_string_equal(slot->name, "thumb");
	assert_int_equal(slot->state, NOW_RUNNING);
	assert_int_equal(slot->most, 3);
	assert_int_equal(slot->pid, 0);
	assert_true(slot->id != 0);
	assert_true(slot->started >= 3);
	assert_true(slot->ended == 0);
	assert_true(slot->started_us > 0 && slot->started_us <= clock_us());
}

/* It is looked at, and not each item. */
static void a_pool_is_seen_with_its_workers(void **state)
{
	struct acts acts = ACTS(gate);
	struct tine_stream *stream = open_gates(state, &acts, 100);
	uint64_t id, done = 0;

	see_until(state, three_work);
	check_stream(sight_kind(SLOT_STREAM));
	id = sight_kind(SLOT_STREAM)->id;
	assert_int_equal(sight_count(SLOT_ITEM), 0);
	for (uint32_t i = 0; i < 4; i++)
		act_open_gate(i);
	see_until(state, four_have_ended);
	assert_int_equal(sight_kind(SLOT_STREAM)->started, 5);
	assert_int_equal(sight_kind(SLOT_STREAM)->bad, 0);
	for (size_t i = 0; i < sight->slot_count; i++) {
		const struct board_slot *slot = &sight->slots[i];

		if (slot->kind != SLOT_WORKER)
			continue;
		assert_true(slot->parent == id);
		assert_true(slot->pid > 0);
		done += slot->started;
	}
	assert_int_equal(done, 4);
	tine_stream_close(stream);
	assert_counts(5 + 2, 4, 0, 0); /* two more were waited for */
}

static void each_item_in_a_process_of_its_own_is_seen(void **state)
{
	struct acts acts = ACTS(gate);
	struct tine_stream *stream = open_gates(state, &acts, 1);
	bool seen[5] = { false };
	uint64_t id;

	see_until(state, three_run);
	check_stream(sight_kind(SLOT_STREAM));
	id = sight_kind(SLOT_STREAM)->id;
	assert_int_equal(sight_count(SLOT_WORKER), 0);
	assert_int_equal(sight_count(SLOT_ITEM), 3);
	for (size_t i = 0; i < sight->slot_count; i++) {
		const struct board_slot *slot = &sight->slots[i];

		if (slot->kind != SLOT_ITEM)
			continue;
		assert_true(slot->parent == id);
		assert_true(slot->index < 3 && !seen[slot->index]);
		assert_string_equal(slot->name, "thumb");
		seen[slot->index] = true;
	}
	for (uint32_t i = 0; i < 4; i++)
		act_open_gate(i);
	see_until(state, four_have_ended);
	assert_int_equal(sight_kind(SLOT_STREAM)->started, 5);
	assert_int_equal(sight_kind(SLOT_STREAM)->bad, 0);
	tine_stream_close(stream);
	assert_counts(5 + 2, 4, 0, 0);
}

/* ---- How it ends -------------------------------------------------------- */

static void what_was_closed_early_is_not_seen_any_more(void **state)
{
	for (unsigned reuse = 1; reuse <= 100; reuse += 99) {
		struct acts acts = ACTS(gate);
		struct tine_stream *stream = open_gates(state, &acts, reuse);

		see_until(state, three_run);
		tine_stream_close(stream);
		see();
		assert_null(sight_kind(SLOT_STREAM));
		assert_null(sight_kind(SLOT_WORKER));
		act_assert_all_dead();
	}
}

static void what_fails_is_not_seen_any_more(void **state)
{
	for (unsigned reuse = 1; reuse <= 100; reuse += 99) {
		const struct tine_stream_options options = { .reuse = reuse,
							     .max_concurrency =
								     2 };
		struct acts acts = ACTS(mixed);
		struct tine_stream *stream;

		acts.error = TINE_ENOENT;
		stream = show_open(state, &acts, &options);
		while (tine_stream_next(stream))
			;
		assert_int_equal(tine_stream_error(stream), TINE_ENOENT);
		see();
		assert_int_equal(sight->slot_count, 0);
		tine_stream_close(stream);
	}
}

static void what_was_freed_with_its_context_is_not_seen(void **state)
{
	struct fixture *fixture = *state;

	for (unsigned reuse = 1; reuse <= 100; reuse += 99) {
		struct acts acts = ACTS(gate);
		struct tine_stream *stream = open_gates(state, &acts, reuse);

		see_until(state, three_run);
		tine_ctx_free(fixture->ctx);
		assert_null(sight_see(getpid()));
		tine_stream_close(stream);
		assert_int_equal(tine_ctx_new(NULL, &fixture->ctx), 0);
	}
}

static void a_hidden_one_runs_unseen(void **state)
{
	const struct tine_ctx_options hidden = { .hidden = true };
	struct fixture *fixture = *state;
	const struct tine_stream_options pool = { .reuse = 100 };
	const struct acts acts = ACTS(mixed);

	tine_ctx_free(fixture->ctx);
	assert_int_equal(tine_ctx_new(&hidden, &fixture->ctx), 0);
	run(state, acts, &pool);
	assert_null(sight_see(getpid()));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(items_of_a_pool_are_counted_exactly),
		ACT_TEST(so_are_items_in_processes_of_their_own),
		ACT_TEST(who_takes_its_child_along_is_seen),
		ACT_TEST(attempts_are_not_counted),
		ACT_TEST(items_that_are_too_large_for_a_pool_are_too),
		ACT_TEST(a_pool_is_seen_with_its_workers),
		ACT_TEST(each_item_in_a_process_of_its_own_is_seen),
		ACT_TEST(what_was_closed_early_is_not_seen_any_more),
		ACT_TEST(what_fails_is_not_seen_any_more),
		ACT_TEST(what_was_freed_with_its_context_is_not_seen),
		ACT_TEST(a_hidden_one_runs_unseen),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
