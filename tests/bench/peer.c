/* SPDX-License-Identifier: MIT */
/*
 * peer.c - what others take, in other programs.
 *
 * They measure themselves: how long a virtual machine takes to start is not
 * what is to be compared.
 */
#include "peer.h"

#include <err.h>
#include <stdio.h>
#include <sys/wait.h>

#define FAILED 1
#define PEER_MISSING 77 /* exit status of a test that cannot be made, too */

double peer_ask(const char *what)
{
	char command[512];
	double figure = -1;
	int status;
	FILE *pipe;

	(void)snprintf(command, sizeof command, "exec sh '%s/peer.sh' %s",
		       BENCH_PEERS, what);
	pipe = popen(command, "re");
	if (!pipe)
		err(FAILED, "popen");
	if (fscanf(pipe, "%lf", &figure) != 1)
		figure = -1;
	status = pclose(pipe);
	if (WIFEXITED(status) && WEXITSTATUS(status) == PEER_MISSING)
		return -1;
	if (status != 0 || figure < 0)
		errx(FAILED, "%s failed, with status %#x", command, status);
	return figure;
}
