/* SPDX-License-Identifier: MIT */
/* test_super_stream.c - streams whose items are tasks under a supervisor. */
#include "family.h"
#include "show.h"

#include <string.h>

static struct tine_stream_options under(struct tine_super *super)
{
	return (struct tine_stream_options){
		.task = { .under = super, .timeout_ms = TINE_FOREVER },
		.max_concurrency = 2,
		.on_timeout = TINE_KILL,
	};
}

/* ---- Results ------------------------------------------------------------ */

static void they_come_in_order(void **state)
{
	static const struct act list[] = { { ACT_AFTER, 1, 0 },
					   SEND(2),
					   SEND(3),
					   { ACT_AFTER, 3, 0 },
					   SEND(5) };
	struct tine_super *super = family_start(state, NULL);
	struct tine_stream_options options = under(super);
	struct acts acts = ACTS(list);

	assert_string_equal(show_run(state, &acts, &options),
			    "ok 1, ok 2, ok 3, ok 3, ok 5, end");
	assert_string_equal(family_list(super), "");
	act_assert_each_ran_once(5);
	tine_super_free(super);
}

static void or_as_they_end(void **state)
{
	static const struct act list[] = { { ACT_GATE, 3, 0 }, SEND(2) };
	struct tine_super *super = family_start(state, NULL);
	struct tine_stream_options options = under(super);
	struct acts acts = ACTS(list);
	struct tine_stream *stream;

	options.unordered = true;
	stream = show_open(state, &acts, &options);
	assert_string_equal(show_some(stream, &acts, 1), "ok 2");
	act_open_gate(0);
	assert_string_equal(show_all(stream, &acts), "ok 3, end");
	tine_stream_close(stream);
	tine_super_free(super);
}

static void they_are_children_of_the_supervisor(void **state)
{
	static const struct act list[] = { { ACT_GATE, 1, 0 },
					   { ACT_GATE, 2, 0 } };
	struct tine_super *super = family_start(state, NULL);
	struct tine_stream_options options = under(super);
	struct acts acts = ACTS(list);
	struct tine_stream *stream = show_open(state, &acts, &options);

	act_open_gate(0);
	assert_string_equal(show_some(stream, &acts, 1), "ok 1");
	act_wait(&act_memory->runs[1], 1);
	assert_int_equal(atomic_load(&act_memory->pids[1]),
			 family_pid(super, "#2"));
	act_open_gate(1);
	assert_string_equal(show_all(stream, &acts), "ok 2, end");
	tine_stream_close(stream);
	tine_super_free(super);
}

static void each_ends_in_its_own_way(void **state)
{
	static const struct act list[] = {
		SEND(1),
		{ ACT_RETURN, 3, 0 },
		{ ACT_EXIT, 4, 0 },
		{ ACT_RAISE, SIGKILL, 0 },
		{ ACT_NOTE, 5, 0 },
		SEND(6),
	};
	struct tine_super *super = family_start(state, NULL);
	struct tine_stream_options options = under(super);
	struct acts acts = ACTS(list);

	assert_string_equal(
		show_run(state, &acts, &options),
		"ok 1, failed 3, failed 4, crashed 9, crashed 11, ok 6, end");
	tine_super_free(super);
}

static void a_timeout_costs_its_item(void **state)
{
	static const struct act list[] = {
		SEND(1), { ACT_HANG, 0, 0 }, { ACT_STUBBORN, 0, 0 }, SEND(4)
	};
	struct tine_super *super = family_start(state, NULL);
	struct tine_stream_options options = under(super);
	struct acts acts = ACTS(list);

	options.task.timeout_ms = 200;
	options.task.grace_ms = 20;
	assert_string_equal(show_run(state, &acts, &options),
			    "ok 1, timeout, timeout, ok 4, end");
	tine_super_free(super);
}

static void or_the_stream(void **state)
{
	static const struct act list[] = { SEND(1), { ACT_HANG, 0, 0 } };
	struct tine_super *super = family_start(state, NULL);
	struct tine_stream_options options = under(super);
	struct acts acts = ACTS(list);

	options.task.timeout_ms = 200;
	options.on_timeout = TINE_ABORT;
	assert_non_null(strstr(show_run(state, &acts, &options), "error -12"));
	assert_string_equal(family_list(super), "");
	tine_super_free(super);
}

