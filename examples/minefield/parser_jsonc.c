/* SPDX-License-Identifier: MIT */
/*
 * parser_jsonc.c - json-c, told to be as strict as the standard.
 *
 * It cannot tell that a number at the top is over before it sees something
 * behind it, so it gets the NUL as well; and because it takes any NUL for the
 * end, we look how far it came.
 */
#include <json.h>
#include <limits.h>

#include "parser.h"

static bool jsonc_verdict(struct json_tokener *tokener, const char *text,
			  size_t size, struct reason *reason)
{
	enum json_tokener_error error;
	size_t end;

	json_object_put(json_tokener_parse_ex(tokener, text, (int)size + 1));
	error = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);

	if (error == json_tokener_success && end >= size)
		return true;
	if (error == json_tokener_success || error == json_tokener_continue)
		return parser_rejects(reason, "it ends too early (byte %zu)",
				      end);
	return parser_rejects(reason, "%s (byte %zu)",
			      json_tokener_error_desc(error), end);
}

bool jsonc_accepts(const char *text, size_t size, struct reason *reason)
{
	struct json_tokener *tokener;
	bool accepted;

	if (size >= INT_MAX)
		return parser_rejects(reason, "longer than an int can say");
	tokener = json_tokener_new();
	if (!tokener)
		return parser_rejects(reason, "no tokener");
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
						JSON_TOKENER_VALIDATE_UTF8);
	accepted = jsonc_verdict(tokener, text, size, reason);
	json_tokener_free(tokener);
	return accepted;
}
