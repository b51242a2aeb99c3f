/* SPDX-License-Identifier: MIT */
/* inbox_rig.c - a channel with an inbox at our end, what a child may send. */
#include "inbox_rig.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "fds.h"

void rig_open(struct rig *rig, size_t max_result)
{
	int pair[2];

	assert_int_equal(fd_socketpair(SOCK_STREAM, pair), 0);
	rig->ours = pair[0];
	rig->theirs = pair[1];
	inbox_init(&rig->inbox, max_result);
}

void rig_hangup(struct rig *rig)
{
	defer_close(&rig->theirs);
	rig->theirs = -1;
}

void rig_close(struct rig *rig)
{
	inbox_done(&rig->inbox);
	rig_hangup(rig);
	defer_close(&rig->ours);
}

void rig_renew(struct rig *rig, size_t max_result)
{
	rig_close(rig);
	rig_open(rig, max_result);
}

int rig_setup(void **state)
{
	struct rig *rig = calloc(1, sizeof *rig);

	if (!rig)
		return -1;
	rig->fds = fds_open(NULL);
	rig_open(rig, MAX_RESULT);
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

/* ---- What a child may send --------------------------------------------- */

void put(struct rig *rig, const void *bytes, size_t size)
{
	assert_true(fd_send_all(rig->theirs, bytes, size, NULL, 0));
}

void put_frame(struct rig *rig, enum frame_kind kind, int32_t value,
	       const void *body, size_t size)
{
	struct frame frame = { kind, (uint32_t)size, value };
	unsigned char head[FRAME_HEAD];

	frame_encode(head, &frame);
	assert_true(fd_send_all(rig->theirs, head, sizeof head, body, size));
}

void put_data(struct rig *rig, const char *text)
{
	put_frame(rig, FRAME_DATA, 0, text, strlen(text));
}

void put_done(struct rig *rig, int value)
{
	put_frame(rig, FRAME_DONE, value, NULL, 0);
}

void put_number(struct rig *rig, enum frame_kind kind, int value,
		uint64_t number)
{
	unsigned char body[8];

	frame_put64(body, number);
	put_frame(rig, kind, value, body, sizeof body);
}

void put_bulk(struct rig *rig, int fd, uint64_t size)
{
	AUTO_CLOSE int passed = fd;
	struct frame frame = { FRAME_BULK, 8, 0 };
	unsigned char bytes[FRAME_HEAD + 8];

	frame_encode(bytes, &frame);
	frame_put64(bytes + FRAME_HEAD, size);
	assert_true(fd_pass(rig->theirs, bytes, sizeof bytes, passed, 0));
}

int memory_file(const void *bytes, size_t size, int seals)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_true(fd_write_all(fd, bytes, size));
	assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

void put_sealed(struct rig *rig, const char *text)
{
	put_bulk(rig, memory_file(text, strlen(text), SEALS), strlen(text));
}

void put_stray(struct rig *rig, const char *text)
{
	AUTO_CLOSE int fd = memory_file("12345", 5, SEALS);
	struct frame frame = { FRAME_DATA, (uint32_t)strlen(text), 0 };
	unsigned char bytes[FRAME_HEAD + 16];

	frame_encode(bytes, &frame);
	memcpy(bytes + FRAME_HEAD, text, strlen(text));
	assert_true(
		fd_pass(rig->theirs, bytes, FRAME_HEAD + strlen(text), fd, 0));
}

const enum last_word lasts[LASTS] = { LAST_DONE, LAST_FELL, LAST_EXCESS,
				      LAST_FOUL };

void put_last(struct rig *rig, enum last_word last)
{
	switch (last) {
	case LAST_DONE: put_done(rig, 9); break;
	case LAST_FELL: put_number(rig, FRAME_FELL, TINE_FAILED, 9); break;
	case LAST_EXCESS: put_number(rig, FRAME_EXCESS, 0, 9); break;
	case LAST_FOUL: put(rig, "garbage", 7); break;
	case LAST_NONE:
	case LAST_NO_ROOM:
	case LAST_CUT:
	case LAST_CLOSED: fail();
	}
}

/* ---- What has become of it --------------------------------------------- */

enum last_word read_all(struct rig *rig)
{
	while (inbox_read(&rig->inbox, rig->ours))
		;
	return rig->inbox.last;
}

void assert_result(const struct rig *rig, const char *text)
{
	size_t size;
	const void *data = inbox_result(&rig->inbox, &size);

	assert_int_equal(size, strlen(text));
	if (size > 0)
		assert_memory_equal(data, text, size);
}

void assert_ends(struct rig *rig, enum last_word last, const char *text)
{
	assert_int_equal(read_all(rig), last);
	assert_result(rig, text);
}
