/* SPDX-License-Identifier: MIT */
/*
 * crash_line.c - where a child crashed, in one line, by what the dynamic loader
 * knows.
 */
#include "crash.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 512

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *crash_line(const struct slate_crash *record)
{
	void *pc = (void *)(uintptr_t)record->registers.pc;
	char *line = malloc(LINE_SIZE);
	Dl_info info;

	if (!line || !dladdr(pc, &info) || !info.dli_fname) {
		free(line);
		return NULL;
	}
	(void)snprintf(line, LINE_SIZE, "#0 %s (%s+0x%lx)\n",
		       info.dli_sname ? info.dli_sname : "?",
		       base_name(info.dli_fname),
		       (unsigned long)((char *)pc - (char *)info.dli_fbase));
	return line;
}
