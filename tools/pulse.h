/* SPDX-License-Identifier: MIT */
/* pulse.h - how busy processes have been since the last look. */
#ifndef PULSE_H
#define PULSE_H

#include "forest.h"

struct pulse {
	struct proc *procs; /* of the last look, by pid */
	size_t count;
	int64_t at_us;
};

/* Sets row->load of each process that was there the last time, and remembers
 * this one. */
void pulse_take(struct pulse *pulse, struct forest *forest);
void pulse_done(struct pulse *pulse);

#endif
