/* SPDX-License-Identifier: MIT */
/*
 * parser.c - the list of parsers.
 *
 * Not here: what it takes to call each of them (parser_<name>.c).
 */
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include "parser.h"

const struct parser parsers[PARSERS] = {
	{ "jansson", jansson_accepts },
	{ "json-c", jsonc_accepts },
	{ "cJSON", cjson_accepts },
	{ "naive", naive_accepts },
};

const struct parser *parser_find(const char *name)
{
	for (size_t i = 0; i < PARSERS; i++)
		if (strcasecmp(parsers[i].name, name) == 0)
			return &parsers[i];
	return NULL;
}

bool parser_rejects(struct reason *reason, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(reason->text, sizeof reason->text, format, args);
	va_end(args);
	return false;
}
