/* SPDX-License-Identifier: MIT */
/* test_found.c - bugs that were found: the test of each, so that it stays
 * found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "fds.h"
#include "frame.h"
#include "inbox.h"
#include "options.h"
#include "text.h"
#include "verdict.h"

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

static void put_frame(int to, enum frame_kind kind, const void *body,
		      size_t size)
{
	unsigned char head[FRAME_HEAD];

	frame_encode(head, &(struct frame){ kind, (uint32_t)size, 0 });
	assert_true(fd_send_all(to, head, sizeof head, body, size));
}

static void put_bulk(int to, int fd, uint64_t size)
{
	unsigned char bytes[FRAME_HEAD + 8];

	frame_encode(bytes, &(struct frame){ FRAME_BULK, 8, 0 });
	frame_put64(bytes + FRAME_HEAD, size);
	assert_true(fd_pass(to, bytes, sizeof bytes, fd, 0));
	defer_close(&fd);
}

static int sealed(const char *text)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd_write_all(fd, text, strlen(text)));
	assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS), 0);
	return fd;
}

/* A read of INBOX_PIECE bytes ends inside a BULK frame, and another one is
 * right behind it: wherever that is, a good child's result is one. */
static void files_whose_frames_a_read_divides_are_taken(void **state)
{
	static char bytes[FRAME_MOST];

	(void)state;
	for (size_t size = 1; size <= FRAME_MOST;
	     size += size % 8192 < 8100 ? 100 : 1) {
		struct inbox inbox;
		int pair[2];

		assert_int_equal(fd_socketpair(SOCK_STREAM, pair), 0);
		inbox_init(&inbox, 1 << 20);
		put_frame(pair[1], FRAME_DATA, bytes, size);
		put_bulk(pair[1], sealed("one"), 3);
		put_bulk(pair[1], sealed("two"), 3);
		put_frame(pair[1], FRAME_DONE, NULL, 0);
		inbox_drain(&inbox, pair[0]);
		if (inbox.last != LAST_DONE)
			fail_msg("after %zu bytes of data: last word %d", size,
				 inbox.last);
		assert_int_equal(inbox.data.size, size + 6);
		inbox_done(&inbox);
		(void)close(pair[0]);
		(void)close(pair[1]);
	}
}

static void of_many_descriptors_in_a_message_none_is_kept(void **state)
{
	static const int counts[] = { 2, 3, 253 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char room[CMSG_SPACE(sizeof(int) * 253)] = { 0 };
		struct iovec bytes = { .iov_base = (char[]){ 0x31 },
				       .iov_len = 1 };
		struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };
		size_t count = (size_t)counts[i];
		struct cmsghdr *head;
		struct inbox inbox;
		size_t before;
		int pair[2];

		assert_int_equal(fd_socketpair(SOCK_STREAM, pair), 0);
		before = fds_open(NULL);
		inbox_init(&inbox, 100);
		message.msg_control = room;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int) * count);
		for (size_t n = 0; n < count; n++)
			memcpy(CMSG_DATA(head) + n * sizeof(int), &pair[1],
			       sizeof(int));
		assert_int_equal(sendmsg(pair[1], &message, 0), 1);
		(void)inbox_read(&inbox, pair[0]);
		inbox_done(&inbox);
		assert_int_equal(fds_open(NULL), before);
	}
}

static void assert_end(struct facts facts, enum tine_end wanted)
{
	static const struct tine_options options;
	int code;

	facts.options = &options;
	facts.said = facts.note = "";
	assert_int_equal(verdict_end(&facts, &code), wanted);
}

static void half_a_frame_then_silence_is_garbled(void **state)
{
	(void)state;
	assert_end((struct facts){ .how = EXIT_SIGNAL,
				   .status = SIGKILL,
				   .killed = true,
				   .cause = CAUSE_FOUL,
				   .last = LAST_CUT },
		   TINE_GARBLED);
}

static void a_strangers_sigterm_is_not_ours_if_we_sent_none(void **state)
{
	(void)state;
	assert_end((struct facts){ .how = EXIT_SIGNAL,
				   .status = SIGTERM,
				   .killed = true,
				   .cause = CAUSE_BRUTAL },
		   TINE_CRASHED);
}

static enum last_word last_of(int fd, uint64_t size)
{
	struct inbox inbox;
	int pair[2];

	assert_int_equal(fd_socketpair(SOCK_STREAM, pair), 0);
	inbox_init(&inbox, 1000);
	put_bulk(pair[1], fd, size);
	(void)inbox_read(&inbox, pair[0]);
	inbox_done(&inbox);
	return inbox.last;
}

