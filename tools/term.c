/* SPDX-License-Identifier: MIT */
/*
 * term.c - the terminal, if it is one, and texts that may go there.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#include "term.h"

#define TERM_USUAL_WIDTH 80
#define TERM_BRIEF 240 /* bytes, about */

static int width_asked_for(void)
{
	const char *columns = getenv("COLUMNS");
	int width = columns ? atoi(columns) : 0;

	return width > 0 ? width : TERM_USUAL_WIDTH;
}

static int width_of(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return width_asked_for();
}

/* It obeys escape sequences. */
static bool is_clever(void)
{
	const char *kind = getenv("TERM");

	return kind && *kind && strcmp(kind, "dumb") != 0;
}

static bool colour_is_wanted(void)
{
	const char *never = getenv("NO_COLOR");

	return !(never && *never) && is_clever();
}

void term_look(struct term *term, int fd)
{
	*term = (struct term){ .is_terminal = isatty(fd) };
	if (!term->is_terminal)
		return;
	term->clears = is_clever();
	term->colour = colour_is_wanted();
	term->width = width_of(fd);
}

/* ---- Colours ------------------------------------------------------------ */

static const char *const colours[] = {
	[TERM_PLAIN] = "",         [TERM_BOLD] = "\033[1m",
	[TERM_DIM] = "\033[2m",    [TERM_RED] = "\033[31m",
	[TERM_GREEN] = "\033[32m", [TERM_YELLOW] = "\033[33m",
	[TERM_BLUE] = "\033[34m",
};

const char *term_on(const struct term *term, enum term_colour colour)
{
	return term->colour ? colours[colour] : "";
}

const char *term_off(const struct term *term, enum term_colour colour)
{
	return term->colour && colour != TERM_PLAIN ? "\033[m" : "";
}

/* ---- Texts -------------------------------------------------------------- */

/* It would show what follows in another order than it is in. */
static bool turns_the_text(wchar_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* The length of the character at `text`, if it may be shown; else 0. */
static size_t shown_length(const char *text, size_t left, int *columns)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t size;

	if (*text >= ' ' && *text <= '~') {
		*columns = 1;
		return 1;
	}
	size = mbrtowc(&c, text, left, &state);
	if (size == 0 || size > left || !iswprint((wint_t)c) ||
	    turns_the_text(c))
		return 0;
	*columns = wcwidth(c);
	return *columns < 0 ? 0 : size;
}

/* One character, or one byte that is none. Returns how many bytes it was. */
static size_t put_safe(char **to, const char *text, size_t size)
{
	int columns;
	size_t shown = shown_length(text, size, &columns);

	if (shown > 0)
		*to = mempcpy(*to, text, shown);
	else
		*to += sprintf(*to, "\\x%02x", (unsigned char)*text);
	return shown > 0 ? shown : 1;
}

char *term_safe(const char *text, size_t size)
{
	char *safe = malloc(size * 4 + 1), *to = safe;
	const char *end = text + size;

	if (!safe)
		return NULL;
	while (text < end)
		text += put_safe(&to, text, (size_t)(end - text));
	*to = '\0';
	return safe;
}

const char *term_brief(const char *text)
{
	static char brief[TERM_BRIEF + MB_LEN_MAX + sizeof "..."];
	char *to = brief;
	int before = errno;

	while (*text && to < brief + TERM_BRIEF)
		text += put_safe(&to, text, strnlen(text, MB_LEN_MAX));
	(void)strcpy(to, *text ? "..." : "");
	errno = before;
	return brief;
}

bool term_lines(FILE *stream, const char *indent, const char *text)
{
	while (*text) {
		size_t size = strcspn(text, "\n");
		char *safe = term_safe(text, size);

		if (!safe)
			return false;
		(void)fprintf(stream, "%s%s\n", indent, safe);
		free(safe);
		text += size + (text[size] == '\n');
	}
	return !ferror(stream);
}

size_t term_cut(const char *safe, int columns)
{
	size_t left = strlen(safe), used = 0;

	while (left > 0) {
		int wide = 1;
		size_t size = shown_length(safe + used, left, &wide);

		if (wide > columns)
			break;
		size = size ? size : 1;
		columns -= wide;
		used += size;
		left -= size;
	}
	return used;
}

int term_columns(const char *safe)
{
	size_t left = strlen(safe);
	int columns = 0;

	while (left > 0) {
		int wide = 1;
		size_t size = shown_length(safe, left, &wide);

		size = size ? size : 1;
		columns += wide;
		safe += size;
		left -= size;
	}
	return columns;
}
