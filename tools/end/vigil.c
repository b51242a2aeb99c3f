/* SPDX-License-Identifier: MIT */
/* vigil.c - somebody's end is waited for, and what is said of it. */
#include "end/vigil.h"

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "defer.h"
#include "end/strike.h"
#include "text.h"
#include "tine.h"

/* Its process, if it has one that is what the board says. */
static void vigil_open(struct vigil *vigil)
{
	if (vigil->target.pid > 0)
		vigil->pidfd = proof_open(&vigil->target, vigil->why);
}

bool vigil_begin(struct vigil *vigil, const struct forest *forest,
		 const char *text)
{
	*vigil = (struct vigil){ .pidfd = -1 };
	if (forest_find(forest, text, NULL, 0) == 0 &&
	    epitaph_find(text, &vigil->target, &vigil->end)) {
		vigil->over = vigil->has_end = true;
		return true;
	}
	if (!target_find(&vigil->target, forest, text))
		return false;
	vigil_open(vigil);
	if (vigil->why[0])
		warnx("%s: %s", vigil->target.id, vigil->why);
	return !vigil->why[0];
}

/* What is to be known of an end may come a moment later. */
static bool may_come(struct vigil *vigil)
{
	if (vigil->target.kind == ROW_STREAM)
		return false;
	if (vigil->known_by == 0)
		vigil->known_by = clock_deadline(EPITAPH_MS);
	return clock_left_ms(vigil->known_by) > 0;
}

/* ---- Who is nobody's ---------------------------------------------------- */

static void tell_exit(struct board_end *end, const struct child_exit *ended)
{
	char name[TEXT_SIGNAL];

	end->code = ended->status;
	end->end = ended->how == EXIT_SIGNAL ? TINE_CRASHED
		   : ended->status == 0      ? TINE_OK
					     : TINE_FAILED;
	if (ended->how == EXIT_SIGNAL)
		(void)snprintf(end->message, sizeof end->message,
			       "killed by %s",
			       text_signal(name, ended->status));
	else
		(void)snprintf(end->message, sizeof end->message,
			       "exited with %d", ended->status);
}

/* How a program ended only its parent is told; and, by a newer kernel, who had
 * a pidfd of it. */
static void vigil_look_at_exit(struct vigil *vigil)
{
	struct child_exit ended = { 0 };

	if (vigil->pidfd >= 0 && !strike_wait(vigil->pidfd, 0))
		return;
	vigil->has_end = child_was_taken(vigil->pidfd, &ended);
	if (vigil->has_end)
		tell_exit(&vigil->end, &ended);
	vigil->over = vigil->has_end || vigil->pidfd < 0 || !may_come(vigil);
}

/* ---- Who is somebody's -------------------------------------------------- */

/* A process may be there again, of the next attempt. */
static void vigil_look_at_board(struct vigil *vigil)
{
	if (vigil->pidfd >= 0) {
		if (!strike_wait(vigil->pidfd, 0))
			return;
		(void)close(steal_fd(&vigil->pidfd));
	}
	switch (epitaph_look(&vigil->target, &vigil->end)) {
	case EPITAPH_WRITTEN: vigil->has_end = vigil->over = true; break;
	case EPITAPH_NONE: vigil->over = true; break;
	case EPITAPH_MISSED: vigil->over = !may_come(vigil); break;
	case EPITAPH_LATER:
		vigil->known_by = 0;
		vigil_open(vigil);
		break;
	}
}

void vigil_look(struct vigil *vigil)
{
	if (vigil->over)
		return;
	if (vigil->target.slot.id == 0)
		vigil_look_at_exit(vigil);
	else
		vigil_look_at_board(vigil);
}

bool vigil_went_well(const struct vigil *vigil)
{
	return vigil->has_end ? vigil->end.end == TINE_OK
			      : vigil->target.kind == ROW_STREAM;
}

void vigil_done(struct vigil *vigil)
{
	defer_close(&vigil->pidfd);
	vigil->pidfd = -1;
}
