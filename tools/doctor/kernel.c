/* SPDX-License-Identifier: MIT */
/*
 * kernel.c - what the kernel can do, and lets us do, for the library.
 *
 * A call may be there and be refused, by a filter or a setting: so each is
 * made, in the way that the library makes it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "defer.h"
#include "doctor/check.h"
#include "doctor/sysfile.h"
#include "loop.h"
#include "reap.h"

#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2) /* Linux 6.9 */
#endif

/* ---- How it learns of ends ---------------------------------------------- */

static void look_at_reap(struct finding *finding)
{
	const struct reap_backend *backend = &reap_pidfd;
	const char *wish = getenv("TINE_REAP");
	struct loop *loop;
	int error = loop_new(NULL, &loop);

	if (error == 0) {
		error = reap_choose(loop, &backend);
		loop_free(loop);
	}
	finding_number(finding, "pidfd", error == 0 && backend->pidfd);
	if (error < 0) {
		finding_say(finding, "%s", tine_strerror(error));
		finding_bad(finding, "No context can be made.");
		finding_remedy(finding, "Unset TINE_REAP.");
		return;
	}
	finding_say(finding, "%s%s", backend->name,
		    wish ? ", as TINE_REAP says" : "");
	if (!backend->pidfd)
		finding_note(finding, "Children are looked at every 10 ms.");
	finding_remedy(finding, wish ? "Unset TINE_REAP." : "See pidfd.");
}

static void look_at_guard(struct finding *finding)
{
	const char *wish = getenv("TINE_GUARD");
	bool warden = wish && strcmp(wish, "warden") == 0;
	bool signal = wish && strcmp(wish, "signal") == 0;

	finding_say(finding, "%s",
		    warden   ? "warden, as TINE_GUARD says"
		    : signal ? "signal, as TINE_GUARD says"
		    : wish   ? "neither: TINE_GUARD means nothing"
			     : "warden and signal");
	if (wish && !warden && !signal)
		finding_bad(finding, "No context can be made.");
	else if (wish)
		finding_note(finding, "One guard sees to it that no task "
				      "outlives its program, not two.");
	finding_remedy(finding, "Unset TINE_GUARD.");
}

/* ---- Children ----------------------------------------------------------- */

static pid_t fork_exit(int code)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(code);
	return pid;
}

/* The errno, if a call failed. */
static int errno_if(bool failed)
{
	return failed ? errno : 0;
}

static int probe_pidfd(void)
{
	pid_t pid = fork_exit(7);
	AUTO_CLOSE int pidfd = pid < 0 ? -1 : pidfd_open(pid, 0);
	siginfo_t info = { 0 };

	if (pidfd < 0 || pidfd_send_signal(pidfd, SIGCONT, NULL, 0) < 0)
		return errno;
	if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) < 0)
		return errno;
	return info.si_status == 7 ? 0 : EPROTO;
}

static int probe_pidfd_group(void)
{
	AUTO_CLOSE int pidfd = pidfd_open(getpid(), 0);

	return errno_if(pidfd < 0 ||
			pidfd_send_signal(pidfd, 0, NULL,
					  PIDFD_SIGNAL_PROCESS_GROUP) < 0);
}

static int probe_pidfd_exit(void)
{
	struct child_exit ended = { 0 };
	pid_t pid = fork_exit(7);
	AUTO_CLOSE int pidfd = pid < 0 ? -1 : pidfd_open(pid, 0);

	if (pidfd < 0 || waitpid(pid, NULL, 0) != pid)
		return errno;
	return child_was_taken(pidfd, &ended) && ended.status == 7 ? 0
								   : ENODATA;
}

/* A child of the child ends when that has, and is ours to reap then. */
static _Noreturn void orphan_another(const int pipe[2])
{
	pid_t parent = getpid(), pid = fork();
	char ready = 'r';

	if (pid != 0) {
		(void)!read(pipe[0], &ready, 1);
		_exit(pid < 0);
	}
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(0);
	(void)!write(pipe[1], &ready, 1);
	for (;;)
		(void)pause();
}

static int probe_death_signal(void)
{
	int pipe[2], status = 0;
	pid_t pid;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ||
	    pipe2(pipe, O_CLOEXEC) < 0)
		return errno;
	pid = fork();
	if (pid == 0)
		orphan_another(pipe);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return ECHILD;
	if (waitpid(-1, &status, 0) < 0)
		return errno;
	return WIFSIGNALED(status) ? 0 : EPROTO;
}

