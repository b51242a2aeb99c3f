/* SPDX-License-Identifier: MIT */
/*
 * board.c - the file in which a process says what it has.
 *
 * Its lock is a record lock: no fork inherits it, and it ends with the process,
 * however that ends. Then the file is what there is to be known of it.
 */
#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "defer.h"
#include "fd.h"
#include "program.h"
#include "rundir.h"
#include "text.h"

#define BOARD_SWEEPS 16 /* one in so many of those that need not */
#define BOARD_TRIES 100000
#define BOARD_GROWS 64
#define BOARD_MOST ((size_t)1 << 20) /* slots */

void board_init(struct board *board, const char *app)
{
	*board = (struct board){ .fd = -1, .tally.slates = -1 };
	memcpy(board->head.magic, BOARD_MAGIC, sizeof board->head.magic);
	board->head.version = BOARD_VERSION;
	if (!app)
		app = program_invocation_short_name;
	text_line(board->head.app, sizeof board->head.app, app, SIZE_MAX);
}

/* Who writes more than he may is killed by a signal; and what he may can change
 * whenever the program is not in here. */
static void board_look(struct board *board)
{
	struct rlimit limit;

	board->limit = getrlimit(RLIMIT_FSIZE, &limit) < 0 ? 0 : limit.rlim_cur;
}

/* False: the record is not whole, or as it was. Mostly there is nothing to be
 * done about it: something is not shown. */
static bool board_write(const struct board *board, off_t at, void *record,
			size_t size)
{
	slot_seal(record, size);
	return board->fd >= 0 && (rlim_t)at + size <= board->limit &&
	       pwrite(board->fd, record, size, at) == (ssize_t)size;
}

static bool board_write_tally(struct board *board)
{
	board->tally.changed_us = clock_us();
	return board_write(board, BOARD_TALLY, &board->tally,
			   sizeof board->tally);
}

bool board_sum_up(struct board *board)
{
	board_look(board);
	return board_write_tally(board);
}

/* ---- The file ----------------------------------------------------------- */

static void board_name(const struct board *board, char name[RUNDIR_NAME])
{
	const struct board_head *head = &board->head;

	rundir_write_name(&(struct rundir_name){ .pid = head->pid,
						 .started = head->started,
						 .number = head->number },
			  name);
}

static int64_t board_day_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool board_identify(struct board *board)
{
	struct board_head *head = &board->head;
	struct program self;

	if (program_of(getpid(), &self) < 0)
		return false;
	head->pid = self.pid;
	head->started = self.began;
	head->uid = (uint32_t)geteuid();
	head->mono_us = clock_us();
	head->real_us = board_day_us();
	return true;
}

/* The number tells the boards of one process apart. Those it had before it
 * executed itself anew are still there. */
static int board_create(struct board *board, int rundir)
{
	static _Atomic uint32_t last;
	const int how = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	char name[RUNDIR_NAME];
	int fd;

	do {
		board->head.number = ++last;
		board_name(board, name);
		fd = openat(rundir, name, how, 0600);
	} while (fd < 0 && errno == EEXIST && board->head.number < BOARD_TRIES);
	return fd_lift(fd);
}

static void board_unlink(const struct board *board, int rundir)
{
	char name[RUNDIR_NAME];

	board_name(board, name);
	if (rundir >= 0)
		(void)unlinkat(rundir, name, 0);
}

/* What is begun is all there, or nothing is. */
static bool board_begin(struct board *board)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(board->fd, F_SETLK, &lock) == 0 &&
	       board_write(board, 0, &board->head, sizeof board->head) &&
	       board_write_tally(board);
}

/* A program may live for ever, and its tasks be killed with boards of their
 * own: so it is not programs alone who sweep. */
static bool board_shall_sweep(const struct board *board)
{
	return board->head.kind == BOARD_PROGRAM ||
	       board->head.mono_us % BOARD_SWEEPS == 0;
}

static bool board_make(struct board *board)
{
	char path[RUNDIR_PATH];
	AUTO_CLOSE int rundir = -1;

	board_look(board);
	if (board->limit < (rlim_t)BOARD_SLOTS || !board_identify(board) ||
	    !rundir_path(path))
		return false;
	rundir = rundir_open_at(path, true);
	board->home = rundir < 0 ? NULL : strdup(path);
	if (!board->home)
		return false;
	if (board_shall_sweep(board))
		rundir_sweep(rundir);
	board->fd = board_create(board, rundir);
	if (board->fd < 0)
		return false;
	if (board_begin(board))
		return true;
	board_unlink(board, rundir);
	(void)close(steal_fd(&board->fd));
	return false;
}

