/* SPDX-License-Identifier: MIT */
/* test_address.c - a name is had once in a program, and found only there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "fd.h"
#include "tine.h"

#define LONGEST \
	"012345678901234567890123456789012345678901234567890123456789abc"

static struct program ours;

static int setup(void **state)
{
	(void)state;
	assert_int_equal(program_of(getpid(), &ours), 0);
	return 0;
}

static int listen_at(const char *name)
{
	int fd = address_listen(&ours, name);

	assert_true(fd >= FD_FLOOR);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	return fd;
}

static void done(int fd)
{
	assert_int_equal(close(fd), 0);
}

/* ---- Programs ----------------------------------------------------------- */

static void a_program_is_known_by_its_pid_and_when_it_began(void **state)
{
	struct program again, first;

	(void)state;
	assert_int_equal(program_of(getpid(), &again), 0);
	assert_int_equal(program_of(1, &first), 0);
	assert_int_equal(ours.pid, getpid());
	assert_true(ours.began > 0);
	assert_true(again.began == ours.began);
	assert_true(first.began <= ours.began);
}

static void what_is_no_process_never_began(void **state)
{
	struct program first;

	(void)state;
	assert_int_equal(program_of(INT_MAX, &first), 0);
	assert_true(first.began == 0);
	assert_int_equal(program_of(-1, &first), 0);
	assert_true(first.began == 0);
}

/* ---- Names -------------------------------------------------------------- */

static void who_listens_is_found_and_both_can_talk(void **state)
{
	int listening = listen_at("one");
	int there = address_connect(&ours, "one");
	int here = address_accept(listening);
	char bytes[8];

	(void)state;
	assert_true(there >= FD_FLOOR && here >= FD_FLOOR);
	assert_int_equal(fcntl(there, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(here, F_GETFD), FD_CLOEXEC);
	assert_int_equal(send(there, "one", 3, 0), 3);
	assert_int_equal(send(there, "two", 3, 0), 3);
	assert_int_equal(recv(here, bytes, sizeof bytes, 0), 3);
	assert_memory_equal(bytes, "one", 3);
	assert_int_equal(send(here, "back", 4, 0), 4);
	assert_int_equal(recv(there, bytes, sizeof bytes, 0), 4);
	done(here);
	done(there);
	done(listening);
}

static void a_name_is_taken_until_its_owner_has_closed_it(void **state)
{
	int listening = listen_at("taken");

	(void)state;
	assert_int_equal(address_listen(&ours, "taken"), TINE_EEXIST);
	done(listening);
	done(listen_at("taken"));
}

static void what_is_not_there_is_not_found(void **state)
{
	int listening = listen_at("there");

	(void)state;
	assert_int_equal(address_connect(&ours, "elsewhere"), TINE_ENOENT);
	assert_int_equal(address_connect(&ours, "ther"), TINE_ENOENT);
	assert_int_equal(address_connect(&ours, "there "), TINE_ENOENT);
	assert_int_equal(address_connect(&ours, "There"), TINE_ENOENT);
	done(listening);
	assert_int_equal(address_connect(&ours, "there"), TINE_ENOENT);
}

static void names_may_be_long_and_of_any_bytes(void **state)
{
	static const char *const names[] = { LONGEST,  "a", " ",
					     "\xff\n", ".", "%d%s" };
	int fds[sizeof names / sizeof *names];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		fds[i] = listen_at(names[i]);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		done(address_connect(&ours, names[i]));
		done(address_accept(fds[i]));
		done(fds[i]);
	}
}

/* The largest numbers that there may be, and the longest name. */
static void the_longest_address_has_room(void **state)
{
	const struct program largest = { .pid = INT_MAX, .began = ULLONG_MAX };
	int listening = address_listen(&largest, LONGEST);

	(void)state;
	assert_true(listening >= 0);
	assert_int_equal(address_listen(&largest, LONGEST), TINE_EEXIST);
	done(address_connect(&largest, LONGEST));
	done(listening);
}

static void two_programs_do_not_meet(void **state)
{
	struct program other = { .pid = ours.pid + 1, .began = ours.began };
	struct program later = { .pid = ours.pid, .began = ours.began + 1 };
	int listening = listen_at("name"), others, laters;

	(void)state;
	assert_int_equal(address_connect(&other, "name"), TINE_ENOENT);
	assert_int_equal(address_connect(&later, "name"), TINE_ENOENT);
	others = address_listen(&other, "name");
	laters = address_listen(&later, "name");
	assert_true(others >= 0 && laters >= 0);
	done(others);
	done(laters);
	done(listening);
}

/* ---- Who asks ----------------------------------------------------------- */

static void where_nobody_asks_nobody_is_accepted(void **state)
{
	int listening = listen_at("quiet");

	(void)state;
	assert_int_equal(address_accept(listening), -1);
	done(listening);
}

static void who_has_left_again_does_no_harm(void **state)
{
	int listening = listen_at("brief"), here;
	char byte;

	(void)state;
	done(address_connect(&ours, "brief"));
	here = address_accept(listening);
	assert_true(here >= 0);
	assert_int_equal(recv(here, &byte, 1, 0), 0);
	done(here);
	done(listening);
}

static void where_too_many_wait_the_next_is_told_so(void **state)
{
	int listening = listen_at("crowd"), waiting[1000], count = 0, error;

	(void)state;
	while ((error = address_connect(&ours, "crowd")) >= 0)
		waiting[count++] = error;
	assert_int_equal(error, TINE_ELIMIT);
	assert_true(count > 100);
	done(address_accept(listening));
	done(address_connect(&ours, "crowd"));
	while (count > 0)
		done(waiting[--count]);
	done(listening);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_program_is_known_by_its_pid_and_when_it_began),
		cmocka_unit_test(what_is_no_process_never_began),
		cmocka_unit_test(who_listens_is_found_and_both_can_talk),
		cmocka_unit_test(a_name_is_taken_until_its_owner_has_closed_it),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(names_may_be_long_and_of_any_bytes),
		cmocka_unit_test(the_longest_address_has_room),
		cmocka_unit_test(two_programs_do_not_meet),
		cmocka_unit_test(where_nobody_asks_nobody_is_accepted),
		cmocka_unit_test(who_has_left_again_does_no_harm),
		cmocka_unit_test(where_too_many_wait_the_next_is_told_so),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
