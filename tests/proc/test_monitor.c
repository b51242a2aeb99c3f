/* SPDX-License-Identifier: MIT */
/* test_monitor.c - who hears of an end, and who falls with it. */
#include "children.h"
#include "fixture.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LONG_MS 20000

/* What was heard, in its order: a letter for each callback. */
struct log {
	char letters[16];
	enum tine_end end;
};

static void log_add(struct log *log, char letter)
{
	size_t length = strlen(log->letters);

	assert_true(length + 1 < sizeof log->letters);
	log->letters[length] = letter;
}

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	struct log *log = user;

	(void)task;
	log->end = result->end;
	log_add(log, 'e');
}

static void on_down(struct tine_task *task, const struct tine_result *result,
		    void *user)
{
	struct log *log = user;

	(void)task;
	log->end = result->end;
	log_add(log, 'd');
}

/* ---- on_end and monitors ----------------------------------------------- */

static void the_owner_hears_first_and_then_the_monitors(void **state)
{
	struct log log = { .letters = "" };
	struct tine_options options = { .on_end = on_end, .user = &log };
	struct tine_task *task = fixture_start(state, child_nothing, &options);
	struct tine_monitor *monitors[2];

	for (int i = 0; i < 2; i++)
		assert_int_equal(
			tine_monitor(task, on_down, &log, &monitors[i]), 0);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_string_equal(log.letters, "edd");
	assert_int_equal(log.end, TINE_OK);
	assert_int_equal(tine_await(task, 0)->end, TINE_OK);
	assert_string_equal(log.letters, "edd");
	tine_demonitor(monitors[0]);
	tine_demonitor(monitors[1]);
	tine_free(task);
}

static void a_monitor_hears_also_when_it_comes_late(void **state)
{
	struct log log = { .letters = "" };
	struct tine_task *task = fixture_start(state, child_null, NULL);
	struct tine_monitor *monitor;

	(void)tine_await(task, LONG_MS);
	assert_int_equal(tine_monitor(task, on_down, &log, &monitor), 0);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_string_equal(log.letters, "d");
	assert_int_equal(log.end, TINE_CRASHED);
	tine_demonitor(monitor);
	tine_free(task);
}

static void who_demonitors_hears_nothing(void **state)
{
	struct log log = { .letters = "" };
	struct tine_task *task = fixture_start(state, child_nothing, NULL);
	struct tine_monitor *monitor;

	assert_int_equal(tine_monitor(task, on_down, &log, &monitor), 0);
	tine_demonitor(monitor);
	tine_demonitor(NULL);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_string_equal(log.letters, "");
	tine_free(task);
}

static void nobody_hears_of_a_task_that_is_freed(void **state)
{
	struct log log = { .letters = "" };
	struct tine_options options = { .on_end = on_end, .user = &log };
	struct tine_task *task = fixture_start(state, child_hang, &options);
	struct tine_monitor *monitor;

	assert_int_equal(tine_monitor(task, on_down, &log, &monitor), 0);
	tine_free(task);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_string_equal(log.letters, "");
	tine_demonitor(monitor);
}

static void on_end_of_an_ignored_task_is_not_called(void **state)
{
	struct log log = { .letters = "" };
	struct tine_options options = { .on_end = on_end, .user = &log };
	struct tine_task *task = fixture_start(state, child_nothing, &options);

	if (tine_ignore(task)->end == TINE_PENDING) {
		assert_int_equal(tine_run(fixture_ctx(state)), 0);
		assert_string_equal(log.letters, "");
	}
	tine_free(task);
}

/* ---- Callbacks that act ------------------------------------------------ */

struct actor {
	struct tine_ctx *ctx;
	struct tine_task *other;
	int calls;
};

static void free_itself(struct tine_task *task,
			const struct tine_result *result, void *user)
{
	(void)result;
	((struct actor *)user)->calls++;
	tine_free(task);
}

