/* SPDX-License-Identifier: MIT */
/*
 * output.h - bytes to a descriptor, all of them, until the brake says that
 * nobody waits for them any more.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stddef.h>

/* Both return 0 or an errno; EINTR: the brake is at BRAKE_KILL. */
int output_write(int to, const void *bytes, size_t size);
int output_copy(int to, int file); /* from the beginning of it */

#endif
