/* SPDX-License-Identifier: MIT */
/* test_board.c - what the board of a program says of its tasks. */
#include "children.h"
#include "fds.h"
#include "fixture.h"
#include "scratch.h"
#include "sight.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "ctx.h"
#include "task.h"

#define LONG_MS 20000

static void see(void)
{
	assert_non_null(sight_see(getpid()));
	assert_true(sight->alive);
	assert_int_equal(sight->torn, 0);
	assert_int_equal(sight->head.pid, getpid());
}

/* The slot of that name, which is there. */
static const struct board_slot *see_slot(const char *name)
{
	const struct board_slot *slot;

	see();
	slot = sight_slot(name);
	assert_non_null(slot);
	return slot;
}

static const struct board_end *see_end(const char *name)
{
	const struct board_end *end;

	see();
	end = sight_end(name);
	assert_non_null(end);
	return end;
}

/* ---- The program -------------------------------------------------------- */

static void it_is_there_when_there_is_a_task(void **state)
{
	struct tine_task *task;

	assert_null(sight_see(getpid()));
	task = fixture_start(state, child_hang, NULL);
	see();
	assert_int_equal(sight->head.kind, BOARD_PROGRAM);
	assert_int_equal(sight->head.parent, 0);
	assert_true(sight->head.task == 0);
	assert_string_equal(sight->head.app, program_invocation_short_name);
	tine_free(task);
	see();
	assert_int_equal(sight->slot_count, 0);
}

static void run_one(struct tine_ctx *ctx, tine_fn *fn)
{
	struct tine_task *task;

	assert_int_equal(tine_async(ctx, fn, NULL, 0, NULL, &task), 0);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
}

static void it_goes_with_its_context(void **state)
{
	struct tine_ctx *ctx;

	(void)state;
	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	run_one(ctx, child_nothing);
	assert_int_equal(scratch_boards(getpid()), 1);
	tine_ctx_free(ctx);
	assert_int_equal(scratch_boards(getpid()), 0);
}

static void it_is_called_as_the_options_say(void **state)
{
	struct tine_ctx_options options = { .app = "shop" };
	char name[] = "shop";
	struct tine_ctx *ctx;

	(void)state;
	options.app = name;
	assert_int_equal(tine_ctx_new(&options, &ctx), 0);
	memset(name, 'x', sizeof name - 1); /* it was copied */
	run_one(ctx, child_nothing);
	see();
	assert_string_equal(sight->head.app, "shop");
	tine_ctx_free(ctx);
}

static void two_contexts_have_two(void **state)
{
	struct tine_ctx *ctx;

	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	run_one(fixture_ctx(state), child_nothing);
	run_one(ctx, child_nothing);
	assert_int_equal(scratch_boards(getpid()), 2);
	tine_ctx_free(ctx);
	assert_int_equal(scratch_boards(getpid()), 1);
	see();
}

/* ---- Descriptors -------------------------------------------------------- */

/* So many more are open when a context has had a task. */
static size_t cost_in_fds(bool hidden)
{
	const struct tine_ctx_options options = { .hidden = hidden };
	size_t before = fds_open(NULL), cost, boards;
	struct tine_ctx *ctx;

	assert_int_equal(tine_ctx_new(&options, &ctx), 0);
	assert_int_equal(fds_open(scratch_home()), 0);
	run_one(ctx, child_nothing);
	run_one(ctx, child_nothing);
	cost = fds_open(NULL) - before;
	boards = fds_open(scratch_home());
	assert_int_equal(boards, hidden ? 0 : 1);
	assert_int_equal(scratch_boards(0), hidden ? 0 : 1);
	tine_ctx_free(ctx);
	assert_int_equal(fds_open(NULL), before);
	return cost;
}

static void it_costs_one_descriptor(void **state)
{
	(void)state;
	assert_int_equal(cost_in_fds(false), cost_in_fds(true) + 1);
}

/* ---- A task ------------------------------------------------------------- */

