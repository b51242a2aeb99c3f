/* SPDX-License-Identifier: MIT */
/*
 * defer.h - a scope releases what it acquired, unless success steals it.
 */
#ifndef TINE_DEFER_H
#define TINE_DEFER_H

#include <stdlib.h>
#include <unistd.h>

static inline void defer_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void defer_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline int steal_fd(int *fd)
{
	int stolen = *fd;

	*fd = -1;
	return stolen;
}

#define AUTO_CLOSE __attribute__((cleanup(defer_close)))
#define AUTO_FREE __attribute__((cleanup(defer_free)))

#endif
