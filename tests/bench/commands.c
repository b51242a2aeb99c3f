/* SPDX-License-Identifier: MIT */
/*
 * commands.c - programs that are started for each of many inputs.
 */
#include "commands.h"

#include <err.h>
#include <stdio.h>
#include <sys/wait.h>

#define FAILED 1

void commands_run(struct stage *stage)
{
	const struct work *work = stage->work;
	char command[512];
	int status;
	FILE *pipe;

	(void)snprintf(command, sizeof command,
		       "exec '%s' run -q -j%zu /bin/true", BENCH_TINE,
		       work->abreast);
	pipe = popen(command, "we");
	if (!pipe)
		err(FAILED, "popen");
	for (size_t i = 1; i <= work->children; i++)
		(void)fprintf(pipe, "%zu\n", i);
	status = pclose(pipe);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		errx(FAILED, "%s failed, with status %#x", command,
		     (unsigned)status);
}
