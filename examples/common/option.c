/* SPDX-License-Identifier: MIT */
/*
 * option.c - numbers and words on the command line.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* "one, two, three", as far as there is room. */
static void option_list(const char *const *choices, char *list, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; choices[i] && used < size; i++)
		used += (size_t)snprintf(list + used, size - used, "%s%s",
					 i > 0 ? ", " : "", choices[i]);
}

size_t option_choice(const struct argp_state *state, const char *name,
		     const char *text, const char *const *choices)
{
	char list[128] = "";
	size_t i = 0;

	while (choices[i] && strcmp(choices[i], text) != 0)
		i++;
	if (!choices[i]) {
		option_list(choices, list, sizeof list);
		argp_error(state, "%s takes one of %s, not '%s'", name, list,
			   text);
	}
	return i;
}
