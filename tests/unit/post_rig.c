/* SPDX-License-Identifier: MIT */
/* post_rig.c - both ends of a post, and what may be put into one by hand. */
#include "post_rig.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "fds.h"

#define FDS_MOST 8

static void rig_open(struct rig *rig)
{
	int pair[2];

	assert_int_equal(fd_socketpair(SOCK_SEQPACKET, pair), 0);
	post_open(&rig->ours, pair[0]);
	post_open(&rig->theirs, pair[1]);
}

static void rig_close(struct rig *rig)
{
	post_close(&rig->ours);
	post_close(&rig->theirs);
}

void rig_renew(struct rig *rig)
{
	rig_close(rig);
	assert_int_equal(fds_open(NULL), rig->fds);
	rig_open(rig);
}

int rig_setup(void **state)
{
	struct rig *rig = calloc(1, sizeof *rig);

	if (!rig)
		return -1;
	rig->fds = fds_open(NULL);
	rig_open(rig);
	*state = rig;
	return 0;
}

int rig_teardown(void **state)
{
	struct rig *rig = *state;

	rig_close(rig);
	assert_int_equal(fds_open(NULL), rig->fds);
	free(rig);
	return 0;
}

int memory_file(size_t size, int seals)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

const unsigned char *pattern(size_t size)
{
	static unsigned char bytes[1 << 20];

	assert_true(size <= sizeof bytes);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)(i * 7 + i / 251);
	return bytes;
}

/* ---- Good letters ------------------------------------------------------- */

void put_letter(struct rig *rig, uint64_t number, const void *body, size_t size)
{
	const struct letter letter = {
		.kind = 7,
		.serial = number,
		.value = -(int64_t)number,
		.body = body,
		.size = size,
	};

	assert_int_equal(post_send(&rig->theirs, &letter), 0);
}

void assert_letter(struct rig *rig, uint64_t number, const void *body,
		   size_t size)
{
	struct letter *letter;

	assert_int_equal(post_receive(&rig->ours, &letter), 1);
	assert_int_equal(letter->kind, 7);
	assert_true(letter->serial == number);
	assert_true(letter->value == -(int64_t)number);
	assert_int_equal(letter->fd_count, 0);
	assert_int_equal(letter->size, size);
	if (size > 0)
		assert_memory_equal(letter->body, body, size);
	letter_free(letter);
}

void assert_nothing(struct rig *rig)
{
	struct letter *letter = NULL;

	assert_int_equal(post_receive(&rig->ours, &letter), 0);
	assert_null(letter);
}

/* ---- Others ------------------------------------------------------------- */

size_t raw_letter(const void *body, size_t size, unsigned char **bytes)
{
	struct rig rig = { .fds = fds_open(NULL) };
	ssize_t got;

	rig_open(&rig);
	put_letter(&rig, 1, body, size);
	*bytes = malloc(HEAD + size);
	assert_non_null(*bytes);
	got = recv(rig.ours.socket, *bytes, HEAD + size, MSG_DONTWAIT);
	assert_int_equal(got, HEAD + size);
	rig_close(&rig);
	return (size_t)got;
}

void put_raw(struct rig *rig, const void *bytes, size_t size, const int *fds,
	     size_t count)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int) * FDS_MOST)];
		struct cmsghdr head;
	} control = { .bytes = { 0 } };
	struct iovec part = { .iov_base = (void *)(uintptr_t)bytes,
			      .iov_len = size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	assert_true(count <= FDS_MOST);
	if (count > 0) {
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof *fds * count);
		memcpy(CMSG_DATA(&control.head), fds, sizeof *fds * count);
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(sizeof *fds * count);
	}
	assert_int_equal(sendmsg(rig->theirs.socket, &message, MSG_DONTWAIT),
			 size);
}

void assert_skipped(struct rig *rig)
{
	size_t before = fds_open(NULL);

	put_letter(rig, 99, "next", 4);
	assert_letter(rig, 99, "next", 4);
	assert_nothing(rig);
	assert_int_equal(fds_open(NULL), before);
}
