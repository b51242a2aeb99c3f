/* SPDX-License-Identifier: MIT */
/*
 * fuzz_inbox.c - whatever a child sends, and whenever that is read, the inbox
 * keeps its promises and no descriptor.
 *
 * The input is a script: its first byte chooses max_result, then each step is
 * a byte, with its arguments behind it. Where each file comes with its own
 * frame, and none is discarded, a second inbox that reads after each step must
 * come to the same result.
 */
#include "fuzz.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "frame.h"
#include "inbox.h"

enum step {
	STEP_RAW,     /* count, bytes */
	STEP_FRAME,   /* kind, size (2), value */
	STEP_BULK,    /* file, announced: a frame and its file */
	STEP_STRAY,   /* file, byte: a file that comes along with any byte */
	STEP_READ,    /* one turn */
	STEP_DISCARD, /* nobody wants it any more */
	STEP_DRAIN,
	STEP_HANGUP,
	STEPS
};

struct script {
	const uint8_t *data;
	size_t size;
};

static uint8_t next_byte(struct script *script)
{
	if (script->size == 0)
		return 0;
	script->size--;
	return *script->data++;
}

static size_t next_bytes(struct script *script, size_t most,
			 const uint8_t **data)
{
	size_t size = most < script->size ? most : script->size;

	*data = script->data;
	script->data += size;
	script->size -= size;
	return size;
}

/* ---- Files to pass ----------------------------------------------------- */

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

static const struct {
	size_t size;
	int seals; /* -1: no memory file but a pipe */
} kinds[] = {
	{ 1, SEALS },
	{ 5, SEALS },
	{ 100, SEALS },
	{ 5000, SEALS },
	{ 20000, SEALS },
	{ 5, 0 },
	{ 5, F_SEAL_WRITE | F_SEAL_GROW },
	{ 5, -1 },
};

#define FILES (sizeof kinds / sizeof *kinds)

static int files[FILES + 1]; /* the last: none */

static int make_file(size_t size, int seals)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, (off_t)size) < 0 ||
	    fcntl(fd, F_ADD_SEALS, seals) < 0)
		abort();
	return fd;
}

static int make_pipe(void)
{
	int pair[2];

	if (fd_pipe(pair) < 0)
		abort();
	(void)close(pair[1]);
	return pair[0];
}

static void make_files(void)
{
	if (files[FILES] == -1)
		return;
	for (size_t i = 0; i < FILES; i++)
		files[i] = kinds[i].seals < 0
				   ? make_pipe()
				   : make_file(kinds[i].size, kinds[i].seals);
	files[FILES] = -1;
}

static uint64_t announced(size_t file, uint8_t how)
{
	uint64_t size = file < FILES ? kinds[file].size : 5;

	switch (how) {
	case 255: return UINT64_MAX;
	case 254: return (uint64_t)1 << 63;
	case 253: return size - 1;
	case 252: return size + 1;
	default: return size;
	}
}

/* ---- A channel, and what is known of its inbox ------------------------- */

struct rig {
	int ours, theirs;
	struct inbox inbox;
	struct inbox before; /* as it was when its last word was in */
	size_t max_result;
	bool eager;  /* reads after each step */
	bool strays; /* files may not belong to frames, nor bytes */
	bool discards;
};

/* That all of it is there, compare() sees; here, that it has two ends. */
static void check_result(const struct rig *rig)
{
	volatile unsigned char end;
	size_t size;
	const unsigned char *result = inbox_result(&rig->inbox, &size);

	assert(size <= rig->max_result);
	assert(size == 0 || !rig->inbox.discard);
	if (size > 0) {
		end = result[0];
		end = result[size - 1];
		(void)end;
	}
}

/* What has been said last stays. */
static void check_last(const struct rig *rig)
{
	const struct inbox *inbox = &rig->inbox, *before = &rig->before;

	if (before->last == LAST_NONE)
		return;
	assert(inbox->last == before->last);
	assert(inbox->value == before->value);
	assert(inbox->amount == before->amount);
}

static void rig_check(struct rig *rig)
{
	const struct inbox *inbox = &rig->inbox;

	check_result(rig);
	check_last(rig);
	assert(inbox->raw.room <= 65536 + FRAME_HEAD + FRAME_MOST);
	assert(inbox->last != LAST_DONE ||
	       (inbox->value >= 0 && inbox->value <= 255));
	rig->before = *inbox;
}

