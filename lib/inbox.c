/* SPDX-License-Identifier: MIT */
/*
 * inbox.c - what has come from one child: its result so far, its last word.
 *
 * All that comes is gossip. A result is held to max_result before memory is
 * taken for it; a file is mapped only if it is a memory file that nobody can
 * change any more; and behind the last word nothing is read, whoever may
 * still hold the other end.
 *
 * A result that came in one file stays where it is and is mapped: no copy.
 */
#include "inbox.h"

#include <errno.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "frame.h"
#include "sealed.h"
#include "tine.h"

#define INBOX_PIECE 8192 /* bytes a read: a page or two of the stack */
#define INBOX_SHARE 16   /* reads a turn, for the other tasks' sake */
#define INBOX_DRAIN 8192 /* turns; a stranger may hold the other end */

void inbox_init(struct inbox *inbox, size_t max_result)
{
	*inbox = (struct inbox){ .files = { -1, -1 }, .last = LAST_NONE };
	buf_init(&inbox->raw, INBOX_PIECE + FRAME_HEAD + FRAME_MOST);
	buf_init(&inbox->data, max_result);
}

static void inbox_drop(struct inbox *inbox)
{
	buf_done(&inbox->data);
	sealed_unmap(inbox->map, inbox->map_size);
	inbox->map = NULL;
	inbox->map_size = 0;
}

void inbox_done(struct inbox *inbox)
{
	inbox_drop(inbox);
	buf_done(&inbox->raw);
	for (int i = 0; i < 2; i++) {
		defer_close(&inbox->files[i]);
		inbox->files[i] = -1;
	}
}

void inbox_discard(struct inbox *inbox)
{
	inbox_drop(inbox);
	inbox->discard = true;
}

static void inbox_last(struct inbox *inbox, enum last_word last,
		       uint64_t amount)
{
	inbox->last = last;
	inbox->amount = amount;
}

/* ---- Frames ------------------------------------------------------------ */

static void inbox_keep(struct inbox *inbox, const void *data, size_t size)
{
	uint64_t total = (uint64_t)inbox->data.size + size;

	int error = inbox->discard ? 0 : buf_add(&inbox->data, data, size);

	if (error == TINE_ETOOBIG)
		inbox_last(inbox, LAST_EXCESS, total);
	else if (error < 0)
		inbox_last(inbox, LAST_NO_ROOM, 0);
}

/* A file and then more: from now on they are one piece of memory. */
static void inbox_unmap(struct inbox *inbox)
{
	if (!inbox->map)
		return;
	inbox_keep(inbox, inbox->map, inbox->map_size);
	sealed_unmap(inbox->map, inbox->map_size);
	inbox->map = NULL;
	inbox->map_size = 0;
}

static void on_data(struct inbox *inbox, const struct frame *frame,
		    const unsigned char *body)
{
	inbox_unmap(inbox);
	inbox_keep(inbox, body, frame->size);
}

static void inbox_map(struct inbox *inbox, int fd, size_t size)
{
	void *map = sealed_map(fd, size);

	if (!map) {
		inbox_last(inbox, LAST_NO_ROOM, 0);
		return;
	}
	inbox_unmap(inbox);
	inbox->map = map;
	inbox->map_size = size;
	if (inbox->data.size > 0)
		inbox_unmap(inbox);
}

static int inbox_next_file(struct inbox *inbox)
{
	int fd = inbox->files[0];

	inbox->files[0] = steal_fd(&inbox->files[1]);
	return fd;
}

static void on_bulk(struct inbox *inbox, const struct frame *frame,
		    const unsigned char *body)
{
	AUTO_CLOSE int fd = inbox_next_file(inbox);
	uint64_t size = frame_get64(body);
	uint64_t had = inbox->data.size + inbox->map_size;

	(void)frame;
	if (inbox->discard)
		return;
	if (size > inbox->data.limit - had)
		inbox_last(inbox, LAST_EXCESS,
			   size > UINT64_MAX - had ? UINT64_MAX : had + size);
	else if (size == 0 || !sealed_is(fd, size))
		inbox_last(inbox, LAST_FOUL, 0);
	else
		inbox_map(inbox, fd, (size_t)size);
}

