/* SPDX-License-Identifier: MIT */
/*
 * slates.h - memory for slates, shared with one child each.
 *
 * A context has one file without a name, cut into slots. The parent maps all
 * of it; a fork does not inherit that, and a child maps its own slot alone.
 */
#ifndef TINE_SLATES_H
#define TINE_SLATES_H

#include <stddef.h>

#include "slate.h"

#define SLATES_NAME "tine-slates" /* as memfd_create(2) has it */
#define SLATES_STRIDE ((size_t)65536)

struct slates {
	int fd;        /* -1: no slot was taken yet */
	size_t count;  /* slots there are */
	char **chunks; /* where each SLATES_CHUNK of them is mapped */
	size_t *spare; /* a stack of free slots, */
	size_t spares; /* so many; */
	size_t virgin; /* the lowest of them nobody has ever touched */
};

void slates_init(struct slates *slates);
void slates_done(struct slates *slates);

/* A clean slate. Returns its slot, or a negative enum tine_error. */
long slates_take(struct slates *slates, struct slate **slate);
void slates_give(struct slates *slates, size_t slot);

/* In the child: the slate of that slot, or NULL. */
struct slate *slates_join(const struct slates *slates, size_t slot);

#endif
