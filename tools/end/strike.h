/* SPDX-License-Identifier: MIT */
/* strike.h - signals to a process whose pidfd proves who it is. */
#ifndef STRIKE_H
#define STRIKE_H

#include <stdbool.h>
#include <stdint.h>

#include "end/target.h"

/* It is asked to stop; or ended at once. What it leads is meant, too: a group
 * of its own if it is a task, its tree if it is a supervisor. False: it may not
 * be done, and errno says why; that it has ended is no such thing. */
bool strike_stop(const struct target *target, int pidfd);
bool strike_kill(const struct target *target, int pidfd);

/* A word to its owner, and to itself, that it was not we who have made up our
 * minds: a wish from outside. Whether that arrives does not matter. */
void strike_mark(const struct target *target);

/* Whether it has ended by the deadline (clock.h). */
bool strike_wait(int pidfd, int64_t deadline);

#endif
