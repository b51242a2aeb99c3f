/* SPDX-License-Identifier: MIT */
/* test_end.c - the ways to die, and what is told of them. */
#include "children.h"
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LONG_MS 20000

/* ---- Signals ----------------------------------------------------------- */

static const int fatal[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGTRAP,
			     SIGABRT, SIGBUS,  SIGFPE,  SIGKILL, SIGUSR1,
			     SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,
			     SIGXCPU, SIGXFSZ, SIGPROF, SIGSYS,  SIGIO };

static void every_fatal_signal_is_told_by_its_number(void **state)
{
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
		struct tine_task *task = fixture_start_with(
			state, child_raise, &fatal[i], sizeof *fatal, NULL);
		const struct tine_result *result = tine_await(task, LONG_MS);

		assert_int_equal(result->end, TINE_CRASHED);
		assert_int_equal(result->code, fatal[i]);
		assert_non_null(
			strstr(result->message, sigabbrev_np(fatal[i])));
		tine_free(task);
	}
}

static void a_null_pointer_is_told_with_its_address_and_note(void **state)
{
	struct tine_task *task = fixture_start(state, child_null, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_CRASHED);
	assert_int_equal(result->code, SIGSEGV);
	assert_string_equal(result->note, "page 7");
	assert_non_null(strstr(result->message, "SIGSEGV at address 0x0"));
	assert_non_null(strstr(result->message, "'page 7'"));
	assert_false(result->core);
	tine_free(task);
}

static void a_segv_that_was_sent_has_no_address(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);
	const struct tine_result *result;

	fixture_wait_note(task, "hanging");
	assert_int_equal(kill(tine_pid(task), SIGSEGV), 0);
	result = tine_await(task, LONG_MS);
	assert_int_equal(result->end, TINE_CRASHED);
	assert_int_equal(result->code, SIGSEGV);
	assert_null(strstr(result->message, "address"));
	assert_true(result->crash[0]);
	tine_free(task);
}

static void a_strangers_sigkill_is_a_crash(void **state)
{
	struct tine_task *task = fixture_start(state, child_hang, NULL);
	const struct tine_result *result;

	fixture_wait_note(task, "hanging");
	assert_int_equal(kill(tine_pid(task), SIGKILL), 0);
	result = tine_await(task, LONG_MS);
	assert_int_equal(result->end, TINE_CRASHED);
	assert_int_equal(result->code, SIGKILL);
	tine_free(task);
}

/* ---- Returning --------------------------------------------------------- */

static void what_a_function_returns_is_the_code(void **state)
{
	static const int pairs[][2] = { { 1, 1 },    { 255, 255 }, { 256, 255 },
					{ -1, 255 }, { 512, 255 }, { 77, 77 } };

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct tine_task *task = fixture_start_with(
			state, child_return, pairs[i], sizeof(int), NULL);
		const struct tine_result *result = tine_await(task, LONG_MS);

		assert_int_equal(result->end, TINE_FAILED);
		assert_int_equal(result->code, pairs[i][1]);
		tine_free(task);
	}
}

static int fail_with_words(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	return tine_fail(self, 4, "no page %d\nof \033[31m9", 7);
}

static int fail_by_exit(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	exit(tine_fail(self, 5, "gave up"));
}

static void the_words_of_a_failure_are_the_message_in_one_line(void **state)
{
	struct tine_task *task = fixture_start(state, fail_with_words, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_FAILED);
	assert_int_equal(result->code, 4);
	assert_string_equal(result->message, "no page 7 of  [31m9");
	tine_free(task);
}

static void words_come_home_through_exit_too(void **state)
{
	struct tine_task *task = fixture_start(state, fail_by_exit, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_FAILED);
	assert_int_equal(result->code, 5);
	assert_string_equal(result->message, "gave up");
	tine_free(task);
}

/* ---- Limits ------------------------------------------------------------ */

static int use_memory(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	for (;;) {
		char *memory = malloc(1 << 20);

		if (!memory)
			abort();
		memset(memory, 1, 1 << 20);
	}
	return 0;
}

static int want_too_much(struct tine_self *self, const void *arg, size_t size)
{
	volatile char *memory = malloc((size_t)8 << 30);

	(void)self;
	(void)arg;
	(void)size;
	memory[0] = 1;
	return 0;
}

static int use_cpu(struct tine_self *self, const void *arg, size_t size)
{
	volatile unsigned long count = 0;

	(void)self;
	(void)arg;
	(void)size;
	for (;;)
		count++;
	return 0;
}

static int write_file(struct tine_self *self, const void *arg, size_t size)
{
	int fd = memfd_create("large", 0);
	char piece[4096] = "";

	(void)self;
	(void)arg;
	(void)size;
	while (write(fd, piece, sizeof piece) > 0)
		;
	return 0;
}