static void free_context(struct tine_task *task,
			 const struct tine_result *result, void *user)
{
	struct actor *actor = user;

	(void)task;
	(void)result;
	actor->calls++;
	tine_ctx_free(actor->ctx);
}

static void shut_down_other(struct tine_task *task,
			    const struct tine_result *result, void *user)
{
	struct actor *actor = user;

	(void)task;
	(void)result;
	actor->calls++;
	assert_int_equal(tine_shutdown(actor->other, 0)->end, TINE_KILLED);
}

static void start_and_await(struct tine_task *task,
			    const struct tine_result *result, void *user)
{
	struct actor *actor = user;
	struct tine_task *next;

	(void)task;
	(void)result;
	actor->calls++;
	assert_int_equal(
		tine_async(actor->ctx, child_nothing, NULL, 0, NULL, &next), 0);
	assert_int_equal(tine_await(next, LONG_MS)->end, TINE_OK);
	tine_free(next);
}

static void a_callback_may_free_its_task(void **state)
{
	struct actor actor = { .calls = 0 };
	struct tine_options options = { .on_end = free_itself, .user = &actor };

	(void)fixture_start(state, child_nothing, &options);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_int_equal(actor.calls, 1);
}

static void a_wait_survives_that_its_task_is_freed(void **state)
{
	struct actor actor = { .calls = 0 };
	struct tine_options options = { .on_end = free_itself, .user = &actor };
	struct tine_task *task = fixture_start(state, child_nothing, &options);

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_LOST);
	assert_int_equal(actor.calls, 1);
}

static void a_callback_may_free_the_context(void **state)
{
	struct actor actor = { .calls = 0 };
	struct tine_options options = { .on_end = free_context,
					.user = &actor };
	struct tine_task *task, *other;

	assert_int_equal(tine_ctx_new(NULL, &actor.ctx), 0);
	assert_int_equal(
		tine_async(actor.ctx, child_nothing, NULL, 0, &options, &task),
		0);
	assert_int_equal(
		tine_async(actor.ctx, child_hang, NULL, 0, NULL, &other), 0);
	assert_int_equal(tine_await(other, LONG_MS)->end, TINE_LOST);
	assert_int_equal(actor.calls, 1);
	tine_free(task);
	tine_free(other);
	(void)state;
}

static void a_callback_may_shut_down_another_task(void **state)
{
	struct actor actor = { .other = fixture_start(state, child_stubborn,
						      NULL) };
	struct tine_options options = { .on_end = shut_down_other,
					.user = &actor };
	struct tine_task *task = fixture_start(state, child_nothing, &options);

	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	assert_int_equal(actor.calls, 1);
	tine_free(task);
	tine_free(actor.other);
}

static void a_callback_may_start_a_task_and_wait_for_it(void **state)
{
	struct actor actor = { .ctx = fixture_ctx(state) };
	struct tine_options options = { .on_end = start_and_await,
					.user = &actor };
	struct tine_task *task = fixture_start(state, child_nothing, &options);

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	assert_int_equal(actor.calls, 1);
	tine_free(task);
}

/* ---- Links ------------------------------------------------------------- */

static void a_bad_end_takes_linked_tasks_along(void **state)
{
	int number = SIGSEGV;
	struct tine_options named = { .name = "the first" };
	struct tine_task *first = fixture_start(state, child_hang, &named);
	struct tine_task *second = fixture_start(state, child_hang, NULL);
	struct tine_task *third = fixture_start(state, child_hang, NULL);
	const struct tine_result *result;

	assert_int_equal(tine_link(first, second), 0);
	assert_int_equal(tine_link(second, first), 0);
	assert_int_equal(tine_link(second, third), 0);
	fixture_wait_note(first, "hanging");
	assert_int_equal(kill(tine_pid(first), number), 0);
	result = tine_await(second, LONG_MS);
	assert_int_equal(result->end, TINE_KILLED);
	assert_non_null(strstr(result->message, "the first"));
	assert_int_equal(tine_await(third, LONG_MS)->end, TINE_KILLED);
	assert_int_equal(tine_await(first, LONG_MS)->end, TINE_CRASHED);
	tine_free(first);
	tine_free(second);
	tine_free(third);
}

