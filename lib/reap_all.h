/* SPDX-License-Identifier: MIT */
/* reap_all.h - a loop learns of deaths in a process that is all our own. */
#ifndef TINE_REAP_ALL_H
#define TINE_REAP_ALL_H

#include "reap.h"

extern const struct reap_backend reap_all;

/* Before anything is started with it. False: no memory. */
bool reap_all_open(void);

/* SIGCHLD has come: looks who has ended. False: somebody has, and is not to be
 * reaped yet. */
bool reap_all_look(void);

#endif
