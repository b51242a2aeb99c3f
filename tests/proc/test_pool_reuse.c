/* SPDX-License-Identifier: MIT */
/*
 * test_pool_reuse.c - how many items a child of a pool runs, and what an item
 * finds there of those before it.
 */
#include "act.h"
#include "show.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct tine_stream_options pool_of(unsigned max_concurrency,
					  unsigned reuse)
{
	return (struct tine_stream_options){
		.max_concurrency = max_concurrency,
		.reuse = reuse,
		.on_timeout = TINE_KILL,
	};
}

/* ---- How many ----------------------------------------------------------- */

static void assert_no_child_ran_more_than(unsigned most, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		pid_t pid = atomic_load(&act_memory->pids[i]);
		unsigned ran = 0;

		for (size_t k = 0; k < count; k++)
			ran += atomic_load(&act_memory->pids[k]) == pid;
		assert_true(ran <= most);
	}
}

static void check_reuse(void **state, unsigned max_concurrency, unsigned reuse,
			bool bad)
{
	enum { COUNT = 100 };
	struct act list[COUNT];
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pool_of(max_concurrency, reuse);
	struct tine_stream *stream;
	size_t taken = 0;

	for (int i = 0; i < COUNT; i++)
		list[i] = (struct act)SEND(i);
	for (int i = 5; bad && i < COUNT; i += 10)
		list[i] = (struct act){ ACT_RAISE, SIGKILL, 0 };
	memset(act_memory, 0, sizeof *act_memory);
	stream = show_open(state, &acts, &options);
	for (; tine_stream_next(stream); taken++)
		;
	tine_stream_close(stream);
	assert_int_equal(taken, COUNT);
	act_assert_each_ran_once(COUNT);
	assert_no_child_ran_more_than(reuse > 1 ? reuse : 1, COUNT);
	act_assert_all_dead();
}

static void no_child_runs_more_items_than_it_may(void **state)
{
	static const unsigned reuses[] = { 0, 1, 2, 3, 7, 99, 100 };

	for (size_t i = 0; i < sizeof reuses / sizeof *reuses; i++)
		for (unsigned width = 1; width <= 4; width += 3) {
			check_reuse(state, width, reuses[i], false);
			check_reuse(state, width, reuses[i], true);
		}
}

