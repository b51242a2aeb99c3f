/* SPDX-License-Identifier: MIT */
/*
 * slurp.h - all of a file in memory.
 */
#ifndef SLURP_H
#define SLURP_H

#include <stddef.h>

/*
 * The bytes of the file at path, a NUL behind them, and in *size how many they
 * are. NULL with errno set if it cannot be read or holds more than 256 MiB.
 * Free it with free(). Waits for as long as the file makes it wait.
 */
char *slurp(const char *path, size_t *size);

#endif
