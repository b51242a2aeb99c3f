/* SPDX-License-Identifier: MIT */
/*
 * option.h - numbers on the command line.
 */
#ifndef OPTION_H
#define OPTION_H

#include <argp.h>

/*
 * The number that `text`, the value of option `name`, stands for. When it is
 * none, or not within low to high, tells the user so and exits.
 */
long option_number(const struct argp_state *state, const char *name,
		   const char *text, long low, long high);

#endif
