/* SPDX-License-Identifier: MIT */
/*
 * settings.h - what the user asks for on the command line.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>

struct settings {
	const char *spool;
	const char *smtp; /* "host:port", or NULL ... */
	const char *file; /* ... and then this is not */
	long jobs;
	bool once;
};

/* Exits, after it said why, when the command line makes no sense. */
void settings_read(struct settings *settings, int argc, char **argv);

#endif