static void a_good_end_takes_nobody_along(void **state)
{
	struct tine_task *first = fixture_start(state, child_nothing, NULL);
	struct tine_task *second = fixture_start(state, child_hang, NULL);

	assert_int_equal(tine_link(first, second), 0);
	assert_int_equal(tine_await(first, LONG_MS)->end, TINE_OK);
	assert_int_equal(tine_yield(second, 0)->end, TINE_PENDING);
	tine_free(first);
	tine_free(second);
}

static void who_is_unlinked_is_not_taken_along(void **state)
{
	struct tine_task *first = fixture_start(state, child_hang, NULL);
	struct tine_task *second = fixture_start(state, child_hang, NULL);

	assert_int_equal(tine_link(first, second), 0);
	assert_int_equal(tine_unlink(second, first), 0);
	assert_int_equal(kill(tine_pid(first), SIGKILL), 0);
	assert_int_equal(tine_await(first, LONG_MS)->end, TINE_CRASHED);
	assert_int_equal(tine_yield(second, 0)->end, TINE_PENDING);
	tine_free(first);
	tine_free(second);
}

static void shutdown_unlinks_first(void **state)
{
	struct tine_task *first = fixture_start(state, child_hang, NULL);
	struct tine_task *second = fixture_start(state, child_hang, NULL);

	assert_int_equal(tine_link(first, second), 0);
	(void)tine_shutdown(first, 0);
	assert_int_equal(tine_yield(second, 0)->end, TINE_PENDING);
	tine_free(first);
	tine_free(second);
}

static void a_link_to_who_ended_badly_is_felt_at_once(void **state)
{
	struct tine_task *first = fixture_start(state, child_null, NULL);
	struct tine_task *second = fixture_start(state, child_hang, NULL);

	(void)tine_await(first, LONG_MS);
	assert_int_equal(tine_link(first, second), 0);
	assert_int_equal(tine_await(second, LONG_MS)->end, TINE_KILLED);
	tine_free(first);
	tine_free(second);
}

static void links_refuse_nonsense(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);
	struct tine_monitor *monitor = NULL;

	assert_int_equal(tine_link(task, task), TINE_EUSAGE);
	assert_int_equal(tine_link(task, NULL), TINE_EUSAGE);
	assert_int_equal(tine_unlink(NULL, task), TINE_EUSAGE);
	assert_int_equal(tine_monitor(task, NULL, NULL, &monitor), TINE_EUSAGE);
	assert_int_equal(tine_monitor(task, on_down, NULL, NULL), TINE_EUSAGE);
	assert_int_equal(tine_monitor(NULL, on_down, NULL, &monitor),
			 TINE_EUSAGE);
	assert_null(monitor);
	tine_free(task);
}

/* ---- Owners ------------------------------------------------------------ */

static void a_context_that_traps_gets_results_and_no_more(void **state)
{
	struct tine_task *bad = fixture_start(state, child_null, NULL);
	struct tine_task *other = fixture_start(state, child_hang, NULL);

	assert_int_equal(tine_await(bad, LONG_MS)->end, TINE_CRASHED);
	assert_int_equal(tine_yield(other, 0)->end, TINE_PENDING);
	tine_free(bad);
	tine_free(other);
}

