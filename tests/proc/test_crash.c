/* SPDX-License-Identifier: MIT */
/*
 * test_crash.c - the report of a crash says where the bug is, and its
 * fingerprint is that of the bug.
 *
 * With an argument the program prints the fingerprints of all mishaps: so it
 * can be asked whether another process, whose memory is elsewhere, finds the
 * same ones.
 */
#include "children.h"
#include "family.h"
#include "fds.h"
#include "fixture.h"
#include "mishap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS 20000
#define REPORT 8192
#define MOST 20

#ifdef HAVE_LIBDW
#define WITH_NAMES true
#else
#define WITH_NAMES false
#endif

/* ---- What a report says ------------------------------------------------- */

/* The line of a report that begins so, and what is behind it. */
static const char *line_with(const char *report, const char *begin)
{
	size_t size = strlen(begin);

	for (; report && *report; report = strchr(report, '\n'), report++) {
		if (strncmp(report, begin, size) == 0)
			return report + size;
		if (!strchr(report, '\n'))
			break;
	}
	return NULL;
}

static void assert_line(const char *report, const char *begin)
{
	if (!line_with(report, begin))
		fail_msg("no line '%s' in:\n%s", begin, report);
}

/* The number of the frame of that function; the test fails if there is none. */
static int frame_of(const char *report, const char *function)
{
	char begin[200];

	for (int i = 0; i < MOST; i++) {
		(void)snprintf(begin, sizeof begin, "#%d %s", i, function);
		if (line_with(report, begin))
			return i;
	}
	fail_msg("no frame of '%s' in:\n%s", function, report);
	return 0;
}

/* "recurse at mishap.c:141", which may have been made something of. */
static int line_of(const char *report, int frame)
{
	char begin[20];
	const char *line, *at;

	(void)snprintf(begin, sizeof begin, "#%d ", frame);
	line = line_with(report, begin);
	at = line ? strstr(line, " at mishap.c:") : NULL;
	if (!at || at > strchr(line, '\n'))
		fail_msg("no line of frame %d in:\n%s", frame, report);
	return atoi(at + strlen(" at mishap.c:"));
}

static void check_lines(const struct mishap *mishap,
			const struct tine_result *result)
{
	int frame = frame_of(result->crash, mishap->functions[0]);
	int line = line_of(result->crash, frame);

	if (mishap->last > 0) {
		assert_in_range(line, mishap->first, mishap->last);
		return;
	}
	assert_int_equal(line, mishap_line(result, 0));
	assert_int_equal(frame_of(result->crash, mishap->functions[1]),
			 frame + 1);
	assert_int_equal(line_of(result->crash, frame + 1),
			 mishap_line(result, 1));
}

/* Those that call nobody else are the innermost. */
static void check_top(const struct mishap *mishap, const char *report)
{
	int frame = frame_of(report, mishap->functions[0]);

	if (mishap->nowhere)
		assert_int_equal(frame, 1);
	else if (mishap->signal != SIGABRT && mishap->signal != SIGSYS)
		assert_int_equal(frame, 0);
	else
		assert_int_not_equal(frame, 0);
}

static void check_report(const struct mishap *mishap,
			 const struct tine_result *result)
{
	assert_int_equal(result->end, TINE_CRASHED);
	assert_int_equal(result->code, mishap->signal);
	assert_non_null(strstr(result->message, "killed by SIG"));
	assert_true(result->fingerprint != 0);
	assert_line(result->crash, "#0 ");
	assert_line(result->crash, "registers pc 0x");
	assert_non_null(strstr(result->crash, " sp 0x"));
	assert_int_equal(!!line_with(result->crash, "the stack overflowed\n"),
			 mishap->overflow);
	if (!WITH_NAMES)
		return;
	check_top(mishap, result->crash);
	check_lines(mishap, result);
}

/* ---- What there is to compare with -------------------------------------- */

/* Of each mishap, as a task of its own tells it. */
static struct {
	char frames[REPORT];
	uint64_t fingerprint;
} told[MOST];

static struct tine_task *start(void **state, size_t number,
			       struct tine_options options)
{
	return fixture_start_with(state, mishap_run, &number, sizeof number,
				  &options);
}

static void keep_frames(char frames[REPORT], const char *report)
{
	size_t size = 0;

	while (report[size] == '#')
		size += strcspn(report + size, "\n") + 1;
	assert_true(size < REPORT);
	memcpy(frames, report, size);
	frames[size] = '\0';
}

static void tell_all(void **state)
{
	for (size_t i = 0; i < mishap_count; i++) {
		struct tine_task *task =
			start(state, i, (struct tine_options){ 0 });
		const struct tine_result *result = tine_await(task, LONG_MS);

		told[i].fingerprint = result->fingerprint;
		keep_frames(told[i].frames, result->crash);
		tine_free(task);
	}
}

