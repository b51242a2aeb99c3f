/* SPDX-License-Identifier: MIT */
/*
 * progress.h - how far we are, for who watches the terminal.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum progress_when {
	PROGRESS_AUTO, /* when stderr is a terminal */
	PROGRESS_ALWAYS,
	PROGRESS_NEVER
};

struct progress {
	const char *things; /* what is counted: "parses"; and what is */
	const char *bad;    /* bad of them: "crashed"                 */
	size_t total;       /* 0: nobody knows, and there is no bar   */
	size_t count;
	size_t bad_count;
	bool visible;
	bool shared;     /* stdout is a terminal: the same, maybe */
	int64_t next_ms; /* not drawn again before that           */
};

/* The texts have to live as long as the progress. */
void progress_start(struct progress *progress, enum progress_when when,
		    size_t total, const char *things, const char *bad);
void progress_step(struct progress *progress, bool bad);
void progress_give_way(struct progress *progress); /* to a line on stdout */
void progress_stop(struct progress *progress);

#endif
