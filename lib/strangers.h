/* SPDX-License-Identifier: MIT */
/* strangers.h - processes that children of a supervisor have left to it. */
#ifndef TINE_STRANGERS_H
#define TINE_STRANGERS_H

#include <stdbool.h>

struct superd;

/* Makes what looks for them later. False: there is no memory. */
bool strangers_begin(struct superd *superd);

/* Ends what a child that has just ended had left behind. Returns how many. */
unsigned strangers_sweep(struct superd *superd);

/* Looks who has ended, its own ones too: SIGCHLD does not come twice. */
void strangers_reap(struct superd *superd);

#endif