static void one_child_runs_all_it_may(void **state)
{
	static const struct act list[] = { { ACT_COUNT, 0, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pool_of(1, 3);

	acts.count = 7;
	assert_string_equal(show_run(state, &acts, &options),
			    "ok 1, ok 2, ok 3, ok 1, ok 2, ok 3, ok 1, end");
}

/* ---- What is left ------------------------------------------------------- */

static void fresh_an_item_finds_nothing_of_those_before(void **state)
{
	static const struct act list[] = { { ACT_COUNT, 0, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pool_of(1, 0);

	acts.count = 4;
	assert_string_equal(show_run(state, &acts, &options),
			    "ok 1, ok 1, ok 1, ok 1, end");
}

static void behind_a_crash_a_child_begins_anew(void **state)
{
	static const struct act list[] = { { ACT_COUNT, 0, 0 },
					   { ACT_COUNT, 0, 0 },
					   { ACT_RAISE, SIGSEGV, 0 },
					   { ACT_COUNT, 0, 0 },
					   { ACT_COUNT, 0, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pool_of(1, 1000);

	assert_string_equal(show_run(state, &acts, &options),
			    "ok 1, ok 2, crashed 11, ok 1, ok 2, end");
}

static void behind_a_failure_it_goes_on(void **state)
{
	static const struct act list[] = { { ACT_COUNT, 0, 0 },
					   { ACT_FAIL, 4, 0 },
					   { ACT_RETURN, 4, 0 },
					   { ACT_COUNT, 0, 0 } };
	struct acts acts = ACTS(list);
	struct tine_stream_options options = pool_of(1, 1000);

	assert_string_equal(show_run(state, &acts, &options),
			    "ok 1, failed 4, failed 4, ok 4, end");
}

/* Each item moves on: a global, a descriptor, a handler, the directory. */
static int leave_things(struct tine_self *self, const void *arg, size_t size)
{
	static int calls;
	char here[256] = "";
	int found[4];
	struct sigaction action;

	(void)arg;
	(void)size;
	found[0] = calls++;
	found[1] = fcntl(200, F_GETFD) >= 0;
	(void)sigaction(SIGUSR1, NULL, &action);
	found[2] = action.sa_handler == SIG_IGN;
	found[3] = getcwd(here, sizeof here) && strcmp(here, "/") == 0;
	(void)dup2(1, 200);
	(void)signal(SIGUSR1, SIG_IGN);
	if (chdir("/") < 0)
		return 1;
	return tine_send(self, found, sizeof found);
}

static void check_left(void **state, unsigned reuse)
{
	struct tine_stream_options options = pool_of(1, reuse);
	struct tine_results *results;
	char items[3] = "";

	assert_int_equal(tine_map(fixture_ctx(state), leave_things, items, 3, 1,
				  &options, &results),
			 3);
	for (int i = 0; i < 3; i++) {
		int left = reuse > 1 && i > 0;
		int found[4] = { reuse > 1 ? i : 0, left, left, left };

		assert_int_equal(results->results[i].end, TINE_OK);
		assert_int_equal(results->results[i].size, sizeof found);
		assert_memory_equal(results->results[i].data, found,
				    sizeof found);
	}
	tine_results_free(results);
}

static void an_item_finds_what_those_before_it_left_only_in_a_pool(void **state)
{
	check_left(state, 0);
	check_left(state, 1);
	check_left(state, 1000);
}

static int say_or_not(struct tine_self *self, const void *arg, size_t size)
{
	(void)size;
	switch (*(const char *)arg) {
	case 'n': tine_note(self, "noted"); return 0;
	case 'f': return tine_fail(self, 3, "failed so");
	case 'b': tine_note(self, "both"); return tine_fail(self, 4, "said");
	default: return *(const char *)arg == 'r';
	}
}

static void words_of_an_item_are_not_those_of_the_next(void **state)
{
	static const char items[] = "nofrobor";
	static const char *const notes[] = { "noted", "",     "", "",
					     "",      "both", "", "" };
	struct tine_stream_options options = pool_of(1, 1000);
	struct tine_results *results;

	assert_int_equal(tine_map(fixture_ctx(state), say_or_not, items, 8, 1,
				  &options, &results),
			 8);
	for (int i = 0; i < 8; i++)
		assert_string_equal(results->results[i].note, notes[i]);
	assert_string_equal(results->results[1].message, "returned 0");
	assert_string_equal(results->results[2].message, "failed so");
	assert_int_equal(
		strncmp(results->results[3].message, "returned 1 after", 16),
		0);
	assert_string_equal(results->results[5].message, "said");
	assert_string_equal(results->results[6].message, "returned 0");
	tine_results_free(results);
}

/* ---- Output ------------------------------------------------------------- */

static int print_word(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)size;
	(void)printf("[%c]", *(const char *)arg);
	(void)fprintf(stderr, "<%c>", *(const char *)arg);
	if (*(const char *)arg == 'x')
		(void)raise(SIGKILL);
	return 0;
}

/* Runs it with a pipe as the stdout, and reads what came. */
static void run_printing(void **state, const char *items, unsigned reuse,
			 char *text, size_t room)
{
	struct tine_stream_options options = pool_of(1, reuse);
	struct tine_results *results;
	int ends[2], before = dup(1);
	ssize_t got;

	(void)fflush(stdout);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], 1), 1);
	(void)close(ends[1]);
	options.task.capture = true;
	assert_int_equal(tine_map(fixture_ctx(state), print_word, items,
				  strlen(items), 1, &options, &results),
			 strlen(items));
	tine_results_free(results);
	(void)dup2(before, 1);
	(void)close(before);
	got = read(ends[0], text, room - 1);
	(void)close(ends[0]);
	text[got > 0 ? got : 0] = '\0';
}

static void what_items_print_arrives(void **state)
{
	char text[100];

	run_printing(state, "abc", 0, text, sizeof text);
	assert_string_equal(text, "[a][b][c]");
	run_printing(state, "abc", 1000, text, sizeof text);
	assert_string_equal(text, "[a][b][c]");
}

static void of_an_item_that_was_killed_its_own_is_lost_and_no_more(void **state)
{
	char text[100];

	run_printing(state, "abxcd", 1000, text, sizeof text);
	assert_string_equal(text, "[a][b][c][d]");
}

static void stderr_comes_with_the_item_its_child_ended_with(void **state)
{
	struct tine_stream_options options = pool_of(1, 1000);
	struct tine_results *results;

	options.task.capture = true;
	assert_int_equal(tine_map(fixture_ctx(state), print_word, "abxcx", 5, 1,
				  &options, &results),
			 5);
	assert_string_equal(results->results[0].output, "");
	assert_string_equal(results->results[2].output, "<a><b><x>");
	assert_string_equal(results->results[4].output, "<c><x>");
	tine_results_free(results);
}

/* ---- What it has -------------------------------------------------------- */

static int read_kept(struct tine_self *self, const void *arg, size_t size)
{
	int fds[2];
	char byte = 0;

	(void)size;
	memcpy(fds, arg, sizeof fds);
	if (read(fds[0], &byte, 1) != 1)
		return 1;
	if (write(fds[1], "x", 1) != 1)
		return 2; /* the other one is the null device, or closed */
	return tine_send(self, &byte, 1);
}

static void it_keeps_open_what_it_is_told_to(void **state)
{
	struct tine_stream_options options = pool_of(2, 1000);
	struct tine_results *results;
	int in[2], out[2], fds[3][2];
	char byte;

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe2(out, O_NONBLOCK), 0);
	assert_int_equal(write(in[1], "abc", 3), 3);
	for (int i = 0; i < 3; i++) {
		fds[i][0] = in[0];
		fds[i][1] = out[1];
	}
	options.task.keep_fds = in;
	options.task.keep_count = 1;
	assert_int_equal(tine_map(fixture_ctx(state), read_kept, fds, 3,
				  sizeof *fds, &options, &results),
			 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(results->results[i].end, TINE_OK);
	tine_results_free(results);
	assert_int_equal(read(out[0], &byte, 1), -1);
	for (int i = 0; i < 2; i++) {
		(void)close(in[i]);
		(void)close(out[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(no_child_runs_more_items_than_it_may),
		ACT_TEST(one_child_runs_all_it_may),
		ACT_TEST(fresh_an_item_finds_nothing_of_those_before),
		ACT_TEST(behind_a_crash_a_child_begins_anew),
		ACT_TEST(behind_a_failure_it_goes_on),
		ACT_TEST(
			an_item_finds_what_those_before_it_left_only_in_a_pool),
		ACT_TEST(words_of_an_item_are_not_those_of_the_next),
		ACT_TEST(what_items_print_arrives),
		ACT_TEST(
			of_an_item_that_was_killed_its_own_is_lost_and_no_more),
		ACT_TEST(stderr_comes_with_the_item_its_child_ended_with),
		ACT_TEST(it_keeps_open_what_it_is_told_to),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
