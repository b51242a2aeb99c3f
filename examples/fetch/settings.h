/* SPDX-License-Identifier: MIT */
/*
 * settings.h - what the user asks for on the command line.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "../common/progress.h"

struct settings {
	char **paths; /* "-": standard input */
	size_t path_count;
	long jobs;
	long timeout_ms; /* 0: none */
	long retries;
	long reuse;
	bool unordered;
	enum progress_when progress;
};

/* Exits, after it said why, when the command line makes no sense. */
void settings_read(struct settings *settings, int argc, char **argv);

#endif
