/* SPDX-License-Identifier: MIT */
/*
 * reap.c - which way a loop learns that a child has ended.
 *
 * By pidfd, unless the system has none (an old kernel, a seccomp filter), or
 * the loop is libev's default one, which waits for every child itself and
 * hands the status to those who watch for it.
 */
#include "reap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "defer.h"
#include "tine.h"

/* Opening one is not enough: waiting by it came a version later. */
static bool reap_has_pidfd(void)
{
	AUTO_CLOSE int pidfd = pidfd_open(getpid(), 0);
	siginfo_t info;

	if (pidfd < 0 || pidfd_send_signal(pidfd, 0, NULL, 0) < 0)
		return false;
	return waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) < 0 &&
	       errno == ECHILD;
}

int reap_choose(const struct loop *loop, const struct reap_backend **backend)
{
	const char *wish = secure_getenv("TINE_REAP");

	if (wish && strcmp(wish, reap_pidfd.name) != 0 &&
	    strcmp(wish, reap_sigchld.name) != 0)
		return TINE_EUSAGE;
	if (wish ? strcmp(wish, reap_sigchld.name) == 0
		 : loop_steals_children(loop) || !reap_has_pidfd())
		*backend = &reap_sigchld;
	else if (wish && !reap_has_pidfd())
		return TINE_EUNSUPPORTED;
	else
		*backend = &reap_pidfd;
	return 0;
}
