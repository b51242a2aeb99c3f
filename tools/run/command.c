/* SPDX-License-Identifier: MIT */
/*
 * command.c - the words of a command, with an input in their place for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/command.h"

#define HOLE "{}"
#define HOLE_SIZE (sizeof HOLE - 1)

static size_t holes_in(const char *word)
{
	size_t count = 0;

	while ((word = strstr(word, HOLE))) {
		word += HOLE_SIZE;
		count++;
	}
	return count;
}

static size_t holes_in_all(const struct command_plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++)
		count += holes_in(plan->words[i]);
	return count;
}

bool command_is_fixed(const struct command_plan *plan)
{
	return holes_in(plan->words[0]) == 0;
}

/* Returns the place behind its NUL. */
static char *fill_word(char *to, const char *word, const char *input,
		       size_t input_size)
{
	const char *hole;

	while ((hole = strstr(word, HOLE))) {
		to = mempcpy(to, word, (size_t)(hole - word));
		to = mempcpy(to, input, input_size);
		word = hole + HOLE_SIZE;
	}
	return stpcpy(to, word) + 1;
}

/* The pointers, and behind them the words. */
static char **command_room(const struct command_plan *plan, size_t input_size)
{
	size_t pointers = plan->count + 3; /* in front, the input, the end */
	size_t size = (holes_in_all(plan) + 1) * (input_size + 1);

	for (size_t i = 0; i < plan->count; i++)
		size += strlen(plan->words[i]) + 1;
	return malloc(pointers * sizeof(char *) + size);
}

char **command_build(const struct command_plan *plan, const char *input)
{
	size_t input_size = strlen(input), count = plan->count;
	char **room = command_room(plan, input_size), **words = room + 1;
	char *text;

	if (!room)
		return NULL;
	text = (char *)(room + plan->count + 3);
	for (size_t i = 0; i < count; i++) {
		words[i] = text;
		text = fill_word(text, plan->words[i], input, input_size);
	}
	if (holes_in_all(plan) == 0) {
		words[count++] = text;
		memcpy(text, input, input_size + 1);
	}
	words[count] = NULL;
	return words;
}

void command_free(char **words)
{
	if (words)
		free(words - 1);
}

/* ---- For people --------------------------------------------------------- */

static bool is_plain(const char *word)
{
	return *word && word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
					  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "0123456789%+,-./:=@_")] == '\0';
}

static bool has_control(const char *word)
{
	for (; *word; word++)
		if ((unsigned char)*word < ' ' || *word == 0x7f)
			return true;
	return false;
}

/* $'...': a newline must not become one. */
static void put_escaped(FILE *to, const char *word)
{
	(void)fputs("$'", to);
	for (; *word; word++)
		if ((unsigned char)*word < ' ' || *word == 0x7f)
			(void)fprintf(to, "\\%03o", (unsigned char)*word);
		else if (*word == '\'' || *word == '\\')
			(void)fprintf(to, "\\%c", *word);
		else
			(void)fputc(*word, to);
	(void)fputc('\'', to);
}

static void put_quoted(FILE *to, const char *word)
{
	(void)fputc('\'', to);
	for (; *word; word++)
		if (*word == '\'')
			(void)fputs("'\\''", to);
		else
			(void)fputc(*word, to);
	(void)fputc('\'', to);
}

static void put_word(FILE *to, const char *word)
{
	if (is_plain(word))
		(void)fputs(word, to);
	else if (has_control(word))
		put_escaped(to, word);
	else
		put_quoted(to, word);
}

char *command_text(char *const *words)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	for (size_t i = 0; words[i]; i++) {
		if (i > 0)
			(void)fputc(' ', to);
		put_word(to, words[i]);
	}
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}
