/* SPDX-License-Identifier: MIT */
/*
 * alone.c - runs a program, and sees to it that it leaves no process behind.
 *
 *	alone [-d CALL]... PROGRAM [ARG...]
 *
 * With -d the program, and all it starts, is refused that system call, as by a
 * filter of a container. Exits as the program; with 99 if something of it was
 * still there when it had ended, with 77 if no filter can be had.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LEFT 99
#define SKIPPED 77

static const struct call {
	const char *name;
	unsigned number;
} calls[] = {
	{ "close_range", SYS_close_range },
	{ "memfd_create", SYS_memfd_create },
	{ "pidfd_open", SYS_pidfd_open },
	{ "pidfd_send_signal", SYS_pidfd_send_signal },
	{ "timer_create", SYS_timer_create },
	{ "unshare", SYS_unshare },
};

static unsigned number_of(const char *name)
{
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (strcmp(calls[i].name, name) == 0)
			return calls[i].number;
	(void)fprintf(stderr, "alone: no call '%s'\n", name);
	exit(2);
}

#define FIELD(name) offsetof(struct seccomp_data, name)

static void refuse(struct sock_filter *filter, size_t length)
{
	const struct sock_fprog program = {
		.len = (unsigned short)length,
		.filter = filter,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		exit(SKIPPED);
}

static void deny(unsigned number)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD(nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	refuse(filter, sizeof filter / sizeof *filter);
}

/* As Linux before 6.9, which knows no flags of that call. */
static void deny_groups(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD(nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_send_signal, 0,
			 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD(args[3])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	refuse(filter, sizeof filter / sizeof *filter);
}

static void deny_by_name(const char *name)
{
	if (strcmp(name, "pidfd_group") == 0)
		deny_groups();
	else
		deny(number_of(name));
}

/* It does not outlive us, who have to look behind it. */
static _Noreturn void start(char **argv)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	(void)execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

static int code_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Who is ours now was left behind; or is about to end, as a supervisor is, who
 * gives his children time. */
static int look_behind(void)
{
	const struct timespec moment = { .tv_nsec = 10000000 };

	for (int i = 0; i < 2000; i++) {
		pid_t pid;

		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0)
			return 0;
		(void)nanosleep(&moment, NULL);
	}
	return LEFT;
}

static void end_all(void)
{
	char path[64], list[4096], *rest = list;
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/self/task/%d/children",
		       (int)getpid());
	file = fopen(path, "re");
	if (!file || !fgets(list, sizeof list, file))
		return;
	(void)fclose(file);
	(void)fprintf(stderr, "alone: left behind: %s\n", list);
	for (long pid; (pid = strtol(rest, &rest, 10)) > 1;)
		(void)kill((pid_t)pid, SIGKILL);
}

int main(int argc, char **argv)
{
	int option, status = 0, left;
	pid_t pid;

	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	while ((option = getopt(argc, argv, "+d:")) == 'd')
		deny_by_name(optarg);
	if (option != -1 || optind == argc)
		return 2;
	pid = fork();
	if (pid == 0)
		start(argv + optind);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	left = pid < 0 ? 1 : look_behind();
	if (left == LEFT)
		end_all();
	return left ? left : code_of(status);
}
