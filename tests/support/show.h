/* SPDX-License-Identifier: MIT */
/*
 * show.h - the results of a stream of acts, as a line that can be read.
 *
 * "ok 1, failed 3, timeout, end": how each ended, what it sent if it is ok, or
 * its code; then why there are no more.
 */
#ifndef TINE_SHOW_H
#define TINE_SHOW_H

#include "act.h"

#define SHOW_ROOM 65536

struct show {
	struct acts *acts; /* whose results these are */
	size_t length;
	char text[SHOW_ROOM];
};

/* Adds a result; fails the test unless it is that of its item, whole. */
void show_add(struct show *show, const struct tine_result *result);
void show_error(struct show *show, int error);

/* A stream of acts; no timeout unless the options have one. */
struct tine_stream *show_open(void **state, struct acts *acts,
			      const struct tine_stream_options *options);

/* Takes up to `count` results, or all and the end, and says what they were. */
const char *show_some(struct tine_stream *stream, struct acts *acts,
		      size_t count);
const char *show_all(struct tine_stream *stream, struct acts *acts);

/* Opens a stream, takes all, closes it: nothing is left of it. */
const char *show_run(void **state, struct acts *acts,
		     const struct tine_stream_options *options);

#endif
