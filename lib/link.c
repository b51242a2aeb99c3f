/* SPDX-License-Identifier: MIT */
/*
 * link.c - who falls with whom.
 *
 * Pure. One edge is two halves, each in the list of its own end and pointing
 * to the other half, so that either end can take the edge away whole.
 *
 * Not here: what a fall is, and what it does (task.c).
 */
#include "link.h"

#include <stdlib.h>

#include "tine.h"

struct link_half {
	struct list_node node;
	struct link_end *end;
	struct link_half *other;
};

struct link_edge {
	struct link_half halves[2];
};

void link_init(struct link_end *end)
{
	list_init(&end->links);
}

static struct link_half *link_find(struct link_end *a, const struct link_end *b)
{
	LIST_EACH (node, &a->links) {
		struct link_half *half =
			LIST_ENTRY(node, struct link_half, node);

		if (half->other->end == b)
			return half;
	}
	return NULL;
}

static void link_attach(struct link_half *half, struct link_end *end,
			struct link_half *other)
{
	half->end = end;
	half->other = other;
	list_append(&end->links, &half->node);
}

/* The first half of an edge is where its memory starts. */
static void link_cut(struct link_half *half)
{
	struct link_half *other = half->other;

	list_remove(&half->node);
	list_remove(&other->node);
	free(half < other ? half : other);
}

int link_join(struct link_end *a, struct link_end *b)
{
	struct link_edge *edge;

	if (link_find(a, b))
		return 0;
	edge = calloc(1, sizeof *edge);
	if (!edge)
		return TINE_ENOMEM;
	link_attach(&edge->halves[0], a, &edge->halves[1]);
	link_attach(&edge->halves[1], b, &edge->halves[0]);
	return 0;
}

bool link_part(struct link_end *a, struct link_end *b)
{
	struct link_half *half = link_find(a, b);

	if (half)
		link_cut(half);
	return half != NULL;
}

struct link_end *link_take(struct link_end *end)
{
	struct link_half *half;
	struct link_end *other;

	if (list_empty(&end->links))
		return NULL;
	half = LIST_ENTRY(end->links.next, struct link_half, node);
	other = half->other->end;
	link_cut(half);
	return other;
}
