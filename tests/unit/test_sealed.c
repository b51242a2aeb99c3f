/* SPDX-License-Identifier: MIT */
/* test_sealed.c - only a memory file that nobody can change is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sealed.h"

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

static int made(const char *bytes)
{
	int fd = sealed_new(strlen(bytes));

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
	return fd;
}

static void done(int fd)
{
	assert_int_equal(close(fd), 0);
}

static void what_is_shut_can_be_read_and_not_changed(void **state)
{
	int fd = made("bytes");
	void *map;

	(void)state;
	assert_true(sealed_shut(fd));
	assert_true(sealed_is(fd, 5));
	map = sealed_map(fd, 5);
	assert_memory_equal(map, "bytes", 5);
	sealed_unmap(map, 5);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(ftruncate(fd, 10), -1);
	assert_ptr_equal(
		mmap(NULL, 5, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0),
		MAP_FAILED);
	done(fd);
}

static void it_may_be_empty(void **state)
{
	int fd = made("");

	(void)state;
	assert_true(sealed_shut(fd));
	assert_true(sealed_is(fd, 0));
	assert_null(sealed_map(fd, 0));
	sealed_unmap(NULL, 0);
	done(fd);
}

static void a_child_does_not_inherit_it_by_exec(void **state)
{
	int fd = made("");

	(void)state;
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	done(fd);
}

static void what_is_open_is_none(void **state)
{
	int fd = made("bytes");

	(void)state;
	assert_false(sealed_is(fd, 5));
	done(fd);
}

static void each_seal_is_needed(void **state)
{
	static const int seals[] = { F_SEAL_WRITE, F_SEAL_SHRINK, F_SEAL_GROW };

	(void)state;
	for (int i = 0; i < 3; i++) {
		int fd = made("bytes");

		assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS & ~seals[i]), 0);
		assert_false(sealed_is(fd, 5));
		assert_int_equal(fcntl(fd, F_ADD_SEALS, seals[i]), 0);
		assert_true(sealed_is(fd, 5));
		done(fd);
	}
}

static void another_size_is_another_file(void **state)
{
	static const uint64_t sizes[] = { 0, 4, 6, UINT64_MAX,
					  ((uint64_t)1 << 32) + 5 };
	int fd = made("bytes");

	(void)state;
	assert_true(sealed_shut(fd));
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		assert_false(sealed_is(fd, sizes[i]));
	done(fd);
}

static void what_can_only_be_written_is_none(void **state)
{
	char path[64];
	int fd = made("bytes"), writer;

	(void)state;
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	writer = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(writer >= 0);
	assert_true(sealed_shut(fd));
	assert_true(sealed_is(fd, 5));
	assert_false(sealed_is(writer, 5));
	done(writer);
	done(fd);
}

static void files_and_pipes_and_nothing_are_none(void **state)
{
	int fds[2];
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	assert_int_equal(pipe(fds), 0);
	assert_false(sealed_is(fileno(file), 0));
	assert_false(sealed_shut(fileno(file)));
	assert_false(sealed_is(fds[0], 0));
	assert_false(sealed_is(-1, 0));
	assert_false(sealed_is(-2, 0));
	assert_false(sealed_shut(-1));
	done(fds[0]);
	done(fds[1]);
	assert_false(sealed_is(fds[0], 0));
	(void)fclose(file);
}

/* Their pages may be missing when they are touched. Where the system has none
 * of that kind there is nothing to refuse. */
static void huge_pages_are_none(void **state)
{
	int fd = memfd_create("huge",
			      MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB);

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS), 0);
	assert_false(sealed_is(fd, 0));
	done(fd);
}

static void who_maps_it_to_write_keeps_it_open(void **state)
{
	int fd = made("bytes");
	void *map = mmap(NULL, 5, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	(void)state;
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_false(sealed_shut(fd));
	assert_false(sealed_is(fd, 5));
	assert_int_equal(munmap(map, 5), 0);
	assert_true(sealed_shut(fd));
	done(fd);
}

/* The kernel would end the process by SIGXFSZ. */
static void what_is_beyond_the_limit_of_files_is_not_begun(void **state)
{
	struct rlimit old, limit;
	int fd;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 1000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(sealed_new(1001), -1);
	assert_int_equal(sealed_new(SIZE_MAX), -1);
	fd = sealed_new(1000);
	assert_true(fd >= 0);
	done(fd);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
}

static void what_is_beyond_it_is_not_added(void **state)
{
	struct rlimit old, limit;
	int fd = made("bytes");

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_false(sealed_add(fd, "and six", 6));
	assert_false(sealed_add(fd, "", SIZE_MAX - 4));
	assert_true(sealed_add(fd, "five.", 5));
	assert_true(sealed_add(fd, "", 0));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_true(sealed_shut(fd));
	assert_true(sealed_is(fd, 10));
	assert_false(sealed_add(fd, "x", 1));
	assert_false(sealed_add(-1, "x", 1));
	done(fd);
}

static void a_map_that_cannot_be_is_null(void **state)
{
	int fd = made("bytes");

	(void)state;
	assert_null(sealed_map(-1, 5));
	assert_null(sealed_map(fd, SIZE_MAX));
	done(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_shut_can_be_read_and_not_changed),
		cmocka_unit_test(it_may_be_empty),
		cmocka_unit_test(a_child_does_not_inherit_it_by_exec),
		cmocka_unit_test(what_is_open_is_none),
		cmocka_unit_test(each_seal_is_needed),
		cmocka_unit_test(another_size_is_another_file),
		cmocka_unit_test(what_can_only_be_written_is_none),
		cmocka_unit_test(files_and_pipes_and_nothing_are_none),
		cmocka_unit_test(huge_pages_are_none),
		cmocka_unit_test(who_maps_it_to_write_keeps_it_open),
		cmocka_unit_test(
			what_is_beyond_the_limit_of_files_is_not_begun),
		cmocka_unit_test(what_is_beyond_it_is_not_added),
		cmocka_unit_test(a_map_that_cannot_be_is_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
