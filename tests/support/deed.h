/* SPDX-License-Identifier: MIT */
/*
 * deed.h - what a pooled child must not do, to the memory and the sockets that
 * it shares with its parent.
 */
#ifndef TINE_DEED_H
#define TINE_DEED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tine.h"

typedef void deed_fn(struct tine_self *self);

struct deed {
	const char *name;
	deed_fn *deed;
};

enum { DEED_NOTHING };

extern const struct deed deeds[];
extern const uint32_t deed_count;

/* In a child of a pool: does it, and takes note of the child. */
void deed_do(uint32_t deed, uint32_t seed, struct tine_self *self);

/* Takes note of one that does such things, and tells whether that one does. An
 * item may run again, so there may be more of them than items that do. */
void deed_note(pid_t pid);
bool deed_is_by(pid_t pid);

#endif