static void a_task_is_seen_as_it_is(void **state)
{
	const struct tine_options options = { .name = "resize \x1b[31m",
					      .timeout_ms = 50000,
					      .grace_ms = 700 };
	int64_t before = clock_us(), after;
	struct tine_task *task = fixture_start(state, child_hang, &options);
	const struct board_slot *slot;

	after = clock_us();
	slot = see_slot("resize  [31m");
	assert_true(slot->id == tine_id(task));
	assert_int_equal(slot->pid, tine_pid(task));
	assert_int_equal(slot->kind, SLOT_TASK);
	assert_int_equal(slot->state, NOW_RUNNING);
	assert_int_equal(slot->last_end, TINE_PENDING);
	assert_in_range(slot->started_us, before, after);
	assert_in_range(slot->deadline_us, before + 50000000, after + 50000000);
	assert_int_equal(slot->grace_ms, 700);
	assert_int_equal(slot->attempts, 1);
	assert_true(slot->flags == SLOT_LINKED);
	assert_true(slot->parent == 0);
	tine_free(task);
}

static void one_without_options_is_seen_too(void **state)
{
	const struct tine_options nolink = { .nolink = true };
	struct tine_task *task = fixture_start(state, child_hang, &nolink);
	const struct board_slot *slot = see_slot("");

	assert_true(slot->id == tine_id(task));
	assert_true(slot->deadline_us == 0);
	assert_true(slot->flags == 0);
	tine_free(task);
}

static void its_note_is_found(void **state)
{
	const struct tine_options named[] = { { .name = "one" },
					      { .name = "other" } };
	struct tine_task *one = fixture_start(state, child_hang, &named[0]);
	struct tine_task *other = fixture_start(state, child_polite, &named[1]);

	fixture_wait_note(one, "hanging");
	fixture_wait_note(other, "polite");
	assert_string_equal(sight_note(getpid(), "one")->note, "hanging");
	assert_string_equal(sight_note(getpid(), "other")->note, "polite");
	tine_free(one);
	tine_free(other);
}

/* Runs the loop until it is seen to be so. */
static const struct board_slot *
wait_state(struct tine_task *task, const char *name, enum slot_state state)
{
	const struct board_slot *slot;

	while ((slot = see_slot(name))->state != state)
		assert_int_equal(tine_yield(task, 1)->end, TINE_PENDING);
	return slot;
}

static void one_that_is_to_stop_has_until_its_grace_is_over(void **state)
{
	const struct tine_options options = { .name = "slow",
					      .grace_ms = 50000 };
	struct tine_task *task = fixture_start(state, child_stubborn, &options);
	const struct board_slot *slot;
	int64_t before;

	fixture_wait_note(task, "stubborn");
	before = clock_us();
	task_end(task, EVENT_CANCEL, CAUSE_SHUTDOWN);
	slot = see_slot("slow");
	assert_int_equal(slot->state, NOW_STOPPING);
	assert_int_equal(slot->pid, tine_pid(task));
	assert_in_range(slot->deadline_us, before + 50000000,
			clock_us() + 50000000);
	task_end(task, EVENT_BRUTAL, CAUSE_BRUTAL);
	slot = see_slot("slow");
	assert_int_equal(slot->state, NOW_KILLING);
	assert_true(slot->deadline_us == 0);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_KILLED);
	see();
	assert_null(sight_slot("slow"));
	tine_free(task);
}

/* Whether it has got as far as that before its time was over. */
static bool got_stubborn(struct tine_task *task)
{
	const struct tine_result *result;

	do
		result = tine_yield(task, 1);
	while (result->end == TINE_PENDING &&
	       strcmp(result->note, "stubborn") != 0);
	return result->end == TINE_PENDING;
}

static void one_whose_time_is_over_is_stopping(void **state)
{
	struct tine_options options = { .name = "late", .grace_ms = 50000 };
	struct tine_task *task = NULL;

	for (options.timeout_ms = 20; !task; options.timeout_ms *= 2) {
		task = fixture_start(state, child_stubborn, &options);
		if (got_stubborn(task))
			break;
		tine_free(task);
		task = NULL;
	}
	assert_true(wait_state(task, "late", NOW_STOPPING)->deadline_us >
		    clock_us());
	tine_free(task);
}

