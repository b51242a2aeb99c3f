/* SPDX-License-Identifier: MIT */
/* test_post_foul.c - what is no letter is skipped, and leaves nothing. */
#include "post_rig.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fd.h"
#include "fds.h"
#include "tine.h"

static void say_size(unsigned char *bytes, uint64_t size)
{
	memcpy(bytes + AT_SIZE, &size, sizeof size);
}

/* ---- Heads -------------------------------------------------------------- */

static void the_rig_knows_what_a_letter_looks_like(void **state)
{
	unsigned char *bytes;
	size_t size = raw_letter("body", 4, &bytes);

	put_raw(*state, bytes, size, NULL, 0);
	assert_letter(*state, 1, "body", 4);
	free(bytes);
}

static void a_part_of_a_letter_is_none(void **state)
{
	unsigned char *bytes;
	size_t size = raw_letter("body", 4, &bytes);

	for (size_t cut = 1; cut < size; cut++) {
		put_raw(*state, bytes, cut, NULL, 0);
		assert_skipped(*state);
	}
	free(bytes);
}

static void another_version_is_no_letter(void **state)
{
	unsigned char *bytes;
	size_t size = raw_letter("body", 4, &bytes);

	for (size_t bit = 0; bit < 32; bit++) {
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		put_raw(*state, bytes, size, NULL, 0);
		assert_skipped(*state);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	free(bytes);
}

static void a_size_that_lies_is_no_letter(void **state)
{
	static const uint64_t lies[] = { 0,         1,
					 3,         5,
					 SHORT,     SHORT + 1,
					 1u << 30,  (1u << 30) + 1,
					 INT64_MAX, UINT64_MAX };
	unsigned char *bytes;
	size_t size = raw_letter("body", 4, &bytes);

	for (size_t i = 0; i < COUNT(lies); i++) {
		say_size(bytes, lies[i]);
		put_raw(*state, bytes, size, NULL, 0);
		assert_skipped(*state);
	}
	free(bytes);
}

static void a_message_that_is_too_long_is_no_letter(void **state)
{
	unsigned char *bytes;
	size_t size = raw_letter(pattern(SHORT), SHORT, &bytes);
	unsigned char *longer = calloc(1, size + 1);

	assert_non_null(longer);
	memcpy(longer, bytes, size);
	put_raw(*state, longer, size + 1, NULL, 0);
	assert_skipped(*state);
	say_size(longer, SHORT + 1);
	put_raw(*state, longer, size + 1, NULL, 0);
	assert_skipped(*state);
	free(longer);
	free(bytes);
}

static void many_that_are_none_are_skipped_at_once(void **state)
{
	for (int i = 0; i < 50; i++)
		put_raw(*state, "garbage", 7, NULL, 0);
	assert_skipped(*state);
}

/* ---- Descriptors -------------------------------------------------------- */

static void descriptors_of_what_is_no_letter_are_closed(void **state)
{
	int fds[4];

	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = memory_file(i, SEALS);
	for (size_t count = 1; count <= COUNT(fds); count++) {
		put_raw(*state, "garbage", 7, fds, count);
		assert_skipped(*state);
	}
	for (size_t i = 0; i < COUNT(fds); i++)
		assert_int_equal(close(fds[i]), 0);
}

static void more_descriptors_than_a_letter_has_are_no_letter(void **state)
{
	int file = memory_file(1, SEALS);
	const int fds[] = { file, file, file, file, file, file, file, file };
	unsigned char *bytes;
	size_t size = raw_letter("body", 4, &bytes);

	for (size_t count = POST_FDS + 1; count <= COUNT(fds); count++) {
		put_raw(*state, bytes, size, fds, count);
		assert_skipped(*state);
	}
	free(bytes);
	assert_int_equal(close(file), 0);
}

/* As if it had ended: no letter is without a head. */
static void a_message_of_nothing_is_the_end_and_leaves_nothing(void **state)
{
	int file = memory_file(1, SEALS);
	const int fds[] = { file, file, file };
	struct rig *rig = *state;
	size_t before = fds_open(NULL);
	struct letter *letter;

	put_raw(rig, NULL, 0, NULL, 0);
	assert_int_equal(post_receive(&rig->ours, &letter), TINE_EGONE);
	put_raw(rig, NULL, 0, fds, COUNT(fds));
	assert_int_equal(post_receive(&rig->ours, &letter), TINE_EGONE);
	assert_int_equal(fds_open(NULL), before);
	assert_int_equal(close(file), 0);
}

static void
descriptors_without_room_are_a_failure_and_leave_nothing(void **state)
{
	int file = memory_file(1, SEALS);
	const int fds[] = { file, file };
	struct rlimit limit, none;
	struct letter *letter;
	struct rig *rig = *state;
	unsigned char *bytes;
	size_t size = raw_letter("body", 4, &bytes);
	size_t before = fds_open(NULL);

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	put_raw(*state, bytes, size, fds, 2);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(post_receive(&rig->ours, &letter), 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(letter->failure, TINE_ELIMIT);
	assert_int_equal(letter->fd_count, 0);
	assert_int_equal(letter->size, 4);
	letter_free(letter);
	assert_int_equal(fds_open(NULL), before);
	free(bytes);
	assert_int_equal(close(file), 0);
}

/* ---- Long letters ------------------------------------------------------- */

#define LONG 20000

/* Takes the file. */
static void put_long(struct rig *rig, int file, uint64_t size)
{
	unsigned char *bytes;

	(void)raw_letter(NULL, 0, &bytes);
	say_size(bytes, size);
	put_raw(rig, bytes, HEAD, &file, file >= 0);
	free(bytes);
	if (file >= 0)
		assert_int_equal(close(file), 0);
}

static void refuse_long(struct rig *rig, int file, uint64_t size)
{
	put_long(rig, file, size);
	assert_skipped(rig);
}

static void a_sealed_file_of_its_size_is_a_long_letter(void **state)
{
	static const char zeroes[LONG];

	put_long(*state, memory_file(LONG, SEALS), LONG);
	assert_letter(*state, 1, zeroes, LONG);
}

static void a_long_letter_without_its_file_is_none(void **state)
{
	refuse_long(*state, -1, LONG);
}

static void a_file_that_can_still_change_is_no_letter(void **state)
{
	static const int seals[] = {
		0,
		F_SEAL_SEAL,
		F_SEAL_WRITE | F_SEAL_GROW,
		F_SEAL_WRITE | F_SEAL_SHRINK,
		F_SEAL_SHRINK | F_SEAL_GROW,
		F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW,
	};

	for (size_t i = 0; i < COUNT(seals); i++)
		refuse_long(*state, memory_file(LONG, seals[i]), LONG);
}

static void a_file_of_another_size_is_no_letter(void **state)
{
	static const uint64_t lies[] = { SHORT + 1,      LONG - 1,  LONG + 1,
					 1u << 30,       INT64_MAX, UINT64_MAX,
					 (1u << 30) + 1, 1ULL << 32 };

	for (size_t i = 0; i < COUNT(lies); i++)
		refuse_long(*state, memory_file(LONG, SEALS), lies[i]);
	refuse_long(*state, memory_file(0, SEALS), LONG);
}

/* A hole costs nothing, so that it could be that large. */
static void a_file_beyond_the_longest_is_no_letter(void **state)
{
	const uint64_t size = (1u << 30) + 1;

	refuse_long(*state, memory_file(size, SEALS), size);
}

static void a_file_of_a_short_size_is_no_letter(void **state)
{
	refuse_long(*state, memory_file(SHORT, SEALS), SHORT);
	refuse_long(*state, memory_file(1, SEALS), 1);
}

static void what_is_no_memory_file_is_no_letter(void **state)
{
	static const char *const paths[] = { "/dev/null", "/dev/zero",
					     "/proc/self/exe" };
	int pair[2];

	for (size_t i = 0; i < COUNT(paths); i++)
		refuse_long(*state, open(paths[i], O_RDONLY | O_CLOEXEC), LONG);
	assert_int_equal(fd_pipe(pair), 0);
	refuse_long(*state, pair[0], LONG);
	refuse_long(*state, pair[1], LONG);
}

static void bytes_behind_the_head_of_a_long_letter_are_foul(void **state)
{
	int file = memory_file(LONG, SEALS);
	unsigned char *bytes;
	size_t size = raw_letter("body", 4, &bytes);

	say_size(bytes, LONG);
	put_raw(*state, bytes, size, &file, 1);
	assert_skipped(*state);
	free(bytes);
	assert_int_equal(close(file), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(the_rig_knows_what_a_letter_looks_like),
		RIG_TEST(a_part_of_a_letter_is_none),
		RIG_TEST(another_version_is_no_letter),
		RIG_TEST(a_size_that_lies_is_no_letter),
		RIG_TEST(a_message_that_is_too_long_is_no_letter),
		RIG_TEST(many_that_are_none_are_skipped_at_once),
		RIG_TEST(descriptors_of_what_is_no_letter_are_closed),
		RIG_TEST(more_descriptors_than_a_letter_has_are_no_letter),
		RIG_TEST(a_message_of_nothing_is_the_end_and_leaves_nothing),
		RIG_TEST(
			descriptors_without_room_are_a_failure_and_leave_nothing),
		RIG_TEST(a_sealed_file_of_its_size_is_a_long_letter),
		RIG_TEST(a_long_letter_without_its_file_is_none),
		RIG_TEST(a_file_that_can_still_change_is_no_letter),
		RIG_TEST(a_file_of_another_size_is_no_letter),
		RIG_TEST(a_file_beyond_the_longest_is_no_letter),
		RIG_TEST(a_file_of_a_short_size_is_no_letter),
		RIG_TEST(what_is_no_memory_file_is_no_letter),
		RIG_TEST(bytes_behind_the_head_of_a_long_letter_are_foul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
