/* SPDX-License-Identifier: MIT */
/*
 * target.h - who is to be ended, or waited for: what boards say of him.
 *
 * A copy, since boards change; and a claim, which proof.h has to prove.
 */
#ifndef TARGET_H
#define TARGET_H

#include "forest.h"

struct target {
	char id[ROW_ID];
	enum row_kind kind;
	char name[BOARD_PATH];
	pid_t pid; /* 0: it has no process now */

	/* Of a program, and of a supervisor: the board that it has itself. */
	bool has_board;
	struct rundir_name board;

	/* Of all that somebody has: his board, and what it says. */
	struct board_slot slot; /* its id is 0: nobody has it */
	struct rundir_name owner;
	int slates; /* his descriptor of them; -1 */

	/* A supervisor has it, and starts it again: how that is found. */
	bool under_super;
	struct rundir_name program; /* its pid is 0: not to be known */
	char super[BOARD_PATH];     /* "": it has no name */
};

/* Of a row, which may go then. */
void target_take(struct target *target, const struct forest *forest,
		 const struct row *row);

/*
 * The one row that somebody means by an id, a pid or a name. False: there is
 * none, or there are several, which are listed; to stderr.
 */
bool target_find(struct target *target, const struct forest *forest,
		 const char *text);

#endif
