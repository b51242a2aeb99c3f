/* SPDX-License-Identifier: MIT */
/*
 * test_stream_end.c - in whatever way a stream ends, its children are dead and
 * its source is closed, once; also if it is closed, or its context freed, by
 * what it calls.
 */
#include "act.h"
#include "children.h"
#include "show.h"

#include <string.h>

static unsigned reuse;

static const struct act list[] = {
	SEND(1), { ACT_HANG, 0, 0 }, { ACT_STUBBORN, 0, 0 }, { ACT_HANG, 0, 0 }
};

static struct tine_stream_options with(unsigned max_concurrency)
{
	return (struct tine_stream_options){
		.max_concurrency = max_concurrency,
		.reuse = reuse,
		.on_timeout = TINE_KILL,
		.task.timeout_ms = TINE_FOREVER,
	};
}

/* A stream that a callback may close, or free the context of. */
struct rig {
	void **state;
	struct acts acts;
	struct tine_stream *stream;
	struct tine_ctx *ctx; /* of its own, on which it lives */
	size_t at;            /* at the how-manieth call something happens */
	size_t ends;
	unsigned done;
	int error;
	void (*deed)(struct rig *rig);
};

static void nothing(struct rig *rig)
{
	(void)rig;
}

static void close_stream(struct rig *rig)
{
	tine_stream_close(rig->stream);
}

static void free_ctx(struct rig *rig)
{
	tine_ctx_free(rig->ctx);
	rig->ctx = NULL;
}

static void free_ctx_and_close(struct rig *rig)
{
	free_ctx(rig);
	close_stream(rig);
}

static void close_and_free_ctx(struct rig *rig)
{
	close_stream(rig);
	free_ctx(rig);
}

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	struct rig *rig = user;

	assert_null(task);
	assert_non_null(result->message);
	if (++rig->ends == rig->at)
		rig->deed(rig);
}

static void on_done(struct tine_stream *stream, int error, void *user)
{
	struct rig *rig = user;

	assert_ptr_equal(stream, rig->stream);
	rig->done++;
	rig->error = error;
	if (rig->at == SIZE_MAX)
		rig->deed(rig);
}

static void on_next(struct acts *acts)
{
	struct rig *rig = acts->user;

	if (acts->asked == rig->at)
		rig->deed(rig);
}

static void on_close(struct acts *acts)
{
	struct rig *rig = acts->user;

	rig->deed(rig);
}

static void rig_init(struct rig *rig, void **state)
{
	*rig = (struct rig){ .state = state,
			     .acts = ACTS(list),
			     .deed = nothing };
	rig->acts.user = rig;
	assert_int_equal(tine_ctx_new(NULL, &rig->ctx), 0);
}

static void rig_open(struct rig *rig, const struct tine_stream_options *options)
{
	assert_int_equal(tine_stream_open(rig->ctx, act_run,
					  acts_source(&rig->acts), options,
					  &rig->stream),
			 0);
}

static void rig_assert_over(struct rig *rig)
{
	act_assert_all_dead();
	assert_int_equal(rig->acts.closed, 1);
}

/* Closes and frees what the deed has left. */
static void rig_done(struct rig *rig)
{
	bool closes = rig->deed == close_stream ||
		      rig->deed == close_and_free_ctx ||
		      rig->deed == free_ctx_and_close;

	if (!closes)
		tine_stream_close(rig->stream);
	rig_assert_over(rig);
	tine_ctx_free(rig->ctx);
	rig_assert_over(rig);
}

static void (*const deeds[])(struct rig *rig) = { close_stream, free_ctx,
						  free_ctx_and_close,
						  close_and_free_ctx };

#define DEEDS (sizeof deeds / sizeof *deeds)

/* ---- From outside ------------------------------------------------------- */

static void closing_ends_what_runs(void **state)
{
	for (size_t taken = 0; taken < 2; taken++) {
		struct tine_stream_options options = with(4);
		struct rig rig;

		rig_init(&rig, state);
		rig_open(&rig, &options);
		(void)show_some(rig.stream, &rig.acts, taken);
		tine_stream_close(rig.stream);
		rig_assert_over(&rig);
		tine_ctx_free(rig.ctx);
		rig_assert_over(&rig);
	}
}

static void freeing_the_context_ends_the_stream(void **state)
{
	struct tine_stream_options options = with(4);
	struct rig rig;

	rig_init(&rig, state);
	rig_open(&rig, &options);
	assert_string_equal(show_some(rig.stream, &rig.acts, 1), "ok 1");
	tine_ctx_free(rig.ctx);
	rig_assert_over(&rig);
	assert_null(tine_stream_next(rig.stream));
	assert_int_equal(tine_stream_error(rig.stream), TINE_EUSAGE);
	tine_stream_close(rig.stream);
	rig_assert_over(&rig);
}

