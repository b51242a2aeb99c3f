/* SPDX-License-Identifier: MIT */
/*
 * message.c - a message, as far as who sends it has to know.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "message.h"

/* What is in <>, or the first word; the first header of a kind counts. */
static void header_take(char *into, const char *value)
{
	const char *bracket = strchr(value, '<');
	size_t length;

	value = bracket ? bracket + 1 : value + strspn(value, " \t");
	length = strcspn(value, bracket ? ">" : " \t\r\n");
	if (*into == '\0' && length < MESSAGE_ADDRESS)
		memcpy(into, value, length);
}

static void header_read(struct message *message, const char *line)
{
	const struct {
		const char *name;
		char *into;
	} headers[] = {
		{ "From:", message->from },
		{ "To:", message->to },
		{ "Message-ID:", message->id },
	};

	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		size_t length = strlen(headers[i].name);

		if (strncasecmp(line, headers[i].name, length) == 0)
			header_take(headers[i].into, line + length);
	}
}

/* Up to the first empty line. */
static void message_read_headers(struct message *message, FILE *file)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, file) > 0 && *line != '\n' &&
	       *line != '\r')
		header_read(message, line);
	free(line);
}

/* The line without its end, be it of one kind or the other. */
static size_t line_length(const char *line, size_t size)
{
	if (size > 0 && line[size - 1] == '\n')
		size--;
	if (size > 0 && line[size - 1] == '\r')
		size--;
	return size;
}

static void message_read_lines(FILE *from, FILE *to)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t size;

	while ((size = getline(&line, &room, from)) > 0) {
		(void)fwrite(line, 1, line_length(line, (size_t)size), to);
		(void)fputs("\r\n", to);
	}
	free(line);
}

static void message_read_text(struct message *message, const char *name,
			      FILE *file)
{
	FILE *text = open_memstream(&message->text, &message->size);

	if (!text)
		err(EXIT_FAILURE, "cannot read a message");
	if (*message->id == '\0') {
		(void)snprintf(message->id, sizeof message->id, "%s@mailer",
			       name);
		(void)fprintf(text, "Message-ID: <%s>\r\n", message->id);
	}
	message_read_lines(file, text);
	if (fclose(text) != 0)
		err(EXIT_FAILURE, "cannot read a message");
}

const char *message_read(struct message *message, const char *name, FILE *file)
{
	*message = (struct message){ 0 };
	message_read_headers(message, file);
	rewind(file);
	message_read_text(message, name, file);
	if (ferror(file))
		return "it cannot be read";
	if (*message->from == '\0' || *message->to == '\0')
		return "it has no From: or no To: with an address";
	return NULL;
}

void message_done(struct message *message)
{
	free(message->text);
	message->text = NULL;
}
