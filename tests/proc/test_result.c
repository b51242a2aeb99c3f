/* SPDX-License-Identifier: MIT */
/* test_result.c - what comes home: results of every size, and garbage. */
#include "children.h"
#include "fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "frame.h"
#include "self.h"

#define LONG_MS 20000

/* ---- Sizes ------------------------------------------------------------- */

static void results_of_every_size_come_home_whole(void **state)
{
	static const size_t sizes[] = {
		1,     2,     4095,   65535,   65536,
		65537, 65553, 262144, 1 << 20, (16 << 20) + 1
	};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct tine_task *task = fixture_start_with(
			state, child_big, &sizes[i], sizeof *sizes, NULL);
		const struct tine_result *result = tine_await(task, LONG_MS);
		const unsigned char *bytes = result->data;

		assert_int_equal(result->end, TINE_OK);
		assert_int_equal(result->size, sizes[i]);
		for (size_t j = 0; j < sizes[i]; j += 1009)
			assert_int_equal(bytes[j], j % 251);
		assert_int_equal(bytes[sizes[i] - 1], (sizes[i] - 1) % 251);
		tine_free(task);
	}
}

/* Memory files count as files for the kernel's limit on their size. */
static void a_large_result_comes_home_under_a_limit_on_files(void **state)
{
	size_t length = 1 << 20;
	struct tine_options options = { .limits.file_bytes = 4096 };
	struct tine_task *task = fixture_start_with(state, child_big, &length,
						    sizeof length, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, length);
	tine_free(task);
}

static int send_pieces(struct tine_self *self, const void *arg, size_t size)
{
	char *large = malloc(100000);

	(void)arg;
	(void)size;
	if (!large)
		return 1;
	memset(large, 'b', 100000);
	(void)tine_send(self, "a", 1);
	(void)tine_send(self, NULL, 0);
	(void)tine_send(self, large, 100000);
	(void)tine_send(self, large, 100000);
	(void)tine_send(self, "c", 1);
	free(large);
	return 0;
}

static void pieces_stand_one_behind_the_other(void **state)
{
	struct tine_task *task = fixture_start(state, send_pieces, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);
	const char *bytes = result->data;

	assert_int_equal(result->size, 200002);
	assert_int_equal(bytes[0], 'a');
	assert_int_equal(bytes[1], 'b');
	assert_int_equal(bytes[200000], 'b');
	assert_int_equal(bytes[200001], 'c');
	tine_free(task);
}

#define THREADS 4
#define PIECES 200

static void *send_from_thread(void *self)
{
	for (int i = 0; i < PIECES; i++) {
		tine_note(self, "piece %d", i);
		(void)tine_send(self, "0123456789", 10);
	}
	return NULL;
}

static int send_from_threads(struct tine_self *self, const void *arg,
			     size_t size)
{
	pthread_t threads[THREADS];

	(void)arg;
	(void)size;
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, send_from_thread, self))
			return 1;
	for (int i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	return 0;
}

static void threads_of_a_task_do_not_mix_their_pieces(void **state)
{
	struct tine_task *task = fixture_start(state, send_from_threads, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);
	const char *bytes = result->data;

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, THREADS * PIECES * 10);
	for (size_t i = 0; i < result->size; i++)
		assert_int_equal(bytes[i], '0' + i % 10);
	tine_free(task);
}

/* ---- max_result -------------------------------------------------------- */

static void more_than_max_result_is_a_limit(void **state)
{
	static const size_t sizes[] = { 1001, 100000 };

	for (int i = 0; i < 2; i++) {
		struct tine_options options = { .max_result = 1000 };
		struct tine_task *task = fixture_start_with(
			state, child_big, &sizes[i], sizeof *sizes, &options);
		const struct tine_result *result = tine_await(task, LONG_MS);

		assert_int_equal(result->end, TINE_LIMIT);
		assert_non_null(strstr(result->message, "max_result"));
		tine_free(task);
	}
}

static void exactly_max_result_is_not_too_much(void **state)
{
	static const size_t sizes[] = { 1000, 100000 };

	for (int i = 0; i < 2; i++) {
		struct tine_options options = { .max_result = sizes[i] };
		struct tine_task *task = fixture_start_with(
			state, child_big, &sizes[i], sizeof *sizes, &options);

		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
		tine_free(task);
	}
}

