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

static void progress_draw_bar(const struct progress *progress)
{
	static const char bar[] = "####################";
	int width = sizeof bar - 1, done = width;

	if (progress->count < progress->total)
		done = (int)((double)progress->count / (double)progress->total *
			     width);
	(void)fprintf(stderr, "[%-*.*s] %zu of %zu", width, done, bar,
		      progress->count, progress->total);
}

static void progress_draw(struct progress *progress)
{
	int64_t now = progress_clock();

	if (now < progress->next_ms)
		return;
	progress->next_ms = now + PROGRESS_INTERVAL_MS;
	(void)fputc('\r', stderr);
	if (progress->total > 0)
		progress_draw_bar(progress);
	else
		(void)fprintf(stderr, "%zu", progress->count);
	(void)fprintf(stderr, " %s, %zu %s", progress->things,
		      progress->bad_count, progress->bad);
}

static void progress_erase(struct progress *progress)
{
	(void)fputs("\r\033[K", stderr);
	progress->next_ms = 0;
}

static bool progress_is_wanted(enum progress_when when)
{
	if (when == PROGRESS_AUTO)
		return isatty(STDERR_FILENO);
	return when == PROGRESS_ALWAYS;
}

void progress_start(struct progress *progress, enum progress_when when,
		    size_t total, const char *things, const char *bad)
{
	*progress = (struct progress){
		.things = things,
		.bad = bad,
		.total = total,
		.visible = progress_is_wanted(when),
		.shared = isatty(STDOUT_FILENO),
	};
}

void progress_step(struct progress *progress, bool bad)
{
	progress->count++;
	progress->bad_count += bad;
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