bool board_open(struct board *board)
{
	if (board->fd >= 0)
		return true;
	if (!board->hidden)
		board->hidden = !board_make(board);
	return !board->hidden;
}

void board_done(struct board *board)
{
	if (board->fd >= 0) {
		AUTO_CLOSE int rundir = rundir_open_at(board->home, false);

		if (!board->stays)
			board_unlink(board, rundir);
		(void)close(steal_fd(&board->fd));
	}
	free(board->home);
	free(board->turns);
	free(board->free);
	board->home = NULL;
	board->turns = NULL;
	board->free = NULL;
	board->count = board->frees = 0;
}

/* ---- Slots -------------------------------------------------------------- */

static bool board_grow(struct board *board)
{
	size_t count = board->count ? 2 * board->count : BOARD_GROWS;
	uint64_t *turns;
	uint32_t *frees;

	if (count > BOARD_MOST)
		count = BOARD_MOST;
	if (count == board->count)
		return false;
	turns = realloc(board->turns, count * sizeof *turns);
	if (!turns)
		return false;
	board->turns = turns;
	frees = realloc(board->free, count * sizeof *frees);
	if (!frees)
		return false;
	board->free = frees;
	for (size_t i = count; i > board->count; i--) {
		turns[i - 1] = 0;
		frees[board->frees++] = (uint32_t)(i - 1);
	}
	board->count = count;
	return true;
}

long board_take(struct board *board)
{
	if (!board_open(board) || (board->frees == 0 && !board_grow(board)))
		return -1;
	return (long)board->free[--board->frees];
}

static void board_write_slot(struct board *board, long place,
			     struct board_slot *slot)
{
	off_t at = BOARD_SLOTS + (off_t)place * (off_t)sizeof *slot;

	slot->seal.turn = board->turns[place];
	(void)board_write(board, at, slot, sizeof *slot);
	board->turns[place] = slot->seal.turn;
}

void board_put(struct board *board, long place, struct board_slot *slot)
{
	if (place < 0 || board->fd < 0)
		return;
	board_look(board);
	board_write_slot(board, place, slot);
}

static void board_free_slot(struct board *board, long place)
{
	struct board_slot none = { .slate = -1 };

	if (place < 0)
		return;
	board_write_slot(board, place, &none);
	board->free[board->frees++] = (uint32_t)place;
}

void board_give(struct board *board, long place)
{
	if (board->fd < 0)
		return;
	board_look(board);
	board_free_slot(board, place);
}

/* ---- Ends --------------------------------------------------------------- */

/* The place of its kind, or that of the kind which was not seen for longest. */
static size_t board_crash_place(const struct board *board, uint64_t fingerprint)
{
	size_t oldest = 0;

	for (size_t i = 0; i < BOARD_CRASHES_KEPT; i++) {
		if (board->crashes[i].fingerprint == fingerprint)
			return i;
		if (board->crashes[i].last_us < board->crashes[oldest].last_us)
			oldest = i;
	}
	return oldest;
}

static void board_add_crash(struct board *board, const struct board_end *end,
			    const char *stack)
{
	size_t place = board_crash_place(board, end->fingerprint);
	struct board_kind_of_crash *kind = &board->crashes[place];
	struct board_crash crash = { .last_id = end->id,
				     .last_pid = end->pid,
				     .signal = end->code };

	if (kind->fingerprint != end->fingerprint) {
		board->tally.crashes++;
		*kind = (struct board_kind_of_crash){
			.fingerprint = end->fingerprint,
			.first_us = end->ended_us,
		};
	}
	kind->count++;
	kind->last_us = end->ended_us;
	crash.seal.turn = kind->count - 1;
	crash.fingerprint = kind->fingerprint;
	crash.count = kind->count;
	crash.first_us = kind->first_us;
	crash.last_us = kind->last_us;
	memcpy(crash.name, end->name, sizeof crash.name);
	(void)strncat(crash.stack, stack, sizeof crash.stack - 1);
	(void)text_trim(crash.stack);
	(void)board_write(board, BOARD_CRASHES + (off_t)(place * sizeof crash),
			  &crash, sizeof crash);
}

void board_add_end(struct board *board, long place, struct board_end *end,
		   const char *stack)
{
	uint64_t number = ++board->tally.ends;
	size_t at = (number - 1) % BOARD_ENDS_KEPT;

	if (board->fd < 0)
		return;
	board_look(board);
	board_free_slot(board, place);
	end->number = number;
	end->seal.turn = number - 1;
	(void)board_write(board, BOARD_ENDS + (off_t)(at * sizeof *end), end,
			  sizeof *end);
	if (end->fingerprint != 0)
		board_add_crash(board, end, stack);
	(void)board_write_tally(board);
}
