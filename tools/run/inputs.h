/* SPDX-License-Identifier: MIT */
/*
 * inputs.h - the inputs of a run, as the source of its stream: words of the
 * command line, or lines of standard input.
 */
#ifndef INPUTS_H
#define INPUTS_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "run/errand.h"
#include "run/joblog.h"
#include "run/lines.h"
#include "tine.h"

struct inputs {
	char *const *words; /* NULL: lines */
	uint64_t count;     /* of all there are; 0: nobody knows yet */
	struct lines lines;
	uint64_t seq; /* of the one that was taken last */
	uint64_t skipped;
	bool ended;
	int error; /* why there are no more; an errno; EILSEQ: a NUL */
	const struct joblog *log;
	struct errand_item *item; /* the one on loan */
	size_t room;

	struct ev_loop *loop; /* where it waits for a line, */
	ev_io readable;
	struct tine_stream **stream; /* to wake this one */
};

/* From words, or if there are none, NULL, from standard input. What the log
 * says is done is left out. */
void inputs_init(struct inputs *inputs, char *const *words, uint64_t count,
		 char end, const struct joblog *log);
void inputs_done(struct inputs *inputs);

/* Its items are errands'. */
struct tine_source inputs_source(struct inputs *inputs, struct ev_loop *loop,
				 struct tine_stream **stream);

#endif