/* ---- A reply, and then something else ----------------------------------- */

/* The last word, and then what the byte says. */
static int reply_and(struct tine_self *self, const void *arg, size_t size)
{
	char then = *(const char *)arg;

	(void)size;
	(void)tine_send(self, "value", 5);
	self_done(self, 0);
	if (then == 's')
		(void)raise(SIGSEGV);
	if (then == 'k')
		(void)raise(SIGKILL);
	if (then == 'h')
		return child_stubborn(self, NULL, 0);
	if (then == 'g')
		(void)write(self->channel, "garbage", 7);
	_exit(7);
}

static void a_complete_reply_wins_over_any_exit(void **state)
{
	for (const char *then = "skxhg"; *then; then++) {
		struct tine_task *task =
			fixture_start_with(state, reply_and, then, 1, NULL);
		const struct tine_result *result = tine_await(task, LONG_MS);

		assert_int_equal(result->end, TINE_OK);
		assert_int_equal(result->size, 5);
		assert_memory_equal(result->data, "value", 5);
		tine_free(task);
	}
}

static int send_and_crash(struct tine_self *self, const void *arg, size_t size)
{
	(void)tine_send(self, "partial", 7);
	return child_null(self, arg, size);
}

static void what_was_sent_before_a_crash_is_handed_over(void **state)
{
	struct tine_task *task = fixture_start(state, send_and_crash, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_CRASHED);
	assert_int_equal(result->size, 7);
	assert_memory_equal(result->data, "partial", 7);
	tine_free(task);
}

/* ---- Garbage ----------------------------------------------------------- */

static int send_raw(struct tine_self *self, const void *arg, size_t size)
{
	(void)write(self->channel, arg, size);
	return child_stubborn(self, NULL, 0);
}

static void garbage_ends_the_task_and_nothing_else(void **state)
{
	static const char *const bytes[] = { "x",
					     "garbage garbage garbage garbage",
					     "\377\377\377\377" };
	struct tine_task *other = fixture_start(state, child_hang, NULL);

	for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
		struct tine_task *task = fixture_start_with(
			state, send_raw, bytes[i], strlen(bytes[i]), NULL);

		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_GARBLED);
		tine_free(task);
	}
	assert_int_equal(tine_yield(other, 0)->end, TINE_PENDING);
	tine_free(other);
}

static void a_frame_of_impossible_size_is_garbage(void **state)
{
	static const uint32_t sizes[] = { 0, FRAME_MOST + 1, 1u << 31,
					  UINT32_MAX };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct frame frame = { .kind = FRAME_DATA, .size = sizes[i] };
		unsigned char head[FRAME_HEAD];
		struct tine_task *task;

		frame_encode(head, &frame);
		task = fixture_start_with(state, send_raw, head, sizeof head,
					  NULL);
		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_GARBLED);
		tine_free(task);
	}
}

/* A part of a frame, and then an exit that looks well. */
static int send_part(struct tine_self *self, const void *arg, size_t size)
{
	(void)write(self->channel, arg, size);
	_exit(0);
}

static void a_frame_cut_anywhere_is_no_result(void **state)
{
	unsigned char bytes[FRAME_HEAD + 4] = "";
	struct frame frame = { .kind = FRAME_DATA, .size = 4 };

	frame_encode(bytes, &frame);
	for (size_t cut = 1; cut < sizeof bytes; cut++) {
		struct tine_task *task =
			fixture_start_with(state, send_part, bytes, cut, NULL);

		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_GARBLED);
		tine_free(task);
	}
}

static int close_and_live(struct tine_self *self, const void *arg, size_t size)
{
	(void)close(self->channel);
	return child_stubborn(self, arg, size);
}

static void who_closes_its_channel_and_lives_is_ended(void **state)
{
	struct tine_task *task = fixture_start(state, close_and_live, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_GARBLED);
	assert_non_null(strstr(result->message, "closed its channel"));
	tine_free(task);
}