static bool rig_read(struct rig *rig)
{
	bool was_over = rig->inbox.last != LAST_NONE;
	bool more = inbox_read(&rig->inbox, rig->ours);

	rig_check(rig);
	assert(!more || rig->inbox.last == LAST_NONE);
	assert(!more || !was_over);
	return more;
}

/* A full channel is read, and one that nobody reads any more is left. */
static void rig_send(struct rig *rig, const void *data, size_t size, int fd)
{
	const char *at = data;

	while (size > 0 && rig->theirs >= 0) {
		if (fd >= 0 && fd_pass(rig->theirs, at, size, fd, MSG_DONTWAIT))
			return;
		if (fd < 0) {
			ssize_t sent = send(rig->theirs, at, size,
					    MSG_DONTWAIT | MSG_NOSIGNAL);

			at += sent > 0 ? sent : 0;
			size -= sent > 0 ? (size_t)sent : 0;
		}
		if (rig->inbox.last != LAST_NONE)
			return;
		if (size > 0)
			(void)rig_read(rig);
	}
}

/* ---- Steps ------------------------------------------------------------- */

static void step_frame(struct rig *rig, struct script *script)
{
	static uint8_t bytes[FRAME_HEAD + FRAME_MOST];
	uint8_t kind = next_byte(script);
	uint32_t size = next_byte(script);
	struct frame frame;

	size |= (uint32_t)next_byte(script) << 8;
	frame = (struct frame){ .kind = (enum frame_kind)(kind % 7),
				.size = size,
				.value = (int8_t)next_byte(script) };
	rig->strays |= frame.kind == FRAME_BULK;
	frame_encode(bytes, &frame);
	memset(bytes + FRAME_HEAD, kind, size);
	rig_send(rig, bytes, FRAME_HEAD + size, -1);
}

static void step_bulk(struct rig *rig, struct script *script)
{
	const struct frame frame = { .kind = FRAME_BULK, .size = 8 };
	uint8_t bytes[FRAME_HEAD + 8];
	size_t file = next_byte(script) % (FILES + 1);

	rig->strays |= files[file] < 0;
	frame_encode(bytes, &frame);
	frame_put64(bytes + FRAME_HEAD, announced(file, next_byte(script)));
	rig_send(rig, bytes, sizeof bytes, files[file]);
}

static void step_stray(struct rig *rig, struct script *script)
{
	int file = files[next_byte(script) % FILES];
	uint8_t byte = next_byte(script);

	rig->strays = true;
	rig_send(rig, &byte, 1, file);
}

static void step_raw(struct rig *rig, struct script *script)
{
	const uint8_t *data;
	size_t size = next_bytes(script, next_byte(script), &data);

	rig->strays = true;
	rig_send(rig, data, size, -1);
}

static void step_discard(struct rig *rig)
{
	rig->discards = true;
	inbox_discard(&rig->inbox);
}

static void rig_hangup(struct rig *rig)
{
	defer_close(&rig->theirs);
	rig->theirs = -1;
}

static void rig_step(struct rig *rig, struct script *script)
{
	switch ((enum step)(next_byte(script) % STEPS)) {
	case STEP_RAW: step_raw(rig, script); break;
	case STEP_FRAME: step_frame(rig, script); break;
	case STEP_BULK: step_bulk(rig, script); break;
	case STEP_STRAY: step_stray(rig, script); break;
	case STEP_READ: (void)rig_read(rig); break;
	case STEP_DISCARD: step_discard(rig); break;
	case STEP_DRAIN: inbox_drain(&rig->inbox, rig->ours); break;
	case STEP_HANGUP: rig_hangup(rig); break;
	case STEPS: break;
	}
	while (rig->eager && rig_read(rig))
		;
	rig_check(rig);
}

/* ---- Running ----------------------------------------------------------- */

static void rig_run(struct rig *rig, const uint8_t *data, size_t size)
{
	static const size_t most[] = { 10, 1000, 70000, SIZE_MAX };
	struct script script = { data, size };
	int pair[2];

	if (fd_socketpair(SOCK_STREAM, pair) < 0)
		abort();
	rig->ours = pair[0];
	rig->theirs = pair[1];
	rig->max_result = most[next_byte(&script) % 4];
	inbox_init(&rig->inbox, rig->max_result);
	rig->before = rig->inbox;
	while (script.size > 0)
		rig_step(rig, &script);
	rig_hangup(rig);
	inbox_drain(&rig->inbox, rig->ours);
	rig_check(rig);
}

