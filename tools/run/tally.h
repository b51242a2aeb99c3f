/* SPDX-License-Identifier: MIT */
/*
 * tally.h - how many commands ended well, and how many did not, in memory that
 * all processes of a run share.
 *
 * So who watched one knows whether it was the one too many, and begins no
 * other, before anybody has heard of it.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "run/halt.h"

/* One in a program. False: no memory. */
bool tally_init(const struct halt *halt, unsigned retries);

/* How many inputs there are, when that is known. */
void tally_know(uint64_t total);

/* A command is begun. Returns whether this is its last attempt. */
bool tally_begin(uint64_t seq);

/* It has ended for good. Returns whether that was enough, with those before. */
bool tally_end(uint64_t seq, bool succeeded);

/* Whether that was said once. */
bool tally_is_enough(void);

#endif
