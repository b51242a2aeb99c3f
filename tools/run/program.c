/* SPDX-License-Identifier: MIT */
/*
 * program.c - a program that a command names, found and started.
 *
 * By vfork(2): the child borrows our memory until it executes the program, so
 * that none has to be copied or even mapped a second time. It calls functions
 * that are nothing but system calls, and leaves the errno of a failure in a
 * variable of ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/program.h"

#define SHELL "/bin/sh"
#define USUAL_PATH "/usr/local/bin:/usr/bin:/bin"

void program_rules_init(struct program_rules *rules)
{
	*rules = (struct program_rules){ 0 };
	(void)sigprocmask(SIG_SETMASK, NULL, &rules->mask);
	(void)getrlimit(RLIMIT_NOFILE, &rules->files);
	(void)sigemptyset(&rules->ignored);
	for (int number = 1; number < NSIG; number++) {
		struct sigaction now;

		if (sigaction(number, NULL, &now) == 0 &&
		    now.sa_handler == SIG_IGN)
			(void)sigaddset(&rules->ignored, number);
	}
}

/* ---- Finding ------------------------------------------------------------ */

/* 0, or why it cannot be executed. A folder of the search path that may not be
 * looked into has nothing. */
static int check_file(const char *path, bool searched)
{
	struct stat found;

	if (stat(path, &found) != 0)
		return searched ? ENOENT : errno;
	if (!S_ISREG(found.st_mode))
		return EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : EACCES;
}

static int take_file(char *file, bool searched, char **path)
{
	int error = file ? check_file(file, searched) : ENOMEM;

	if (error != 0)
		free(file);
	else
		*path = file;
	return error;
}

/* In one folder of the search path; "" is the current one. */
static int find_in(const char *folder, size_t size, const char *name,
		   char **path)
{
	char *file;

	if (asprintf(&file, "%.*s%s%s", (int)size, folder, size ? "/" : "",
		     name) < 0)
		return ENOMEM;
	return take_file(file, true, path);
}

static int find_in_path(const char *name, char **path)
{
	const char *folder = getenv("PATH");
	int worst = ENOENT;

	if (!folder)
		folder = USUAL_PATH;
	for (;; folder++) {
		size_t size = strcspn(folder, ":");
		int error = find_in(folder, size, name, path);

		if (error == 0 || error == ENOMEM)
			return error;
		if (error == EACCES)
			worst = EACCES;
		folder += size;
		if (*folder == '\0')
			return worst;
	}
}

int program_find(const char *name, char **path)
{
	if (*name == '\0')
		return ENOENT;
	if (!strchr(name, '/'))
		return find_in_path(name, path);
	return take_file(strdup(name), false, path);
}

int program_exit_code(int error)
{
	return error == ENOENT ? 127 : 126;
}

/* ---- Starting, in the child --------------------------------------------- */

/* The hard limit of the processor comes a second later, for who handles the
 * signal of the soft one. */
static bool set_limits(const struct program_rules *rules)
{
	const struct rlimit memory = { rules->memory, rules->memory };
	const struct rlimit cpu = { rules->cpu_s, rules->cpu_s + 1 };

	(void)setrlimit(RLIMIT_NOFILE, &rules->files);
	if (rules->memory > 0 && setrlimit(RLIMIT_DATA, &memory) != 0)
		return false;
	return rules->cpu_s == 0 || setrlimit(RLIMIT_CPU, &cpu) == 0;
}

/* What we handle gets its default by exec. */
static void set_signals(const struct program_rules *rules)
{
	for (int number = 1; number < NSIG; number++)
		if (sigismember(&rules->ignored, number) == 1)
			(void)signal(number, SIG_IGN);
	(void)sigprocmask(SIG_SETMASK, &rules->mask, NULL);
}

static void execute(const char *path, char **words)
{
	(void)execv(path, words);
	if (errno != ENOEXEC)
		return;
	words[0] = (char *)(uintptr_t)path; /* a script that does not say so */
	words[-1] = (char *)(uintptr_t)SHELL;
	(void)execv(SHELL, words - 1);
}

/* ---- Starting ----------------------------------------------------------- */

pid_t program_start(const char *path, char **words,
		    const struct program_rules *rules, int out, int err,
		    int *error)
{
	const pid_t parent = getpid();
	volatile int failure = 0;
	sigset_t all, before;
	pid_t pid;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	pid = vfork();
	if (pid == 0) {
		(void)setpgid(0, 0);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		if (getppid() != parent)
			_exit(127);
		if (dup2(out, STDOUT_FILENO) >= 0 &&
		    dup2(err, STDERR_FILENO) >= 0 && set_limits(rules)) {
			set_signals(rules);
			execute(path, words);
		}
		failure = errno;
		_exit(127);
	}
	if (pid < 0)
		failure = errno;
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid > 0 && failure != 0)
		(void)waitpid(pid, NULL, 0);
	*error = failure;
	return failure == 0 ? pid : -1;
}
