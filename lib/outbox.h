/* SPDX-License-Identifier: MIT */
/*
 * outbox.h - in a pooled child: the results on their way into the ring.
 *
 * One record is open at a time, from outbox_open() to outbox_close().
 */
#ifndef TINE_OUTBOX_H
#define TINE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bump.h"
#include "ring.h"

struct outbox {
	struct ring *ring;
	int side;        /* a socket, to wake the parent and to pass files by */
	uint32_t number; /* of the open record, or of the next one */
	uint32_t kept;   /* the first record that the parent may still read */
	struct bump out;
	uint32_t ends[RING_SLOTS]; /* of their bytes; BUMP_NONE: in the slot */
	bool filed[RING_SLOTS];    /* they are in a file */
	unsigned files;            /* so many of those kept */
	int file;                  /* of the open record; -1: none */
};

void outbox_init(struct outbox *outbox, struct ring *ring, int side);

void outbox_open(struct outbox *outbox, int64_t started_ns);

/* Adds to the result; false: it cannot be sent. */
bool outbox_add(struct outbox *outbox, const void *data, size_t size);

/* It would have been so large. */
void outbox_exceed(struct outbox *outbox, uint64_t size);

/* Room for the record's words; what is written counts with these marks. */
struct ring_words *outbox_words(const struct outbox *outbox);
void outbox_close(struct outbox *outbox, int code, uint32_t marks,
		  int64_t took_ns);

/* There is nothing to do: tells the parent, if it wants to hear of that, and
 * sleeps until it rings, unless it has rung since `bell` was read. */
uint32_t outbox_bell(const struct outbox *outbox);
void outbox_doze(struct outbox *outbox);
void outbox_sleep(struct outbox *outbox, uint32_t bell);

#endif
