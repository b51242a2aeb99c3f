/* SPDX-License-Identifier: MIT */
/* test_inbox_file.c - an inbox maps no file that could still change. */
#include "inbox_rig.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "fds.h"

/* ---- Files that are not to be trusted ---------------------------------- */

static void assert_foul_file(struct rig *rig, int fd, uint64_t size)
{
	rig_renew(rig, MAX_RESULT);
	put_data(rig, "before");
	put_bulk(rig, fd, size);
	put_done(rig, 0);
	assert_ends(rig, LAST_FOUL, "before");
	assert_null(rig->inbox.map);
}

static void a_file_that_did_not_come_is_foul(void **state)
{
	assert_foul_file(*state, -1, 1);
}

static void a_file_that_can_still_change_is_foul(void **state)
{
	static const int seals[] = {
		0,
		F_SEAL_SEAL,
		F_SEAL_WRITE,
		F_SEAL_SHRINK,
		F_SEAL_GROW,
		F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL,
		F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SEAL,
		F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_SEAL,
		F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL,
	};

	for (size_t i = 0; i < COUNT(seals); i++)
		assert_foul_file(*state, memory_file("12345", 5, seals[i]), 5);
}

static void a_file_of_another_size_than_it_was_said_is_foul(void **state)
{
	static const uint64_t sizes[] = { 1, 4, 6, 4096, MAX_RESULT - 6 };

	for (size_t i = 0; i < COUNT(sizes); i++)
		assert_foul_file(*state, memory_file("12345", 5, SEALS),
				 sizes[i]);
	assert_foul_file(*state, memory_file("", 0, SEALS), 1);
}

static void an_ordinary_file_is_foul(void **state)
{
	static const char *const homes[] = { ".", "/tmp", "/dev/shm" };

	for (size_t i = 0; i < COUNT(homes); i++) {
		int fd = open(homes[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

		if (fd < 0)
			continue; /* not every file system can */
		assert_true(fd_write_all(fd, "12345", 5));
		assert_foul_file(*state, fd, 5);
	}
}

static void a_program_that_is_being_run_is_foul(void **state)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	off_t size = lseek(fd, 0, SEEK_END);
	struct rig *rig = *state;

	assert_true(size > 0);
	rig_renew(rig, SIZE_MAX);
	put_bulk(rig, fd, (uint64_t)size);
	assert_ends(rig, LAST_FOUL, "");
}

static void what_is_no_file_at_all_is_foul(void **state)
{
	static const char *const paths[] = { "/dev/null", "/dev/zero", "/proc",
					     "/proc/self/maps" };
	int pair[2];

	for (size_t i = 0; i < COUNT(paths); i++)
		assert_foul_file(*state, open(paths[i], O_RDONLY | O_CLOEXEC),
				 4096);
	assert_int_equal(fd_pipe(pair), 0);
	assert_foul_file(*state, pair[0], 1);
	assert_foul_file(*state, pair[1], 1);
	assert_int_equal(fd_socketpair(SOCK_STREAM, pair), 0);
	assert_foul_file(*state, pair[0], 1);
	assert_foul_file(*state, pair[1], 1);
}

static void a_pipe_full_of_bytes_is_foul_too(void **state)
{
	int pair[2];

	assert_int_equal(fd_pipe(pair), 0);
	assert_true(fd_write_all(pair[1], "12345", 5));
	assert_foul_file(*state, pair[0], 5);
	assert_int_equal(close(pair[1]), 0);
}

/* Their pages may be missing only when they are touched. */
static void a_file_of_huge_pages_is_foul(void **state)
{
	const off_t huge = 2 << 20;
	int fd = memfd_create("test",
			      MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB);
	struct rig *rig = *state;

	if (fd < 0)
		skip();
	assert_int_equal(ftruncate(fd, huge), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS), 0);
	rig_renew(rig, SIZE_MAX);
	put_bulk(rig, fd, (uint64_t)huge);
	assert_ends(rig, LAST_FOUL, "");
}

