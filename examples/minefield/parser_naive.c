/* SPDX-License-Identifier: MIT */
/*
 * parser_naive.c - the parser everybody writes once.
 *
 * It is an honest reading of the grammar, a function for each rule, and it has
 * the two faults that such parsers have: it believes that nobody nests deeper
 * than the stack is long, and that bytes above 127 will be UTF-8. The first
 * is why this program parses in other processes.
 *
 * The text ends in a NUL, which no rule takes: there they all stop.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/param.h>

#include "parser.h"

/* An array or object that is still open, and how far in it we are. */
struct level {
	struct level *up;
	size_t index;    /* of the item                            */
	const char *key; /* of the member; NULL when there is none */
	size_t key_size;
};

struct naive {
	const char *start;
	const char *at; /* the next byte that no rule has taken */
	struct level *level;
	struct reason *reason;
};

typedef bool naive_rule(struct naive *in);

static naive_rule naive_value;

/* ---- Where it went wrong ------------------------------------------------ */

static int naive_step(const struct level *level, char *step, size_t size)
{
	if (!level->key)
		return snprintf(step, size, "[%zu]", level->index);
	return snprintf(step, size, ".%.*s", (int)MIN(level->key_size, 20),
			level->key);
}

/* The way to a level, as $.users[3], or its end: written from the end. */
static const char *naive_path(const struct level *level, char *path,
			      size_t size)
{
	char *at = path + size - 1;

	*at = '\0';
	for (; level; level = level->up) {
		char step[32];
		int length = naive_step(level, step, sizeof step);

		if (at - path < length + 3)
			return memcpy(at - 3, "...", 3);
		at -= length;
		memcpy(at, step, (size_t)length);
	}
	*--at = '$';
	return at;
}

static bool naive_expected(struct naive *in, const char *what)
{
	char path[64];

	return parser_rejects(in->reason, "expected %s (byte %td, %s)", what,
			      in->at - in->start,
			      naive_path(in->level, path, sizeof path));
}

/* ---- The grammar -------------------------------------------------------- */

static void naive_space(struct naive *in)
{
	in->at += strspn(in->at, " \t\r\n");
}

static bool naive_take(struct naive *in, char mark)
{
	if (*in->at != mark)
		return false;
	in->at++;
	return true;
}

static bool naive_word(struct naive *in)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t length = strlen(words[i]);

		if (strncmp(in->at, words[i], length) == 0) {
			in->at += length;
			return true;
		}
	}
	return naive_expected(in, "true, false or null");
}

static bool naive_digits(struct naive *in)
{
	size_t count = strspn(in->at, "0123456789");

	in->at += count;
	return count > 0 || naive_expected(in, "a digit");
}

static bool naive_number(struct naive *in)
{
	(void)naive_take(in, '-');
	if (!naive_take(in, '0') && !naive_digits(in))
		return false;
	if (naive_take(in, '.') && !naive_digits(in))
		return false;
	if (!naive_take(in, 'e') && !naive_take(in, 'E'))
		return true;
	if (!naive_take(in, '-'))
		(void)naive_take(in, '+');
	return naive_digits(in);
}

static bool naive_escape(struct naive *in)
{
	if (naive_take(in, 'u')) {
		for (int i = 0; i < 4; i++, in->at++)
			if (!isxdigit((unsigned char)*in->at))
				return naive_expected(in, "a hex digit");
		return true;
	}
	if (*in->at == '\0' || !strchr("\"\\/bfnrt", *in->at))
		return naive_expected(in, "an escape");
	in->at++;
	return true;
}

static bool naive_string(struct naive *in)
{
	if (!naive_take(in, '"'))
		return naive_expected(in, "'\"'");
	while (!naive_take(in, '"')) {
		if ((unsigned char)*in->at < ' ')
			return naive_expected(in, "a character or '\"'");
		if (*in->at++ == '\\' && !naive_escape(in))
			return false;
	}
	return true;
}

/* A member of the innermost object. */
static bool naive_member(struct naive *in)
{
	const char *key;

	naive_space(in);
	in->level->key = NULL;
	key = in->at + 1;
	if (!naive_string(in))
		return false;
	in->level->key = key;
	in->level->key_size = (size_t)(in->at - 1 - key);
	naive_space(in);
	if (!naive_take(in, ':'))
		return naive_expected(in, "':'");
	return naive_value(in);
}

/* What stands between two brackets, and the closing one. */
static bool naive_items(struct naive *in, naive_rule *item, char closing)
{
	naive_space(in);
	if (naive_take(in, closing))
		return true;
	do {
		if (!item(in))
			return false;
		in->level->index++;
	} while (naive_take(in, ','));
	if (naive_take(in, closing))
		return true;
	return naive_expected(in, closing == ']' ? "',' or ']'" : "',' or '}'");
}

static bool naive_nested(struct naive *in, naive_rule *item, char closing)
{
	struct level level = { .up = in->level };
	bool ok;

	in->at++;
	in->level = &level;
	ok = naive_items(in, item, closing);
	in->level = level.up;
	return ok;
}

static bool naive_array(struct naive *in)
{
	return naive_nested(in, naive_value, ']');
}

static bool naive_object(struct naive *in)
{
	return naive_nested(in, naive_member, '}');
}

/* A value, and the space around it. */
static bool naive_value(struct naive *in)
{
	static const struct {
		const char *first; /* what it can begin with */
		naive_rule *rule;
	} kinds[] = {
		{ .first = "[", .rule = naive_array },
		{ .first = "{", .rule = naive_object },
		{ .first = "\"", .rule = naive_string },
		{ .first = "-0123456789", .rule = naive_number },
		{ .first = "tfn", .rule = naive_word },
	};

	naive_space(in);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (*in->at == '\0' || !strchr(kinds[i].first, *in->at))
			continue;
		if (!kinds[i].rule(in))
			return false;
		naive_space(in);
		return true;
	}
	return naive_expected(in, "a value");
}

bool naive_accepts(const char *text, size_t size, struct reason *reason)
{
	struct naive in = { .start = text, .at = text, .reason = reason };

	if (!naive_value(&in))
		return false;
	return in.at == text + size || naive_expected(&in, "the end");
}
