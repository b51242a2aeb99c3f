/* SPDX-License-Identifier: MIT */
/*
 * output.c - bytes to a descriptor, all of them.
 *
 * It may be a terminal that somebody stopped, or a pipe that does not wait.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#include "run/brake.h"
#include "run/output.h"

/* Whether to go on with what failed so. */
static bool is_passing(int to, int error)
{
	struct pollfd room = { .fd = to, .events = POLLOUT };

	if (brake_level() >= BRAKE_KILL)
		return false;
	if (error == EAGAIN)
		(void)poll(&room, 1, -1);
	return error == EAGAIN || error == EINTR;
}

int output_write(int to, const void *bytes, size_t size)
{
	const char *from = bytes;

	while (size > 0) {
		ssize_t put = write(to, from, size);

		if (put < 0 && !is_passing(to, errno))
			return errno;
		from += put < 0 ? 0 : put;
		size -= put < 0 ? 0 : (size_t)put;
	}
	return 0;
}

int output_copy(int to, int file)
{
	char piece[65536];
	off_t at = 0;
	ssize_t got;

	while ((got = pread(file, piece, sizeof piece, at)) > 0) {
		int error = output_write(to, piece, (size_t)got);

		if (error != 0)
			return error;
		at += got;
	}
	return got < 0 ? errno : 0;
}
