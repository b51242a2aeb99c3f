/* SPDX-License-Identifier: MIT */
/* brood.h - the children that this process has, forked by it or adopted. */
#ifndef TINE_BROOD_H
#define TINE_BROOD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct brood {
	pid_t *pids;
	size_t count, room;
};

/* Dead ones that were not reaped are among them. False: there is no way to
 * know, or no memory. brood_done() in any case. */
bool brood_read(struct brood *brood);
void brood_done(struct brood *brood);

/* False: no memory. */
bool brood_add(struct brood *brood, pid_t pid);

/* From now on it adopts what its descendants leave behind. */
void brood_adopt(void);

/*
 * Kills and reaps all but those that `is_known` says yes to, and whatever it
 * adopts by that. Returns how many it reaped. What the kernel holds is left to
 * another time, and *left says how many those are.
 */
typedef bool brood_known(pid_t pid, void *data);
unsigned brood_sweep(brood_known *is_known, void *data, unsigned *left);

#endif
