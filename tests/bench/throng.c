/* SPDX-License-Identifier: MIT */
/* throng.c - many children of one supervisor. */
#include "throng.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "meter.h"

#define FAILED 1

static int child_hang(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	while (pause() < 0)
		;
	return 0;
}

/* ---- The supervisor's process ------------------------------------------- */

static FILE *proc_open(pid_t pid, const char *name)
{
	char path[64];
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	file = fopen(path, "re");
	if (!file)
		err(FAILED, "%s", path);
	return file;
}

static double memory_kib(pid_t pid)
{
	FILE *file = proc_open(pid, "status");
	double kib = 0;
	char line[128];

	while (fgets(line, sizeof line, file))
		if (sscanf(line, "RssAnon: %lf", &kib) == 1)
			break;
	(void)fclose(file);
	return kib;
}

/* The kernel's own clock of it, which has no ticks. */
static double busy_ms(pid_t pid)
{
	FILE *file = proc_open(pid, "schedstat");
	double ns = 0;

	if (fscanf(file, "%lf", &ns) != 1)
		errx(FAILED, "no times of process %d", pid);
	(void)fclose(file);
	return ns / 1e6;
}

/* ---- What is measured --------------------------------------------------- */

static void throng_check(int got, size_t wanted, const char *what)
{
	if (got < 0)
		errx(FAILED, "%s: %s", what, tine_strerror(got));
	if ((size_t)got != wanted)
		errx(FAILED, "%s: %d instead of %zu", what, got, wanted);
}

static void throng_start(struct tine_super *super, size_t children)
{
	const struct tine_child child = { .fn = child_hang };

	for (size_t i = 0; i < children; i++)
		throng_check(tine_start_child(super, &child), 0, "start");
}

static void throng_count(struct tine_super *super, size_t children)
{
	struct tine_counts counts = { 0 };

	throng_check(tine_count(super, &counts), 0, "count");
	throng_check((int)counts.active, children, "count");
}

static void throng_list(struct tine_super *super, size_t children)
{
	struct tine_child_info *infos = calloc(children, sizeof *infos);

	if (!infos)
		err(FAILED, "calloc");
	throng_check(tine_children(super, infos, children), children, "list");
	free(infos);
}

static void throng_stop(struct tine_super *super, size_t children)
{
	(void)children;
	throng_check(tine_super_stop(super, TINE_FOREVER), 0, "stop");
}

static double throng_time(void (*call)(struct tine_super *, size_t),
			  struct tine_super *super, size_t children)
{
	double start = meter_now();

	call(super, children);
	return (meter_now() - start) / 1e6;
}

static double throng_idle(pid_t pid)
{
	double before = busy_ms(pid);

	(void)sleep(1);
	return busy_ms(pid) - before;
}

void throng_measure(struct throng *throng, const struct work *work,
		    size_t children)
{
	struct tine_super *super;
	struct stage stage;
	double kib;
	pid_t pid;

	stage_open(&stage, work);
	super = stage.super;
	pid = tine_super_pid(super);
	kib = memory_kib(pid);
	*throng = (struct throng){ .children = children };
	throng->start = throng_time(throng_start, super, children);
	throng->kib = (memory_kib(pid) - kib) / (double)children;
	throng->busy_ms = throng_idle(pid);
	throng->count = throng_time(throng_count, super, children);
	throng->list = throng_time(throng_list, super, children);
	throng->stop = throng_time(throng_stop, super, children);
	stage_close(&stage);
}
