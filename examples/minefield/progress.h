/* SPDX-License-Identifier: MIT */
/*
 * progress.h - how far we are, for who watches the terminal.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	size_t total;
	size_t count;
	size_t crashed;
	bool visible;    /* stderr is a terminal              */
	bool shared;     /* and so is stdout: the same, maybe */
	int64_t next_ms; /* not drawn again before that       */
};

void progress_start(struct progress *progress, size_t total);
void progress_step(struct progress *progress, bool crashed);
void progress_give_way(struct progress *progress); /* to a line on stdout */
void progress_stop(struct progress *progress);

#endif