static void a_stream_outlives_its_context_with_the_results_it_had(void **state)
{
	static const struct act good[] = { SEND(1), SEND(2), SEND(3) };
	struct tine_stream_options options = with(3);
	struct rig rig;

	rig_init(&rig, state);
	rig.acts = (struct acts)ACTS(good);
	rig_open(&rig, &options);
	assert_string_equal(show_some(rig.stream, &rig.acts, 1), "ok 1");
	tine_ctx_free(rig.ctx);
	while (tine_stream_next(rig.stream))
		rig.acts.taken++;
	assert_true(rig.acts.taken <= 3);
	tine_stream_close(rig.stream);
	rig_assert_over(&rig);
}

static void a_finished_stream_may_see_its_context_go(void **state)
{
	static const struct act good[] = { SEND(1), SEND(2), SEND(3) };
	struct tine_stream_options options = with(3);
	struct rig rig;

	rig_init(&rig, state);
	rig.acts = (struct acts)ACTS(good);
	rig_open(&rig, &options);
	assert_string_equal(show_all(rig.stream, &rig.acts),
			    "ok 1, ok 2, ok 3, end");
	tine_ctx_free(rig.ctx);
	assert_null(tine_stream_next(rig.stream));
	assert_int_equal(tine_stream_error(rig.stream), 0);
	tine_stream_close(rig.stream);
	rig_assert_over(&rig);
}

/* The result is on loan until the next call, whatever becomes of its child. */
static void a_result_lives_until_the_next_is_taken(void **state)
{
	static const struct act crash[] = { { ACT_NOTE, 5, 0 }, SEND(2) };
	struct tine_stream_options options = with(2);
	const struct tine_result *result;
	struct rig rig;

	rig_init(&rig, state);
	rig.acts = (struct acts)ACTS(crash);
	rig_open(&rig, &options);
	result = tine_stream_next(rig.stream);
	tine_ctx_free(rig.ctx);
	assert_int_equal(result->end, TINE_CRASHED);
	assert_string_equal(result->note, "at 5");
	assert_memory_equal(result->data, &(int){ 5 }, sizeof(int));
	tine_stream_close(rig.stream);
	rig_assert_over(&rig);
}

/* ---- From what it calls, with next -------------------------------------- */

static void run_with_next(struct rig *rig)
{
	struct tine_stream_options options = with(2);
	const struct tine_result *result;

	rig_open(rig, &options);
	do
		result = tine_stream_next(rig->stream);
	while (result && rig->acts.closed == 0);
}

static void source_next_may_end_it_all(void **state)
{
	for (size_t i = 0; i < DEEDS; i++)
		for (size_t at = 1; at <= 3; at++) {
			struct rig rig;

			rig_init(&rig, state);
			rig.deed = deeds[i];
			rig.at = at;
			rig.acts.on_next = on_next;
			run_with_next(&rig);
			rig_done(&rig);
		}
}

static void source_close_may_end_it_all_at_the_end_of_the_source(void **state)
{
	for (size_t i = 0; i < DEEDS; i++)
		for (size_t count = 0; count <= 2; count++) {
			struct rig rig;

			rig_init(&rig, state);
			rig.deed = deeds[i];
			rig.acts.count = count;
			rig.acts.on_close = on_close;
			run_with_next(&rig);
			rig_done(&rig);
		}
}

static void source_close_may_end_it_all_when_the_source_fails(void **state)
{
	for (size_t i = 0; i < DEEDS; i++) {
		struct rig rig;

		rig_init(&rig, state);
		rig.deed = deeds[i];
		rig.acts.count = 1;
		rig.acts.error = -77;
		rig.acts.on_close = on_close;
		run_with_next(&rig);
		rig_done(&rig);
	}
}

static void source_close_may_end_it_all_when_the_stream_is_closed(void **state)
{
	for (size_t i = 0; i < DEEDS; i++) {
		struct tine_stream_options options = with(4);
		struct rig rig;

		rig_init(&rig, state);
		rig.deed = deeds[i];
		rig.acts.on_close = on_close;
		rig.acts.count = SIZE_MAX;
		rig_open(&rig, &options);
		(void)show_some(rig.stream, &rig.acts, 1);
		tine_stream_close(rig.stream);
		rig_assert_over(&rig);
		tine_ctx_free(rig.ctx);
		rig_assert_over(&rig);
	}
}

