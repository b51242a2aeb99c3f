/* SPDX-License-Identifier: MIT */
/* proof.c - that a process is who boards say it is. */
#include "end/proof.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "defer.h"
#include "program.h"

static bool refuse(char why[PROOF_WHY], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool refuse(char why[PROOF_WHY], const char *format, ...)
{
	va_list values;

	va_start(values, format);
	(void)vsnprintf(why, PROOF_WHY, format, values);
	va_end(values);
	return false;
}

/* ---- Who writes a board ------------------------------------------------- */

/* Who holds a lock is the kernel's to say; of one that is held for an open file
 * rather than by a process, or from another pid namespace, it says nothing. */
static bool holds_lock(const struct rundir_name *name)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	AUTO_CLOSE int rundir = rundir_open(false);
	AUTO_CLOSE int board = -1;
	char text[RUNDIR_NAME];

	rundir_write_name(name, text);
	if (rundir >= 0)
		board = rundir_open_board(rundir, text);
	return board >= 0 && fcntl(board, F_GETLK, &lock) == 0 &&
	       lock.l_type != F_UNLCK && lock.l_pid == name->pid;
}

static bool prove_writer(const struct rundir_name *name, char why[PROOF_WHY])
{
	struct program program;

	if (!holds_lock(name))
		return refuse(why, "the board does not belong to process %d",
			      (int)name->pid);
	if (program_of(name->pid, &program) < 0 || program.began == 0)
		return refuse(why, "/proc does not show process %d",
			      (int)name->pid);
	return program.began == name->started ||
	       refuse(why, "the board does not belong to process %d",
		      (int)name->pid);
}

/* ---- Whose child it is -------------------------------------------------- */

static const struct scan_board *find_board(const struct scan *scan,
					   const struct rundir_name *name)
{
	for (size_t i = 0; i < scan->count; i++) {
		const struct rundir_name *other = &scan->boards[i].name;

		if (other->pid == name->pid &&
		    other->started == name->started &&
		    other->number == name->number)
			return &scan->boards[i];
	}
	return NULL;
}

static const struct board_slot *find_slot(const struct scan_board *board,
					  const struct target *target)
{
	for (size_t i = 0; i < board->slot_count; i++)
		if (board->slots[i].id == target->slot.id &&
		    board->slots[i].pid == target->pid)
			return &board->slots[i];
	return NULL;
}

/* A task under a supervisor is the supervisor's child, which says so, too. */
static bool is_guest_of(const struct scan *scan, pid_t parent,
			const struct target *target)
{
	char why[PROOF_WHY];

	for (size_t i = 0; i < scan->count; i++) {
		const struct scan_board *board = &scan->boards[i];
		const struct board_slot *slot = find_slot(board, target);

		if (board->head.kind == BOARD_SUPER &&
		    board->name.pid == parent && slot &&
		    slot->kind == SLOT_GUEST && prove_writer(&board->name, why))
			return true;
	}
	return false;
}

static bool prove_parent(const struct scan *scan, const struct target *target,
			 char why[PROOF_WHY])
{
	struct proc proc = { .pid = target->pid };

	proc_read(&proc, 1);
	if (!proc.there || proc.state == 'Z' || proc.state == 'X')
		return refuse(why, "%s", "");
	if (proc.parent == target->owner.pid ||
	    is_guest_of(scan, proc.parent, target))
		return true;
	return refuse(why, "process %d is no child of %d, whose board says so",
		      (int)target->pid, (int)target->owner.pid);
}

/* The board is read again, since what was read of it before may be over. */
static bool prove_child(const struct target *target, char why[PROOF_WHY])
{
	const struct scan_board *board;
	struct scan scan;
	bool good;

	if (scan_read(&scan, SCAN_SLOTS) < 0)
		return refuse(why, "the boards cannot be read any more");
	board = find_board(&scan, &target->owner);
	if (!board || !find_slot(board, target))
		good = refuse(why, "%s", "");
	else
		good = prove_writer(&target->owner, why) &&
		       prove_parent(&scan, target, why);
	scan_done(&scan);
	return good;
}

int proof_open(const struct target *target, char why[PROOF_WHY])
{
	AUTO_CLOSE int pidfd = -1;

	why[0] = '\0';
	if (target->pid <= 1 || target->pid == getpid()) {
		(void)refuse(why, "process %d is nobody's task",
			     (int)target->pid);
		return -1;
	}
	pidfd = pidfd_open(target->pid, 0);
	if (pidfd < 0) {
		if (errno != ESRCH)
			(void)refuse(why, "there is no pidfd of it: %s",
				     strerror(errno));
		return -1;
	}
	if (target->has_board ? prove_writer(&target->board, why)
			      : prove_child(target, why))
		return steal_fd(&pidfd);
	return -1;
}
