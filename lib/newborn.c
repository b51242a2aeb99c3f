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
 *    their numbers are taken by the null device; only high ones are closed,
 *    which no file that is opened later gets;
 *  - so is its place in the eyes of the out-of-memory killer;
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
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"

/*
 * A page of the C library's text that the child touches first costs it a fault,
 * a hundredth of a fork. So what is only a system call goes by syscall(2), of
 * which one page is enough.
 */
static bool newborn_tie(const struct newborn *newborn)
{
	if (newborn->death_signal)
		(void)syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	return syscall(SYS_getppid) == newborn->parent;
}

/* The out-of-memory killer shall take the task, not the program. Done here the
 * parent does not wait for it. */
static void newborn_offer_to_oom_killer(const struct newborn *newborn)
{
	const char *score = newborn->oom_score;
	long fd;

	if (!score || !*score)
		return;
	fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj",
		     O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)syscall(SYS_write, fd, score, strlen(score));
	(void)syscall(SYS_close, fd);
}

/* All zero is the default action, with nothing masked, in the kernel's layout
 * of any machine. */
static void newborn_reset_signals(void)
{
	const uint64_t standard[8] = { 0 };

	for (int number = 1; number < _NSIG; number++)
		(void)syscall(SYS_rt_sigaction, number, standard, NULL,
			      _NSIG / 8);
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
		(void)syscall(SYS_dup3, newborn->null, fd, O_CLOEXEC);
}

static void newborn_plug_all(struct newborn *newborn)
{
	const struct fd_table *open = newborn->open;

	if (!open)
		fd_each_open(newborn_plug, newborn);
	for (size_t i = 0; open && i < open->count; i++)
		newborn_plug(open->fds[i], newborn);
	if (newborn->error >= 0 && newborn->error < FD_FLOOR)
		(void)dup3(newborn->null, newborn->error, O_CLOEXEC);
}

/* The lowest number from `from` on that stays open; INT_MAX: there is none. */
static int newborn_next_kept(const struct newborn *newborn, int from)
{
	int next = newborn->channel >= from ? newborn->channel : INT_MAX;

	for (size_t i = 0; i < newborn->keep_count; i++)
		if (newborn->keeps[i] >= from && newborn->keeps[i] < next)
			next = newborn->keeps[i];
	return next;
}

static void newborn_close_above(const struct newborn *newborn)
{
	int from = FD_FLOOR, next;

	while ((next = newborn_next_kept(newborn, from)) < INT_MAX) {
		fd_close_range((unsigned)from, (unsigned)next - 1);
		from = next + 1;
	}
	fd_close_range((unsigned)from, ~0U);
}

/* What the program has not flushed, or not read. */
static bool has_rest(FILE *file)
{
	return file->_IO_write_ptr > file->_IO_write_base ||
	       file->_IO_read_ptr < file->_IO_read_end;
}

static void newborn_forget(FILE *file)
{
	if (has_rest(file))
		__fpurge(file);
}

static void newborn_take_stdio(const struct newborn *newborn)
{
	(void)syscall(SYS_dup3, newborn->null, STDIN_FILENO, 0);
	if (newborn->error >= 0)
		(void)syscall(SYS_dup3, newborn->error, STDERR_FILENO, 0);
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (syscall(SYS_fcntl, fd, F_GETFD) < 0)
			(void)syscall(SYS_dup3, newborn->null, fd, 0);
	newborn_forget(stdin);
	newborn_forget(stdout);
	newborn_forget(stderr);
}

bool newborn_settle(const struct newborn *newborn)
{
	struct newborn own = *newborn;

	if (!newborn_tie(newborn))
		return false;
	if (!newborn->tame)
		newborn_reset_signals();
	newborn_offer_to_oom_killer(newborn);
	newborn_take_stdio(newborn);
	newborn_plug_all(&own);
	newborn_close_above(newborn);
	return true;
}

bool newborn_wait(const struct newborn *newborn)
{
	char gate;

	return fd_read(newborn->channel, &gate, sizeof gate) == sizeof gate;
}

void newborn_listen(void)
{
	const uint64_t none[8] = { 0 };

	(void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, _NSIG / 8);
}
