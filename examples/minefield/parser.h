/* SPDX-License-Identifier: MIT */
/*
 * parser.h - the JSON parsers on trial, all behind one signature.
 */
#ifndef PARSER_H
#define PARSER_H

#include <stdbool.h>
#include <stddef.h>

#define PARSERS 4

/* Why a parser said no: one bounded line, whatever the file holds. */
struct reason {
	char text[160];
};

struct parser {
	const char *name;
	/* A NUL stands behind the size bytes of text, for who needs one. */
	bool (*accepts)(const char *text, size_t size, struct reason *reason);
};

extern const struct parser parsers[PARSERS];

const struct parser *parser_find(const char *name); /* NULL: none such */

/* Sets the reason; returns false, so that it can end an accepts(). */
bool parser_rejects(struct reason *reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

bool jansson_accepts(const char *text, size_t size, struct reason *reason);
bool jsonc_accepts(const char *text, size_t size, struct reason *reason);
bool cjson_accepts(const char *text, size_t size, struct reason *reason);
bool naive_accepts(const char *text, size_t size, struct reason *reason);

#endif