static void in_one_that_does_not_the_linked_fall_together(void **state)
{
	struct tine_options loose = { .nolink = true };
	struct tine_task *linked = fixture_start(state, child_hang, NULL);
	struct tine_task *unlinked = fixture_start(state, child_hang, &loose);
	struct tine_task *bad;

	tine_trap_exits(fixture_ctx(state), false);
	bad = fixture_start(state, child_null, NULL);
	assert_int_equal(tine_await(linked, LONG_MS)->end, TINE_KILLED);
	assert_int_equal(tine_await(bad, LONG_MS)->end, TINE_CRASHED);
	assert_int_equal(tine_yield(unlinked, 0)->end, TINE_PENDING);
	tine_free(bad);
	tine_free(linked);
	tine_free(unlinked);
}

struct nested {
	tine_fn *fn;
	int number;
	bool nolink, trap;
};

/* Sends "still here" when the bad end of its own task did not reach it. */
static int own_a_task(struct tine_self *self, const void *arg, size_t size)
{
	const struct nested *nested = arg;
	struct tine_options options = { .nolink = nested->nolink };
	struct tine_ctx *ctx = tine_self_ctx(self);
	struct tine_task *task;

	(void)size;
	if (nested->trap)
		tine_trap_exits(ctx, true);
	if (tine_async(ctx, nested->fn, &nested->number, sizeof nested->number,
		       &options, &task) < 0)
		return 99;
	(void)tine_await(task, LONG_MS);
	return tine_send(self, "still here", 10);
}

static void check_nested(void **state, struct nested nested, enum tine_end end,
			 int code)
{
	struct tine_task *task = fixture_start_with(state, own_a_task, &nested,
						    sizeof nested, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, end);
	assert_int_equal(result->code, code);
	assert_int_equal(result->size, end == TINE_OK ? 10 : 0);
	tine_free(task);
}

static void a_task_falls_with_a_task_of_its_own(void **state)
{
	check_nested(state, (struct nested){ child_raise, SIGSEGV, 0, 0 },
		     TINE_CRASHED, SIGSEGV);
	check_nested(state, (struct nested){ child_return, 3, 0, 0 },
		     TINE_FAILED, 3);
	check_nested(state, (struct nested){ child_exit, 0, 0, 0 }, TINE_FAILED,
		     0);
}

static void but_not_with_a_good_end_or_unlinked_or_trapped(void **state)
{
	check_nested(state, (struct nested){ child_return, 0, 0, 0 }, TINE_OK,
		     0);
	check_nested(state, (struct nested){ child_raise, SIGSEGV, 1, 0 },
		     TINE_OK, 0);
	check_nested(state, (struct nested){ child_raise, SIGSEGV, 0, 1 },
		     TINE_OK, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(the_owner_hears_first_and_then_the_monitors),
		FIXTURE_TEST(a_monitor_hears_also_when_it_comes_late),
		FIXTURE_TEST(who_demonitors_hears_nothing),
		FIXTURE_TEST(nobody_hears_of_a_task_that_is_freed),
		FIXTURE_TEST(on_end_of_an_ignored_task_is_not_called),
		FIXTURE_TEST(a_callback_may_free_its_task),
		FIXTURE_TEST(a_wait_survives_that_its_task_is_freed),
		FIXTURE_TEST(a_callback_may_free_the_context),
		FIXTURE_TEST(a_callback_may_shut_down_another_task),
		FIXTURE_TEST(a_callback_may_start_a_task_and_wait_for_it),
		FIXTURE_TEST(a_bad_end_takes_linked_tasks_along),
		FIXTURE_TEST(a_good_end_takes_nobody_along),
		FIXTURE_TEST(who_is_unlinked_is_not_taken_along),
		FIXTURE_TEST(shutdown_unlinks_first),
		FIXTURE_TEST(a_link_to_who_ended_badly_is_felt_at_once),
		FIXTURE_TEST(links_refuse_nonsense),
		FIXTURE_TEST(a_context_that_traps_gets_results_and_no_more),
		FIXTURE_TEST(in_one_that_does_not_the_linked_fall_together),
		FIXTURE_TEST(a_task_falls_with_a_task_of_its_own),
		FIXTURE_TEST(but_not_with_a_good_end_or_unlinked_or_trapped),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
