/* SPDX-License-Identifier: MIT */
/*
 * notes.c - what tasks say that they are doing.
 *
 * That stands in memory which a task shares with its owner, as a file without a
 * name: the board says which of its owner's descriptors that is.
 */
#include "notes.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "defer.h"
#include "forest.h"
#include "slates.h"

/* The slates of a process; -1: they are none, or not to be had. */
static int notes_open(const struct scan_board *board)
{
	static const char wanted[] = "/memfd:" SLATES_NAME;
	char path[64], target[64] = "";

	(void)snprintf(path, sizeof path, "/proc/%d/fd/%d",
		       (int)board->head.pid, (int)board->tally.slates);
	if (board->tally.slates < 0 ||
	    readlink(path, target, sizeof target - 1) < 0 ||
	    strncmp(target, wanted, sizeof wanted - 1) != 0)
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static void notes_read_one(int fd, const struct board_slot *slot, char *note)
{
	struct slate_text text;
	off_t at = (off_t)offsetof(struct slate, note) +
		   slot->slate * (off_t)SLATES_STRIDE;

	if (slot->slate >= 0 && slot->slate < 1 << 24 &&
	    pread(fd, &text, sizeof text, at) == (ssize_t)sizeof text)
		slate_read(&text, note, FOREST_NOTE);
}

void notes_read(void *data)
{
	struct forest *forest = data;
	const struct scan_board *last = NULL;
	int fd = -1;

	for (size_t i = 0; forest->notes && i < forest->count; i++) {
		struct row *row = &forest->all[i];
		char *note = forest->notes + i * FOREST_NOTE;

		if (!row->slot || row->gone || row->kind == ROW_SUPER)
			continue;
		if (row->board != last) {
			defer_close(&fd);
			fd = notes_open(row->board);
			last = row->board;
		}
		if (fd >= 0)
			notes_read_one(fd, row->slot, note);
		row->note = note;
	}
	defer_close(&fd);
}