/* Which of its instructions found that the stack is full is chance. */
static void assert_as_told(size_t number, const char *report,
			   uint64_t fingerprint)
{
	char frames[REPORT];

	assert_true(fingerprint == told[number].fingerprint);
	if (mishaps[number].overflow)
		return;
	keep_frames(frames, report);
	assert_string_equal(frames, told[number].frames);
}

/* ---- Where it is -------------------------------------------------------- */

static void each_bug_is_told_with_its_function_and_its_line(void **state)
{
	for (size_t i = 0; i < mishap_count; i++) {
		struct tine_task *task =
			start(state, i, (struct tine_options){ 0 });

		check_report(&mishaps[i], tine_await(task, LONG_MS));
		tine_free(task);
	}
}

static void check_stream(void **state, unsigned reuse)
{
	size_t numbers[MOST];
	struct tine_stream_options options = { .max_concurrency = 2,
					       .reuse = reuse };
	struct tine_results *results;

	tell_all(state);
	for (size_t i = 0; i < mishap_count; i++)
		numbers[i] = i;
	assert_int_equal(tine_map(fixture_ctx(state), mishap_run, numbers,
				  mishap_count, sizeof *numbers, &options,
				  &results),
			 mishap_count);
	for (size_t i = 0; i < mishap_count; i++) {
		check_report(&mishaps[i], &results->results[i]);
		assert_as_told(i, results->results[i].crash,
			       results->results[i].fingerprint);
	}
	tine_results_free(results);
}

static void so_it_is_as_an_item_of_a_stream(void **state)
{
	check_stream(state, 0);
}

static void so_it_is_as_an_item_of_a_pool(void **state)
{
	check_stream(state, 100);
}

static void so_it_is_as_a_task_under_a_supervisor(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	tell_all(state);
	for (size_t i = 0; i < mishap_count; i++) {
		struct tine_options options = { .under = super };
		struct tine_task *task = start(state, i, options);
		const struct tine_result *result = tine_await(task, LONG_MS);

		check_report(&mishaps[i], result);
		assert_as_told(i, result->crash, result->fingerprint);
		tine_free(task);
	}
	tine_super_free(super);
}

static void so_it_is_as_a_child_of_a_supervisor(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	tell_all(state);
	for (size_t i = 0; i < mishap_count; i++) {
		struct tine_child child = { .id = "a",
					    .fn = mishap_run,
					    .arg = &i,
					    .size = sizeof i,
					    .restart = TINE_TEMPORARY };

		assert_int_equal(tine_start_child(super, &child), 0);
		family_expect("a up, a crashed");
		assert_int_equal(family_seen.last_code, mishaps[i].signal);
		assert_as_told(i, family_seen.last_crash,
			       family_seen.last_fingerprint);
	}
	tine_super_free(super);
}

/* In the task of a task. */
static int run_inside(struct tine_self *self, const void *arg, size_t size)
{
	struct tine_task *task;
	const struct tine_result *result;
	uint64_t fingerprint;

	tine_trap_exits(tine_self_ctx(self), true);
	if (tine_async(tine_self_ctx(self), mishap_run, arg, size, NULL,
		       &task) < 0)
		return 1;
	result = tine_await(task, LONG_MS);
	fingerprint = result->fingerprint;
	(void)tine_send(self, &fingerprint, sizeof fingerprint);
	(void)tine_send(self, result->crash, strlen(result->crash) + 1);
	return 0;
}

static void so_it_is_as_a_task_of_a_task(void **state)
{
	tell_all(state);
	for (size_t i = 0; i < mishap_count; i++) {
		struct tine_task *task = fixture_start_with(state, run_inside,
							    &i, sizeof i, NULL);
		const struct tine_result *result = tine_await(task, LONG_MS);
		uint64_t fingerprint;

		assert_int_equal(result->end, TINE_OK);
		memcpy(&fingerprint, result->data, sizeof fingerprint);
		assert_as_told(i,
			       (const char *)result->data + sizeof fingerprint,
			       fingerprint);
		tine_free(task);
	}
}

/* ---- Which it is -------------------------------------------------------- */

/* Without names there is but the innermost frame, which abort() has everywhere,
 * and a stack that overflowed somewhere. */
static bool can_be_told_apart(size_t one, size_t other)
{
	return WITH_NAMES ||
	       !((mishaps[one].signal == SIGABRT &&
		  mishaps[other].signal == SIGABRT) ||
		 (mishaps[one].overflow && mishaps[other].overflow));
}

