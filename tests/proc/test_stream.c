/* SPDX-License-Identifier: MIT */
/*
 * test_stream.c - what a stream takes, when it begins, in which order it
 * hands out; in fresh processes and in a pool.
 */
#include "act.h"
#include "children.h"
#include "options.h"
#include "show.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned reuse;

static struct tine_stream_options with(unsigned max_concurrency)
{
	return (struct tine_stream_options){
		.max_concurrency = max_concurrency,
		.reuse = reuse,
		.on_timeout = TINE_KILL,
	};
}

/* ---- Options ------------------------------------------------------------ */

static void zero_means_what_most_want(void **state)
{
	struct tine_stream_options full;

	(void)state;
	assert_int_equal(options_fill_stream(NULL, &full), 0);
	assert_int_equal(full.max_concurrency, sysconf(_SC_NPROCESSORS_ONLN));
	assert_int_equal(full.task.timeout_ms, 5000);
	assert_int_equal(full.on_timeout, TINE_ABORT);
	assert_int_equal(full.reuse, 1);
	assert_false(full.unordered);
}

static void check_refused(void **state, struct tine_stream_options options,
			  const char *field)
{
	static const struct act list[] = { SEND(1) };
	struct acts acts = ACTS(list);
	struct tine_stream *stream = NULL;
	const char *fault = tine_stream_options_fault(&options);

	assert_non_null(fault);
	assert_int_equal(strncmp(fault, field, strlen(field)), 0);
	assert_int_equal(tine_stream_open(fixture_ctx(state), act_run,
					  acts_source(&acts), &options,
					  &stream),
			 TINE_EUSAGE);
	assert_null(stream);
	assert_int_equal(acts.asked, 0);
	assert_int_equal(acts.closed, 1);
}

static void on_end_never(struct tine_task *task,
			 const struct tine_result *result, void *user)
{
	(void)task;
	(void)result;
	(void)user;
}

static void on_done_never(struct tine_stream *stream, int error, void *user)
{
	(void)stream;
	(void)error;
	(void)user;
}

#define REFUSED(name, ...) \
	check_refused(state, (struct tine_stream_options){ __VA_ARGS__ }, name)

static void nonsense_is_refused_naming_the_field(void **state)
{
	int closed = 250;

	REFUSED("max_concurrency", .max_concurrency = 65537);
	REFUSED("max_concurrency", .max_concurrency = UINT_MAX);
	REFUSED("on_timeout", .on_timeout = 2);
	REFUSED("on_done", .on_done = on_done_never);
	REFUSED("timeout_ms", .task.timeout_ms = -2);
	REFUSED("grace_ms", .task.grace_ms = INT64_MIN);
	REFUSED("limits.cpu_ms", .task.limits.cpu_ms = -1);
	REFUSED("retry.on", .task.retry.on = 16);
	REFUSED("retry.backoff_ms", .task.retry.backoff_ms = -1);
	REFUSED("retry.max_backoff_ms", .task.retry.max_backoff_ms = -1);
	REFUSED("keep_fds", .task.keep_count = 1);
	REFUSED("keep_fds", .task.keep_fds = &closed, .task.keep_count = 1);
}

static void what_makes_sense_has_no_fault(void **state)
{
	struct tine_stream_options options = {
		.max_concurrency = 65536,
		.reuse = UINT_MAX,
		.max_buffered = SIZE_MAX,
		.max_item = SIZE_MAX,
		.on_timeout = TINE_KILL,
		.task.timeout_ms = TINE_FOREVER,
		.task.grace_ms = TINE_FOREVER,
		.task.on_end = on_end_never,
		.on_done = on_done_never,
	};

	(void)state;
	assert_null(tine_stream_options_fault(&options));
	assert_null(tine_stream_options_fault(NULL));
}

static void a_missing_argument_is_refused_and_the_source_closed(void **state)
{
	static const struct act list[] = { SEND(1) };
	struct acts acts = ACTS(list);
	struct tine_source source = acts_source(&acts), no_next = source;
	struct tine_ctx *ctx = fixture_ctx(state);
	struct tine_stream *stream = NULL;

	no_next.next = NULL;
	assert_int_equal(tine_stream_open(NULL, act_run, source, NULL, &stream),
			 TINE_EUSAGE);
	assert_int_equal(tine_stream_open(ctx, NULL, source, NULL, &stream),
			 TINE_EUSAGE);
	assert_int_equal(tine_stream_open(ctx, act_run, source, NULL, NULL),
			 TINE_EUSAGE);
	assert_int_equal(acts.closed, 3);
	assert_int_equal(tine_stream_open(ctx, act_run, no_next, NULL, &stream),
			 TINE_EUSAGE);
	assert_int_equal(acts.closed, 4);
	assert_null(stream);
}