/* A process in a group of its own holds the channel, and outlives the task. */
static int leave_holder(struct tine_self *self, const void *arg, size_t size)
{
	pid_t pid = fork();

	(void)arg;
	(void)size;
	if (pid == 0) {
		(void)setsid();
		(void)sleep(30);
		_exit(0);
	}
	return tine_send(self, &pid, sizeof pid);
}

static void nobody_waits_for_a_stranger_who_holds_the_channel(void **state)
{
	struct tine_task *task = fixture_start(state, leave_holder, NULL);
	const struct tine_result *result = tine_await(task, LONG_MS);
	pid_t pid;

	assert_int_equal(result->end, TINE_OK);
	memcpy(&pid, result->data, sizeof pid);
	assert_int_equal(kill(pid, SIGKILL), 0);
	tine_free(task);
}

/* ---- Hostile files ----------------------------------------------------- */

static int file_to_send(char kind)
{
	int pair[2] = { -1, -1 };
	int fd = memfd_create("hostile", MFD_ALLOW_SEALING);

	if (kind == 'p')
		return pipe(pair) == 0 ? pair[0] : -1;
	if (kind == 'd')
		return open("/dev/zero", O_RDONLY);
	(void)ftruncate(fd, kind == 'w' ? 50000 : 100000);
	if (kind == 'w')
		(void)fcntl(fd, F_ADD_SEALS,
			    F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK);
	if (kind == 's')
		(void)fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE);
	return fd;
}

/* Announces 100,000 bytes in a file that is not what it should be. */
static int send_file(struct tine_self *self, const void *arg, size_t size)
{
	struct frame frame = { .kind = FRAME_BULK, .size = 8 };
	unsigned char bytes[FRAME_HEAD + 8];

	(void)size;
	frame_encode(bytes, &frame);
	frame_put64(bytes + FRAME_HEAD, 100000);
	(void)fd_pass(self->channel, bytes, sizeof bytes,
		      file_to_send(*(const char *)arg), 0);
	return child_stubborn(self, NULL, 0);
}

static void a_file_that_could_still_change_is_refused(void **state)
{
	/* not sealed, half sealed, wrong size, a pipe, a device */
	for (const char *kind = "uswpd"; *kind; kind++) {
		struct tine_task *task =
			fixture_start_with(state, send_file, kind, 1, NULL);

		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_GARBLED);
		tine_free(task);
	}
}

/* Descriptors without a frame that speaks of them. */
static int send_many_files(struct tine_self *self, const void *arg, size_t size)
{
	struct frame frame = { .kind = FRAME_DATA, .size = 1 };
	unsigned char bytes[FRAME_HEAD + 1] = "";

	(void)arg;
	(void)size;
	frame_encode(bytes, &frame);
	for (int i = 0; i < 200; i++)
		(void)fd_pass(self->channel, bytes, sizeof bytes, STDERR_FILENO,
			      0);
	return 0;
}

static void pushed_descriptors_do_not_pile_up(void **state)
{
	struct tine_task *task = fixture_start(state, send_many_files, NULL);

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_GARBLED);
	tine_free(task);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(results_of_every_size_come_home_whole),
		FIXTURE_TEST(a_large_result_comes_home_under_a_limit_on_files),
		FIXTURE_TEST(pieces_stand_one_behind_the_other),
		FIXTURE_TEST(threads_of_a_task_do_not_mix_their_pieces),
		FIXTURE_TEST(more_than_max_result_is_a_limit),
		FIXTURE_TEST(exactly_max_result_is_not_too_much),
		FIXTURE_TEST(a_complete_reply_wins_over_any_exit),
		FIXTURE_TEST(what_was_sent_before_a_crash_is_handed_over),
		FIXTURE_TEST(garbage_ends_the_task_and_nothing_else),
		FIXTURE_TEST(a_frame_of_impossible_size_is_garbage),
		FIXTURE_TEST(a_frame_cut_anywhere_is_no_result),
		FIXTURE_TEST(who_closes_its_channel_and_lives_is_ended),
		FIXTURE_TEST(nobody_waits_for_a_stranger_who_holds_the_channel),
		FIXTURE_TEST(a_file_that_could_still_change_is_refused),
		FIXTURE_TEST(pushed_descriptors_do_not_pile_up),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
