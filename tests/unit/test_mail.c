/* SPDX-License-Identifier: MIT */
/* test_mail.c - files come in their order, and wakings come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "mail.h"

static struct mail mail;
static int theirs;

static int renew(void **state)
{
	int pair[2];

	(void)state;
	assert_int_equal(fd_socketpair(SOCK_SEQPACKET, pair), 0);
	mail_init(&mail, pair[0]);
	theirs = pair[1];
	return 0;
}

static int done(void **state)
{
	(void)state;
	mail_done(&mail);
	assert_int_equal(mail.socket, -1);
	(void)close(theirs);
	return 0;
}

static void wake(void)
{
	assert_int_equal(send(theirs, "w", 1, MSG_DONTWAIT), 1);
}

/* The file of that item; its size says which it is. */
static void pass_of(uint32_t number, int size)
{
	const struct mail_letter letter = { MAIL_FILE, number };
	int fd = memfd_create("mail", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	assert_true(fd_pass(theirs, &letter, sizeof letter, fd, MSG_DONTWAIT));
	assert_int_equal(close(fd), 0);
}

static void pass(int number)
{
	pass_of((uint32_t)number, number);
}

static void expect(int number)
{
	int file = mail_take_file(&mail);
	struct stat found;

	assert_true(file >= 0);
	assert_int_equal(fstat(file, &found), 0);
	assert_int_equal(found.st_size, number);
	assert_int_equal(close(file), 0);
}

static void expect_none(void)
{
	int file = mail_take_file(&mail);

	assert_true(file < 0);
	assert_int_not_equal(file, FD_NO_ROOM);
}

/* The descriptor that is free next: the same as long as none is lost. */
static int lowest(void)
{
	int fd = fcntl(theirs, F_DUPFD_CLOEXEC, 0);

	assert_int_equal(close(fd), 0);
	return fd;
}

static void where_nothing_came_there_is_nothing(void **state)
{
	(void)state;
	mail_read(&mail);
	expect_none();
	assert_false(mail.foul);
}

static void files_come_in_their_order(void **state)
{
	(void)state;
	for (int i = 1; i <= 5; i++)
		pass(i);
	mail_read(&mail);
	for (int i = 1; i <= 3; i++)
		expect(i);
	pass(6);
	mail_read(&mail);
	for (int i = 4; i <= 6; i++)
		expect(i);
	expect_none();
}

static void what_is_of_items_before_is_forgotten(void **state)
{
	int fd = lowest();

	(void)state;
	for (int i = 1; i <= 5; i++)
		pass(i);
	mail_read(&mail);
	mail_forget(&mail, 3);
	assert_int_equal(mail.count, 3);
	expect(3);
	mail_forget(&mail, 4);
	expect(4);
	mail_forget(&mail, 100);
	expect_none();
	mail_forget(&mail, 100);
	assert_int_equal(lowest(), fd);
}

static void numbers_wrap(void **state)
{
	(void)state;
	pass_of(UINT32_MAX - 1, 1);
	pass_of(UINT32_MAX, 2);
	pass_of(0, 3);
	pass_of(1, 4);
	mail_read(&mail);
	mail_forget(&mail, UINT32_MAX);
	expect(2);
	mail_forget(&mail, 0);
	expect(3);
	mail_forget(&mail, 2);
	expect_none();
}

static void wakings_are_read_and_forgotten(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++)
		wake();
	pass(1);
	wake();
	mail_read(&mail);
	expect(1);
	expect_none();
	assert_false(mail.foul);
}

static void a_turn_has_its_end(void **state)
{
	char word;

	(void)state;
	for (int i = 0; i < 65; i++)
		wake();
	mail_read(&mail);
	assert_int_equal(recv(mail.socket, &word, 1, MSG_DONTWAIT), 1);
	assert_int_equal(recv(mail.socket, &word, 1, MSG_DONTWAIT), -1);
}

static void too_many_files_are_foul_and_are_closed(void **state)
{
	int fd;

	(void)state;
	for (int i = 1; i <= MAIL_FILES; i++)
		pass(i);
	mail_read(&mail);
	assert_false(mail.foul);
	fd = lowest();
	pass(MAIL_FILES + 1);
	pass(MAIL_FILES + 2);
	mail_read(&mail);
	assert_true(mail.foul);
	assert_int_equal(mail.count, MAIL_FILES);
	assert_int_equal(lowest(), fd);
	expect(1);
}

static void a_file_without_its_word_is_closed(void **state)
{
	int fd = lowest();

	(void)state;
	assert_true(fd_pass(theirs, "w", 1, theirs, MSG_DONTWAIT));
	assert_true(fd_pass(theirs, "x", 1, theirs, MSG_DONTWAIT));
	mail_read(&mail);
	expect_none();
	assert_int_equal(lowest(), fd);
}

static void a_word_without_its_file_is_none(void **state)
{
	const struct mail_letter letter = { MAIL_FILE, 1 };

	(void)state;
	assert_int_equal(send(theirs, &letter, sizeof letter, MSG_DONTWAIT),
			 sizeof letter);
	pass(2);
	mail_read(&mail);
	expect_none();
	expect(2);
}

static void messages_may_be_of_any_length(void **state)
{
	(void)state;
	assert_int_equal(send(theirs, "", 0, MSG_DONTWAIT), 0);
	assert_int_equal(send(theirs, "wfffffffffff", 12, MSG_DONTWAIT), 12);
	mail_read(&mail);
	mail_read(&mail);
	expect_none();
	assert_false(mail.foul);
}

static void who_hangs_up_has_sent_what_he_sent(void **state)
{
	(void)state;
	pass(1);
	assert_int_equal(close(theirs), 0);
	mail_read(&mail);
	expect(1);
	mail_read(&mail);
	expect_none();
	theirs = -1;
}

static void what_nobody_took_is_closed(void **state)
{
	int fd = lowest();

	for (int i = 0; i < 5; i++)
		pass(i);
	mail_read(&mail);
	assert_int_equal(mail.count, 5);
	(void)done(state);
	(void)renew(state);
	assert_int_equal(lowest(), fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, renew, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(where_nothing_came_there_is_nothing),
		TEST(files_come_in_their_order),
		TEST(what_is_of_items_before_is_forgotten),
		TEST(numbers_wrap),
		TEST(wakings_are_read_and_forgotten),
		TEST(a_turn_has_its_end),
		TEST(too_many_files_are_foul_and_are_closed),
		TEST(a_file_without_its_word_is_closed),
		TEST(a_word_without_its_file_is_none),
		TEST(messages_may_be_of_any_length),
		TEST(who_hangs_up_has_sent_what_he_sent),
		TEST(what_nobody_took_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
