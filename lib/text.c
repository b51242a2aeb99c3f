/* SPDX-License-Identifier: MIT */
/*
 * text.c - short texts for people.
 *
 * Pure. Texts that come from a child end up on terminals, so nothing passes
 * here that a terminal would obey.
 */
#include "text.h"

#include <stdio.h>
#include <string.h>

/* The length of the character at `text`, 0 if it is not valid UTF-8. */
static size_t utf8_length(const unsigned char *text, size_t length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size = text[0] < 0x80             ? 1
		      : (text[0] & 0xe0) == 0xc0 ? 2
		      : (text[0] & 0xf0) == 0xe0 ? 3
		      : (text[0] & 0xf8) == 0xf0 ? 4
						 : 0;
	uint32_t code = text[0] & (0xffu >> (size + 1));

	if (size < 2)
		return size;
	if (size > length)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (code < least[size] || code > 0x10ffff || code >> 11 == 0x1b)
		return 0;
	return code < 0xa0 ? 0 : size; /* C1 controls are controls too */
}

void text_line(char *to, size_t room, const char *from, size_t length)
{
	const unsigned char *text = (const unsigned char *)from;
	size_t used = 0;

	for (size_t i = 0; i < length && text[i];) {
		size_t size = utf8_length(text + i, length - i);

		if (used + (size ? size : 1) + 1 > room)
			break;
		if (size > 1)
			memcpy(to + used, text + i, size);
		else
			to[used] = !size ? '?'
				   : text[i] < ' ' || text[i] == 0x7f
					   ? ' '
					   : (char)text[i];
		size = size ? size : 1;
		used += size;
		i += size;
	}
	to[used] = '\0';
}

/* A whole character at the end is known by its first byte. */
size_t text_trim(char *text)
{
	size_t length = strlen(text), start = length;

	while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start > 0 && (unsigned char)text[start - 1] >= 0xc0)
		start--;
	if (start < length &&
	    !utf8_length((unsigned char *)text + start, length - start))
		text[length = start] = '\0';
	return length;
}

const char *text_duration(char to[TEXT_DURATION], int64_t us)
{
	if (us < 1000)
		(void)snprintf(to, TEXT_DURATION, "%d us", (int)us);
	else if (us < 1000000)
		(void)snprintf(to, TEXT_DURATION, "%d ms", (int)(us / 1000));
	else if (us < 120 * 1000000)
		(void)snprintf(to, TEXT_DURATION, "%.1f s", (double)us / 1e6);
	else
		(void)snprintf(to, TEXT_DURATION, "%lld min",
			       (long long)(us / 60000000));
	return to;
}

const char *text_size(char to[TEXT_SIZE], uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double size = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024) {
		(void)snprintf(to, TEXT_SIZE, "%d byte%s", (int)bytes,
			       bytes == 1 ? "" : "s");
		return to;
	}
	for (; size >= 1024 && unit < 3; unit++)
		size /= 1024;
	(void)snprintf(to, TEXT_SIZE, size < 10000 ? "%.4g %s" : "%.0f %s",
		       size, units[unit]);
	return to;
}

const char *text_signal(char to[TEXT_SIGNAL], int number)
{
	const char *name = sigabbrev_np(number);

	if (name)
		(void)snprintf(to, TEXT_SIGNAL, "SIG%s", name);
	else
		(void)snprintf(to, TEXT_SIGNAL, "signal %d", number);
	return to;
}
