/* SPDX-License-Identifier: MIT */
/*
 * scan.h - all boards there are, as they are now: copied, checked and cleaned.
 *
 * Nobody is asked: so it does not matter whether a program is busy, stopped, or
 * dead. What is not whole is read again, and then left out and counted.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rundir.h"
#include "slot.h"

struct scan_board {
	struct rundir_name name;
	bool alive; /* its owner lives */
	struct board_head head;
	struct board_tally tally; /* zero, if it cannot be read */
	struct board_slot *slots; /* those that are not free */
	size_t slot_count;
	struct board_end *ends; /* the oldest first */
	size_t end_count;
	struct board_crash *crashes;
	size_t crash_count;
	unsigned torn; /* records that were not whole */
};

struct scan {
	struct scan_board *boards; /* in the order of their beginning */
	size_t count;
	int64_t now_us; /* on the monotonic clock, as they are */
};

/* What of them is wanted, besides heads and tallies. */
enum scan_part { SCAN_SLOTS = 1, SCAN_ENDS = 2, SCAN_CRASHES = 4 };

/* 0; or an enum tine_error of the directory, TINE_EUSAGE if it is not to be
 * trusted; or TINE_ELIMIT or TINE_ENOMEM, since some boards alone would look as
 * if the others were gone. That it is not there is no error: then there are no
 * boards. */
int scan_read(struct scan *scan, unsigned parts);
void scan_done(struct scan *scan);

/* The time of day of a moment on a board; in microseconds. */
int64_t scan_day_us(const struct scan_board *board, int64_t mono_us);

/* The same, or an error of the directory in words for a person, to stderr. */
bool scan_or_say(struct scan *scan, unsigned parts);

#endif
