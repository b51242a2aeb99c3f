/* SPDX-License-Identifier: MIT */
/*
 * record.c - JSON that the tool prints.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

json_t *record_new(int schema)
{
	return json_pack("{si}", "schema", schema);
}

json_t *record_text(const char *text)
{
	return text ? record_bytes(text, strlen(text)) : NULL;
}

/* How long the UTF-8 character at `bytes` is; 0: it is none. jansson judges,
 * since it is who must accept it. */
static size_t character_length(const char *bytes, size_t left)
{
	for (size_t size = 1; size <= 4 && size <= left; size++) {
		json_t *string = json_stringn(bytes, size);

		json_decref(string);
		if (string)
			return size;
	}
	return 0;
}

/* A byte at a time, since it is rare. */
static json_t *record_mend(const char *bytes, size_t size)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);
	json_t *string;

	if (!stream)
		return NULL;
	while (size > 0) {
		size_t good = character_length(bytes, size);

		(void)fwrite(good ? bytes : REPLACEMENT, 1,
			     good ? good : sizeof REPLACEMENT - 1, stream);
		bytes += good ? good : 1;
		size -= good ? good : 1;
	}
	string = fclose(stream) == 0 ? json_stringn(text, length) : NULL;
	free(text);
	return string;
}

json_t *record_bytes(const char *bytes, size_t size)
{
	json_t *string = json_stringn(bytes, size);

	return string ? string : record_mend(bytes, size);
}

bool record_print(json_t *record, FILE *stream, enum record_layout layout)
{
	size_t flags = layout == RECORD_LINE ? JSON_COMPACT : JSON_INDENT(2);
	bool good;

	errno = ENOMEM;
	if (!record)
		return false;
	good = json_dumpf(record, stream, flags) == 0 &&
	       fputc('\n', stream) != EOF;
	json_decref(record);
	return good;
}

/* ---- Lists -------------------------------------------------------------- */

void record_list_begin(struct record_list *list, FILE *stream, int schema,
		       const char *kind)
{
	*list = (struct record_list){ .stream = stream };
	(void)fprintf(stream,
		      "{\n  \"schema\": %d,\n  \"kind\": \"%s\",\n"
		      "  \"rows\": [",
		      schema, kind);
}

static void list_line(const struct record_list *list, unsigned depth)
{
	(void)fprintf(list->stream, "\n%*s", (int)(2 * depth), "");
}

/* But for the brace at its end. */
static void list_row(struct record_list *list, json_t *row)
{
	char *text = row ? json_dumps(row, 0) : NULL;

	if (list->any)
		(void)fputc(',', list->stream);
	list_line(list, list->depth + 2);
	list->any = true;
	if (text)
		(void)fwrite(text, 1, strlen(text) - 1, list->stream);
	else
		list->failed = true;
	free(text);
	json_decref(row);
}

void record_list_add(struct record_list *list, json_t *row)
{
	list_row(list, row);
	(void)fputc('}', list->stream);
}

void record_list_open(struct record_list *list, json_t *row)
{
	list_row(list, row);
	(void)fputs(", \"rows\": [", list->stream);
	list->any = false;
	list->depth++;
}

void record_list_close(struct record_list *list)
{
	list->depth--;
	if (list->any)
		list_line(list, list->depth + 2);
	(void)fputs("]}", list->stream);
	list->any = true;
}

bool record_list_end(struct record_list *list)
{
	if (list->any)
		list_line(list, 1);
	(void)fputs("]\n}\n", list->stream);
	if (list->failed)
		errno = ENOMEM;
	return !list->failed && !ferror(list->stream);
}