static void one_between_two_attempts_waits(void **state)
{
	const struct tine_options options = {
		.name = "again",
		.retry = { .attempts = 3,
			   .backoff_ms = 50000,
			   .max_backoff_ms = 50000 },
	};
	const int code = 3;
	struct tine_task *task = fixture_start_with(state, child_return, &code,
						    sizeof code, &options);
	const struct board_slot *slot = wait_state(task, "again", NOW_WAITING);

	assert_true(slot->id == tine_id(task));
	assert_int_equal(slot->pid, 0);
	assert_int_equal(slot->attempts, 1);
	assert_true(slot->deadline_us > clock_us());
	assert_true(sight->tally.started == 0 || sight->tally.started == 1);
	assert_int_equal(tine_shutdown(task, 0)->end, TINE_FAILED);
	see();
	assert_int_equal(sight->slot_count, 0);
	assert_true(sight->tally.started == 1);
	assert_true(sight->tally.ended[TINE_FAILED] == 1);
	tine_free(task);
}

/* ---- Ends --------------------------------------------------------------- */

static const int three = 3, segv = SIGSEGV, killed = SIGKILL;

static const struct {
	const char *name;
	tine_fn *fn;
	const int *arg;
	enum tine_end end;
	int code;
	int64_t timeout_ms;
} ends[] = {
	{ "fine", child_nothing, NULL, TINE_OK, 0, 0 },
	{ "failed", child_return, &three, TINE_FAILED, 3, 0 },
	{ "left", child_exit, &three, TINE_FAILED, 3, 0 },
	{ "crashed", child_raise, &segv, TINE_CRASHED, SIGSEGV, 0 },
	{ "slain", child_raise, &killed, TINE_CRASHED, SIGKILL, 0 },
	{ "late", child_hang, NULL, TINE_TIMEOUT, SIGTERM, 1 },
};

#define ENDS (sizeof ends / sizeof *ends)

static void check_end(const struct board_end *end, struct tine_task *task,
		      const struct tine_result *result)
{
	assert_true(end->id == tine_id(task));
	assert_int_equal(end->pid, result->pid);
	assert_int_equal(end->kind, SLOT_TASK);
	assert_int_equal(end->end, result->end);
	assert_int_equal(end->code, result->code);
	assert_int_equal(end->core, result->core);
	assert_int_equal(end->attempts, 1);
	assert_true(end->wall_us == result->wall_us);
	assert_true(end->rss_kib == result->usage.ru_maxrss);
	assert_true(end->ended_us <= clock_us());
	assert_string_equal(end->message, result->message);
	assert_string_equal(end->note, result->note);
}

static void each_end_is_told_with_its_verdict(void **state)
{
	for (size_t i = 0; i < ENDS; i++) {
		const struct tine_options options = {
			.name = ends[i].name, .timeout_ms = ends[i].timeout_ms
		};
		struct tine_task *task = fixture_start_with(
			state, ends[i].fn, ends[i].arg,
			ends[i].arg ? sizeof(int) : 0, &options);
		const struct tine_result *result = tine_await(task, LONG_MS);
		const struct board_end *end = see_end(ends[i].name);

		assert_int_equal(result->end, ends[i].end);
		assert_int_equal(result->code, ends[i].code);
		assert_true(end->number == i + 1);
		check_end(end, task, result);
		assert_int_equal(sight->slot_count, 0);
		assert_true(sight->tally.ends == i + 1);
		assert_true(sight->tally.started == i + 1);
		tine_free(task);
	}
	assert_true(sight->tally.ended[TINE_OK] == 1);
	assert_true(sight->tally.ended[TINE_FAILED] == 2);
	assert_true(sight->tally.ended[TINE_CRASHED] == 2);
	assert_true(sight->tally.ended[TINE_TIMEOUT] == 1);
}

static void a_freed_task_was_killed(void **state)
{
	const struct tine_options options = { .name = "freed" };

	tine_free(fixture_start(state, child_hang, &options));
	assert_int_equal(see_end("freed")->end, TINE_KILLED);
	assert_true(sight->tally.ended[TINE_KILLED] == 1);
	assert_int_equal(sight->slot_count, 0);
}

