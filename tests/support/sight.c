/* SPDX-License-Identifier: MIT */
/* sight.c - boards, as another process sees them. */
#include "sight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sane.h"
#include "slates.h"

#define LOOKS 3

struct sight *sight;

/* ---- A board ------------------------------------------------------------ */

static bool is_nothing(const void *record, size_t size)
{
	const char *bytes = record;

	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* False: it is torn. A place that was never written, or is behind the end, is
 * not. */
static bool read_whole(int board, off_t at, void *record, size_t size)
{
	for (int i = 0; i < LOOKS; i++) {
		memset(record, 0, size);
		if (pread(board, record, size, at) < 0)
			return false;
		if (slot_is_whole(record, size) || is_nothing(record, size))
			return true;
	}
	return false;
}

static void read_slots(struct sight *seen, int board)
{
	const off_t size = sizeof *seen->slots;
	struct stat stat;

	if (fstat(board, &stat) < 0 || stat.st_size <= BOARD_SLOTS)
		return;
	seen->slots_there = (size_t)((stat.st_size - BOARD_SLOTS) / size);
	for (size_t i = 0; i < seen->slots_there && i < SIGHT_SLOTS; i++) {
		struct board_slot *slot = &seen->slots[seen->slot_count];

		if (!read_whole(board, BOARD_SLOTS + (off_t)i * size, slot,
				sizeof *slot))
			seen->torn++;
		else
			seen->slot_count += slot_read_slot(slot);
	}
}

static void read_ends(struct sight *seen, int board)
{
	for (size_t i = 0; i < BOARD_ENDS_KEPT; i++) {
		struct board_end *end = &seen->ends[seen->end_count];

		if (!read_whole(board, BOARD_ENDS + (off_t)(i * sizeof *end),
				end, sizeof *end))
			seen->torn++;
		else
			seen->end_count += slot_read_end(end);
	}
}

static void read_crashes(struct sight *seen, int board)
{
	for (size_t i = 0; i < BOARD_CRASHES_KEPT; i++) {
		struct board_crash *crash = &seen->crashes[seen->crash_count];

		if (!read_whole(board,
				BOARD_CRASHES + (off_t)(i * sizeof *crash),
				crash, sizeof *crash))
			seen->torn++;
		else
			seen->crash_count += slot_read_crash(crash);
	}
}

void sight_read(struct sight *seen, int board)
{
	seen->slots_there = seen->slot_count = 0;
	seen->end_count = seen->crash_count = seen->torn = 0;
	seen->torn += !read_whole(board, 0, &seen->head, sizeof seen->head);
	seen->there = slot_read_head(&seen->head);
	seen->torn += !read_whole(board, BOARD_TALLY, &seen->tally,
				  sizeof seen->tally);
	(void)slot_read_tally(&seen->tally);
	read_slots(seen, board);
	read_ends(seen, board);
	read_crashes(seen, board);
}

/* ---- Whether it is sane ------------------------------------------------- */

bool sight_is_sane(const struct sight *seen)
{
	bool sane = !seen->there || sane_head(&seen->head);

	for (size_t i = 0; i < seen->slot_count; i++)
		sane = sane && sane_slot(&seen->slots[i]);
	for (size_t i = 0; i < seen->end_count; i++)
		sane = sane && sane_end(&seen->ends[i]);
	for (size_t i = 0; i < seen->crash_count; i++)
		sane = sane && sane_crash(&seen->crashes[i]);
	return sane;
}

/* ---- That of a process -------------------------------------------------- */

static bool find(int rundir, pid_t owner, struct rundir_name *found)
{
	DIR *list = fdopendir(dup(rundir));
	struct dirent *entry;
	struct rundir_name name;
	bool any = false;

	while (list && (entry = readdir(list))) {
		if (!rundir_read_name(entry->d_name, &name) ||
		    name.pid != owner || (any && name.number > found->number))
			continue;
		*found = name;
		any = true;
	}
	if (list)
		(void)closedir(list);
	return any;
}

static void look(pid_t owner)
{
	int rundir = rundir_open(false), board;
	char text[RUNDIR_NAME];

	if (rundir < 0 || !find(rundir, owner, &sight->name))
		return;
	rundir_write_name(&sight->name, text);
	board = rundir_open_board(rundir, text);
	if (board < 0)
		return;
	sight->alive = rundir_is_alive(board, &sight->name);
	sight_read(sight, board);
}

static void look_at_note(pid_t owner, const char *name)
{
	const struct board_slot *slot = sight_slot(name);
	struct slates slates;
	struct slate *slate;
	char path[64];

	if (!sight->there || !slot || slot->slate < 0)
		return;
	(void)snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)owner,
		       sight->tally.slates);
	slates.fd = open(path, O_RDWR | O_CLOEXEC);
	slate = slates.fd < 0 ? NULL
			      : slates_join(&slates, (size_t)slot->slate);
	if (slate)
		slate_read(&slate->note, sight->note, sizeof sight->note);
}

static const struct sight *see(pid_t owner, const char *name)
{
	pid_t eye;

	if (!sight)
		sight = mmap(NULL, sizeof *sight, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(sight != MAP_FAILED);
	sight->there = sight->alive = false;
	sight->note[0] = '\0';
	eye = fork();
	if (eye == 0) {
		look(owner);
		if (name)
			look_at_note(owner, name);
		_exit(0);
	}
	assert_true(eye > 0);
	assert_int_equal(waitpid(eye, NULL, 0), eye);
	return sight->there ? sight : NULL;
}

const struct sight *sight_see(pid_t owner)
{
	return see(owner, NULL);
}

const struct sight *sight_note(pid_t owner, const char *name)
{
	return see(owner, name);
}

/* ---- What is there ------------------------------------------------------ */

const struct board_slot *sight_slot(const char *name)
{
	for (size_t i = 0; sight->there && i < sight->slot_count; i++)
		if (strcmp(sight->slots[i].name, name) == 0)
			return &sight->slots[i];
	return NULL;
}

const struct board_slot *sight_slot_of(uint64_t id)
{
	for (size_t i = 0; sight->there && i < sight->slot_count; i++)
		if (sight->slots[i].id == id)
			return &sight->slots[i];
	return NULL;
}

const struct board_slot *sight_kind(enum slot_kind kind)
{
	for (size_t i = 0; sight->there && i < sight->slot_count; i++)
		if (sight->slots[i].kind == kind)
			return &sight->slots[i];
	return NULL;
}

size_t sight_count(enum slot_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; sight->there && i < sight->slot_count; i++)
		count += sight->slots[i].kind == kind;
	return count;
}

const struct board_end *sight_end(const char *name)
{
	const struct board_end *last = NULL;

	for (size_t i = 0; sight->there && i < sight->end_count; i++)
		if (strcmp(sight->ends[i].name, name) == 0 &&
		    (!last || sight->ends[i].number > last->number))
			last = &sight->ends[i];
	return last;
}
