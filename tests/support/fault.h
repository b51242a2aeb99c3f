/* SPDX-License-Identifier: MIT */
/*
 * fault.h - calls of the system and of libc that fail when a test says so.
 *
 * The linker leads here what lib/ calls, by --wrap; tests/Makefile.am has the
 * names. One fault is armed at a time: "the 17th call from now on fails, in
 * the second of the ways in which such a call can". So a test need not know
 * what lib/ calls: it repeats what it does with 1, 2, 3, ... until there is no
 * such call any more, and nothing was left out.
 *
 * A fault strikes only the process that armed it, none that it forks; unless it
 * is handed down, to a child, or to a child of a child.
 */
#ifndef TINE_FAULT_H
#define TINE_FAULT_H

#include <stdbool.h>
#include <sys/types.h>

enum fault_fate {
	FAULT_STRUCK,
	FAULT_MISSED, /* that call could not fail so just then */
	FAULT_NO_WAY, /* that call has fewer ways to fail */
	FAULT_BEYOND, /* there were fewer calls */
};

/* The call with that number, from 1, fails in that way, from 0. */
void fault_arm(unsigned call, unsigned way);

/* From that call on, each one that can fail with this error does. */
void fault_arm_for_good(unsigned call, int error);

/* The fault just armed strikes the first process of that generation from now
 * on: 1 is a child that is forked, 2 a child of it. Its calls are counted. */
void fault_hand_down(unsigned generation);

enum fault_fate fault_disarm(void);

bool fault_struck(void);

/* Whether a fault has struck that a caller has to be told of. Others, as an
 * interruption, or a seal that cannot be set, shall be noticed by nobody. */
bool fault_shows(void);

/* What struck, for people: "recvmsg, call 17: ENOMEM". */
const char *fault_text(void);

/* Whether this process forked that child, itself and lately. */
bool fault_forked(pid_t pid);

/* How many blocks of memory, mappings and loops lib/ holds just now. */
long fault_held(void);

/* In this process and all that it forks from now on: half of the calls that a
 * signal can interrupt are, and a transfer moves as little as it may. */
void fault_crumble(bool on);

/* There too: the system has no futexes. */
void fault_forbid_futex(bool on);

#endif