static void on_excess(struct inbox *inbox, const struct frame *frame,
		      const unsigned char *body)
{
	(void)frame;
	inbox_last(inbox, LAST_EXCESS, frame_get64(body));
}

static void on_done(struct inbox *inbox, const struct frame *frame,
		    const unsigned char *body)
{
	(void)body;
	inbox_last(inbox, LAST_DONE, 0);
	inbox->value =
		frame->value >= 0 && frame->value <= 255 ? frame->value : 255;
}

static void on_fell(struct inbox *inbox, const struct frame *frame,
		    const unsigned char *body)
{
	inbox_last(inbox, LAST_FELL, frame_get64(body));
	inbox->value = frame->value;
}

/* Takes the frame at `at` off the raw bytes; returns its length, 0: there is
 * no whole one, or it was the last. */
static size_t inbox_step(struct inbox *inbox, size_t at)
{
	static void (*const on_frame[FRAME_KINDS])(
		struct inbox *, const struct frame *, const unsigned char *) = {
		[FRAME_DATA] = on_data,     [FRAME_BULK] = on_bulk,
		[FRAME_EXCESS] = on_excess, [FRAME_DONE] = on_done,
		[FRAME_FELL] = on_fell,
	};
	const unsigned char *bytes = inbox->raw.data + at;
	struct frame frame;
	long length = frame_decode(bytes, inbox->raw.size - at, &frame);

	if (length < 0)
		inbox_last(inbox, LAST_FOUL, 0);
	if (length <= 0)
		return 0;
	on_frame[frame.kind](inbox, &frame, bytes + FRAME_HEAD);
	return inbox->last == LAST_NONE ? (size_t)length : 0;
}

static void inbox_steps(struct inbox *inbox)
{
	size_t at = 0, length;

	while ((length = inbox_step(inbox, at)) > 0)
		at += length;
	buf_drop(&inbox->raw, at);
}

/* ---- Reading ----------------------------------------------------------- */

/* A read brings one file at most, and may end between a file and the end of its
 * frame: then the next brings the next one. */
static void inbox_take_file(struct inbox *inbox, int fd)
{
	if (fd == FD_NO_ROOM && !inbox->discard)
		inbox_last(inbox, LAST_NO_ROOM, 0);
	if (fd == FD_TOO_MANY)
		inbox_last(inbox, LAST_FOUL, 0);
	if (fd >= 0)
		inbox->files[inbox->files[0] >= 0] = fd;
}

/* More files than frames that speak of one are not our library's work. */
static void inbox_count_files(struct inbox *inbox)
{
	if (inbox->files[1] >= 0 && inbox->last == LAST_NONE)
		inbox_last(inbox, LAST_FOUL, 0);
}

static bool inbox_read_once(struct inbox *inbox, int channel)
{
	char piece[INBOX_PIECE];
	int passed;
	ssize_t got = fd_receive(channel, piece, sizeof piece, &passed);

	if (got == 0 || (got < 0 && errno == ECONNRESET))
		inbox_last(inbox, inbox->raw.size ? LAST_CUT : LAST_CLOSED, 0);
	else if (got < 0 && errno != EAGAIN)
		inbox_last(inbox, LAST_NO_ROOM, 0);
	inbox_take_file(inbox, passed);
	if (got <= 0 || inbox->last != LAST_NONE)
		return false;
	if (buf_add(&inbox->raw, piece, (size_t)got) < 0)
		inbox_last(inbox, LAST_NO_ROOM, 0);
	else
		inbox_steps(inbox);
	inbox_count_files(inbox);
	return inbox->last == LAST_NONE;
}

bool inbox_read(struct inbox *inbox, int channel)
{
	for (int i = 0; i < INBOX_SHARE; i++)
		if (inbox->last != LAST_NONE ||
		    !inbox_read_once(inbox, channel))
			return false;
	return true;
}

void inbox_drain(struct inbox *inbox, int channel)
{
	for (int i = 0; i < INBOX_DRAIN && inbox_read(inbox, channel); i++)
		;
	if (inbox->last == LAST_NONE && inbox->raw.size > 0)
		inbox->last = LAST_CUT;
}

const void *inbox_result(const struct inbox *inbox, size_t *size)
{
	*size = inbox->map ? inbox->map_size : inbox->data.size;
	return inbox->map ? inbox->map : inbox->data.data;
}
