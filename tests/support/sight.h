/* SPDX-License-Identifier: MIT */
/*
 * sight.h - boards, as another process sees them.
 *
 * Whoever reads the board of his own process loses its lock when he closes it.
 * So another one is forked to look, and leaves what it saw in shared memory.
 * What is not whole is looked at twice more.
 */
#ifndef TINE_SIGHT_H
#define TINE_SIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "rundir.h"
#include "slot.h"

#define SIGHT_SLOTS 4096 /* that are looked at, at most */

struct sight {
	bool there; /* it was found, and its head is whole */
	bool alive;
	struct rundir_name name;
	struct board_head head;
	struct board_tally tally;
	size_t slots_there; /* places in the file */
	size_t slot_count, end_count, crash_count;
	size_t torn;    /* records that are neither whole nor of zeros alone */
	char note[512]; /* that was asked for */
	struct board_slot slots[SIGHT_SLOTS]; /* what there is, one by one */
	struct board_end ends[BOARD_ENDS_KEPT];
	struct board_crash crashes[BOARD_CRASHES_KEPT];
};

/* What was seen last. */
extern struct sight *sight;

/* The first board of that process, or NULL: it has none. */
const struct sight *sight_see(pid_t owner);

/* The same, with the note that the slot of that name has. */
const struct sight *sight_note(pid_t owner, const char *name);

/* Reads a board from its descriptor, in this very process. */
void sight_read(struct sight *seen, int board);

/* Whether all that was read can be shown to people, and reckoned with. */
bool sight_is_sane(const struct sight *seen);

/* Of what was seen last; NULL: there is none such. */
const struct board_slot *sight_slot(const char *name);
const struct board_slot *sight_slot_of(uint64_t id);
const struct board_slot *sight_kind(enum slot_kind kind);
const struct board_end *sight_end(const char *name);

/* So many slots of that kind. */
size_t sight_count(enum slot_kind kind);

#endif
