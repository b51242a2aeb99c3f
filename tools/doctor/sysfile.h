/* SPDX-License-Identifier: MIT */
/* sysfile.h - the small files in which the kernel says how it is set. */
#ifndef SYSFILE_H
#define SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYSFILE_LINE 512

/* Its first line, without the newline. False: there is none to be read. */
bool sysfile_line(const char *path, char line[SYSFILE_LINE]);

/* What stands behind "NAME:" in it, without spaces around it. */
bool sysfile_field(const char *path, const char *name, char line[SYSFILE_LINE]);

/* A number in a file of its own, or behind "NAME:" in one; -1: there is none.
 */
int64_t sysfile_number(const char *path);
int64_t sysfile_field_number(const char *path, const char *name);

#endif
