/* SPDX-License-Identifier: MIT */
/*
 * scan.c - all boards there are, as they are now.
 *
 * By pread(2) and never by a mapping: who cuts a board while it is read takes
 * nobody along. Holes are passed over, so that the size of a file says nothing
 * of the time it takes.
 */
#include "scan.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "defer.h"
#include "term.h"
#include "tine.h"

#define SCAN_TRIES 3
#define SCAN_TORN_MOST 1000 /* that are tried again, of one board */
#define SCAN_PIECE 256      /* slots that are read at once */
#define SCAN_SLOTS_MOST ((size_t)1 << 20)
#define SCAN_BOARDS_MOST 65536

/* ---- Records ------------------------------------------------------------ */

/* Nothing was ever written there. */
static bool is_blank(const void *record)
{
	const struct board_seal *seal = record;

	return seal->turn == 0 && seal->sum == 0;
}

/* One that is not whole may be in the middle of being written. */
static bool scan_again(int fd, off_t at, void *record, size_t size)
{
	for (int i = 0; i < SCAN_TRIES; i++)
		if (pread(fd, record, size, at) == (ssize_t)size &&
		    slot_is_whole(record, size))
			return true;
	return false;
}

/* Whether there is a whole record, at the first or at another try. */
static bool scan_settle(struct scan_board *board, int fd, off_t at,
			void *record, size_t size)
{
	if (is_blank(record))
		return false;
	if (slot_is_whole(record, size) ||
	    (board->torn < SCAN_TORN_MOST && scan_again(fd, at, record, size)))
		return true;
	board->torn++;
	return false;
}

static bool scan_one(struct scan_board *board, int fd, off_t at, void *record,
		     size_t size)
{
	return pread(fd, record, size, at) == (ssize_t)size &&
	       scan_settle(board, fd, at, record, size);
}

/* ---- Slots -------------------------------------------------------------- */

