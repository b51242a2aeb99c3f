/* SPDX-License-Identifier: MIT */
/* inbox.h - what has come from one child: its result so far, its last word. */
#ifndef TINE_INBOX_H
#define TINE_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "verdict.h"

struct inbox {
	struct buf raw;  /* bytes that are not a whole frame yet */
	struct buf data; /* the result, unless it is */
	void *map;       /* a sealed file, mapped, */
	size_t map_size; /* with so many bytes */
	int files[2];    /* that came, and not yet their frames; or -1 */
	bool discard;    /* nobody wants it: keep nothing */
	enum last_word last;
	int value;
	uint64_t amount;
};

void inbox_init(struct inbox *inbox, size_t max_result);
void inbox_done(struct inbox *inbox);

/* Keeps no result, and drops what there is. The last word still counts. */
void inbox_discard(struct inbox *inbox);

/*
 * Reads what is there, not more than a fair share of it. Returns whether
 * there may be more; with a last word there is not.
 */
bool inbox_read(struct inbox *inbox, int channel);

/* The child is dead: reads what is left. */
void inbox_drain(struct inbox *inbox, int channel);

const void *inbox_result(const struct inbox *inbox, size_t *size);

#endif
