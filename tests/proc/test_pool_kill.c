/* SPDX-License-Identifier: MIT */
/*
 * test_pool_kill.c - children of a pool that strangers kill or stop, or that
 * have run all they may, and items that are better off in another child.
 */
#include "act.h"
#include "children.h"
#include "show.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tine_stream_options pooled(unsigned max_concurrency)
{
	return (struct tine_stream_options){
		.max_concurrency = max_concurrency,
		.reuse = 1000,
		.on_timeout = TINE_KILL,
	};
}

/* ---- Between two items -------------------------------------------------- */

/* Its child may be slow to begin. */
static pid_t await_who_ran(size_t item)
{
	pid_t pid;

	while ((pid = atomic_load(&act_memory->pids[item])) == 0)
		(void)poll(NULL, 0, 1);
	return pid;
}

static void kill_who_ran(size_t item, int number)
{
	pid_t pid = await_who_ran(item);
	siginfo_t info;

	assert_int_equal(kill(pid, number), 0);
	if (number == SIGKILL)
		assert_int_equal(
			waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

static void kill_idle(struct acts *acts)
{
	if (acts->asked == acts->count)
		kill_who_ran(acts->pulled - 1, SIGKILL);
}

static void check_kill_idle(void **state, struct acts *acts,
			    unsigned max_concurrency)
{
	struct tine_stream_options options = pooled(max_concurrency);
	struct tine_stream *stream;
	const struct tine_result *result;

	acts->on_next = kill_idle;
	stream = show_open(state, acts, &options);
	for (size_t i = 0; i < acts->count; i++) {
		result = tine_stream_next(stream);
		assert_non_null(result);
		assert_int_equal(result->end, TINE_OK);
		assert_int_equal(result->index, i);
		assert_int_equal(result->attempts, 1);
	}
	assert_null(tine_stream_next(stream));
	tine_stream_close(stream);
	act_assert_each_ran_once(acts->count);
}

static void a_child_killed_while_it_has_nothing_costs_no_item(void **state)
{
	static const struct act list[] = { SEND(1), SEND(2) };
	struct acts acts = ACTS(list);

	check_kill_idle(state, &acts, 1);
}

/* Of items that take long one waits for its next attempt, so that no child has
 * any; the timer comes when nobody has heard yet that they are dead. */
static void nor_do_all_of_them_if_an_item_comes_before_the_news(void **state)
{
	static const struct act list[] = { { ACT_NAP, 20, 0 },
					   { ACT_TRY, 2, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pooled(2);
	struct tine_stream *stream;

	options.task.retry =
		(struct tine_retry){ .attempts = 2, .backoff_ms = 300 };
	stream = show_open(state, &acts, &options);
	assert_string_equal(show_some(stream, &acts, 1), "ok 20");
	kill_who_ran(0, SIGKILL);
	kill_who_ran(1, SIGKILL);
	(void)poll(NULL, 0, 310);
	assert_string_equal(show_all(stream, &acts), "ok 2, end");
	tine_stream_close(stream);
}

/* ---- On an item --------------------------------------------------------- */

static void a_child_killed_on_an_item_costs_that_item(void **state)
{
	static const struct act list[] = {
		{ ACT_HANG, 0, 0 }, { ACT_SLAY, 0, 0 }, SEND(2),
		{ ACT_HANG, 0, 0 }, { ACT_SLAY, 3, 0 }, SEND(5)
	};
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pooled(2);

	assert_string_equal(show_run(state, &acts, &options),
			    "crashed 9, ok 0, ok 2, crashed 9, ok 3, ok 5, "
			    "end");
	act_assert_each_ran_once(6);
}

/* Its number may be a stranger's by now. */
static void kill_if_ours(pid_t pid)
{
	siginfo_t info;

	if (pid > 0 &&
	    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG) == 0)
		(void)kill(pid, SIGKILL);
}

static void killed_at_random_children_cost_the_items_they_were_on(void **state)
{
	enum { COUNT = 2000 };
	static const struct act list[] = { { ACT_SEND, 1, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pooled(3);
	struct tine_stream *stream;
	size_t killed = 0, ok = 0, next = 0;

	acts.count = COUNT;
	stream = show_open(state, &acts, &options);
	for (const struct tine_result *result;
	     (result = tine_stream_next(stream)); next++) {
		uint32_t ran = atomic_load(&act_memory->runs[next]);

		assert_int_equal(result->index, next);
		assert_int_equal(ran <= 1, 1);
		ok += result->end == TINE_OK && ran == 1;
		killed += result->end == TINE_CRASHED && result->code == 9;
		if (next % 50 == 49)
			kill_if_ours(result->pid);
	}
	assert_int_equal(next, COUNT);
	assert_int_equal(ok + killed, COUNT);
	assert_true(killed <= COUNT / 50);
	tine_stream_close(stream);
}

/* ---- Stopped ------------------------------------------------------------ */

static void a_child_stopped_on_an_item_runs_into_its_timeout(void **state)
{
	static const struct act list[] = { { ACT_RAISE, SIGSTOP, 0 },
					   SEND(1),
					   SEND(2) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pooled(1);

	options.task.timeout_ms = 800;
	options.task.grace_ms = 1;
	assert_string_equal(show_run(state, &acts, &options),
			    "timeout, ok 1, ok 2, end");
	act_assert_each_ran_once(3);
}

/* ---- Spent -------------------------------------------------------------- */

enum { SPENT_MOST = 2, SPENT_REUSE = 2 };

/* How many items were run by processes that are not reaped yet. */
static void count_living(struct acts *acts)
{
	size_t *most = acts->user, living = 0;

	for (size_t i = 0; i < acts->pulled; i++) {
		pid_t pid = atomic_load(&act_memory->pids[i]);

		living += pid > 0 && kill(pid, 0) == 0;
	}
	if (living > *most)
		*most = living;
}

/* Forking is quicker than dying. */
static void children_that_ran_all_they_may_do_not_pile_up(void **state)
{
	static const struct act list[] = { SEND(1) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pooled(SPENT_MOST);
	struct tine_stream *stream;
	size_t most = 0;

	options.reuse = SPENT_REUSE;
	acts.count = 1000;
	acts.on_next = count_living;
	acts.user = &most;
	stream = show_open(state, &acts, &options);
	for (size_t i = 0; i < acts.count; i++)
		assert_non_null(tine_stream_next(stream));
	assert_null(tine_stream_next(stream));
	tine_stream_close(stream);
	assert_in_range(most, 1, 2 * SPENT_MOST * SPENT_REUSE);
}

static void stop_idle(struct acts *acts)
{
	if (acts->asked == 2)
		kill_who_ran(0, SIGSTOP);
}

static void a_child_stopped_between_two_items_costs_none(void **state)
{
	static const struct act list[] = { SEND(1), SEND(2), SEND(3) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pooled(1);

	acts.on_next = stop_idle;
	options.task.timeout_ms = 800;
	options.task.grace_ms = 1;
	assert_string_equal(show_run(state, &acts, &options),
			    "ok 1, ok 2, ok 3, end");
	act_assert_each_ran_once(3);
}

static bool hangs_at_birth;

static void hang_at_birth(void)
{
	while (hangs_at_birth)
		(void)pause();
}

/* A task before them brings whatever else a context forks. */
static void children_that_never_begin_cost_the_items_they_had(void **state)
{
	static const struct act list[] = { SEND(1), SEND(2) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pooled(1);
	struct tine_task *first = fixture_start(state, child_nothing, NULL);

	assert_int_equal(tine_await(first, TINE_FOREVER)->end, TINE_OK);
	tine_free(first);
	assert_int_equal(pthread_atfork(NULL, NULL, hang_at_birth), 0);
	hangs_at_birth = true;
	options.task.timeout_ms = 50;
	options.task.grace_ms = 1;
	assert_string_equal(show_run(state, &acts, &options),
			    "timeout, timeout, end");
	hangs_at_birth = false;
	act_assert_each_ran_once(0);
}

/* ---- Better off elsewhere ----------------------------------------------- */

/* Those that are slow end when all others have, some of which went to the same
 * child: nothing would ever end if they stayed there. */
static void check_slow(void **state, unsigned max_concurrency, size_t from,
		       size_t slow, bool unordered)
{
	enum { COUNT = 1000 };
	static struct act list[COUNT];
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pooled(max_concurrency);
	struct tine_stream *stream;
	size_t taken = 0;

	for (size_t i = 0; i < COUNT; i++)
		list[i] = (struct act)SEND(1);
	for (size_t i = from; i < from + slow; i++)
		list[i] = (struct act){ ACT_AFTER, COUNT - (int)slow, 0 };
	options.unordered = unordered;
	options.max_buffered = COUNT;
	stream = show_open(state, &acts, &options);
	for (; tine_stream_next(stream); taken++)
		;
	tine_stream_close(stream);
	assert_int_equal(taken, COUNT);
	act_assert_each_ran_once(COUNT);
}

static void behind_a_slow_item_none_is_held_up(void **state)
{
	check_slow(state, 2, 0, 1, true);
}

static void nor_behind_one_in_the_middle_of_a_batch(void **state)
{
	check_slow(state, 2, 500, 1, true);
}

static void nor_behind_all_but_one_that_are_slow(void **state)
{
	check_slow(state, 4, 300, 3, true);
}

static void nor_in_order(void **state)
{
	check_slow(state, 2, 400, 1, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(a_child_killed_while_it_has_nothing_costs_no_item),
		ACT_TEST(nor_do_all_of_them_if_an_item_comes_before_the_news),
		ACT_TEST(a_child_killed_on_an_item_costs_that_item),
		ACT_TEST(killed_at_random_children_cost_the_items_they_were_on),
		ACT_TEST(a_child_stopped_on_an_item_runs_into_its_timeout),
		ACT_TEST(children_that_ran_all_they_may_do_not_pile_up),
		ACT_TEST(a_child_stopped_between_two_items_costs_none),
		ACT_TEST(children_that_never_begin_cost_the_items_they_had),
		ACT_TEST(behind_a_slow_item_none_is_held_up),
		ACT_TEST(nor_behind_one_in_the_middle_of_a_batch),
		ACT_TEST(nor_behind_all_but_one_that_are_slow),
		ACT_TEST(nor_in_order),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
