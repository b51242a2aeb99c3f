/* SPDX-License-Identifier: MIT */
/*
 * option.c - numbers on the command line.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "option.h"

long option_number(const struct argp_state *state, const char *name,
		   const char *text, long low, long high)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (isspace((unsigned char)*text) || end == text || *end != '\0' ||
	    errno != 0 || number < low || number > high)
		argp_error(state, "%s takes a number from %ld to %ld, not '%s'",
			   name, low, high, text);
	return number;
}
