/* SPDX-License-Identifier: MIT */
/* options.h - what zero means in a tine_options, and what is refused. */
#ifndef TINE_OPTIONS_H
#define TINE_OPTIONS_H

#include "tine.h"

/*
 * Fills `full` with the options given, defaults in place of zeroes, times that
 * never end as TINE_FOREVER. NULL stands for all defaults. The pointers in it
 * are the caller's. Returns 0, or TINE_EUSAGE for what contradicts itself.
 */
int options_fill(const struct tine_options *given, struct tine_options *full);

/* The same for a stream. */
int options_fill_stream(const struct tine_stream_options *given,
			struct tine_stream_options *full);

#endif