static int probe_subreaper(void)
{
	pid_t pid, self = getpid();
	int status = 0;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return errno;
	pid = fork();
	if (pid == 0)
		_exit(fork_exit(0) < 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return ECHILD;
	return errno_if(waitpid(-1, NULL, 0) <= 0 || getpid() != self);
}

/* ---- Descriptors and memory --------------------------------------------- */

static int probe_close_range(void)
{
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 100);

	if (fd < 0 || syscall(SYS_close_range, fd, fd, 0) < 0)
		return errno;
	return fcntl(fd, F_GETFD) < 0 ? 0 : EPROTO;
}

static int probe_memfd(void)
{
	AUTO_CLOSE int fd =
		memfd_create("doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	return errno_if(fd < 0 || ftruncate(fd, 1) < 0 ||
			fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_WRITE) <
				0);
}

static int probe_wipe_on_fork(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return errno_if(page == MAP_FAILED ||
			madvise(page, 4096, MADV_WIPEONFORK) < 0);
}

static int probe_cpu_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGXCPU };
	timer_t timer;

	return errno_if(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) <
			0);
}

/* ---- /proc -------------------------------------------------------------- */

static int probe_proc(void)
{
	char line[SYSFILE_LINE];

	errno = ENOENT;
	return errno_if(!sysfile_line("/proc/self/stat", line) ||
			access("/proc/self/fd", R_OK | X_OK) < 0);
}

static int probe_children(void)
{
	return errno_if(access("/proc/thread-self/children", R_OK) < 0);
}

const struct check checks_kernel[] = {
	{ .name = "reap", .look = look_at_reap },
	{ .name = "guard", .look = look_at_guard },
	{ .name = "pidfd",
	  .probe = probe_pidfd,
	  .instead = "Children are looked at every 10 ms (TINE_REAP=sigchld).",
	  .remedy = "Linux 5.4, and a filter that lets pidfd_open, "
		    "pidfd_send_signal and waitid pass." },
	{ .name = "pidfd-group",
	  .probe = probe_pidfd_group,
	  .instead = "A group is signalled by number, while its leader is not "
		     "reaped.",
	  .remedy = "Linux 6.9." },
	{ .name = "pidfd-exit",
	  .probe = probe_pidfd_exit,
	  .instead = "A task whose status somebody else takes is lost.",
	  .remedy = "Linux 6.15; or let nobody wait for any child." },
	{ .name = "death-signal",
	  .probe = probe_death_signal,
	  .instead = "The warden alone ends the tasks of a killed program.",
	  .remedy = "A filter that lets prctl(PR_SET_PDEATHSIG) pass." },
	{ .name = "subreaper",
	  .probe = probe_subreaper,
	  .instead = "What leaves its session outlives its supervisor.",
	  .remedy = "A filter that lets prctl(PR_SET_CHILD_SUBREAPER) pass." },
	{ .name = "close-range",
	  .probe = probe_close_range,
	  .instead = "Descriptors are closed one by one, up to 65536.",
	  .remedy = "Linux 5.9, and a filter that lets close_range pass." },
	{ .name = "memfd",
	  .probe = probe_memfd,
	  .needed = true,
	  .instead = "No task can be started: notes and results need it.",
	  .remedy = "A filter that lets memfd_create pass; and the sysctl "
		    "vm.memfd_noexec at 0 or 1." },
	{ .name = "wipe-on-fork",
	  .probe = probe_wipe_on_fork,
	  .instead = "Each call asks for its pid, by a system call.",
	  .remedy = "Linux 4.14." },
	{ .name = "cpu-timer",
	  .probe = probe_cpu_timer,
	  .instead = "A task with limits.cpu_ms fails, with code 126.",
	  .remedy = "A higher limit on pending signals (ulimit -i), or a "
		    "filter that lets timer_create pass." },
	{ .name = "proc",
	  .probe = probe_proc,
	  .needed = true,
	  .instead = "Programs cannot be told apart, nor what a supervisor's "
		     "children leave behind.",
	  .remedy = "Mount /proc." },
	{ .name = "children",
	  .probe = probe_children,
	  .instead = "A supervisor looks at all processes for its own.",
	  .remedy = "A kernel with CONFIG_PROC_CHILDREN." },
	{ 0 },
};
