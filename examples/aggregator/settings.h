/* SPDX-License-Identifier: MIT */
/*
 * settings.h - what the user asks for on the command line.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <jansson.h>
#include <stddef.h>

struct settings {
	char **urls; /* of argv */
	size_t url_count;
	long timeout_ms;
	long refresh_s;   /* 0: there is no refresh, and one answer */
	json_t *fallback; /* an object, or NULL */
};

/* Exits, after it said why, when the command line makes no sense. */
void settings_read(struct settings *settings, int argc, char **argv);
void settings_done(struct settings *settings);

#endif
