/* SPDX-License-Identifier: MIT */
/*
 * newborn.c - what a forked child does before anybody else's code runs in it.
 *
 * A child never execs, so nothing that close-on-exec or exec itself would
 * cleanse is cleansed. One by one:
 *
 *  - the death signal fires only if the parent dies after it is set, so the
 *    parent is looked at once more behind it;
 *  - handlers are the parent's, and would act on its objects; they go back to
 *    default before any signal is let in;
 *  - descriptors are the parent's, too: an epoll set, a listening socket, a
 *    sibling's channel. Closing them is not enough: a library that remembers
 *    a number would then write into whatever file the task opens next. So
 *    their numbers are taken by the null device;
 *  - stdio holds what the parent has not flushed yet; it is the parent's to
 *    print.
 *
 * System calls and the stack only: the parent may have threads, and whatever
 * lock they held is held for ever in here.
 *
 * Not here: limits (limit.c), the crash handler (self.c), the parent's half
 * of a birth (child.c).
 */
#include "newborn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fd.h"

static bool newborn_tie(const struct newborn *newborn)
{
	if (newborn->death_signal)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	return getppid() == newborn->parent;
}

/* sigaction() refuses the numbers that libc keeps for itself, and those that
 * cannot be handled: nothing to do there. */
static void newborn_reset_signals(void)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };

	for (int number = 1; number <= SIGRTMAX; number++)
		(void)sigaction(number, &standard, NULL);
}

static bool newborn_keeps(const struct newborn *newborn, int fd)
{
	if (fd <= STDERR_FILENO || fd == newborn->channel)
		return true;
	for (size_t i = 0; i < newborn->keep_count; i++)
		if (newborn->keeps[i] == fd)
			return true;
	return false;
}

static void newborn_plug(int fd, void *data)
{
	const struct newborn *newborn = data;

	if (fd != newborn->null && fd != newborn->error &&
	    !newborn_keeps(newborn, fd))
		(void)dup3(newborn->null, fd, O_CLOEXEC);
}

static void newborn_plug_all(struct newborn *newborn)
{
	const struct fd_table *open = newborn->open;

	if (!open)
		fd_each_open(newborn_plug, newborn);
	for (size_t i = 0; open && i < open->count; i++)
		newborn_plug(open->fds[i], newborn);
	if (newborn->error >= 0)
		(void)dup3(newborn->null, newborn->error, O_CLOEXEC);
}

static void newborn_take_stdio(const struct newborn *newborn)
{
	(void)dup2(newborn->null, STDIN_FILENO);
	if (newborn->error >= 0)
		(void)dup2(newborn->error, STDERR_FILENO);
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)dup2(newborn->null, fd);
	__fpurge(stdin);
	__fpurge(stdout);
	__fpurge(stderr);
}

bool newborn_settle(const struct newborn *newborn)
{
	struct newborn own = *newborn;

	if (!newborn_tie(newborn))
		return false;
	newborn_reset_signals();
	newborn_take_stdio(newborn);
	newborn_plug_all(&own);
	return true;
}

bool newborn_wait(const struct newborn *newborn)
{
	char gate;

	return fd_read(newborn->channel, &gate, sizeof gate) == sizeof gate;
}

void newborn_listen(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}
