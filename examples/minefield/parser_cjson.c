/* SPDX-License-Identifier: MIT */
/*
 * parser_cjson.c - cJSON, which says where it stopped but not why.
 */
#include <cJSON.h>

#include "parser.h"

bool cjson_accepts(const char *text, size_t size, struct reason *reason)
{
	const char *end = text;
	cJSON *value = cJSON_ParseWithLengthOpts(text, size + 1, &end, true);

	if (!value)
		return parser_rejects(reason, "syntax error (byte %td)",
				      end - text);
	cJSON_Delete(value);
	return true;
}
