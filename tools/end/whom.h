/* SPDX-License-Identifier: MIT */
/* whom.h - the IDs on a command line, and how they are answered for. */
#ifndef WHOM_H
#define WHOM_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

struct whom {
	char **ids; /* as they are on the command line; at least one */
	size_t count;
	bool json;
};

/* An argp child; its input is a struct whom. */
extern const struct argp whom_argp;

/* What an ID is, for the end of a help text. */
#define WHOM_DOC "An ID is one of tine ps, a pid, or a name that only one has"

#endif
