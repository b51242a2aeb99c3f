/* SPDX-License-Identifier: MIT */
/* neighbour.h - another program beside the test: a fork that shares nothing. */
#ifndef TINE_NEIGHBOUR_H
#define TINE_NEIGHBOUR_H

#include <sys/types.h>

/* Runs in it: writes a byte to `ready` when the test may go on. */
typedef void neighbour_main(int ready);

/* Waits until it is ready. */
pid_t neighbour_start(neighbour_main *run);

/* By SIGKILL, and waits for it. */
void neighbour_kill(pid_t pid);

#endif
