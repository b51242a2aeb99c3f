/* SPDX-License-Identifier: MIT */
/*
 * sealed.h - bytes in a memory file that nobody can change any more.
 *
 * A child fills one and seals it; its parent maps it where it is.
 */
#ifndef TINE_SEALED_H
#define TINE_SEALED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An empty file that can be sealed, with room for `size` bytes under the
 * process's own limits; -1: there is none. */
int sealed_new(size_t size);

/* Writes to its end; false: it cannot be, under those limits either. */
bool sealed_add(int fd, const void *data, size_t size);

/* From now on nobody can change it. */
bool sealed_shut(int fd);

/* Whether it is a memory file of that size that can be mapped and read without
 * a surprise. */
bool sealed_is(int fd, uint64_t size);

/* Maps it to be read; NULL: no room. */
void *sealed_map(int fd, size_t size);
void sealed_unmap(void *map, size_t size);

#endif
