/* SPDX-License-Identifier: MIT */
/*
 * link.h - who falls with whom.
 *
 * A link is an edge between two ends; an end may have many.
 */
#ifndef TINE_LINK_H
#define TINE_LINK_H

#include <stdbool.h>

#include "list.h"

struct link_end {
	struct list_node links;
};

void link_init(struct link_end *end);

/* Joining twice is one link. Returns 0 or TINE_ENOMEM. */
int link_join(struct link_end *a, struct link_end *b);

/* Returns whether there was a link. */
bool link_part(struct link_end *a, struct link_end *b);

/* Takes one link off `end` and returns its other side; NULL: no more. */
struct link_end *link_take(struct link_end *end);

#endif
