/* SPDX-License-Identifier: MIT */
/*
 * test_stream_nest.c - streams in tasks, in items and in the sources of other
 * streams; whose they are, and who falls with them.
 */
#include "act.h"
#include "children.h"
#include "show.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

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

/* ---- Callers ------------------------------------------------------------ */

static int send_callers(struct tine_self *self, const void *arg, size_t size)
{
	pid_t pids[4] = { 0 };
	size_t count = tine_callers(self, pids, 4);

	(void)arg;
	(void)size;
	return tine_send(self, pids, count * sizeof *pids);
}

static void the_caller_of_an_item_is_who_has_the_stream(void **state)
{
	struct tine_stream_options options = with(2);
	struct tine_results *results;
	pid_t here = getpid();

	assert_int_equal(tine_map(fixture_ctx(state), send_callers, "abc", 3, 1,
				  &options, &results),
			 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(results->results[i].size, sizeof here);
		assert_memory_equal(results->results[i].data, &here,
				    sizeof here);
	}
	tine_results_free(results);
}

/* Sends what the items of a stream of its own sent, one behind the other. */
static int map_in_a_task(struct tine_self *self, tine_fn *fn, const char *items,
			 size_t count)
{
	struct tine_stream_options options = with(2);
	struct tine_results *results;
	int error = 0;

	if (tine_map(tine_self_ctx(self), fn, items, count, 1, &options,
		     &results) != (int)count)
		return 50;
	for (size_t i = 0; i < count; i++) {
		const struct tine_result *result = &results->results[i];

		if (result->end != TINE_OK)
			error = 51;
		if (tine_send(self, result->data, result->size) < 0)
			error = 52;
	}
	tine_results_free(results);
	return error;
}

static int callers_of_callers(struct tine_self *self, const void *arg,
			      size_t size)
{
	(void)arg;
	(void)size;
	return map_in_a_task(self, send_callers, "a", 1);
}

static void in_a_task_there_are_two_callers_the_nearest_first(void **state)
{
	struct tine_task *task = fixture_start(state, callers_of_callers, NULL);
	pid_t callers[2] = { tine_pid(task), getpid() };
	const struct tine_result *result = tine_await(task, TINE_FOREVER);

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, sizeof callers);
	assert_memory_equal(result->data, callers, sizeof callers);
	tine_free(task);
}

/* ---- In items ----------------------------------------------------------- */

static int echo_twice(struct tine_self *self, const void *arg, size_t size)
{
	const char *byte = arg;
	char both[2];

	(void)size;
	both[0] = both[1] = *byte;
	return map_in_a_task(self, child_echo, both, 2);
}

static void an_item_may_have_a_stream_of_its_own(void **state)
{
	struct tine_stream_options options = with(2);
	struct tine_results *results;

	assert_int_equal(tine_map(fixture_ctx(state), echo_twice, "abcdef", 6,
				  1, &options, &results),
			 6);
	for (int i = 0; i < 6; i++) {
		char both[2] = { (char)('a' + i), (char)('a' + i) };

		assert_int_equal(results->results[i].end, TINE_OK);
		assert_int_equal(results->results[i].size, 2);
		assert_memory_equal(results->results[i].data, both, 2);
	}
	tine_results_free(results);
}

/* Leaves a task, a stream and its children behind. */
static int leave_tasks(struct tine_self *self, const void *arg, size_t size)
{
	struct tine_ctx *ctx = tine_self_ctx(self);
	struct tine_stream_options options = with(2);
	struct tine_stream *stream;
	struct tine_task *task;
	pid_t pid;

	(void)arg;
	(void)size;
	if (tine_async(ctx, child_hang, NULL, 0, NULL, &task) < 0 ||
	    tine_stream_open(ctx, child_echo, tine_array("ab", 2, 1), &options,
			     &stream) < 0 ||
	    !tine_stream_next(stream))
		return 1;
	pid = tine_pid(task);
	return tine_send(self, &pid, sizeof pid);
}

static void what_an_item_leaves_running_ends_with_it(void **state)
{
	struct tine_stream_options options = with(1);
	struct tine_stream *stream;
	const struct tine_result *result;
	pid_t pid = 0;

	assert_int_equal(tine_stream_open(fixture_ctx(state), leave_tasks,
					  tine_array("abcd", 4, 1), &options,
					  &stream),
			 0);
	for (int i = 0; i < 4; i++) {
		result = tine_stream_next(stream);
		assert_non_null(result);
		assert_int_equal(result->end, TINE_OK);
		assert_int_equal(result->size, sizeof pid);
		memcpy(&pid, result->data, sizeof pid);
		assert_int_equal(kill(pid, 0), -1);
	}
	assert_null(tine_stream_next(stream));
	tine_stream_close(stream);
}

