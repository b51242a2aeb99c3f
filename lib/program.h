/* SPDX-License-Identifier: MIT */
/* program.h - a process, told from any other that had its pid. */
#ifndef TINE_PROGRAM_H
#define TINE_PROGRAM_H

#include <sys/types.h>

struct program {
	pid_t pid;
	unsigned long long began; /* in ticks since the boot; 0: it is gone */
};

/* 0, or an enum tine_error: it cannot be looked at just now. */
int program_of(pid_t pid, struct program *program);

#endif
