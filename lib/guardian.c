/* SPDX-License-Identifier: MIT */
/*
 * guardian.c - the parent of a supervisor, which cleans up behind it.
 *
 * SIGTERM is passed on: the supervisor stops its children as it should.
 * SIGUSR2 ends it at once. Anything else that could end a process is the
 * kernel's to deliver; if that is SIGKILL the supervisor notices, and ends.
 */
#include "guardian.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "brood.h"

#define GUARDIAN_NO_FORK 126

static void guardian_signals(sigset_t *signals)
{
	(void)sigemptyset(signals);
	(void)sigaddset(signals, SIGCHLD);
	(void)sigaddset(signals, SIGTERM);
	(void)sigaddset(signals, SIGUSR2);
}

/* Until it watches its guardian the kernel does. */
static _Noreturn void guardian_fork_main(struct tine_self *self,
					 const struct guardian_order *order,
					 pid_t guardian)
{
	sigset_t others;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != guardian)
		_exit(GUARDIAN_NO_FORK);
	(void)setpgid(0, 0);
	(void)sigemptyset(&others);
	(void)sigaddset(&others, SIGTERM);
	(void)sigprocmask(SIG_SETMASK, &others, NULL);
	order->main(self, order->data);
	_exit(GUARDIAN_NO_FORK);
}

static int guardian_wait(pid_t pid, const sigset_t *signals)
{
	int status = SIGKILL; /* if it is not to be known */
	pid_t ended;

	while ((ended = waitpid(pid, &status, WNOHANG)) != pid) {
		int number;

		if (ended < 0 && errno == ECHILD)
			break;
		number = ended < 0 ? 0 : sigwaitinfo(signals, NULL);

		if (number == SIGTERM)
			(void)kill(pid, SIGTERM);
		if (number == SIGUSR2)
			(void)kill(pid, SIGKILL);
	}
	return status;
}

/* Its traces, and its core, are the supervisor's. Of what else was sent to it
 * by now it does not die. */
static void guardian_end_likewise(int status)
{
	const struct rlimit none = { 0, 0 };
	sigset_t its;

	if (!WIFSIGNALED(status))
		_exit(WEXITSTATUS(status));
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)signal(WTERMSIG(status), SIG_DFL);
	(void)sigemptyset(&its);
	(void)sigaddset(&its, WTERMSIG(status));
	(void)sigprocmask(SIG_UNBLOCK, &its, NULL);
	(void)kill(getpid(), WTERMSIG(status));
	_exit(GUARDIAN_NO_FORK);
}

int guardian_run(struct tine_self *self, const void *arg, size_t size)
{
	const struct guardian_order *order = arg;
	sigset_t signals;
	unsigned left = 1;
	pid_t pid, guardian = getpid();
	int status;

	(void)size;
	guardian_signals(&signals);
	(void)sigprocmask(SIG_SETMASK, &signals, NULL);
	brood_adopt();
	pid = fork();
	if (pid < 0)
		return tine_fail(self, GUARDIAN_NO_FORK, "cannot fork");
	if (pid == 0)
		guardian_fork_main(self, order, guardian);
	(void)setpgid(pid, pid);
	(void)close(order->socket);
	status = guardian_wait(pid, &signals);
	for (int i = 0; left && i < 1000; i++)
		(void)brood_sweep(NULL, NULL, &left);
	guardian_end_likewise(status);
	return 0;
}
