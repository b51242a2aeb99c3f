/* SPDX-License-Identifier: MIT */
/*
 * parser_jansson.c - Jansson, asked to take any value at the top.
 */
#include <jansson.h>

#include "parser.h"

bool jansson_accepts(const char *text, size_t size, struct reason *reason)
{
	json_error_t error;
	json_t *value = json_loadb(text, size, JSON_DECODE_ANY, &error);

	if (!value)
		return parser_rejects(reason, "%s (line %d, column %d)",
				      error.text, error.line, error.column);
	json_decref(value);
	return true;
}
