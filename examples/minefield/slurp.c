/* SPDX-License-Identifier: MIT */
/*
 * slurp.c - all of a file in memory.
 *
 * The size a file claims is not asked for: a FIFO and a device have none, and
 * any other may grow while it is read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "slurp.h"

#define SLURP_FIRST ((size_t)64 << 10)
#define SLURP_LIMIT ((size_t)256 << 20)

static char *slurp_more(char *text, size_t room)
{
	if (room > SLURP_LIMIT) {
		errno = EFBIG;
		return NULL;
	}
	return realloc(text, room + 1);
}

static char *slurp_stream(FILE *stream, size_t *size)
{
	size_t room = SLURP_FIRST, used = 0;
	char *text = NULL;

	for (;; room *= 2) {
		char *more = slurp_more(text, room);

		if (!more)
			break;
		text = more;
		used += fread(text + used, 1, room - used, stream);
		if (used == room)
			continue;
		if (ferror(stream))
			break;
		text[used] = '\0';
		*size = used;
		return text;
	}
	free(text);
	return NULL;
}

char *slurp(const char *path, size_t *size)
{
	FILE *stream = fopen(path, "re");
	char *text;

	if (!stream)
		return NULL;
	text = slurp_stream(stream, size);
	(void)fclose(stream);
	return text;
}
