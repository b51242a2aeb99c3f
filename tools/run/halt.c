/* SPDX-License-Identifier: MIT */
/*
 * halt.c - when a run has seen enough.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "run/halt.h"

/* Whether the text begins so; then it is left behind. */
static bool skip_word(const char **text, const char *word)
{
	size_t size = strlen(word);

	if (strncmp(*text, word, size) != 0)
		return false;
	*text += size;
	return true;
}

static bool take_number(struct halt *halt, const char *text)
{
	char *end;

	errno = 0;
	halt->number = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || errno != 0 || halt->number == 0)
		return false;
	halt->percent = *end == '%';
	if (halt->percent && halt->number > 100)
		return false;
	return end[halt->percent] == '\0';
}

bool halt_parse(struct halt *halt, const char *text)
{
	*halt = (struct halt){ .level = BRAKE_OFF };
	if (strcmp(text, "never") == 0)
		return true;
	if (skip_word(&text, "soon,"))
		halt->level = BRAKE_SOON;
	else if (skip_word(&text, "now,"))
		halt->level = BRAKE_NOW;
	else
		return false;
	halt->success = skip_word(&text, "success=");
	return (halt->success || skip_word(&text, "fail=")) &&
	       take_number(halt, text);
}

bool halt_is_met(const struct halt *halt, uint64_t succeeded, uint64_t failed,
		 uint64_t total)
{
	uint64_t count = halt->success ? succeeded : failed;

	if (halt->level == BRAKE_OFF || count == 0)
		return false;
	if (halt->percent)
		return total > 0 && count * 100 >= halt->number * total;
	return count >= halt->number;
}
