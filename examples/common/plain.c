/* SPDX-License-Identifier: MIT */
/*
 * plain.c - texts from elsewhere, for a terminal.
 */
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "plain.h"

#define PLAIN_LONGEST 4 /* bytes of a character */

static size_t length_by_first(unsigned char first)
{
	if (first < 0x80)
		return 1;
	return first < 0xc2    ? 0
	       : first < 0xe0  ? 2
	       : first < 0xf0  ? 3
	       : first <= 0xf4 ? 4
			       : 0;
}

/* How many bytes there are of a character that may be shown; 0: of none. */
static size_t shown_length(const char *text)
{
	unsigned char first = (unsigned char)text[0];
	size_t length = length_by_first(first);

	if (first < ' ' || first == 127)
		return 0;
	for (size_t i = 1; i < length; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
	/* Here are the controls beyond ASCII. */
	return first == 0xc2 && (unsigned char)text[1] < 0xa0 ? 0 : length;
}

const char *plain(const char *text)
{
	static char shown[PATH_MAX + PLAIN_LONGEST + 1];
	char *to = shown;

	while (*text != '\0' && to < shown + PATH_MAX) {
		size_t length = shown_length(text);

		if (length > 0)
			memcpy(to, text, length);
		else
			*to = '?';
		to += length > 0 ? length : 1;
		text += length > 0 ? length : 1;
	}
	*to = '\0';
	return shown;
}
