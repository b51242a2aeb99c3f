/* SPDX-License-Identifier: MIT */
/*
 * strike.c - signals to a process whose pidfd proves who it is.
 *
 * A task leads a group, which has its number. The kernel signals it by the
 * pidfd since Linux 6.9; before, by the number, if the task is still there.
 */
#include "end/strike.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "child.h"
#include "defer.h"
#include "slates.h"

#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2) /* Linux 6.9 */
#endif

bool strike_wait(int pidfd, int64_t deadline)
{
	return child_has_ended(&(struct child){ .pidfd = pidfd }, deadline);
}

/* ---- Signals ------------------------------------------------------------ */

static bool signal_process(int pidfd, int number)
{
	return pidfd_send_signal(pidfd, number, NULL, 0) == 0 || errno == ESRCH;
}

static bool signal_group(pid_t pid, int pidfd, int number)
{
	if (pidfd_send_signal(pidfd, number, NULL,
			      PIDFD_SIGNAL_PROCESS_GROUP) == 0)
		return true;
	return errno == EINVAL && !strike_wait(pidfd, 0) &&
	       getpgid(pid) == pid && kill(-pid, number) == 0;
}

static bool leads_a_group(const struct target *target)
{
	return target->kind != ROW_PROGRAM && target->kind != ROW_SUPER;
}

/* One that has gone over to another group is met in any case. */
static bool signal_all(const struct target *target, int pidfd, int number)
{
	bool met = leads_a_group(target) &&
		   signal_group(target->pid, pidfd, number);

	return (met && number != SIGKILL) || signal_process(pidfd, number);
}

bool strike_stop(const struct target *target, int pidfd)
{
	return signal_all(target, pidfd, SIGTERM) &&
	       signal_all(target, pidfd, SIGCONT);
}

/* A supervisor that cannot be seen stands behind its guardian, which is to go
 * last. */
bool strike_kill(const struct target *target, int pidfd)
{
	if (!target->has_board && (target->slot.flags & SLOT_KEEPS_TREE))
		return signal_process(pidfd, SIGUSR2) &&
		       signal_process(pidfd, SIGCONT);
	return signal_all(target, pidfd, SIGKILL);
}

/* ---- The mark ----------------------------------------------------------- */

/* That it is the memory file it is to be is seen by the open file: by then the
 * number may be another one's. */
static bool is_slates(int fd)
{
	static const char wanted[] = "/memfd:" SLATES_NAME;
	char path[64], target[64] = "";
	int seals = fcntl(fd, F_GET_SEALS);

	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return seals >= 0 && (seals & F_SEAL_SHRINK) &&
	       readlink(path, target, sizeof target - 1) > 0 &&
	       strncmp(target, wanted, sizeof wanted - 1) == 0;
}

void strike_mark(const struct target *target)
{
	const int32_t pid = target->slot.pid; /* a guardian, it may be */
	off_t at = (off_t)offsetof(struct slate, dismissed) +
		   target->slot.slate * (off_t)SLATES_STRIDE;
	AUTO_CLOSE int fd = -1;
	char path[64];

	if (target->slates < 0 || target->slot.slate < 0 ||
	    target->slot.slate >= 1 << 24)
		return;
	(void)snprintf(path, sizeof path, "/proc/%d/fd/%d",
		       (int)target->owner.pid, target->slates);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && is_slates(fd) &&
	    lseek(fd, 0, SEEK_END) >= at + (off_t)sizeof pid)
		(void)!pwrite(fd, &pid, sizeof pid, at);
}
