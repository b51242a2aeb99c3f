/* SPDX-License-Identifier: MIT */
/*
 * mint.h - boards that no library wrote: whole ones, and what is none.
 *
 * They are made in the directory that $TINE_DIR names, and stay there.
 */
#ifndef TINE_MINT_H
#define TINE_MINT_H

#include "rundir.h"
#include "slot.h"

struct mint {
	int fd; /* open for writing */
	struct rundir_name name;
	struct board_head head;
	struct board_tally tally;
	unsigned slots, ends, crashes; /* written one behind the other */
};

/* With a head and a tally. A program is called "shop", a supervisor "crew". */
void mint_begin(struct mint *mint, enum board_kind kind, pid_t pid,
		unsigned long long started);

/* Of this very process. It lives for others as long as this is open. */
void mint_begin_own(struct mint *mint, enum board_kind kind);
void mint_done(struct mint *mint);

/* Writes it, changed, again. */
void mint_head(struct mint *mint);
void mint_tally(struct mint *mint);

/* Behind those that there are; kinds and numbers that are 0 are filled in. */
void mint_slot(struct mint *mint, struct board_slot slot);
void mint_end(struct mint *mint, struct board_end end);
void mint_crash(struct mint *mint, struct board_crash crash);

/* At a place, as it is. */
void mint_raw(struct mint *mint, off_t at, const void *bytes, size_t size);

/* Changes a byte there. */
void mint_tear(struct mint *mint, off_t at);

#endif
