/* SPDX-License-Identifier: MIT */
/*
 * sane.h - whether what was read of a board can be shown to people, and
 * reckoned with: texts end, are UTF-8, and hold nothing that a terminal obeys;
 * numbers are in their range.
 */
#ifndef TINE_SANE_H
#define TINE_SANE_H

#include <stdbool.h>

#include "slot.h"

/* Any record of a board, and its bytes. */
union record {
	struct board_seal seal;
	struct board_head head;
	struct board_tally tally;
	struct board_slot slot;
	struct board_end end;
	struct board_crash crash;
	uint8_t bytes[sizeof(struct board_crash)];
};

bool sane_head(const struct board_head *head);
bool sane_tally(const struct board_tally *tally);
bool sane_slot(const struct board_slot *slot);
bool sane_end(const struct board_end *end);
bool sane_crash(const struct board_crash *crash);

#endif
