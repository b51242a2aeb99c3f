/* SPDX-License-Identifier: MIT */
/*
 * program.h - a program that a command names, found and started.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/* What every command is to have as the run itself had it, and its limits. */
struct program_rules {
	sigset_t mask, ignored;
	struct rlimit files;
	uint64_t memory; /* private, in bytes; 0: no limit */
	uint64_t cpu_s;  /* 0: no limit */
};

/* Takes down what the program has now. */
void program_rules_init(struct program_rules *rules);

/*
 * Looks a name up as a shell does. Returns 0, and *path is to be freed; or
 * ENOENT, EACCES (there is one, that may not be executed), ENOMEM.
 */
int program_find(const char *name, char **path);

/* 126 or 127, as shells have it. */
int program_exit_code(int error);

/*
 * Starts it, with a process group of its own, which ends when we do: words as
 * from command_build(), stdout and stderr. Its parent shares no memory with it
 * any more when this returns: the pid; or -1, and *error is an errno.
 */
pid_t program_start(const char *path, char **words,
		    const struct program_rules *rules, int out, int err,
		    int *error);

#endif
