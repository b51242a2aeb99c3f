/* SPDX-License-Identifier: MIT */
/*
 * jstring.c - JSON strings of bytes that may be no UTF-8: names, messages.
 */
#include <stdlib.h>
#include <string.h>

#include "jstring.h"

json_t *jstring(const char *text)
{
	json_t *string = json_string(text);
	char *ascii;

	if (string)
		return string;
	ascii = strdup(text);
	if (!ascii)
		return NULL;
	for (char *byte = ascii; *byte != '\0'; byte++)
		if ((unsigned char)*byte > 127)
			*byte = '?';
	string = json_string(ascii);
	free(ascii);
	return string;
}
