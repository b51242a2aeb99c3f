/* SPDX-License-Identifier: MIT */
/*
 * lines.c - the lines of a descriptor, one at a time.
 *
 * Not stdio: who takes lines wants to know whether he would have to wait for
 * one, and how long a line may be.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"

void lines_init(struct lines *lines, int fd)
{
	lines->fd = fd;
	lines->from = lines->to = 0;
	lines->ended = false;
}

char *lines_take(struct lines *lines, size_t *size)
{
	char *line = lines->room + lines->from;
	size_t left = lines->to - lines->from;
	char *end = memchr(line, '\n', left);

	if (!end && (!lines->ended || left == 0))
		return NULL;
	if (!end) /* the last line may do without a newline */
		end = line + left;
	*end = '\0';
	*size = (size_t)(end - line);
	lines->from += *size < left ? *size + 1 : left;
	return line;
}

int lines_fill(struct lines *lines)
{
	size_t left = lines->to - lines->from;
	ssize_t got;

	memmove(lines->room, lines->room + lines->from, left);
	lines->from = 0;
	lines->to = left;
	if (left == LINES_LONGEST)
		return EMSGSIZE;
	got = read(lines->fd, lines->room + left, LINES_LONGEST - left);
	if (got < 0)
		return errno;
	lines->to += (size_t)got;
	lines->ended = got == 0;
	return 0;
}
