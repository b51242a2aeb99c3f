/* SPDX-License-Identifier: MIT */
/* place.h - which functions stand at an address, and on which lines. */
#ifndef TINE_PLACE_H
#define TINE_PLACE_H

#include <stdint.h>

#include "libdw.h"

/*
 * As story_name() has them, malloc()ed: a line each, the innermost first, since
 * a compiler may have put one into the other. NULL: there is no memory.
 */
char *place_name(const struct libdw *dw, Dwfl *dwfl, uint64_t pc);

#endif