static void no_stream_has_no_results(void **state)
{
	(void)state;
	assert_null(tine_stream_next(NULL));
	assert_int_equal(tine_stream_error(NULL), TINE_EUSAGE);
	tine_stream_close(NULL);
}

/* ---- When it begins ----------------------------------------------------- */

static void nothing_begins_before_the_first_result_is_asked_for(void **state)
{
	static const struct act list[] = { SEND(1), SEND(2) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = with(2);
	struct tine_stream *stream = show_open(state, &acts, &options);
	struct tine_task *other = fixture_start(state, child_nothing, NULL);

	assert_int_equal(tine_await(other, TINE_FOREVER)->end, TINE_OK);
	assert_int_equal(tine_run(fixture_ctx(state)), 0);
	tine_free(other);
	assert_int_equal(acts.asked, 0);
	act_assert_each_ran_once(0);
	assert_int_equal(tine_stream_error(stream), 0);
	assert_string_equal(show_all(stream, &acts), "ok 1, ok 2, end");
	tine_stream_close(stream);
}

static void a_stream_that_nobody_asked_pulls_nothing_and_closes(void **state)
{
	static const struct act list[] = { SEND(1), SEND(2) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = with(2);

	tine_stream_close(show_open(state, &acts, &options));
	assert_int_equal(acts.asked, 0);
	assert_int_equal(acts.closed, 1);
}

static void after_its_end_a_source_is_not_asked_again(void **state)
{
	static const struct act list[] = { SEND(1), SEND(2), SEND(3) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = with(2);

	assert_string_equal(show_run(state, &acts, &options),
			    "ok 1, ok 2, ok 3, end");
	assert_int_equal(acts.asked, 4);
}

/* ---- Order -------------------------------------------------------------- */

static void unordered_and_one_at_a_time_keeps_the_order(void **state)
{
	static const struct act list[] = { SEND(4), SEND(3), SEND(2), SEND(1) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = with(1);

	options.unordered = true;
	assert_string_equal(show_run(state, &acts, &options),
			    "ok 4, ok 3, ok 2, ok 1, end");
}

/* Each but the last waits until the one behind it was handed out. */
static void unordered_results_come_as_items_end(void **state)
{
	static const struct act list[] = { { ACT_GATE, 0, 0 },
					   { ACT_GATE, 1, 0 },
					   { ACT_GATE, 2, 0 },
					   { ACT_GATE, 3, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = with(4);
	struct tine_stream *stream;

	options.unordered = true;
	stream = show_open(state, &acts, &options);
	for (uint32_t i = 4; i-- > 0;) {
		char expected[16];

		act_open_gate(i);
		(void)snprintf(expected, sizeof expected, "ok %u", i);
		assert_string_equal(show_some(stream, &acts, 1), expected);
	}
	assert_string_equal(show_all(stream, &acts), "end");
	tine_stream_close(stream);
}

/* ---- Timeouts ----------------------------------------------------------- */

static const struct act two_hang[] = {
	{ ACT_HANG, 0, 0 }, SEND(1), { ACT_HANG, 0, 0 }, SEND(1)
};

static void unordered_those_that_hang_come_last(void **state)
{
	struct acts acts = ACTS(two_hang);
	struct tine_stream_options options = with(4);

	options.unordered = true;
	options.task.timeout_ms = 800;
	assert_string_equal(show_run(state, &acts, &options),
			    "ok 1, ok 1, timeout, timeout, end");
}

static void in_order_those_that_hang_come_where_they_stand(void **state)
{
	struct acts acts = ACTS(two_hang);
	struct tine_stream_options options = with(4);

	options.task.timeout_ms = 800;
	assert_string_equal(show_run(state, &acts, &options),
			    "timeout, ok 1, timeout, ok 1, end");
}

static void with_abort_the_first_timeout_ends_all(void **state)
{
	static const struct act list[] = { { ACT_HANG, 0, 0 },
					   { ACT_HANG, 0, 0 },
					   { ACT_HANG, 0, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = with(3);
	char expected[32];

	acts.count = 100;
	options.on_timeout = TINE_ABORT;
	options.task.timeout_ms = 50;
	(void)snprintf(expected, sizeof expected, "error %d", TINE_ETIMEDOUT);
	assert_non_null(strstr(show_run(state, &acts, &options), expected));
	assert_true(acts.pulled <= 6);
}

static void who_ignores_sigterm_is_killed_after_its_grace(void **state)
{
	static const struct act list[] = { { ACT_STUBBORN, 0, 0 }, SEND(1) };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = with(1);

	options.task.timeout_ms = 800;
	options.task.grace_ms = 1;
	assert_string_equal(show_run(state, &acts, &options),
			    "timeout, ok 1, end");
}

/* ---- What is no item ---------------------------------------------------- */

struct liar {
	int answer;
	const void *item;
	size_t size;
	int closed;
};

static int liar_next(void *state, const void **item, size_t *size)
{
	struct liar *liar = state;

	*item = liar->item;
	*size = liar->size;
	return liar->answer;
}

static void liar_close(void *state)
{
	((struct liar *)state)->closed++;
}

static void check_liar(void **state, struct liar liar, int error)
{
	struct tine_source source = { liar_next, liar_close, &liar };
	struct tine_stream_options options = with(2);
	struct tine_stream *stream;

	options.max_item = 1000;
	assert_int_equal(tine_stream_open(fixture_ctx(state), act_run, source,
					  &options, &stream),
			 0);
	assert_null(tine_stream_next(stream));
	assert_int_equal(tine_stream_error(stream), error);
	assert_int_equal(liar.closed, 1);
	assert_null(tine_stream_next(stream));
	tine_stream_close(stream);
	assert_int_equal(liar.closed, 1);
}

static void a_source_that_lies_ends_the_stream(void **state)
{
	check_liar(state, (struct liar){ .answer = 3, .item = "x", .size = 1 },
		   TINE_EUSAGE);
	check_liar(state, (struct liar){ .answer = INT_MAX }, TINE_EUSAGE);
	check_liar(state, (struct liar){ .answer = 1, .size = 1 }, TINE_EUSAGE);
	check_liar(state, (struct liar){ .answer = 1, .size = SIZE_MAX },
		   TINE_EUSAGE);
	check_liar(state,
		   (struct liar){ .answer = 1, .item = "x", .size = 1001 },
		   TINE_ETOOBIG);
	check_liar(state,
		   (struct liar){ .answer = 1, .item = "x", .size = SIZE_MAX },
		   TINE_ETOOBIG);
	check_liar(state, (struct liar){ .answer = -1 }, -1);
	check_liar(state, (struct liar){ .answer = INT_MIN }, INT_MIN);
	check_liar(state, (struct liar){ .answer = 0, .size = 7 }, 0);
}

static int expect_nothing(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	return arg || size > 0;
}

static void an_item_of_no_bytes_is_an_item(void **state)
{
	struct tine_stream_options options = with(2);
	struct tine_results *results = NULL;

	assert_int_equal(tine_map(fixture_ctx(state), expect_nothing, NULL, 5,
				  0, &options, &results),
			 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(results->results[i].end, TINE_OK);
		assert_int_equal(results->results[i].index, i);
		assert_int_equal(results->results[i].input_size, 0);
		assert_int_equal(results->results[i].size, 0);
	}
	tine_results_free(results);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(zero_means_what_most_want),
		ACT_TEST(nonsense_is_refused_naming_the_field),
		ACT_TEST(what_makes_sense_has_no_fault),
		ACT_TEST(a_missing_argument_is_refused_and_the_source_closed),
		ACT_TEST(no_stream_has_no_results),
		ACT_TEST(nothing_begins_before_the_first_result_is_asked_for),
		ACT_TEST(a_stream_that_nobody_asked_pulls_nothing_and_closes),
		ACT_TEST(after_its_end_a_source_is_not_asked_again),
		ACT_TEST(unordered_and_one_at_a_time_keeps_the_order),
		ACT_TEST(unordered_results_come_as_items_end),
		ACT_TEST(unordered_those_that_hang_come_last),
		ACT_TEST(in_order_those_that_hang_come_where_they_stand),
		ACT_TEST(with_abort_the_first_timeout_ends_all),
		ACT_TEST(who_ignores_sigterm_is_killed_after_its_grace),
		ACT_TEST(a_source_that_lies_ends_the_stream),
		ACT_TEST(an_item_of_no_bytes_is_an_item),
	};
	int failed;

	fixture_user();
	failed = cmocka_run_group_tests_name("fresh", tests, NULL, NULL);
	reuse = 1000;
	failed += cmocka_run_group_tests_name("pooled", tests, NULL, NULL);
	return failed;
}
