/* SPDX-License-Identifier: MIT */
/* vandal.h - in a child: writing where it should not. */
#ifndef TINE_VANDAL_H
#define TINE_VANDAL_H

#include <stdbool.h>
#include <stdint.h>

#include "tine.h"

/* In a pool, into the memory it shares with its parent; else into its channel.
 * Always what cannot be, and then it ends, or does not, in one of some ways. */
int vandal_run(struct tine_self *self, uint64_t salt);

/* Whether it returns from a pool as if nothing were the matter. */
bool vandal_may_return(uint64_t salt);

#endif
