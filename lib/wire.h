/* SPDX-License-Identifier: MIT */
/*
 * wire.h - numbers and bytes, one behind the other.
 *
 * Both ends are the same program, so that there is one byte order. What comes
 * from another process is taken apart here, and nowhere else: a reader never
 * leaves its bytes, and says at the end whether it would have had to.
 */
#ifndef TINE_WIRE_H
#define TINE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct wire_out {
	struct buf buf;
	int error; /* the first; nothing is added behind it */
};

void wire_begin(struct wire_out *out, size_t limit);
void wire_done(struct wire_out *out);
void wire_put(struct wire_out *out, uint64_t number);
void wire_put_bytes(struct wire_out *out, const void *data, size_t size);
void wire_put_text(struct wire_out *out, const char *text); /* NULL: "" */

struct wire_in {
	const unsigned char *at;
	size_t left;
	bool bad; /* there was less than was asked for, or it was not that */
};

struct wire_in wire_in(const void *data, size_t size);
uint64_t wire_take(struct wire_in *in);

/* A number from 0 to most; anything else is bad, and 0. */
unsigned wire_take_below(struct wire_in *in, unsigned most);

/* Where they stand; NULL, and size 0, if they are not there. */
const void *wire_take_bytes(struct wire_in *in, size_t *size);

/* Copies them to where `most` have room, and returns how many there were; more
 * is bad, and 0. */
size_t wire_take_part(struct wire_in *in, void *to, size_t most);

/* Ended by 0, in `room` bytes; longer, or with a 0 in it, is bad. */
void wire_take_text(struct wire_in *in, char *text, size_t room);

/* Whether all was there, and nothing is left. */
bool wire_is_whole(const struct wire_in *in);

#endif
