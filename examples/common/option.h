/* SPDX-License-Identifier: MIT */
/*
 * option.h - numbers and words on the command line.
 */
#ifndef OPTION_H
#define OPTION_H

#include <argp.h>
#include <stddef.h>

/*
 * The number that `text`, the value of option `name`, stands for. When it is
 * none, or not within low to high, tells the user so and exits.
 */
long option_number(const struct argp_state *state, const char *name,
		   const char *text, long low, long high);

/*
 * Which of the choices `text` is, by its index; a NULL ends them. When it is
 * none, tells the user so and exits.
 */
size_t option_choice(const struct argp_state *state, const char *name,
		     const char *text, const char *const *choices);

#endif
