/* SPDX-License-Identifier: MIT */
/*
 * test_pool.c - in a pool, too, a bad end costs exactly its item, with all
 * that is known of it, and those behind it run once.
 */
#include "act.h"
#include "show.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>

#define COUNT 60
#define BAD 30

/* What it did until then is there, however it ends. */
static int run_with_words(struct tine_self *self, const void *arg, size_t size)
{
	struct act act;

	memcpy(&act, arg, sizeof act);
	if (act.number == BAD) {
		tine_note(self, "at item %d", BAD);
		(void)tine_send(self, "part", 4);
	}
	return act_run(self, arg, size);
}

struct expected {
	struct act act;
	enum tine_end end;
	int code;
	const char *message; /* begins so */
	bool dies;           /* the child does */
};

static void check_bad(const struct tine_result *result,
		      const struct expected *expected)
{
	assert_string_equal(tine_end_name(result->end),
			    tine_end_name(expected->end));
	assert_int_equal(result->code, expected->code);
	assert_int_equal(strncmp(result->message, expected->message,
				 strlen(expected->message)),
			 0);
	assert_string_equal(result->note, "at item 30");
	assert_true(result->size >= 4);
	assert_memory_equal(result->data, "part", 4);
	assert_int_equal(result->attempts, 1);
	assert_true(result->wall_us >= 0);
	assert_int_equal(result->pid, atomic_load(&act_memory->pids[BAD]));
}

static void check_good(const struct tine_result *result, size_t i)
{
	int value;

	assert_string_equal(tine_end_name(result->end), "ok");
	assert_int_equal(result->size, sizeof value);
	memcpy(&value, result->data, sizeof value);
	assert_int_equal(value, i);
	assert_int_equal(result->attempts, 1);
	assert_string_equal(result->note, "");
	assert_int_equal(result->pid, atomic_load(&act_memory->pids[i]));
}

static void check_all(struct tine_stream *stream,
		      const struct expected *expected)
{
	for (size_t i = 0; i < COUNT; i++) {
		const struct tine_result *result = tine_stream_next(stream);

		assert_non_null(result);
		assert_int_equal(result->index, i);
		if (i == BAD)
			check_bad(result, expected);
		else
			check_good(result, i);
	}
	assert_null(tine_stream_next(stream));
	assert_int_equal(tine_stream_error(stream), 0);
	act_assert_each_ran_once(COUNT);
}

/* In the same child go on those behind an item that it survived, and only
 * those. */
static void check_children(const struct expected *expected)
{
	pid_t before = atomic_load(&act_memory->pids[BAD - 1]);
	pid_t after = atomic_load(&act_memory->pids[BAD + 1]);

	assert_int_equal(before, atomic_load(&act_memory->pids[BAD]));
	assert_int_equal(before != after, expected->dies);
}

static void check(void **state, struct expected expected,
		  struct tine_options task)
{
	for (unsigned width = 1; width <= 3; width += 2) {
		struct act list[COUNT];
		struct acts acts = ACTS(list);
		struct tine_stream_options options = {
			.max_concurrency = width,
			.reuse = 1000,
			.on_timeout = TINE_KILL,
			.task = task,
		};
		struct tine_stream *stream;

		for (int i = 0; i < COUNT; i++)
			list[i] = (struct act)SEND(i);
		list[BAD] = expected.act;
		if (options.task.timeout_ms == 0)
			options.task.timeout_ms = TINE_FOREVER;
		memset(act_memory, 0, sizeof *act_memory);
		assert_int_equal(
			tine_stream_open(fixture_ctx(state), run_with_words,
					 acts_source(&acts), &options, &stream),
			0);
		check_all(stream, &expected);
		if (width == 1)
			check_children(&expected);
		tine_stream_close(stream);
		assert_int_equal(acts.closed, 1);
		act_assert_all_dead();
	}
}

#define CHECK(verb, value, end, code, message, dies, ...)             \
	check(state,                                                  \
	      (struct expected){                                      \
		      { verb, value, 0 }, end, code, message, dies }, \
	      (struct tine_options){ __VA_ARGS__ })

static void a_crash_costs_its_item(void **state)
{
	CHECK(ACT_RAISE, SIGSEGV, TINE_CRASHED, SIGSEGV,
	      "killed by SIGSEGV after", true, );
	CHECK(ACT_RAISE, SIGABRT, TINE_CRASHED, SIGABRT,
	      "killed by SIGABRT after", true, );
	CHECK(ACT_RAISE, SIGKILL, TINE_CRASHED, SIGKILL,
	      "killed by SIGKILL from outside", true, );
}

static void an_exit_costs_its_item(void **state)
{
	CHECK(ACT_EXIT, 0, TINE_FAILED, 0, "left by exit(0) without returning",
	      true, );
	CHECK(ACT_EXIT, 9, TINE_FAILED, 9, "left by exit(9) without returning",
	      true, );
}

static void a_failure_costs_its_item_and_no_child(void **state)
{
	CHECK(ACT_RETURN, 3, TINE_FAILED, 3, "returned 3 after", false, );
	CHECK(ACT_RETURN, 256, TINE_FAILED, 255, "returned 255 after", false, );
	CHECK(ACT_FAIL, 4, TINE_FAILED, 4, "because of 4", false, );
}

static void a_timeout_costs_its_item(void **state)
{
	CHECK(ACT_HANG, 0, TINE_TIMEOUT, SIGTERM,
	      "ran longer than its timeout of 800 ms", true, .timeout_ms = 800);
	CHECK(ACT_STUBBORN, 0, TINE_TIMEOUT, SIGKILL,
	      "ran longer than its timeout of 800 ms", true, .timeout_ms = 800,
	      .grace_ms = 1);
}

static void a_result_that_is_too_large_costs_its_item_and_no_child(void **state)
{
	CHECK(ACT_FLOOD, 2000, TINE_LIMIT, 0,
	      "sent 1004 bytes, more than its max_result of 1000 bytes", false,
	      .max_result = 1000);
	CHECK(ACT_FLOOD, 9 << 20, TINE_LIMIT, 0, "sent 8", false,
	      .max_result = 8 << 20);
}

static void a_limit_costs_its_item(void **state)
{
	CHECK(ACT_WRITE, 0, TINE_LIMIT, SIGXFSZ, "killed by SIGXFSZ: it met",
	      true, .limits.file_bytes = 1 << 20);
	CHECK(ACT_SPIN, 0, TINE_LIMIT, SIGXCPU, "killed by SIGXCPU: it met",
	      true, .limits.cpu_ms = 100);
}

#ifndef __SANITIZE_ADDRESS__ /* its allocator has limits, and words, of its \
				own */
static void a_limit_on_memory_costs_its_item(void **state)
{
	CHECK(ACT_EAT, 0, TINE_LIMIT, SIGABRT, "killed by SIGABRT: it met",
	      true, .limits.memory_bytes = 32 << 20);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(a_crash_costs_its_item),
		ACT_TEST(an_exit_costs_its_item),
		ACT_TEST(a_failure_costs_its_item_and_no_child),
		ACT_TEST(a_timeout_costs_its_item),
		ACT_TEST(
			a_result_that_is_too_large_costs_its_item_and_no_child),
		ACT_TEST(a_limit_costs_its_item),
#ifndef __SANITIZE_ADDRESS__
		ACT_TEST(a_limit_on_memory_costs_its_item),
#endif
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