static void a_path_or_a_file_for_writing_is_foul(void **state)
{
	char path[64];
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int write_only;

	(void)state;
	assert_true(fd_write_all(fd, "12345", 5));
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	write_only = open(path, O_WRONLY);
	assert_int_equal(last_of(open(path, O_PATH), 5), LAST_FOUL);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS), 0);
	assert_int_equal(last_of(write_only, 5), LAST_FOUL);
}

static void a_monster_behind_data_keeps_its_amount(void **state)
{
	struct inbox inbox;
	int pair[2];

	(void)state;
	assert_int_equal(fd_socketpair(SOCK_STREAM, pair), 0);
	inbox_init(&inbox, 1000);
	put_frame(pair[1], FRAME_DATA, "0123456789", 10);
	put_bulk(pair[1], -1, UINT64_MAX);
	(void)inbox_read(&inbox, pair[0]);
	assert_true(inbox.amount > 1000);
	inbox_done(&inbox);
}

static void a_file_of_nothing_is_foul(void **state)
{
	(void)state;
	assert_int_equal(last_of(sealed(""), 0), LAST_FOUL);
}

static void a_message_is_cut_between_characters(void **state)
{
	static const struct tine_options options;
	static char linked[VERDICT_TEXT + 64];
	struct facts facts = { .how = EXIT_SIGNAL,
			       .status = SIGKILL,
			       .killed = true,
			       .cause = CAUSE_LINK,
			       .linked = linked,
			       .said = "",
			       .note = "",
			       .options = &options };
	char text[VERDICT_TEXT];
	int cut = 0;

	(void)state;
	for (size_t shift = 0; shift < 3; shift++) {
		size_t end;

		memset(linked, 0, sizeof linked);
		memset(linked, 'x', shift);
		for (size_t i = shift; i + 4 < sizeof linked; i += 3)
			memcpy(linked + i, "\u20ac", 3);
		verdict_say(&facts, TINE_KILLED, 9, text);
		end = strlen(text);
		cut |= (unsigned char)text[end - 1] == 0xe2 ||
		       (unsigned char)text[end - 2] == 0xe2;
	}
	assert_false(cut);
}

static void a_size_is_never_told_with_an_exponent(void **state)
{
	char size[TEXT_SIZE];

	(void)state;
	assert_null(strchr(text_size(size, UINT64_MAX), '+'));
}

static void what_is_filled_in_could_have_been_given(void **state)
{
	struct tine_options full, again;

	(void)state;
	assert_int_equal(
		options_fill(
			&(struct tine_options){ .retry.max_backoff_ms = 50 },
			&full),
		0);
	assert_int_equal(options_fill(&full, &again), 0);
}

static void every_byte_of_a_head_is_one_we_write(void **state)
{
	unsigned char bytes[FRAME_HEAD + 1] = { 0 };
	struct frame frame;

	(void)state;
	frame_encode(bytes, &(struct frame){ FRAME_DATA, 1, 7 });
	assert_true(frame_decode(bytes, sizeof bytes, &frame) < 0);
}

static void what_nobody_wants_needs_no_descriptor(void **state)
{
	struct inbox inbox;
	int pair[2], used[20000], count = 0, fd;

	(void)state;
	assert_int_equal(fd_socketpair(SOCK_STREAM, pair), 0);
	inbox_init(&inbox, 100);
	inbox_discard(&inbox);
	put_bulk(pair[1], sealed("12345"), 5);
	put_frame(pair[1], FRAME_DONE, NULL, 0);
	while (count < 20000 && (fd = dup(pair[0])) >= 0)
		used[count++] = fd;
	inbox_drain(&inbox, pair[0]);
	while (count > 0)
		(void)close(used[--count]);
	assert_int_equal(inbox.last, LAST_DONE);
	inbox_done(&inbox);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_whose_frames_a_read_divides_are_taken),
		cmocka_unit_test(of_many_descriptors_in_a_message_none_is_kept),
		cmocka_unit_test(half_a_frame_then_silence_is_garbled),
		cmocka_unit_test(
			a_strangers_sigterm_is_not_ours_if_we_sent_none),
		cmocka_unit_test(a_path_or_a_file_for_writing_is_foul),
		cmocka_unit_test(a_monster_behind_data_keeps_its_amount),
		cmocka_unit_test(a_file_of_nothing_is_foul),
		cmocka_unit_test(a_message_is_cut_between_characters),
		cmocka_unit_test(a_size_is_never_told_with_an_exponent),
		cmocka_unit_test(what_is_filled_in_could_have_been_given),
		cmocka_unit_test(every_byte_of_a_head_is_one_we_write),
		cmocka_unit_test(what_nobody_wants_needs_no_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