static int open_files(struct tine_self *self, const void *arg, size_t size)
{
	int count = 0;

	(void)arg;
	(void)size;
	while (open("/dev/null", O_RDONLY) >= 0)
		count++;
	(void)tine_send(self, &count, sizeof count);
	exit(1);
}

static void check_limit(void **state, tine_fn *fn, struct tine_limits limits,
			const char *name)
{
	struct tine_options options = { .limits = limits };
	struct tine_task *task = fixture_start(state, fn, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_LIMIT);
	assert_non_null(strstr(result->message, name));
	tine_free(task);
}

static void a_limit_that_was_met_is_named(void **state)
{
	check_limit(state, use_cpu, (struct tine_limits){ .cpu_ms = 50 },
		    "limit on cpu (50 ms)");
	check_limit(state, write_file,
		    (struct tine_limits){ .file_bytes = 65536 },
		    "limit on file size (64 KiB)");
	check_limit(state, open_files, (struct tine_limits){ .files = 20 },
		    "limit on files (20)");
}

#ifndef __SANITIZE_ADDRESS__ /* its allocator has limits, and words, of its \
				own */
static void a_limit_on_memory_that_was_met_is_named(void **state)
{
	check_limit(state, use_memory,
		    (struct tine_limits){ .memory_bytes = 32 << 20 },
		    "limit on memory (32 MiB)");
	check_limit(state, want_too_much,
		    (struct tine_limits){ .memory_bytes = 32 << 20 },
		    "limit on memory (32 MiB)");
}
#endif

static void files_count_from_what_the_task_starts_with(void **state)
{
	struct tine_options options = { .limits.files = 20 };
	struct tine_task *task = fixture_start(state, open_files, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);
	int count = 0;

	assert_int_equal(result->size, sizeof count);
	memcpy(&count, result->data, sizeof count);
	assert_int_equal(count, 20);
	tine_free(task);
}

static void a_crash_within_its_limits_is_a_crash(void **state)
{
	struct tine_options options = {
		.limits = { .memory_bytes = 64 << 20,
			    .cpu_ms = 60000,
			    .file_bytes = 1 << 20,
			    .files = 50 },
	};
	struct tine_task *task = fixture_start(state, child_null, &options);

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_CRASHED);
	tine_free(task);
}

/* ---- Stderr ------------------------------------------------------------ */

static int write_much(struct tine_self *self, const void *arg, size_t size)
{
	for (int i = 0; i < 3000; i++)
		(void)fprintf(stderr, "line %d\n", i);
	return child_null(self, arg, size);
}

static void the_tail_of_stderr_is_kept_and_the_rest_counted(void **state)
{
	struct tine_options options = { .capture = true };
	struct tine_task *task = fixture_start(state, write_much, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);
	size_t length = strlen(result->output);
	size_t written = 10 * 7 + 90 * 8 + 900 * 9 + 2000 * 10;

	assert_int_equal(result->end, TINE_CRASHED);
	assert_string_equal(result->output + length - 10, "line 2999\n");
	assert_true(length <= 8192);
	assert_int_equal(length + result->output_dropped, written);
	tine_free(task);
}

static void without_capture_there_is_no_output(void **state)
{
	struct tine_task *task = fixture_start(state, child_nothing, NULL);

	assert_string_equal(tine_await(task, LONG_MS)->output, "");
	tine_free(task);
}

/* ---- Retry ------------------------------------------------------------- */

/* Fails until the file has as many bytes as it wants. */
static int fail_at_first(struct tine_self *self, const void *arg, size_t size)
{
	int numbers[2];
	off_t length;

	memcpy(numbers, arg, size);
	if (write(numbers[0], "x", 1) != 1)
		return 9;
	length = lseek(numbers[0], 0, SEEK_END);
	(void)tine_send(self, &length, sizeof length);
	if (length >= numbers[1])
		return 0;
	return length % 2 ? child_null(self, NULL, 0) : 3;
}

static const struct tine_result *run_retry(void **state, int wanted,
					   const struct tine_retry *retry,
					   struct tine_task **task)
{
	int numbers[2] = { memfd_create("attempts", 0), wanted };
	struct tine_options options = { .keep_fds = numbers,
					.keep_count = 1,
					.retry = *retry };
	const struct tine_result *result;

	*task = fixture_start_with(state, fail_at_first, numbers,
				   sizeof numbers, &options);
	numbers[1] = -1; /* the task has a copy */
	result = tine_await(*task, LONG_MS);
	(void)close(numbers[0]);
	return result;
}

