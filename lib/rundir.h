/* SPDX-License-Identifier: MIT */
/*
 * rundir.h - the directory where boards are.
 *
 * $TINE_DIR, else $XDG_RUNTIME_DIR/tine, else /tmp/tine-UID: made with mode
 * 0700 where it is missing, and never trusted if it is another user's, or a
 * link, or open to others. A board is a file in it of the name PID-START-N: the
 * process, when that began, and which of its boards it is.
 */
#ifndef TINE_RUNDIR_H
#define TINE_RUNDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define RUNDIR_PATH 4096
#define RUNDIR_NAME 64

/* Where it would be. False: no path can be that long, or $TINE_DIR is none that
 * holds wherever the program goes. */
bool rundir_path(char path[RUNDIR_PATH]);

/* Opens it, and makes it first if it is to be made. Returns a descriptor, or
 * TINE_ENOENT (it is not there), TINE_EUSAGE (it is not to be trusted, or not
 * ours to look into), or another enum tine_error. */
int rundir_open(bool make);

/* The same, where it was before. */
int rundir_open_at(const char *path, bool make);

/* The name of a board, and back. False: it is no such name. */
struct rundir_name {
	pid_t pid;
	unsigned long long started;
	unsigned number;
};

void rundir_write_name(const struct rundir_name *name, char text[RUNDIR_NAME]);
bool rundir_read_name(const char *text, struct rundir_name *name);

/* A board of that name, to be read: a plain file of ours. A descriptor, or an
 * enum tine_error. */
int rundir_open_board(int rundir, const char *name);

/* Whether its owner lives: holds its lock, and is who the name says. */
bool rundir_is_alive(int board, const struct rundir_name *name);

/* Removes boards whose owners are gone: those that ended more than a day ago,
 * and the oldest of those beyond a number. */
void rundir_sweep(int rundir);

#endif
