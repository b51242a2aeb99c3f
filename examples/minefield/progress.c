/* SPDX-License-Identifier: MIT */
/*
 * progress.c - how far we are, for who watches the terminal.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define PROGRESS_INTERVAL_MS 100

static int64_t progress_clock(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void progress_draw(struct progress *progress)
{
	int64_t now = progress_clock();

	if (now < progress->next_ms)
		return;
	progress->next_ms = now + PROGRESS_INTERVAL_MS;
	(void)fprintf(stderr, "\r%zu of %zu parses, %zu crashed",
		      progress->count, progress->total, progress->crashed);
}

static void progress_erase(struct progress *progress)
{
	(void)fputs("\r\033[K", stderr);
	progress->next_ms = 0;
}

void progress_start(struct progress *progress, size_t total)
{
	*progress = (struct progress){
		.total = total,
		.visible = isatty(STDERR_FILENO),
		.shared = isatty(STDOUT_FILENO),
	};
}

void progress_step(struct progress *progress, bool crashed)
{
	progress->count++;
	progress->crashed += crashed;
	if (progress->visible)
		progress_draw(progress);
}

void progress_give_way(struct progress *progress)
{
	if (progress->visible && progress->shared)
		progress_erase(progress);
}

void progress_stop(struct progress *progress)
{
	if (progress->visible)
		progress_erase(progress);
}
