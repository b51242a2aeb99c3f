/* SPDX-License-Identifier: MIT */
/*
 * raw.c - what the library does, by system calls alone: the least it takes.
 *
 * These children keep their parent's descriptors, handlers and process group;
 * nothing guards them, and a parent that waits for one hears of no other.
 */
#include "raw.h"

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "meter.h"

#define FAILED 1

struct raw {
	pid_t pid;
	int fd; /* where its result comes from */
};

/* ---- In the child ------------------------------------------------------ */

static void raw_write(const struct stage *stage, int fd)
{
	const unsigned char *bytes = stage->memory;
	size_t left = stage->work->result;

	while (left > 0) {
		ssize_t wrote = write(fd, bytes, left);

		if (wrote < 0)
			_exit(1);
		bytes += wrote;
		left -= (size_t)wrote;
	}
}

static _Noreturn void raw_send(const struct stage *stage, int fd)
{
	raw_write(stage, fd);
	_exit(0);
}

/* An answer for each eight bytes, until there are no more. */
static _Noreturn void raw_serve(const struct stage *stage, int fd)
{
	uint64_t request;

	while (read(fd, &request, sizeof request) == sizeof request)
		raw_write(stage, fd);
	_exit(0);
}

/* It is not to outlive a measurement that failed. */
static _Noreturn void raw_hang(void)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		(void)pause();
}

/* ---- In the parent ----------------------------------------------------- */

static pid_t raw_fork(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(FAILED, "fork");
	return pid;
}

static void raw_wait(pid_t pid, bool killed)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		err(FAILED, "waitpid");
	if (killed ? !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL
		   : !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		errx(FAILED, "a raw child ended with status %#x", status);
}

static struct raw raw_start(const struct stage *stage)
{
	struct raw raw;
	int ends[2];

	if (pipe(ends) < 0)
		err(FAILED, "pipe");
	if (stage->work->pipe > 0 &&
	    fcntl(ends[1], F_SETPIPE_SZ, (int)stage->work->pipe) < 0)
		err(FAILED, "a pipe of %zu bytes", stage->work->pipe);
	raw.pid = raw_fork();
	if (raw.pid == 0) {
		(void)close(ends[0]);
		raw_send(stage, ends[1]);
	}
	(void)close(ends[1]);
	raw.fd = ends[0];
	return raw;
}

static void raw_read(const struct stage *stage, int fd)
{
	size_t size = 0;
	ssize_t got;

	while (size < stage->work->result) {
		got = read(fd, stage->room + size, stage->work->result - size);
		if (got <= 0)
			break;
		size += (size_t)got;
	}
	stage_check(stage, stage->room, size);
}

static void raw_finish(const struct stage *stage, const struct raw *raw)
{
	raw_read(stage, raw->fd);
	(void)close(raw->fd);
	raw_wait(raw->pid, false);
}

static pid_t raw_hanging(void)
{
	pid_t pid = raw_fork();

	if (pid == 0)
		raw_hang();
	return pid;
}

/* ---- Operations -------------------------------------------------------- */

void raw_result(struct stage *stage)
{
	struct raw raw = raw_start(stage);

	raw_finish(stage, &raw);
}

void raw_exit(struct stage *stage)
{
	size_t count = stage->work->children ? stage->work->children : 1;

	for (size_t i = 0; i < count; i++) {
		pid_t pid = raw_fork();

		if (pid == 0)
			_exit(0);
		raw_wait(pid, false);
	}
}

void raw_first(struct stage *stage)
{
	pid_t pid = raw_fork();

	if (pid == 0) {
		stage->signs->began = meter_now();
		_exit(0);
	}
	raw_wait(pid, false);
	stage->until = stage->signs->began;
	stage_rest();
}

void raw_kill(struct stage *stage)
{
	pid_t pid = raw_hanging();

	(void)stage;
	(void)kill(pid, SIGKILL);
	raw_wait(pid, true);
}

void raw_crowd(struct stage *stage)
{
	size_t count = stage->work->children;
	pid_t *pids = calloc(count, sizeof *pids);

	if (!pids)
		err(FAILED, "calloc");
	for (size_t i = 0; i < count; i++)
		pids[i] = raw_hanging();
	for (size_t i = 0; i < count; i++)
		(void)kill(pids[i], SIGKILL);
	for (size_t i = 0; i < count; i++)
		raw_wait(pids[i], true);
	free(pids);
}

/* A ring of them: when the eldest is done, another takes its place. */
void raw_flight(struct stage *stage)
{
	size_t abreast = stage->work->abreast;
	size_t count = stage->work->children;
	struct raw *ring = calloc(abreast, sizeof *ring);

	if (!ring)
		err(FAILED, "calloc");
	for (size_t i = 0; i < count + abreast; i++) {
		struct raw *place = &ring[i % abreast];

		if (i >= abreast)
			raw_finish(stage, place);
		if (i < count)
			*place = raw_start(stage);
	}
	free(ring);
}

static struct raw raw_server(const struct stage *stage)
{
	struct raw raw;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		err(FAILED, "socketpair");
	raw.pid = raw_fork();
	if (raw.pid == 0) {
		(void)close(ends[0]);
		raw_serve(stage, ends[1]);
	}
	(void)close(ends[1]);
	raw.fd = ends[0];
	return raw;
}

static void raw_ask(const struct raw *raw, uint64_t request)
{
	if (write(raw->fd, &request, sizeof request) != sizeof request)
		err(FAILED, "write");
}

void raw_trips(struct stage *stage)
{
	struct raw raw = raw_server(stage);
	size_t abreast = stage->work->abreast;
	size_t count = stage->work->children;

	for (size_t i = 0; i < count + abreast; i++) {
		if (i >= abreast)
			raw_read(stage, raw.fd);
		if (i < count)
			raw_ask(&raw, i);
	}
	(void)close(raw.fd);
	raw_wait(raw.pid, false);
}