static void other_bugs_have_other_fingerprints(void **state)
{
	tell_all(state);
	for (size_t i = 0; i < mishap_count; i++)
		for (size_t j = 0; j < i; j++)
			if (can_be_told_apart(i, j) &&
			    told[i].fingerprint == told[j].fingerprint)
				fail_msg("'%s' is as '%s'", mishaps[i].name,
					 mishaps[j].name);
}

/* So many fingerprints that another process of this program prints. */
static void ask_another_process(uint64_t *fingerprints)
{
	int pipe_fds[2], status;
	FILE *answer;
	pid_t pid;

	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		(void)dup2(pipe_fds[1], STDOUT_FILENO);
		(void)execl("/proc/self/exe", "test_crash", "fingerprints",
			    (char *)NULL);
		_exit(127);
	}
	(void)close(pipe_fds[1]);
	answer = fdopen(pipe_fds[0], "r");
	for (size_t i = 0; i < mishap_count; i++) {
		unsigned long long number = 0;

		assert_int_equal(fscanf(answer, "%llx\n", &number), 1);
		fingerprints[i] = number;
	}
	(void)fclose(answer);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void another_process_has_the_same_fingerprints(void **state)
{
	uint64_t theirs[MOST];

	tell_all(state);
	for (int turn = 0; turn < 3; turn++) {
		ask_another_process(theirs);
		for (size_t i = 0; i < mishap_count; i++)
			if (theirs[i] != told[i].fingerprint)
				fail_msg("that of '%s' is another",
					 mishaps[i].name);
	}
}

#define NOINLINE __attribute__((noinline))

static NOINLINE int pong(volatile char *above);

static NOINLINE int ping(volatile char *above)
{
	volatile char frame[100];

	frame[0] = *above;
	return pong(frame) + frame[0];
}

static NOINLINE int pong(volatile char *above)
{
	volatile char frame[300];

	frame[0] = *above;
	return ping(frame) + frame[0];
}

/* A circle of two, begun a little further down each time. */
static int run_circle(struct tine_self *self, const void *arg, size_t size)
{
	size_t more;
	volatile char *room;

	(void)self;
	memcpy(&more, arg, size);
	room = __builtin_alloca(more * 24 + 1);
	room[0] = 0;
	return more % 2 ? ping(room) : pong(room);
}

static void where_a_stack_ends_makes_no_other_bug(void **state)
{
	uint64_t first = 0;

	for (size_t i = 0; i < 40; i++) {
		struct tine_task *task = fixture_start_with(state, run_circle,
							    &i, sizeof i, NULL);
		const struct tine_result *result = tine_await(task, LONG_MS);

		assert_int_equal(result->code, SIGSEGV);
		assert_true(result->fingerprint != 0);
		first = i == 0 ? result->fingerprint : first;
		assert_true(result->fingerprint == first);
		tine_free(task);
	}
}

static void run_it(void **state, tine_fn *fn, enum tine_end end)
{
	struct tine_task *task = fixture_start(state, fn, NULL);

	assert_int_equal(tine_await(task, LONG_MS)->end, end);
	tine_free(task);
}

/* What is read of them is not kept open. */
static void no_file_of_the_program_stays_open(void **state)
{
	size_t before;

	run_it(state, child_nothing, TINE_OK);
	before = fds_open(NULL);
	run_it(state, child_null, TINE_CRASHED);
	assert_int_equal(fds_open(NULL), before);
}

/* ---- What is no crash of the task's ------------------------------------- */

static void who_did_not_crash_has_no_report(void **state)
{
	static const int kill_itself = SIGKILL;
	struct tine_task *task = fixture_start(state, child_nothing, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_string_equal(result->crash, "");
	assert_true(result->fingerprint == 0);
	tine_free(task);
	task = fixture_start_with(state, child_raise, &kill_itself,
				  sizeof kill_itself, NULL);
	result = tine_await(task, LONG_MS);
	assert_string_equal(result->crash, "");
	assert_true(result->fingerprint == 0);
	tine_free(task);
}

/* It crashes once, and is then tried again. */
static int crash_once(struct tine_self *self, const void *arg, size_t size)
{
	const char *path = arg;
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

	(void)self;
	(void)size;
	if (fd >= 0)
		abort();
	return 0;
}

static void an_attempt_that_did_not_crash_has_no_report(void **state)
{
	struct tine_options options = { .retry = { .attempts = 2 } };
	struct tine_task *task;
	const struct tine_result *result;
	char path[] = "/tmp/tine-crash-XXXXXX";

	assert_non_null(mkdtemp(path));
	assert_int_equal(rmdir(path), 0);
	task = fixture_start_with(state, crash_once, path, sizeof path,
				  &options);
	result = tine_await(task, LONG_MS);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->attempts, 2);
	assert_string_equal(result->crash, "");
	assert_true(result->fingerprint == 0);
	tine_free(task);
}

