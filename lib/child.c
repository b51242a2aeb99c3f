/* SPDX-License-Identifier: MIT */
/*
 * child.c - birth and death of one forked child.
 *
 * A child is a pid, a pidfd that cannot come to name a stranger, and our end
 * of a socket pair. It is born with all signals blocked and stops at a gate
 * until its parent has put it into a process group of its own and under every
 * watch it shall be under: so no watch ever misses a beginning.
 *
 * Death has a rule of its own: as long as it is not reaped, its pid and its
 * group's number are its own, so the group is killed first and the child is
 * reaped then, never the other way round. And we wait for our own pid, never
 * for "any child": those of the program are none of our business.
 *
 * Not here: what the child does at birth (newborn.c), how a loop learns of a
 * death (reap_pidfd.c, reap_sigchld.c), when to kill (state.c).
 */
#include "child.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/single_threaded.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "defer.h"
#include "err.h"
#include "fd.h"
#include "tine.h"

/* ---- Birth ------------------------------------------------------------- */

static pid_t fork_blocked(void)
{
	sigset_t all, before;
	pid_t pid;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid != 0) {
		int error = errno;

		(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
		errno = error;
	}
	return pid;
}

/* A child that never passed its gate leaves no trace. */
static int child_abort(pid_t pid, int error)
{
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return error;
}

/* With one thread nothing can be opened between this look and the fork, and
 * here looking is cheap; else the child has to look for itself. */
static const struct fd_table *open_now(struct fd_table *table)
{
	return table && __libc_single_threaded && fd_table_read(table) ? table
								       : NULL;
}

static pid_t child_fork(const struct child_plan *plan, int channel, int error)
{
	struct newborn newborn = plan->newborn;
	pid_t pid;

	newborn.channel = channel;
	newborn.error = error;
	newborn.open = open_now(plan->table);
	pid = fork_blocked();
	if (pid != 0)
		return pid;
	plan->main(&newborn, plan->data);
	_exit(255);
}

int child_start(struct child *child, const struct child_plan *plan)
{
	int channel[2] = { -1, -1 }, error[2] = { -1, -1 };
	int failure = fd_socketpair(SOCK_STREAM, channel);
	AUTO_CLOSE int ours = channel[0];
	AUTO_CLOSE int theirs = channel[1];
	AUTO_CLOSE int pidfd = -1;
	pid_t pid;

	if (failure == 0 && plan->capture)
		failure = fd_pipe(error);
	AUTO_CLOSE int error_ours = error[0];
	AUTO_CLOSE int error_theirs = error[1];
	if (failure < 0)
		return failure;

	pid = child_fork(plan, theirs, error_theirs);
	if (pid < 0)
		return err_from_errno(errno);

	(void)setpgid(pid, pid);
	if (plan->pidfd) {
		pidfd = fd_lift(pidfd_open(pid, 0));
		if (pidfd < 0)
			return child_abort(pid, err_from_errno(errno));
	}
	*child = (struct child){
		.pid = pid,
		.deadly = plan->deadly,
		.pidfd = steal_fd(&pidfd),
		.channel = steal_fd(&ours),
		.error = steal_fd(&error_ours),
	};
	list_init(&child->node);
	return 0;
}

int child_open_gate(const struct child *child)
{
	if (fd_send_all(child->channel, "g", 1, NULL, 0) || errno == EPIPE)
		return 0;
	return err_from_errno(errno);
}

