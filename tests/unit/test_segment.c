/* SPDX-License-Identifier: MIT */
/* test_segment.c - memory that is shared cannot be cut short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fd.h"
#include "segment.h"
#include "tine.h"

#define SIZE ((size_t)100000)

static struct segment segment;

static int renew(void **state)
{
	(void)state;
	assert_int_equal(segment_new(&segment, SIZE), 0);
	return 0;
}

static int done(void **state)
{
	(void)state;
	segment_done(&segment);
	return 0;
}

static void it_is_all_zeroes(void **state)
{
	const unsigned char *bytes = segment.memory;

	(void)state;
	assert_int_equal(segment.size, SIZE);
	for (size_t i = 0; i < SIZE; i++)
		assert_int_equal(bytes[i], 0);
}

/* The other side's map is another one, of the same memory. */
static void what_one_side_writes_the_other_reads(void **state)
{
	char *ours = segment.memory;
	char *theirs = segment_join(dup(segment.fd), SIZE);

	(void)state;
	assert_non_null(theirs);
	assert_ptr_not_equal(ours, theirs);
	strcpy(ours, "down");
	assert_string_equal(theirs, "down");
	strcpy(theirs + SIZE - 5, "up!!");
	assert_string_equal(ours + SIZE - 5, "up!!");
	assert_int_equal(munmap(theirs, SIZE), 0);
}

static void joining_closes_the_descriptor(void **state)
{
	int fd = dup(segment.fd);
	void *theirs = segment_join(fd, SIZE);

	(void)state;
	assert_non_null(theirs);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(munmap(theirs, SIZE), 0);
	fd = dup(segment.fd);
	assert_null(segment_join(fd, 0));
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_null(segment_join(-1, SIZE));
}

/* Or who reads it would die by SIGBUS. */
static void nobody_can_cut_it_or_let_it_grow(void **state)
{
	(void)state;
	assert_int_equal(ftruncate(segment.fd, 0), -1);
	assert_int_equal(ftruncate(segment.fd, SIZE - 1), -1);
	assert_int_equal(ftruncate(segment.fd, SIZE + 1), -1);
	assert_int_equal(fcntl(segment.fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
}

static void its_descriptor_is_out_of_the_way(void **state)
{
	(void)state;
	assert_true(segment.fd >= FD_FLOOR);
	assert_int_equal(fcntl(segment.fd, F_GETFD), FD_CLOEXEC);
}

static void who_handed_it_over_has_the_memory_alone(void **state)
{
	int fd = segment.fd;

	(void)state;
	segment_hand_over(&segment);
	assert_int_equal(segment.fd, -1);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	memset(segment.memory, 'x', SIZE);
	segment_hand_over(&segment);
}

static void it_is_done_once(void **state)
{
	int fd = segment.fd;

	(void)state;
	segment_done(&segment);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_null(segment.memory);
	assert_int_equal(segment.fd, -1);
	segment_done(&segment);
}

static void where_there_is_no_room_it_is_as_it_was(void **state)
{
	struct segment other = { .fd = -4711 }, before = other;

	(void)state;
	assert_true(segment_new(&other, (size_t)1 << 62) < 0);
	assert_memory_equal(&other, &before, sizeof other);
}

/* The kernel would end the process by SIGXFSZ. */
static void where_no_file_may_be_so_large_there_is_none(void **state)
{
	struct segment other = { .fd = -4711 }, before = other;
	struct rlimit old, limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = SIZE - 1;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(segment_new(&other, SIZE), TINE_ELIMIT);
	assert_memory_equal(&other, &before, sizeof other);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, renew, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_all_zeroes),
		TEST(what_one_side_writes_the_other_reads),
		TEST(joining_closes_the_descriptor),
		TEST(nobody_can_cut_it_or_let_it_grow),
		TEST(its_descriptor_is_out_of_the_way),
		TEST(who_handed_it_over_has_the_memory_alone),
		TEST(it_is_done_once),
		TEST(where_there_is_no_room_it_is_as_it_was),
		TEST(where_no_file_may_be_so_large_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