static void source_close_may_close_it_when_the_context_is_freed(void **state)
{
	struct tine_stream_options options = with(4);
	struct rig rig;

	rig_init(&rig, state);
	rig.deed = close_stream;
	rig.acts.on_close = on_close;
	rig.acts.count = SIZE_MAX;
	rig_open(&rig, &options);
	(void)show_some(rig.stream, &rig.acts, 1);
	tine_ctx_free(rig.ctx);
	rig_assert_over(&rig);
}

static void on_task_end(struct tine_task *task,
			const struct tine_result *result, void *user)
{
	struct rig *rig = user;

	(void)task;
	(void)result;
	rig->deed(rig);
}

static void while_it_is_asked_another_callback_may_end_it_all(void **state)
{
	for (size_t i = 0; i < DEEDS; i++) {
		struct rig rig;
		struct tine_options options = { .on_end = on_task_end,
						.user = &rig };
		struct tine_task *task;

		rig_init(&rig, state);
		rig.deed = deeds[i];
		rig.acts.list = list + 1; /* which hang */
		rig.acts.listed = rig.acts.count = 3;
		assert_int_equal(tine_async(rig.ctx, child_nothing, NULL, 0,
					    &options, &task),
				 0);
		run_with_next(&rig);
		tine_free(task);
		rig_done(&rig);
	}
}

/* ---- From what it calls, with callbacks --------------------------------- */

static void run_with_callbacks(struct rig *rig)
{
	struct tine_stream_options options = with(2);

	options.task.on_end = on_end;
	options.task.user = rig;
	options.on_done = on_done;
	options.task.timeout_ms = 200;
	options.task.grace_ms = 1;
	rig_open(rig, &options);
	assert_int_equal(tine_run(rig->ctx), 0);
}

static void on_end_may_end_it_all(void **state)
{
	for (size_t i = 0; i < DEEDS; i++)
		for (size_t at = 1; at <= 3; at += 2) {
			struct rig rig;

			rig_init(&rig, state);
			rig.deed = deeds[i];
			rig.at = at;
			run_with_callbacks(&rig);
			assert_int_equal(rig.ends, at);
			assert_int_equal(rig.done, 0);
			rig_done(&rig);
		}
}

static void on_done_may_end_it_all(void **state)
{
	for (size_t i = 0; i < DEEDS; i++) {
		struct rig rig;

		rig_init(&rig, state);
		rig.deed = deeds[i];
		rig.at = SIZE_MAX;
		run_with_callbacks(&rig);
		assert_int_equal(rig.ends, 4);
		assert_int_equal(rig.done, 1);
		assert_int_equal(rig.error, 0);
		rig_done(&rig);
	}
}

static void in_the_loop_source_next_may_end_it_all(void **state)
{
	for (size_t i = 0; i < DEEDS; i++)
		for (size_t at = 1; at <= 3; at++) {
			struct rig rig;

			rig_init(&rig, state);
			rig.deed = deeds[i];
			rig.acts.on_next = on_next;
			rig.at = at + 100;
			rig.acts.asked = 100;
			run_with_callbacks(&rig);
			assert_int_equal(rig.done, 0);
			rig_done(&rig);
		}
}

static void in_the_loop_source_close_may_end_it_all(void **state)
{
	for (size_t i = 0; i < DEEDS; i++) {
		struct rig rig;

		rig_init(&rig, state);
		rig.deed = deeds[i];
		rig.at = SIZE_MAX - 1;
		rig.acts.count = 1;
		rig.acts.on_close = on_close;
		run_with_callbacks(&rig);
		rig_done(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(closing_ends_what_runs),
		ACT_TEST(freeing_the_context_ends_the_stream),
		ACT_TEST(a_stream_outlives_its_context_with_the_results_it_had),
		ACT_TEST(a_finished_stream_may_see_its_context_go),
		ACT_TEST(a_result_lives_until_the_next_is_taken),
		ACT_TEST(source_next_may_end_it_all),
		ACT_TEST(source_close_may_end_it_all_at_the_end_of_the_source),
		ACT_TEST(source_close_may_end_it_all_when_the_source_fails),
		ACT_TEST(source_close_may_end_it_all_when_the_stream_is_closed),
		ACT_TEST(source_close_may_close_it_when_the_context_is_freed),
		ACT_TEST(while_it_is_asked_another_callback_may_end_it_all),
		ACT_TEST(on_end_may_end_it_all),
		ACT_TEST(on_done_may_end_it_all),
		ACT_TEST(in_the_loop_source_next_may_end_it_all),
		ACT_TEST(in_the_loop_source_close_may_end_it_all),
	};
	int failed;

	fixture_user();
	failed = cmocka_run_group_tests_name("fresh", tests, NULL, NULL);
	reuse = 1000;
	failed += cmocka_run_group_tests_name("pooled", tests, NULL, NULL);
	return failed;
}