static void many_go_through(void **state)
{
	static const struct act list[] = { SEND(1), SEND(2), SEND(3) };
	struct tine_super *super = family_start(state, NULL);
	struct tine_stream_options options = under(super);
	struct acts acts = ACTS(list);
	struct tine_stream *stream;

	acts.count = 300;
	options.max_concurrency = 8;
	options.unordered = true;
	stream = show_open(state, &acts, &options);
	assert_non_null(strstr(show_all(stream, &acts), ", end"));
	assert_int_equal(acts.taken, 300);
	act_assert_each_ran_once(300);
	tine_stream_close(stream);
	tine_super_free(super);
}

/* ---- Ends of streams ---------------------------------------------------- */

static void to_close_it_ends_those_that_run(void **state)
{
	static const struct act list[] = { SEND(1),
					   { ACT_STUBBORN, 0, 0 },
					   { ACT_HANG, 0, 0 } };
	struct tine_super *super = family_start(state, NULL);
	struct tine_stream_options options = under(super);
	struct acts acts = ACTS(list);
	struct tine_stream *stream = show_open(state, &acts, &options);

	assert_string_equal(show_some(stream, &acts, 1), "ok 1");
	tine_stream_close(stream);
	assert_int_equal(acts.closed, 1);
	assert_string_equal(family_list(super), "");
	tine_super_free(super);
}

/* Results that were there before are handed out; who runs is stopped. */
static void check_full(void **state, struct act first, const char *expected)
{
	const struct tine_super_options few = { .max_children = 1 };
	const struct act list[] = { first, SEND(2), SEND(3) };
	struct tine_super *super = family_start(state, &few);
	struct tine_stream_options options = under(super);
	struct acts acts = ACTS(list);

	assert_string_equal(show_run(state, &acts, &options), expected);
	assert_string_equal(family_list(super), "");
	tine_super_free(super);
}

static void a_supervisor_that_is_full_ends_it(void **state)
{
	check_full(state, (struct act){ ACT_HANG, 0, 0 }, "error -3");
	check_full(state, (struct act){ ACT_STUBBORN, 0, 0 }, "error -3");
}

static void a_supervisor_that_was_killed_ends_it(void **state)
{
	static const struct act list[] = {
		SEND(1), { ACT_HANG, 0, 0 }, { ACT_HANG, 0, 0 }, SEND(4)
	};
	struct tine_super *super = family_start(state, NULL);
	struct tine_stream_options options = under(super);
	struct acts acts = ACTS(list);
	struct tine_stream *stream = show_open(state, &acts, &options);
	const struct tine_result *result;

	assert_string_equal(show_some(stream, &acts, 1), "ok 1");
	act_wait(&act_memory->runs[1], 1);
	assert_int_equal(kill(tine_super_pid(super), SIGKILL), 0);
	while ((result = tine_stream_next(stream)))
		assert_int_equal(result->end, TINE_LOST);
	assert_int_equal(tine_stream_error(stream), TINE_EGONE);
	tine_stream_close(stream);
	assert_int_equal(acts.closed, 1);
	tine_super_free(super);
}

static void there_is_no_pool_of_them(void **state)
{
	static const struct act list[] = { SEND(1) };
	struct tine_super *super = family_start(state, NULL);
	struct tine_stream_options options = under(super);
	struct tine_stream *stream = NULL;
	struct acts acts = ACTS(list);

	options.reuse = 4;
	assert_non_null(tine_stream_options_fault(&options));
	assert_int_equal(tine_stream_open(fixture_ctx(state), act_run,
					  acts_source(&acts), &options,
					  &stream),
			 TINE_EUSAGE);
	assert_null(stream);
	assert_int_equal(acts.closed, 1);
	tine_super_free(super);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAMILY_TESTS(they_come_in_order),
		FAMILY_TESTS(or_as_they_end),
		FAMILY_TESTS(they_are_children_of_the_supervisor),
		FAMILY_TESTS(each_ends_in_its_own_way),
		FAMILY_TESTS(a_timeout_costs_its_item),
		FAMILY_TESTS(or_the_stream),
		FAMILY_TESTS(many_go_through),
		FAMILY_TESTS(to_close_it_ends_those_that_run),
		FAMILY_TESTS(a_supervisor_that_is_full_ends_it),
		FAMILY_TESTS(a_supervisor_that_was_killed_ends_it),
		FAMILY_TEST(there_is_no_pool_of_them),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
