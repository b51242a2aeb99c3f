/* SPDX-License-Identifier: MIT */
/* program.c - a process, told from any other that had its pid. */
#include "program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

/* The 22nd field of its stat; the name in it may hold anything. Without /proc
 * there is none, for all who ask; but who cannot look just now must not take
 * the one for the other. */
int program_of(pid_t pid, struct program *program)
{
	char path[64], line[1024];
	const char *behind;
	FILE *file;

	*program = (struct program){ .pid = pid };
	(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? 0 : err_from_errno(errno);
	if (fgets(line, sizeof line, file) && (behind = strrchr(line, ')')) &&
	    sscanf(behind,
		   ") %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
		   "%*s %*s %*s %*s %*s %*s %llu",
		   &program->began) != 1)
		program->began = 0;
	(void)fclose(file);
	return 0;
}
