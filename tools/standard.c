/* SPDX-License-Identifier: MIT */
/* standard.c - standard input, output and error, as the tool was given them. */
#include "standard.h"

#include <argp.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "verb.h"

/* An open takes the lowest number there is. What is opened as a path alone can
 * be neither read nor written, and it is always there. */
void standard_fill(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/", O_PATH) != fd)
			_exit(argp_err_exit_status);
}

static bool told;

void standard_output_is_told(void)
{
	told = true;
}

/* tine run, whose status says how many failed, has one of its own for this. */
static int failure(void)
{
	return argp_err_exit_status == VERB_USAGE ? VERB_NOTHING
						  : argp_err_exit_status;
}

static void write_all(void)
{
	bool lost = ferror(stdout) != 0;

	if ((fflush(stdout) == 0 && !lost) || told)
		return;
	warn("cannot be shown");
	_exit(failure());
}

void standard_watch_output(void)
{
	(void)atexit(write_all);
}