static void rig_close(struct rig *rig)
{
	inbox_done(&rig->inbox);
	rig_hangup(rig);
	defer_close(&rig->ours);
}

static void compare(const struct rig *a, const struct rig *b)
{
	size_t size, other_size;
	const void *result = inbox_result(&a->inbox, &size);
	const void *other = inbox_result(&b->inbox, &other_size);

	assert(a->inbox.last == b->inbox.last);
	assert(a->inbox.value == b->inbox.value);
	assert(a->inbox.amount == b->inbox.amount);
	assert(size == other_size);
	assert(size == 0 || memcmp(result, other, size) == 0);
}

/* The next descriptor there is: the same as long as none is lost. */
static int lowest_fd(void)
{
	AUTO_CLOSE int fd = fcntl(files[0], F_DUPFD_CLOEXEC, 0);

	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rig lazy = { .eager = false }, eager = { .eager = true };
	int lowest;

	make_files();
	lowest = lowest_fd();
	rig_run(&lazy, data, size);
	if (!lazy.strays && !lazy.discards) {
		rig_run(&eager, data, size);
		compare(&lazy, &eager);
		rig_close(&eager);
	}
	rig_close(&lazy);
	assert(lowest_fd() == lowest);
	return 0;
}

/* ---- Seeds ------------------------------------------------------------- */

#define SEED(...)                                                   \
	{                                                           \
		sizeof(uint8_t[]){ __VA_ARGS__ }, (const uint8_t[]) \
		{                                                   \
			__VA_ARGS__                                 \
		}                                                   \
	}
#define MAX(number) (number)
#define SEND(kind, size) STEP_FRAME, FRAME_##kind, (size)&255, (size) >> 8, 0
#define RETURN(value) STEP_FRAME, FRAME_DONE, 0, 0, (value)
#define PASS(file) STEP_BULK, (file), 0
#define RAW_HEAD(kind, size)                                                   \
	STEP_RAW, 16, 0x31, 0x74, 0x1e, 0xe1, kind, 0, 0, 0, size, 0, 0, 0, 0, \
		0, 0, 0

static const struct {
	size_t size;
	const uint8_t *data;
} seeds[] = {
	SEED(MAX(1), SEND(DATA, 5), RETURN(0)),
	SEED(MAX(1), SEND(DATA, 500), STEP_READ, SEND(DATA, 500), RETURN(7)),
	SEED(MAX(0), SEND(DATA, 6), SEND(DATA, 6), RETURN(0)),
	SEED(MAX(1), PASS(2), RETURN(0)),
	SEED(MAX(2), PASS(3), SEND(DATA, 65535), STEP_READ, PASS(2), RETURN(1)),
	SEED(MAX(2), SEND(DATA, 3), PASS(4), RETURN(0)),
	SEED(MAX(3), PASS(4), PASS(4), PASS(4), SEND(DATA, 9), STEP_DRAIN),
	SEED(MAX(1), PASS(5)),
	SEED(MAX(1), PASS(6)),
	SEED(MAX(1), PASS(7)),
	SEED(MAX(1), STEP_BULK, 8, 255),
	SEED(MAX(1), STEP_BULK, 1, 252),
	SEED(MAX(1), STEP_STRAY, 1, 0x31, STEP_STRAY, 1, 0x74),
	SEED(MAX(1), SEND(EXCESS, 8)),
	SEED(MAX(1), SEND(FELL, 8)),
	SEED(MAX(1), SEND(DATA, 5), STEP_DISCARD, PASS(4), RETURN(3)),
	SEED(MAX(1), PASS(1), STEP_READ, STEP_DISCARD, SEND(DATA, 9)),
	SEED(MAX(1), RAW_HEAD(FRAME_DATA, 4), STEP_READ, STEP_RAW, 4, 1, 2, 3,
	     4, RAW_HEAD(FRAME_DONE, 0)),
	SEED(MAX(1), RAW_HEAD(FRAME_DATA, 200), STEP_HANGUP, STEP_DRAIN),
};

size_t fuzz_seed(unsigned number, uint8_t data[FUZZ_ROOM])
{
	if (number >= sizeof seeds / sizeof *seeds)
		return 0;
	memcpy(data, seeds[number].data, seeds[number].size);
	return seeds[number].size;
}