/* If its queue is full it has been told before. */
void child_say_stop(const struct child *child)
{
	(void)send(child->channel, "s", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* ---- Signals ----------------------------------------------------------- */

#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2) /* Linux 6.9 */
#endif

/* By number a group can be signalled while its leader is not reaped; by
 * pidfd always, where the kernel knows how. */
static bool signal_group_by_pidfd(const struct child *child, int number)
{
	return child->pidfd >= 0 &&
	       pidfd_send_signal(child->pidfd, number, NULL,
				 PIDFD_SIGNAL_PROCESS_GROUP) == 0;
}

/* What somebody else may reap at any moment is never signalled by number. */
static bool signal_group(const struct child *child, int number)
{
	assert(child->pid > 1); /* 0, 1 and -1 would be everybody else */
	return child->host ? signal_group_by_pidfd(child, number)
			   : kill(-child->pid, number) == 0;
}

static void signal_leader(const struct child *child, int number)
{
	assert(child->pid > 1);
	if (child->pidfd >= 0)
		(void)pidfd_send_signal(child->pidfd, number, NULL, 0);
	else if (!child->host)
		(void)kill(child->pid, number);
}

/* A leader may have gone over to another group: SIGKILL gets it in any case,
 * the polite signals only once. */
void child_signal(const struct child *child, int number)
{
	if (!signal_group(child, number) || number == SIGKILL)
		signal_leader(child, number);
}

void child_kill(const struct child *child)
{
	if (!child->deadly) {
		child_signal(child, SIGKILL);
		return;
	}
	signal_leader(child, child->deadly);
	signal_leader(child, SIGCONT);
}

void child_end_group(const struct child *child)
{
	(void)signal_group(child, SIGKILL);
}

/* ---- Death ------------------------------------------------------------- */

static int wait_for(const struct child *child, siginfo_t *info, int options,
		    struct rusage *usage)
{
	int result;

	info->si_pid = 0;
	do
		result = (int)syscall(
			SYS_waitid, child->pidfd >= 0 ? P_PIDFD : P_PID,
			child->pidfd >= 0 ? child->pidfd : (int)child->pid,
			info, WEXITED | options, usage);
	while (result < 0 && errno == EINTR);
	return result;
}

/* What the kernel tells of a process that somebody else reaped: Linux 6.15. */
struct pidfd_exit_info {
	uint64_t mask;
	uint64_t cgroup;
	uint32_t ids[11];
	int32_t status;
};

#define PIDFD_EXIT_INFO _IOWR(0xff, 11, struct pidfd_exit_info)
#define PIDFD_EXIT_MASK (1u << 3)

static void exit_from_status(struct child_exit *ended, int status)
{
	ended->how = WIFSIGNALED(status) ? EXIT_SIGNAL : EXIT_CODE;
	ended->status =
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
	ended->core = WIFSIGNALED(status) && WCOREDUMP(status);
}

bool child_was_taken(int pidfd, struct child_exit *ended)
{
	struct pidfd_exit_info info = { .mask = PIDFD_EXIT_MASK };

	if (pidfd < 0 || ioctl(pidfd, PIDFD_EXIT_INFO, &info) < 0 ||
	    !(info.mask & PIDFD_EXIT_MASK))
		return false;
	exit_from_status(ended, info.status);
	return true;
}

static void exit_from_info(struct child_exit *ended, const siginfo_t *info)
{
	ended->how = info->si_code == CLD_EXITED ? EXIT_CODE : EXIT_SIGNAL;
	ended->status = info->si_status;
	ended->core = info->si_code == CLD_DUMPED;
}

bool child_has_ended(const struct child *child, int64_t deadline)
{
	struct pollfd end = { .fd = child->pidfd, .events = POLLIN };
	int ready, error;

	do {
		int64_t left = clock_left_ms(deadline);

		ready = poll(&end, 1, left > INT32_MAX ? -1 : (int)left);
		error = ready < 0 ? errno : 0;
	} while (error == EINTR);
	return ready > 0;
}

/* It was reaped by somebody else, or it never was ours to reap. */
static bool child_lost(const struct child *child, struct child_exit *ended)
{
	if (child->pidfd >= 0 && !child_has_ended(child, 0))
		return false;
	(void)signal_group_by_pidfd(child, SIGKILL);
	(void)child_was_taken(child->pidfd, ended);
	return true;
}

bool child_collect(struct child *child, struct child_exit *ended)
{
	struct child_exit found = { .how = EXIT_UNKNOWN };
	siginfo_t info;
	int result = wait_for(child, &info, WNOHANG | WNOWAIT, NULL);

	if (result == 0 && info.si_pid == 0)
		return false;
	if (result == 0) {
		child_end_group(child);
		result = wait_for(child, &info, WNOHANG, &found.usage);
	}
	if (result == 0 && info.si_pid != 0)
		exit_from_info(&found, &info);
	else if (!child_lost(child, &found))
		return false;
	*ended = found;
	child->pid = 0;
	return true;
}

struct child_exit child_exit_from(int status)
{
	struct child_exit ended = { .how = EXIT_UNKNOWN };

	exit_from_status(&ended, status);
	return ended;
}

/* Its group's number may be a stranger's only if nobody is left in it, and
 * if all numbers were used once since the loop reaped it, just now. */
void child_taken(struct child *child, const struct child_exit *taken)
{
	if (!child->host && taken->how != EXIT_UNKNOWN)
		child_end_group(child);
	child->pid = 0;
}

bool child_is_ours(const struct child *child)
{
	siginfo_t info;

	return wait_for(child, &info, WNOHANG | WNOWAIT, NULL) == 0;
}

#define WAIT_STEP_NS 200000

static bool wait_by_looking(const struct child *child, int64_t deadline)
{
	const struct timespec step = { .tv_nsec = WAIT_STEP_NS };
	siginfo_t info;

	for (;;) {
		if (wait_for(child, &info, WNOHANG | WNOWAIT, NULL) < 0 ||
		    info.si_pid != 0)
			return true;
		if (clock_left_ms(deadline) == 0)
			return false;
		(void)nanosleep(&step, NULL);
	}
}

/* A pidfd may be readable while there is nothing to reap yet: a debugger may
 * hold the exit. */
bool child_wait(const struct child *child, int64_t deadline)
{
	if (child->pidfd >= 0)
		(void)child_has_ended(child, deadline);
	return wait_by_looking(child, deadline);
}

void child_close(struct child *child)
{
	list_remove(&child->node);
	defer_close(&child->pidfd);
	defer_close(&child->channel);
	defer_close(&child->error);
	child->pidfd = child->channel = child->error = -1;
}