static void one_that_never_had_a_process_is_not_seen(void **state)
{
	struct tine_task *task;

	run_one(fixture_ctx(state), child_nothing);
	assert_int_equal(tine_completed(fixture_ctx(state), "value", 5, &task),
			 0);
	see();
	assert_int_equal(sight->slot_count, 0);
	assert_true(sight->tally.started == 1);
	tine_free(task);
}

static int cry(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	for (int i = 0; i < 1000; i++)
		(void)dprintf(STDERR_FILENO, "line %d\x1b\n", i);
	return 1;
}

static void the_last_of_what_it_wrote_is_kept(void **state)
{
	const struct tine_options options = { .name = "loud", .capture = true };
	struct tine_task *task = fixture_start(state, cry, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);
	const struct board_end *end = see_end("loud");
	size_t length = strlen(end->output);

	assert_int_equal(result->end, TINE_FAILED);
	assert_true(end->output_size ==
		    10 * 8 + 90 * 9 + 900 * 10); /* "line 7\x1b\n" */
	assert_int_equal(length, BOARD_OUTPUT - 1);
	assert_string_equal(end->output + length - 20,
			    "line 998 \nline 999 \n");
	tine_free(task);
}

static int give_up(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	abort();
}

/* Its fingerprint; 0: where no stack is found there is none. */
static uint64_t crash_at(void **state, const char *name, tine_fn *fn)
{
	const struct tine_options options = { .name = name };
	struct tine_task *task = fixture_start(state, fn, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);
	uint64_t fingerprint = result->fingerprint;

	assert_int_equal(result->end, TINE_CRASHED);
	assert_true(see_end(name)->fingerprint == fingerprint);
	tine_free(task);
	return fingerprint;
}

static void check_crash(uint64_t fingerprint, const char *name, unsigned count,
			int number)
{
	const struct board_crash *crash = NULL;

	for (size_t i = 0; i < sight->crash_count; i++)
		if (sight->crashes[i].fingerprint == fingerprint)
			crash = &sight->crashes[i];
	assert_non_null(crash);
	assert_true(crash->count == count);
	assert_int_equal(crash->signal, number);
	assert_true(crash->last_id == sight_end(name)->id);
	assert_int_equal(crash->last_pid, sight_end(name)->pid);
	assert_string_equal(crash->name, name);
	assert_true(strlen(crash->stack) > 0);
	assert_true(crash->first_us < crash->last_us);
}

static void crashes_are_counted_by_their_kind(void **state)
{
	uint64_t null = crash_at(state, "null", child_null);
	uint64_t aborted = crash_at(state, "abort", give_up);

	if (null == 0 || aborted == 0)
		skip();
	assert_true(null != aborted);
	assert_true(crash_at(state, "null again", child_null) == null);
	assert_true(crash_at(state, "abort", give_up) == aborted);
	assert_true(crash_at(state, "null", child_null) == null);
	assert_int_equal(sight->crash_count, 2);
	assert_int_equal(sight->tally.crashes, 2);
	assert_int_equal(sight->tally.ended[TINE_CRASHED], 5);
	check_crash(null, "null", 3, SIGSEGV);
	check_crash(aborted, "abort", 2, SIGABRT);
}

static void many_are_seen_at_once_and_then_none(void **state)
{
	struct tine_task *tasks[200];

	for (int i = 0; i < 200; i++)
		tasks[i] = fixture_start(state, child_hang, NULL);
	see();
	assert_int_equal(sight_count(SLOT_TASK), 200);
	for (int i = 0; i < 200; i++) {
		const struct board_slot *slot =
			sight_slot_of(tine_id(tasks[i]));

		assert_non_null(slot);
		assert_int_equal(slot->pid, tine_pid(tasks[i]));
	}
	for (int i = 0; i < 200; i++)
		tine_free(tasks[i]);
	see();
	assert_int_equal(sight->slot_count, 0);
	assert_int_equal(sight->end_count, 200);
	assert_true(sight->tally.started == 200);
	assert_true(sight->tally.ended[TINE_KILLED] == 200);
}

/* ---- Tasks of tasks ----------------------------------------------------- */

