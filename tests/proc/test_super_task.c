/* SPDX-License-Identifier: MIT */
/* test_super_task.c - tasks under a supervisor end as others do. */
#include "children.h"
#include "family.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LONG_MS 20000

/* The result of a task with nothing else. */
static void check_act(void **state, struct tine_super *super, struct act act,
		      enum tine_end end, int code)
{
	struct tine_task *task =
		family_task_act(state, super, act, (struct tine_options){ 0 });
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, end);
	assert_int_equal(result->code, code);
	assert_true(result->pid > 0);
	assert_true(result->wall_us > 0);
	tine_free(task);
}

/* ---- How it ends -------------------------------------------------------- */

static int tell_parent(struct tine_self *self, const void *arg, size_t size)
{
	pid_t parent = getppid();

	(void)arg;
	(void)size;
	return tine_send(self, &parent, sizeof parent);
}

static void it_is_forked_by_the_supervisor(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task = family_task(state, super, tell_parent,
					     (struct tine_options){ 0 });
	const struct tine_result *result = tine_await(task, LONG_MS);
	pid_t parent = 0;

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, sizeof parent);
	memcpy(&parent, result->data, sizeof parent);
	assert_int_equal(parent, tine_super_pid(super));
	tine_free(task);
	tine_super_free(super);
}

static void it_is_a_child_while_it_lives(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task =
		family_task_act(state, super, (struct act){ ACT_GATE, 3, 0 },
				(struct tine_options){ 0 });

	act_wait(&act_memory->runs[0], 1);
	assert_int_equal(tine_pid(task), family_pid(super, "#1"));
	assert_string_equal(family_counts(super),
			    "1 specs, 1 active, 0 supervisors, 1 workers");
	act_open_gate(0);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	assert_string_equal(family_list(super), "");
	family_expect("#1 up, #1 ok");
	tine_free(task);
	tine_super_free(super);
}

static void it_ends_in_all_ways(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	check_act(state, super, (struct act)SEND(7), TINE_OK, 0);
	check_act(state, super, (struct act){ ACT_RETURN, 3, 0 }, TINE_FAILED,
		  3);
	check_act(state, super, (struct act){ ACT_EXIT, 0, 0 }, TINE_FAILED, 0);
	check_act(state, super, (struct act){ ACT_EXIT, 4, 0 }, TINE_FAILED, 4);
	check_act(state, super, (struct act){ ACT_FAIL, 5, 0 }, TINE_FAILED, 5);
	check_act(state, super, (struct act){ ACT_RAISE, SIGKILL, 0 },
		  TINE_CRASHED, SIGKILL);
	check_act(state, super, (struct act){ ACT_RAISE, SIGTERM, 0 },
		  TINE_CRASHED, SIGTERM);
	check_act(state, super, (struct act){ ACT_RAISE, SIGABRT, 0 },
		  TINE_CRASHED, SIGABRT);
	tine_super_free(super);
}

static void a_crash_has_its_words(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task = family_task(state, super, child_null,
					     (struct tine_options){ 0 });
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_CRASHED);
	assert_int_equal(result->code, SIGSEGV);
	assert_string_equal(result->note, "page 7");
	assert_non_null(strstr(result->message, "at address 0x0"));
#ifdef HAVE_LIBDW
	assert_non_null(strstr(result->crash, "child_null"));
#endif
	tine_free(task);
	tine_super_free(super);
}

static void a_large_result_arrives(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_options options = { .under = super };
	size_t size = 20000000;
	struct tine_task *task = fixture_start_with(state, child_big, &size,
						    sizeof size, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, size);
	for (size_t i = 0; i < size; i += 997)
		assert_int_equal(((const unsigned char *)result->data)[i],
				 i % 251);
	tine_free(task);
	tine_super_free(super);
}

static char large[3000000];

static void a_large_argument_arrives(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_options options = { .under = super };
	struct tine_task *task;
	const struct tine_result *result;

	for (size_t i = 0; i < sizeof large; i++)
		large[i] = (char)(i % 101);
	task = fixture_start_with(state, child_echo, large, sizeof large,
				  &options);
	result = tine_await(task, LONG_MS);
	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, sizeof large);
	assert_memory_equal(result->data, large, sizeof large);
	tine_free(task);
	tine_super_free(super);
}

