/* SPDX-License-Identifier: MIT */
/*
 * lines.c - the lines of a descriptor, one at a time.
 *
 * Not stdio: who takes lines wants to know whether he would have to wait for
 * one.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "run/lines.h"

#define LINES_PIECE 65536

void lines_init(struct lines *lines, int fd, char end)
{
	struct stat found;

	*lines = (struct lines){ .fd = fd, .end = end };
	lines->plain = fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

void lines_done(struct lines *lines)
{
	free(lines->bytes);
	lines->bytes = NULL;
}

/* There is always a byte left for the NUL of a last line. */
char *lines_take(struct lines *lines)
{
	size_t left = lines->to - lines->from;
	char *line, *end;

	if (left == 0)
		return NULL;
	line = lines->bytes + lines->from;
	end = memchr(line, lines->end, left);
	if (!end && !lines->ended)
		return NULL;
	if (!end)
		end = line + left;
	lines->length = (size_t)(end - line);
	lines->from = (size_t)(end - lines->bytes);
	lines->from += lines->from < lines->to;
	*end = '\0';
	return line;
}

bool lines_are_ready(const struct lines *lines)
{
	struct pollfd input = { .fd = lines->fd, .events = POLLIN };

	return lines->plain || poll(&input, 1, 0) != 0;
}

/* What was taken gives way. */
static void lines_shift(struct lines *lines)
{
	if (lines->from > 0)
		memmove(lines->bytes, lines->bytes + lines->from,
			lines->to - lines->from);
	lines->to -= lines->from;
	lines->from = 0;
}

static int lines_grow(struct lines *lines)
{
	size_t room = lines->room ? lines->room * 2 : LINES_PIECE;
	char *bytes;

	lines_shift(lines);
	if (lines->to + 1 < lines->room)
		return 0;
	if (room > 2 * LINES_LONGEST)
		return EMSGSIZE;
	bytes = realloc(lines->bytes, room);
	if (!bytes)
		return ENOMEM;
	lines->bytes = bytes;
	lines->room = room;
	return 0;
}

int lines_fill(struct lines *lines)
{
	int error = lines_grow(lines);
	ssize_t got;

	if (error != 0)
		return error;
	got = read(lines->fd, lines->bytes + lines->to,
		   lines->room - lines->to - 1);
	if (got < 0)
		return errno;
	lines->to += (size_t)got;
	lines->ended = got == 0;
	return 0;
}

/* By offsets, which leave that of the descriptor where it is. */
uint64_t lines_count(const struct lines *lines)
{
	char piece[LINES_PIECE], last = lines->end;
	off_t at = lines->plain ? lseek(lines->fd, 0, SEEK_CUR) : -1;
	uint64_t count = 0;
	ssize_t got;

	if (at < 0)
		return 0;
	while ((got = pread(lines->fd, piece, sizeof piece, at)) > 0) {
		for (ssize_t i = 0; i < got; i++)
			count += piece[i] == lines->end;
		last = piece[got - 1];
		at += got;
	}
	return count + (last != lines->end);
}