/* Says "nested" when its own task is there; and waits as politely as that. */
static int have_task(struct tine_self *self, const void *arg, size_t size)
{
	const struct tine_options options = { .name = "inner" };
	struct tine_task *task;
	const struct tine_result *result;

	(void)arg;
	(void)size;
	if (tine_async(tine_self_ctx(self), child_polite, NULL, 0, &options,
		       &task) < 0)
		return 1;
	while ((result = tine_yield(task, 1))->end == TINE_PENDING) {
		if (strcmp(result->note, "polite") == 0)
			tine_note(self, "nested");
		if (tine_stopping(self))
			(void)tine_shutdown(task, LONG_MS);
	}
	return 0;
}

static void a_task_that_has_tasks_has_a_board(void **state)
{
	const struct tine_options options = { .name = "outer" };
	struct tine_task *task = fixture_start(state, have_task, &options);
	const struct board_slot *slot;
	pid_t pid = tine_pid(task);

	fixture_wait_note(task, "nested");
	assert_non_null(sight_see(pid));
	assert_true(sight->alive);
	assert_int_equal(sight->head.kind, BOARD_TASK);
	assert_int_equal(sight->head.pid, pid);
	assert_int_equal(sight->head.parent, getpid());
	assert_true(sight->head.task == tine_id(task));
	slot = sight_slot("inner");
	assert_non_null(slot);
	assert_true(slot->pid != pid);
	assert_true(slot->id != tine_id(task));
	assert_string_equal(sight_note(pid, "inner")->note, "polite");
	assert_int_equal(see_slot("outer")->pid, pid);
	assert_int_equal(tine_shutdown(task, LONG_MS)->end, TINE_OK);
	assert_int_equal(scratch_boards(pid), 0);
	tine_free(task);
}

/* In a context of these options; returns how many boards there are. */
static unsigned boards_with(const struct tine_ctx_options *options)
{
	struct tine_ctx *ctx;
	struct tine_task *task;
	unsigned boards;

	assert_int_equal(tine_ctx_new(options, &ctx), 0);
	assert_int_equal(tine_async(ctx, have_task, NULL, 0, NULL, &task), 0);
	fixture_wait_note(task, "nested");
	boards = scratch_boards(0);
	if (boards > 0)
		assert_non_null(sight_see(tine_pid(task)));
	assert_int_equal(tine_shutdown(task, LONG_MS)->end, TINE_OK);
	tine_free(task);
	tine_ctx_free(ctx);
	assert_int_equal(scratch_boards(0), 0);
	return boards;
}

static void all_of_a_program_are_called_and_hidden_alike(void **state)
{
	const struct tine_ctx_options shop = { .app = "shop" };
	const struct tine_ctx_options hidden = { .hidden = true };

	(void)state;
	assert_int_equal(boards_with(&shop), 2);
	assert_string_equal(sight->head.app, "shop");
	assert_int_equal(boards_with(&hidden), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(it_is_there_when_there_is_a_task),
		FIXTURE_TEST(it_goes_with_its_context),
		FIXTURE_TEST(it_is_called_as_the_options_say),
		FIXTURE_TEST(two_contexts_have_two),
		FIXTURE_TEST(it_costs_one_descriptor),
		FIXTURE_TEST(a_task_is_seen_as_it_is),
		FIXTURE_TEST(one_without_options_is_seen_too),
		FIXTURE_TEST(its_note_is_found),
		FIXTURE_TEST(one_that_is_to_stop_has_until_its_grace_is_over),
		FIXTURE_TEST(one_whose_time_is_over_is_stopping),
		FIXTURE_TEST(one_between_two_attempts_waits),
		FIXTURE_TEST(each_end_is_told_with_its_verdict),
		FIXTURE_TEST(a_freed_task_was_killed),
		FIXTURE_TEST(one_that_never_had_a_process_is_not_seen),
		FIXTURE_TEST(the_last_of_what_it_wrote_is_kept),
		FIXTURE_TEST(crashes_are_counted_by_their_kind),
		FIXTURE_TEST(many_are_seen_at_once_and_then_none),
		FIXTURE_TEST(a_task_that_has_tasks_has_a_board),
		FIXTURE_TEST(all_of_a_program_are_called_and_hidden_alike),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
