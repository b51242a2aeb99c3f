/* SPDX-License-Identifier: MIT */
/* settings.h - what the user asks for on the command line. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>

#include "rows.h"

struct settings {
	bool quick;
	bool json;
	unsigned runs;
	const struct row *only; /* NULL: all */
};

/* What is wrong, or a cry for help, ends the program. */
void settings_read(struct settings *settings, int argc, char **argv);

#endif