static void a_bad_end_is_retried_until_it_is_good(void **state)
{
	struct tine_retry retry = { .attempts = 5, .backoff_ms = 1 };
	struct tine_task *task;
	const struct tine_result *result = run_retry(state, 3, &retry, &task);
	off_t length;

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->attempts, 3);
	assert_int_equal(result->size, sizeof length);
	memcpy(&length, result->data, sizeof length);
	assert_int_equal(length, 3);
	tine_free(task);
}

static void the_last_attempt_is_the_result(void **state)
{
	struct tine_retry retry = { .attempts = 2, .backoff_ms = 1 };
	struct tine_task *task;
	const struct tine_result *result = run_retry(state, 9, &retry, &task);

	assert_int_equal(result->end, TINE_FAILED);
	assert_int_equal(result->code, 3);
	assert_int_equal(result->attempts, 2);
	tine_free(task);
}

static void only_the_ends_that_were_named_are_retried(void **state)
{
	struct tine_retry retry = { .attempts = 5,
				    .backoff_ms = 1,
				    .on = TINE_RETRY_CRASHED };
	struct tine_task *task;
	const struct tine_result *result = run_retry(state, 9, &retry, &task);

	assert_int_equal(result->end, TINE_FAILED);
	assert_int_equal(result->attempts, 2);
	tine_free(task);
}

static void a_wait_goes_on_through_the_attempts(void **state)
{
	int code = 3;
	struct tine_options options = {
		.retry = { .attempts = 2, .backoff_ms = 1 },
	};
	struct tine_task *tasks[2];

	for (int i = 0; i < 2; i++) {
		tasks[i] = fixture_start_with(state, child_exit, &code,
					      sizeof code, &options);
		fixture_wait_dead(tasks[i]);
	}
	assert_int_equal(tine_shutdown(tasks[1], LONG_MS)->end, TINE_FAILED);
	assert_int_equal(tine_await(tasks[0], LONG_MS)->attempts, 2);
	tine_free(tasks[0]);
	tine_free(tasks[1]);
}

static void between_attempts_it_can_be_shut_down(void **state)
{
	int code = 3;
	struct tine_options options = {
		.retry = { .attempts = 2,
			   .backoff_ms = LONG_MS,
			   .max_backoff_ms = LONG_MS },
	};
	struct tine_task *task = fixture_start_with(state, child_exit, &code,
						    sizeof code, &options);
	const struct tine_result *result;

	fixture_wait_dead(task);
	while (tine_pid(task) > 0)
		assert_int_equal(tine_yield(task, 1)->end, TINE_PENDING);
	result = tine_shutdown(task, LONG_MS);
	assert_int_equal(result->end, TINE_FAILED);
	assert_int_equal(result->code, 3);
	assert_int_equal(result->attempts, 1);
	tine_free(task);
}

static void a_timeout_is_for_each_attempt(void **state)
{
	struct tine_options options = {
		.timeout_ms = 10,
		.retry = { .attempts = 3, .backoff_ms = 1 },
	};
	struct tine_task *task = fixture_start(state, child_hang, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_TIMEOUT);
	assert_int_equal(result->attempts, 3);
	tine_free(task);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(every_fatal_signal_is_told_by_its_number),
		FIXTURE_TEST(a_null_pointer_is_told_with_its_address_and_note),
		FIXTURE_TEST(a_segv_that_was_sent_has_no_address),
		FIXTURE_TEST(a_strangers_sigkill_is_a_crash),
		FIXTURE_TEST(what_a_function_returns_is_the_code),
		FIXTURE_TEST(
			the_words_of_a_failure_are_the_message_in_one_line),
		FIXTURE_TEST(words_come_home_through_exit_too),
		FIXTURE_TEST(a_limit_that_was_met_is_named),
#ifndef __SANITIZE_ADDRESS__
		FIXTURE_TEST(a_limit_on_memory_that_was_met_is_named),
#endif
		FIXTURE_TEST(files_count_from_what_the_task_starts_with),
		FIXTURE_TEST(a_crash_within_its_limits_is_a_crash),
		FIXTURE_TEST(the_tail_of_stderr_is_kept_and_the_rest_counted),
		FIXTURE_TEST(without_capture_there_is_no_output),
		FIXTURE_TEST(a_bad_end_is_retried_until_it_is_good),
		FIXTURE_TEST(the_last_attempt_is_the_result),
		FIXTURE_TEST(only_the_ends_that_were_named_are_retried),
		FIXTURE_TEST(a_wait_goes_on_through_the_attempts),
		FIXTURE_TEST(between_attempts_it_can_be_shut_down),
		FIXTURE_TEST(a_timeout_is_for_each_attempt),
	};

	(void)use_memory;
	(void)want_too_much;
	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
