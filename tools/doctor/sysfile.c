/* SPDX-License-Identifier: MIT */
/* sysfile.c - the small files in which the kernel says how it is set. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/sysfile.h"

bool sysfile_line(const char *path, char line[SYSFILE_LINE])
{
	FILE *file = fopen(path, "re");
	bool good = file && fgets(line, SYSFILE_LINE, file);

	if (good)
		line[strcspn(line, "\n")] = '\0';
	if (file)
		(void)fclose(file);
	return good;
}

/* Moves what is behind the name to the front. */
static bool is_field(char line[SYSFILE_LINE], const char *name)
{
	size_t length = strlen(name);
	const char *value = line + length + 1;

	if (strncmp(line, name, length) != 0 || line[length] != ':')
		return false;
	value += strspn(value, " \t");
	memmove(line, value, strlen(value) + 1);
	line[strcspn(line, "\n")] = '\0';
	return true;
}

bool sysfile_field(const char *path, const char *name, char line[SYSFILE_LINE])
{
	FILE *file = fopen(path, "re");
	bool found = false;

	while (file && !found && fgets(line, SYSFILE_LINE, file))
		found = is_field(line, name);
	if (file)
		(void)fclose(file);
	return found;
}

static int64_t number_in(const char *line)
{
	return isdigit((unsigned char)*line) ? strtoll(line, NULL, 10) : -1;
}

int64_t sysfile_number(const char *path)
{
	char line[SYSFILE_LINE];

	return sysfile_line(path, line) ? number_in(line) : -1;
}

int64_t sysfile_field_number(const char *path, const char *name)
{
	char line[SYSFILE_LINE];

	return sysfile_field(path, name, line) ? number_in(line) : -1;
}