static void a_sealed_file_of_nothing_is_no_result(void **state)
{
	struct rig *rig = *state;

	put_bulk(rig, memory_file("", 0, SEALS), 0);
	assert_int_not_equal(read_all(rig), LAST_NONE);
	assert_int_not_equal(rig->inbox.last, LAST_DONE);
	assert_result(rig, "");
}

static void holes_in_a_sealed_file_are_zeroes(void **state)
{
	static const char zeroes[MAX_RESULT];
	struct rig *rig = *state;
	int fd = memory_file("", 0, 0);
	size_t size;

	assert_int_equal(ftruncate(fd, MAX_RESULT), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS), 0);
	put_bulk(rig, fd, MAX_RESULT);
	put_done(rig, 0);
	assert_int_equal(read_all(rig), LAST_DONE);
	assert_memory_equal(inbox_result(&rig->inbox, &size), zeroes,
			    MAX_RESULT);
	assert_int_equal(size, MAX_RESULT);
}

/* As the child may keep its own descriptor of the file. */
static void what_was_taken_cannot_be_changed_any_more(void **state)
{
	struct rig *rig = *state;
	int fd = memory_file("before", 6, SEALS);
	AUTO_CLOSE int kept = dup(fd);

	put_bulk(rig, fd, 6);
	put_done(rig, 0);
	assert_int_equal(read_all(rig), LAST_DONE);
	assert_true(pwrite(kept, "behind", 6, 0) < 0);
	assert_true(ftruncate(kept, 0) < 0);
	assert_result(rig, "before");
}

/* ---- Files and frames -------------------------------------------------- */

static void files_that_no_frame_speaks_of_are_foul(void **state)
{
	struct rig *rig = *state;

	put_stray(rig, "one");
	assert_int_equal(read_all(rig), LAST_NONE);
	put_stray(rig, "two");
	assert_int_equal(read_all(rig), LAST_FOUL);
}

static void a_thousand_files_leave_no_descriptor(void **state)
{
	struct rig *rig = *state;

	for (int i = 0; i < 1000; i++) {
		rig_renew(rig, MAX_RESULT);
		for (int files = 0; files < i % 5; files++)
			put_stray(rig, "x");
		(void)read_all(rig);
		rig_close(rig);
		assert_int_equal(fds_open(NULL), rig->fds);
		rig_open(rig, MAX_RESULT);
	}
}

static void a_file_is_used_once(void **state)
{
	struct rig *rig = *state;

	put_sealed(rig, "once");
	put_bulk(rig, -1, 4);
	put_done(rig, 0);
	assert_ends(rig, LAST_FOUL, "once");
}

static void a_file_is_closed_as_soon_as_it_was_looked_at(void **state)
{
	struct rig *rig = *state;
	size_t before = fds_open(NULL);

	put_sealed(rig, "good");
	put_bulk(rig, memory_file("bad", 3, 0), 3);
	assert_int_equal(read_all(rig), LAST_FOUL);
	assert_int_equal(fds_open(NULL), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(a_file_that_did_not_come_is_foul),
		RIG_TEST(a_file_that_can_still_change_is_foul),
		RIG_TEST(a_file_of_another_size_than_it_was_said_is_foul),
		RIG_TEST(an_ordinary_file_is_foul),
		RIG_TEST(a_program_that_is_being_run_is_foul),
		RIG_TEST(what_is_no_file_at_all_is_foul),
		RIG_TEST(a_pipe_full_of_bytes_is_foul_too),
		RIG_TEST(a_file_of_huge_pages_is_foul),
		RIG_TEST(a_sealed_file_of_nothing_is_no_result),
		RIG_TEST(holes_in_a_sealed_file_are_zeroes),
		RIG_TEST(what_was_taken_cannot_be_changed_any_more),
		RIG_TEST(files_that_no_frame_speaks_of_are_foul),
		RIG_TEST(a_thousand_files_leave_no_descriptor),
		RIG_TEST(a_file_is_used_once),
		RIG_TEST(a_file_is_closed_as_soon_as_it_was_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
