/* SPDX-License-Identifier: MIT */
/* near.h - which of some names somebody may have meant. */
#ifndef NEAR_H
#define NEAR_H

/* The one that takes the fewest changes of a letter to make of `name`, if those
 * are few; a NULL ends the names. NULL: there is none that is near. */
const char *near_find(const char *name, const char *const *names);

#endif