/* Where there is something behind `at`; -1: nothing is. */
static off_t scan_next_data(int fd, off_t at)
{
	const off_t size = (off_t)sizeof(struct board_slot);
	off_t data = lseek(fd, at, SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? -1 : at;
	return data - (data - BOARD_SLOTS) % size;
}

static bool scan_reserve(struct scan_board *board, size_t more)
{
	struct board_slot *slots = reallocarray(
		board->slots, board->slot_count + more, sizeof *slots);

	if (slots)
		board->slots = slots;
	return slots != NULL;
}

/* Free ones are whole, and no slots. Returns how many bytes there were. */
static ssize_t scan_piece(struct scan_board *board, int fd, off_t at)
{
	const size_t size = sizeof(struct board_slot);
	struct board_slot *slots;
	ssize_t got;

	if (!scan_reserve(board, SCAN_PIECE))
		return 0;
	slots = board->slots + board->slot_count;
	got = pread(fd, slots, SCAN_PIECE * size, at);
	for (ssize_t i = 0; i < got / (ssize_t)size; i++)
		if (scan_settle(board, fd, at + i * (ssize_t)size, &slots[i],
				size) &&
		    slot_read_slot(&slots[i]))
			board->slots[board->slot_count++] = slots[i];
	return got;
}

/* Whatever stands there: no more of it than the most that there can be. */
static void scan_slots(struct scan_board *board, int fd)
{
	off_t at = BOARD_SLOTS;

	for (size_t i = 0; i < SCAN_SLOTS_MOST / SCAN_PIECE; i++) {
		ssize_t got;

		at = scan_next_data(fd, at);
		got = at < 0 ? 0 : scan_piece(board, fd, at);
		if (got < (ssize_t)sizeof(struct board_slot))
			break;
		at += got - got % (ssize_t)sizeof(struct board_slot);
	}
}

/* ---- Ends and crashes --------------------------------------------------- */

static int compare_ends(const void *a, const void *b)
{
	const struct board_end *one = a, *other = b;

	return (one->number > other->number) - (one->number < other->number);
}

/* Whether anything was written from there to there. */
static bool scan_is_blank(int fd, off_t from, off_t to)
{
	off_t data = lseek(fd, from, SEEK_DATA);

	return data < 0 ? errno == ENXIO : data >= to;
}

/* Records of one kind that stand in a row; NULL: there are none. All are read
 * at once; what is missing at the file's end is blank. */
static void *scan_region(int fd, off_t from, size_t count, size_t size)
{
	void *records;

	if (scan_is_blank(fd, from, from + (off_t)(count * size)))
		return NULL;
	records = calloc(count, size);
	if (records)
		(void)!pread(fd, records, count * size, from);
	return records;
}

static void scan_ends(struct scan_board *board, int fd)
{
	const size_t size = sizeof *board->ends;
	struct board_end *ends =
		scan_region(fd, BOARD_ENDS, BOARD_ENDS_KEPT, size);

	board->ends = ends;
	for (size_t i = 0; ends && i < BOARD_ENDS_KEPT; i++)
		if (scan_settle(board, fd, BOARD_ENDS + (off_t)(i * size),
				&ends[i], size) &&
		    slot_read_end(&ends[i]))
			ends[board->end_count++] = ends[i];
	if (board->end_count > 1)
		qsort(ends, board->end_count, size, compare_ends);
}

static void scan_crashes(struct scan_board *board, int fd)
{
	const size_t size = sizeof *board->crashes;
	struct board_crash *crashes =
		scan_region(fd, BOARD_CRASHES, BOARD_CRASHES_KEPT, size);

	board->crashes = crashes;
	for (size_t i = 0; crashes && i < BOARD_CRASHES_KEPT; i++)
		if (scan_settle(board, fd, BOARD_CRASHES + (off_t)(i * size),
				&crashes[i], size) &&
		    slot_read_crash(&crashes[i]))
			crashes[board->crash_count++] = crashes[i];
}

/* ---- A board ------------------------------------------------------------ */

static void scan_board_done(struct scan_board *board)
{
	free(board->slots);
	free(board->ends);
	free(board->crashes);
}

/* What its head says has to be what its name says. */
static bool scan_head(struct scan_board *board, int fd)
{
	const struct board_head *head = &board->head;

	return scan_one(board, fd, 0, &board->head, sizeof board->head) &&
	       slot_read_head(&board->head) && head->pid == board->name.pid &&
	       head->started == board->name.started &&
	       head->number == board->name.number;
}

/* 1; 0: it is none, or not to be believed; or an enum tine_error: there is no
 * knowing. */
static int scan_board(struct scan_board *board, int rundir, const char *name,
		      unsigned parts)
{
	AUTO_CLOSE int fd = -1;

	*board = (struct scan_board){ .tally.slates = -1 };
	if (!rundir_read_name(name, &board->name))
		return 0;
	fd = rundir_open_board(rundir, name);
	if (fd == TINE_ELIMIT)
		return fd;
	if (fd < 0 || !scan_head(board, fd))
		return 0;
	board->alive = rundir_is_alive(fd, &board->name);
	if (!scan_one(board, fd, BOARD_TALLY, &board->tally,
		      sizeof board->tally) ||
	    !slot_read_tally(&board->tally))
		board->tally = (struct board_tally){ .slates = -1 };
	if (parts & SCAN_SLOTS)
		scan_slots(board, fd);
	if (parts & SCAN_ENDS)
		scan_ends(board, fd);
	if (parts & SCAN_CRASHES)
		scan_crashes(board, fd);
	return 1;
}

/* ---- All ---------------------------------------------------------------- */

static int compare_boards(const void *a, const void *b)
{
	const struct scan_board *one = a, *other = b;
	int64_t began = one->head.mono_us, begins = other->head.mono_us;

	if (began != begins)
		return began < begins ? -1 : 1;
	return (one->name.pid > other->name.pid) -
	       (one->name.pid < other->name.pid);
}

static int scan_add(struct scan *scan, int rundir, const char *name,
		    unsigned parts)
{
	struct scan_board *boards = reallocarray(scan->boards, scan->count + 1,
						 sizeof *scan->boards);
	int got;

	if (!boards)
		return TINE_ENOMEM;
	scan->boards = boards;
	got = scan_board(&boards[scan->count], rundir, name, parts);
	if (got > 0)
		scan->count++;
	else
		scan_board_done(&boards[scan->count]);
	return got < 0 ? got : 0;
}

/* All or none: who is left out is not to be taken for one that is gone. */
static int scan_all(struct scan *scan, DIR *list, unsigned parts)
{
	const struct dirent *entry;
	int error = 0;

	while (error == 0 && scan->count < SCAN_BOARDS_MOST &&
	       (entry = readdir(list)))
		if (entry->d_name[0] != '.')
			error = scan_add(scan, dirfd(list), entry->d_name,
					 parts);
	if (error < 0)
		scan_done(scan);
	return error;
}

int scan_read(struct scan *scan, unsigned parts)
{
	int rundir = rundir_open(false);
	DIR *list = rundir < 0 ? NULL : fdopendir(rundir);
	int error;

	*scan = (struct scan){ .now_us = clock_us() };
	if (!list) {
		defer_close(&rundir);
		return rundir == TINE_ENOENT ? 0
		       : rundir < 0          ? rundir
					     : TINE_ENOMEM;
	}
	error = scan_all(scan, list, parts);
	(void)closedir(list);
	if (scan->count > 1)
		qsort(scan->boards, scan->count, sizeof *scan->boards,
		      compare_boards);
	return error;
}

void scan_done(struct scan *scan)
{
	for (size_t i = 0; i < scan->count; i++)
		scan_board_done(&scan->boards[i]);
	free(scan->boards);
	*scan = (struct scan){ 0 };
}

int64_t scan_day_us(const struct scan_board *board, int64_t mono_us)
{
	return board->head.real_us + (mono_us - board->head.mono_us);
}

bool scan_or_say(struct scan *scan, unsigned parts)
{
	char path[RUNDIR_PATH];
	int error = scan_read(scan, parts);

	if (error == 0)
		return true;
	if (!rundir_path(path))
		warnx("TINE_DIR has to be an absolute path, and not too long");
	else if (error == TINE_EUSAGE)
		warnx("%s is not to be trusted: it has to be a directory of "
		      "yours with mode 0700 (see TINE_DIR in tine(1))",
		      term_brief(path));
	else
		warnx("%s cannot be read: %s", term_brief(path),
		      tine_strerror(error));
	return false;
}
