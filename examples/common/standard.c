/* SPDX-License-Identifier: MIT */
/*
 * standard.c - standard input, output and error, as the program was given them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "standard.h"

/* An open takes the lowest number there is; and it is the wrong way round, so
 * that nobody can read or write. */
void standard_fill(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null",
			 fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_FAILURE);
}
