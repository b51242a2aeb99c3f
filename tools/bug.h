/* SPDX-License-Identifier: MIT */
/*
 * bug.h - crashes of all boards: those with the same fingerprint are one bug.
 */
#ifndef BUG_H
#define BUG_H

#include "scan.h"

struct bug {
	uint64_t fingerprint;
	uint64_t count;
	int64_t first_us, last_us;      /* of the day */
	const struct board_crash *last; /* the newest, */
	const struct scan_board *board; /* of whom */
};

struct bugs {
	struct bug *list; /* the last one crashed last */
	size_t count;
};

/* Of a scan with SCAN_CRASHES, which has to stay. False: no memory. */
bool bugs_gather(struct bugs *bugs, const struct scan *scan);
void bugs_done(struct bugs *bugs);

/* "00c0ffee00c0ffee"; and whether some first digits of it are meant. */
#define BUG_ROOM 17
const char *bug_print(const struct bug *bug, char to[BUG_ROOM]);
bool bug_is_meant(const struct bug *bug, const char *digits);

#endif