/* A process that it forked dies of a bug, for want of memory as it seems; and
 * the task of what somebody sends it, or not at all. */
static int leave_it_to_another(struct tine_self *self, const void *arg,
			       size_t size)
{
	int number, status;
	pid_t pid = fork();

	(void)self;
	memcpy(&number, arg, size);
	if (pid == 0) {
		errno = ENOMEM;
		abort();
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) ||
	    WTERMSIG(status) != SIGABRT)
		return 3;
	(void)signal(SIGABRT, SIG_DFL);
	(void)raise(number);
	_exit(0);
}

static void the_crash_of_a_process_that_it_forked_is_not_the_tasks(void **state)
{
	static const int signals[] = { SIGABRT, SIGTERM, 0 };
	struct tine_options options = { .limits = { .memory_bytes = (uint64_t)1
								    << 40 } };

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct tine_task *task = fixture_start_with(
			state, leave_it_to_another, &signals[i],
			sizeof *signals, &options);
		const struct tine_result *result = tine_await(task, LONG_MS);

		assert_int_equal(result->end,
				 signals[i] ? TINE_CRASHED : TINE_FAILED);
		assert_int_equal(result->code, signals[i]);
		assert_string_equal(result->crash, "");
		assert_true(result->fingerprint == 0);
		tine_free(task);
	}
}

/* ---- Cores -------------------------------------------------------------- */

/* Whether the kernel would write one into the directory where it is. */
static bool cores_are_files(void)
{
	char pattern[128] = "|";
	FILE *file = fopen("/proc/sys/kernel/core_pattern", "re");

	if (file && !fgets(pattern, sizeof pattern, file))
		pattern[0] = '|';
	if (file)
		(void)fclose(file);
	return strncmp(pattern, "core", 4) == 0;
}

static int crash_there(struct tine_self *self, const void *arg, size_t size)
{
	const size_t number = 0;

	(void)size;
	if (chdir(arg) < 0)
		return 1;
	return mishap_run(self, &number, sizeof number);
}

/* With the core in it, whatever that is called. */
static void remove_directory(const char *path)
{
	DIR *list = opendir(path);
	struct dirent *entry;

	assert_non_null(list);
	while ((entry = readdir(list)))
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(list), entry->d_name, 0);
	(void)closedir(list);
	assert_int_equal(rmdir(path), 0);
}

static void a_core_still_happens_where_it_is_allowed(void **state)
{
	struct tine_options with = { .limits = { .core = true } };
	struct tine_task *task;
	const struct tine_result *result;
	char path[] = "/tmp/tine-crash-XXXXXX";

	if (!cores_are_files())
		skip();
	assert_non_null(mkdtemp(path));
	task = fixture_start_with(state, crash_there, path, sizeof path, &with);
	result = tine_await(task, LONG_MS);
	remove_directory(path);
	assert_true(result->core);
	assert_line(result->crash, "#0 ");
	tine_free(task);
}

/* ------------------------------------------------------------------------ */

static int print_fingerprints(void)
{
	struct tine_ctx *ctx;

	if (tine_ctx_new(NULL, &ctx) < 0)
		return 1;
	for (size_t i = 0; i < mishap_count; i++) {
		struct tine_task *task;

		if (tine_async(ctx, mishap_run, &i, sizeof i, NULL, &task) < 0)
			return 1;
		(void)printf("%llx\n",
			     (unsigned long long)tine_await(task, LONG_MS)
				     ->fingerprint);
		tine_free(task);
	}
	tine_ctx_free(ctx);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(each_bug_is_told_with_its_function_and_its_line),
		FIXTURE_TEST(so_it_is_as_an_item_of_a_stream),
		FIXTURE_TEST(so_it_is_as_an_item_of_a_pool),
		FAMILY_TESTS(so_it_is_as_a_task_under_a_supervisor),
		FAMILY_TEST(so_it_is_as_a_child_of_a_supervisor),
		FIXTURE_TEST(so_it_is_as_a_task_of_a_task),
		FIXTURE_TEST(other_bugs_have_other_fingerprints),
		FIXTURE_TEST(another_process_has_the_same_fingerprints),
		FIXTURE_TEST(where_a_stack_ends_makes_no_other_bug),
		FIXTURE_TEST(no_file_of_the_program_stays_open),
		FIXTURE_TEST(who_did_not_crash_has_no_report),
		FIXTURE_TEST(an_attempt_that_did_not_crash_has_no_report),
		FIXTURE_TEST(
			the_crash_of_a_process_that_it_forked_is_not_the_tasks),
		FIXTURE_TEST(a_core_still_happens_where_it_is_allowed),
	};

	(void)argv;
	fixture_user();
	if (argc > 1)
		return print_fingerprints();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