/* ---- Who falls ---------------------------------------------------------- */

/* The first item fails once all the others hang. */
static int own_a_stream(struct tine_self *self, const void *arg, size_t size)
{
	static const struct act list[] = { { ACT_LAST, 3, 0 },
					   { ACT_HANG, 0, 0 },
					   { ACT_HANG, 0, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = with(3);
	struct tine_ctx *ctx = tine_self_ctx(self);
	struct tine_stream *stream;
	const struct tine_result *result;

	(void)size;
	options.task.nolink = ((const char *)arg)[0] == 'n';
	tine_trap_exits(ctx, ((const char *)arg)[0] == 't');
	if (tine_stream_open(ctx, act_run, acts_source(&acts), &options,
			     &stream) < 0)
		return 50;
	result = tine_stream_next(stream);
	return result && result->end == TINE_FAILED && result->code == 3 ? 0
									 : 51;
}

static void check_owner(void **state, const char *how, enum tine_end end,
			int code)
{
	struct tine_task *owner =
		fixture_start_with(state, own_a_stream, how, 1, NULL);
	const struct tine_result *result = tine_await(owner, TINE_FOREVER);

	assert_string_equal(tine_end_name(result->end), tine_end_name(end));
	assert_int_equal(result->code, code);
	tine_free(owner);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(atomic_load(&act_memory->runs[i]), 1);
		assert_true(fixture_gone(atomic_load(&act_memory->pids[i])));
	}
	memset(act_memory, 0, sizeof *act_memory);
}

static void an_owner_that_does_not_trap_falls_with_an_item(void **state)
{
	check_owner(state, "-", TINE_FAILED, 3);
}

static void an_owner_that_traps_has_a_result_and_goes_on(void **state)
{
	check_owner(state, "t", TINE_OK, 0);
}

static void an_owner_goes_on_when_items_are_not_linked(void **state)
{
	check_owner(state, "n", TINE_OK, 0);
}

static void a_linked_task_falls_with_an_item_where_nobody_traps(void **state)
{
	static const struct act list[] = { { ACT_RETURN, 3, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = with(2);
	struct tine_task *linked = fixture_start(state, child_hang, NULL);

	tine_trap_exits(fixture_ctx(state), false);
	assert_string_equal(show_run(state, &acts, &options), "failed 3, end");
	assert_int_equal(tine_await(linked, TINE_FOREVER)->end, TINE_KILLED);
	tine_free(linked);
}

/* ---- Whose it is -------------------------------------------------------- */

static struct tine_stream *streams_of_the_parent[2];
static struct tine_ctx *ctx_of_the_parent;

static int use_streams_of_the_parent(struct tine_self *self, const void *arg,
				     size_t size)
{
	struct tine_results *results;
	struct tine_stream *own;
	static const struct act list[] = { SEND(1) };
	struct acts acts = ACTS(list);

	(void)arg;
	(void)size;
	for (int i = 0; i < 2; i++) {
		struct tine_stream *stream = streams_of_the_parent[i];

		if (tine_stream_next(stream))
			return 1;
		if (tine_stream_error(stream) != TINE_EOWNER)
			return 2;
		if (tine_collect(stream, &results) != TINE_EOWNER ||
		    tine_first(stream, 1, &results) != TINE_EOWNER)
			return 3;
		tine_stream_close(stream);
		if (tine_stream_error(stream) != TINE_EOWNER)
			return 4;
	}
	if (tine_stream_open(ctx_of_the_parent, act_run, acts_source(&acts),
			     NULL, &own) != TINE_EOWNER ||
	    acts.closed != 1)
		return 5;
	return tine_send(self, "ok", 2);
}

/* One that has begun, and one that has not; in a task and in items. */
static void in_another_process_its_calls_are_refused(void **state)
{
	static const struct act list[] = { SEND(1), SEND(2), SEND(3) };
	struct acts acts[2] = { ACTS(list), ACTS(list) };
	struct tine_stream_options options = with(2);
	struct tine_ctx *ctx = fixture_ctx(state);
	struct tine_results *results;
	struct tine_task *task;

	for (int i = 0; i < 2; i++)
		streams_of_the_parent[i] = show_open(state, &acts[i], &options);
	assert_string_equal(show_some(streams_of_the_parent[0], acts, 1),
			    "ok 1");
	ctx_of_the_parent = ctx;
	task = fixture_start(state, use_streams_of_the_parent, NULL);
	assert_int_equal(tine_await(task, TINE_FOREVER)->code, 0);
	tine_free(task);
	assert_int_equal(tine_map(ctx, use_streams_of_the_parent, NULL, 1, 0,
				  &options, &results),
			 1);
	assert_int_equal(results->results[0].code, 0);
	assert_int_equal(results->results[0].end, TINE_OK);
	tine_results_free(results);
	assert_string_equal(show_all(streams_of_the_parent[0], &acts[0]),
			    "ok 2, ok 3, end");
	assert_string_equal(show_all(streams_of_the_parent[1], &acts[1]),
			    "ok 1, ok 2, ok 3, end");
	for (int i = 0; i < 2; i++)
		tine_stream_close(streams_of_the_parent[i]);
}

/* ---- In a row ----------------------------------------------------------- */

static int next_of_stream(void *state, const void **item, size_t *size)
{
	const struct tine_result *result = tine_stream_next(state);

	if (!result)
		return tine_stream_error(state);
	*item = result->data;
	*size = result->size;
	return 1;
}

static void close_stream(void *state)
{
	tine_stream_close(state);
}

static int add_one(struct tine_self *self, const void *arg, size_t size)
{
	int value;

	(void)size;
	memcpy(&value, arg, sizeof value);
	value++;
	return tine_send(self, &value, sizeof value);
}

/* Each stream of a row adds one to what the items of the one before send. */
static struct tine_stream *open_row(void **state, struct acts *acts, int length)
{
	struct tine_stream_options options = with(3);
	struct tine_stream *stream = show_open(state, acts, &options);

	for (int i = 0; i < length; i++) {
		struct tine_source source = { next_of_stream, close_stream,
					      stream };

		options.reuse = i % 2 ? reuse : 0;
		assert_int_equal(tine_stream_open(fixture_ctx(state), add_one,
						  source, &options, &stream),
				 0);
	}
	return stream;
}

static void check_row(void **state, int length)
{
	static const struct act list[] = { SEND(10), SEND(20), SEND(30) };
	struct acts acts = ACTS(list);
	struct tine_stream *stream;
	int value;

	acts.count = 60;
	stream = open_row(state, &acts, length);
	for (int i = 0; i < 60; i++) {
		const struct tine_result *result = tine_stream_next(stream);

		assert_non_null(result);
		assert_int_equal(result->index, i);
		assert_int_equal(result->end, TINE_OK);
		assert_int_equal(result->size, sizeof value);
		memcpy(&value, result->data, sizeof value);
		assert_int_equal(value, i % 3 * 10 + 10 + length);
	}
	assert_null(tine_stream_next(stream));
	assert_int_equal(tine_stream_error(stream), 0);
	tine_stream_close(stream);
	assert_int_equal(acts.closed, 1);
}

static void a_stream_may_be_the_source_of_another(void **state)
{
	check_row(state, 1);
}

static void streams_may_stand_in_a_row(void **state)
{
	check_row(state, 3);
}

static void closing_the_last_of_a_row_closes_all(void **state)
{
	static const struct act list[] = { SEND(10), SEND(20), SEND(30) };
	struct acts acts = ACTS(list);
	struct tine_stream *stream;

	acts.count = SIZE_MAX;
	stream = open_row(state, &acts, 3);
	assert_non_null(tine_stream_next(stream));
	tine_stream_close(stream);
	act_assert_all_dead();
	assert_int_equal(acts.closed, 1);
}

static void the_error_of_the_first_of_a_row_comes_to_the_last(void **state)
{
	static const struct act list[] = { SEND(10) };
	struct acts acts = ACTS(list);
	struct tine_stream *stream;

	acts.count = 5;
	acts.error = -555;
	stream = open_row(state, &acts, 3);
	while (tine_stream_next(stream))
		;
	assert_int_equal(tine_stream_error(stream), -555);
	tine_stream_close(stream);
	act_assert_all_dead();
	assert_int_equal(acts.closed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(the_caller_of_an_item_is_who_has_the_stream),
		ACT_TEST(in_a_task_there_are_two_callers_the_nearest_first),
		ACT_TEST(an_item_may_have_a_stream_of_its_own),
		ACT_TEST(what_an_item_leaves_running_ends_with_it),
		ACT_TEST(an_owner_that_does_not_trap_falls_with_an_item),
		ACT_TEST(an_owner_that_traps_has_a_result_and_goes_on),
		ACT_TEST(an_owner_goes_on_when_items_are_not_linked),
		ACT_TEST(a_linked_task_falls_with_an_item_where_nobody_traps),
		ACT_TEST(in_another_process_its_calls_are_refused),
		ACT_TEST(a_stream_may_be_the_source_of_another),
		ACT_TEST(streams_may_stand_in_a_row),
		ACT_TEST(closing_the_last_of_a_row_closes_all),
		ACT_TEST(the_error_of_the_first_of_a_row_comes_to_the_last),
	};
	int failed;

	fixture_user();
	failed = cmocka_run_group_tests_name("fresh", tests, NULL, NULL);
	reuse = 1000;
	failed += cmocka_run_group_tests_name("pooled", tests, NULL, NULL);
	return failed;
}
