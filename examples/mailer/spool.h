/* SPDX-License-Identifier: MIT */
/*
 * spool.h - a folder of messages, a file each.
 *
 *   tmp/      where they are written
 *   new/      to be sent: moved here from tmp/ when they are whole
 *   sent/     they have been
 *   refused/  they will never be
 *
 * A message is in one of them at any moment, since it is moved, and that is all
 * that anybody knows about it.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <stdbool.h>

/* What is longer cannot be the id of a child. */
#define SPOOL_NAME_MAX 63

/* Makes the folders that are missing. Exits, after it said why, if it cannot.
 */
void spool_make(const char *spool);

/* Whether a file of this name in new/ can be sent. */
bool spool_is_message(const char *name);

/* "spool/folder/name", to be freed. Exits when there is no memory. */
char *spool_path(const char *spool, const char *folder, const char *name);

/* Moves it from new/, for good: on return it is on disk. Returns 0 or a
 * negative errno: -EEXIST, there is one of that name. */
int spool_move(const char *spool, const char *name, const char *folder);

#endif
