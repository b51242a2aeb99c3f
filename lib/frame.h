/* SPDX-License-Identifier: MIT */
/*
 * frame.h - what bytes on a task's channel mean.
 *
 * A frame is a head and `size` bytes behind it. The head is 16 bytes, little
 * endian: magic (4), kind (1), three zeroes, size (4), value (4).
 */
#ifndef TINE_FRAME_H
#define TINE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_HEAD 16
#define FRAME_MOST 65536 /* bytes behind a head; more goes as FRAME_BULK */

enum frame_kind {
	FRAME_DATA = 1, /* a piece of the result */
	FRAME_BULK,     /* a piece in a sealed memfd that came along; the 8
			   bytes behind the head are its size */
	FRAME_EXCESS,   /* the function sent too much; 8 bytes: how much */
	FRAME_DONE,     /* the function returned value; the last frame */
	FRAME_FELL,     /* it falls with a task of its own, whose end is
			   value; 8 bytes: the code; the last frame */
	FRAME_KINDS
};

struct frame {
	enum frame_kind kind;
	uint32_t size;
	int32_t value;
};

void frame_encode(unsigned char head[FRAME_HEAD], const struct frame *frame);
void frame_put64(unsigned char bytes[8], uint64_t number);
uint64_t frame_get64(const unsigned char bytes[8]);

/*
 * Reads the head at the start of `bytes`. Returns the length of the whole
 * frame, 0 when more bytes must come before that can be said, or TINE_EUSAGE
 * when this is no frame of ours.
 */
long frame_decode(const unsigned char *bytes, size_t size, struct frame *frame);

#endif
