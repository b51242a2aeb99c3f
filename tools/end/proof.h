/* SPDX-License-Identifier: MIT */
/*
 * proof.h - that a process is who boards say it is.
 *
 * Any process of the user may write a board, and say in it that some pid is a
 * task of its own. Before anybody is signalled the system is asked: who holds
 * the lock of the board, when that began, and whose child it is.
 */
#ifndef PROOF_H
#define PROOF_H

#include "end/target.h"

#define PROOF_WHY 256

/*
 * A pidfd of the target's process, which was opened before that was proven, and
 * so is of no other. -1: it is not proven, and `why` says what was found; or,
 * with why[0] == '\0', it has ended.
 */
int proof_open(const struct target *target, char why[PROOF_WHY]);

#endif
