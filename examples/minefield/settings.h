/* SPDX-License-Identifier: MIT */
/*
 * settings.h - what the user asks for on the command line.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "plan.h"

struct settings {
	struct plan plan;
	long jobs;       /* parses at once; 0: as processors */
	long timeout_ms; /* 0: none                          */
	long memory_mb;  /* 0: no limit                      */
	long reuse;      /* parses of one child; 0: 1        */
	bool json;
};

/* Exits, after it said why, when the command line makes no sense. */
void settings_read(struct settings *settings, int argc, char **argv);
void settings_done(struct settings *settings);

#endif