static int complain(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	(void)fprintf(stderr, "oh, the humanity");
	return tine_fail(self, 3, "failed");
}

static void its_stderr_is_captured(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task = family_task(
		state, super, complain, (struct tine_options){ .capture = 1 });
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_FAILED);
	assert_string_equal(result->message, "failed");
	assert_string_equal(result->output, "oh, the humanity");
	tine_free(task);
	tine_super_free(super);
}

static void its_note_is_read_while_it_runs(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task = family_task(state, super, child_hang,
					     (struct tine_options){ 0 });

	fixture_wait_note(task, "hanging");
	tine_free(task);
	tine_super_free(super);
}

/* ---- Options ------------------------------------------------------------ */

static void check_limit(void **state, struct tine_super *super, struct act act,
			struct tine_limits limits)
{
	struct tine_options options = { .limits = limits };
	struct tine_task *task = family_task_act(state, super, act, options);

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_LIMIT);
	tine_free(task);
}

static void it_has_its_limits(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task;

	check_limit(state, super, (struct act){ ACT_SPIN, 0, 0 },
		    (struct tine_limits){ .cpu_ms = 20 });
#ifndef __SANITIZE_ADDRESS__
	check_limit(state, super, (struct act){ ACT_EAT, 0, 1 },
		    (struct tine_limits){ .memory_bytes = 64 << 20 });
#endif
	check_limit(state, super, (struct act){ ACT_WRITE, 0, 2 },
		    (struct tine_limits){ .file_bytes = 100000 });
	task = family_task_act(state, super, (struct act){ ACT_FLOOD, 1001, 3 },
			       (struct tine_options){ .max_result = 1000 });
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_LIMIT);
	tine_free(task);
	tine_super_free(super);
}

static void a_timeout_ends_it(void **state)
{
	static const enum act_verb verbs[] = { ACT_HANG, ACT_STUBBORN };
	struct tine_options options = { .timeout_ms = 20, .grace_ms = 20 };
	struct tine_super *super = family_start(state, NULL);

	for (uint32_t i = 0; i < 2; i++) {
		struct tine_task *task = family_task_act(
			state, super, (struct act){ verbs[i], 0, i }, options);

		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_TIMEOUT);
		tine_free(task);
	}
	tine_super_free(super);
}

static void it_is_tried_again(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_options options = {
		.retry = { .attempts = 3, .backoff_ms = 1 },
	};
	struct tine_task *task = family_task_act(
		state, super, (struct act){ ACT_TRY, 3, 0 }, options);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->attempts, 3);
	tine_free(task);
	family_expect("#1 up, #1 failed, #2 up, #2 failed, #3 up, #3 ok");
	tine_super_free(super);
}

static void what_it_cannot_have_is_refused(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	const int fd = STDIN_FILENO;
	struct tine_options options = { .under = super,
					.keep_fds = &fd,
					.keep_count = 1 };
	struct tine_task *task = NULL;
	struct tine_ctx *other;

	assert_int_equal(tine_async(fixture_ctx(state), child_nothing, NULL, 0,
				    &options, &task),
			 TINE_EUSAGE);
	options = (struct tine_options){ .under = super };
	assert_int_equal(tine_ctx_new(NULL, &other), 0);
	assert_int_equal(
		tine_async(other, child_nothing, NULL, 0, &options, &task),
		TINE_EUSAGE);
	tine_ctx_free(other);
	assert_null(task);
	assert_string_equal(family_list(super), "");
	tine_super_free(super);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAMILY_TESTS(it_is_forked_by_the_supervisor),
		FAMILY_TESTS(it_is_a_child_while_it_lives),
		FAMILY_TESTS(it_ends_in_all_ways),
		FAMILY_TESTS(a_crash_has_its_words),
		FAMILY_TESTS(a_large_result_arrives),
		FAMILY_TESTS(a_large_argument_arrives),
		FAMILY_TESTS(its_stderr_is_captured),
		FAMILY_TESTS(its_note_is_read_while_it_runs),
		FAMILY_TESTS(it_has_its_limits),
		FAMILY_TESTS(a_timeout_ends_it),
		FAMILY_TESTS(it_is_tried_again),
		FAMILY_TESTS(what_it_cannot_have_is_refused),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
