/* SPDX-License-Identifier: MIT */
/*
 * progress.c - how far a run is, for who watches the terminal.
 */
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "run/progress.h"
#include "units.h"

#define PROGRESS_INTERVAL_US 100000
#define PROGRESS_LINE 128

void progress_start(struct progress *progress, bool wanted)
{
	*progress = (struct progress){ .started_us = clock_us() };
	term_look(&progress->term, STDERR_FILENO);
	progress->visible = wanted && progress->term.clears;
	progress->shared = isatty(STDOUT_FILENO);
}

static void put_left(const struct progress *progress, uint64_t ended,
		     uint64_t total, char to[PROGRESS_LINE])
{
	int64_t ran_us = clock_us() - progress->started_us;
	char left[UNITS_ROOM];

	to[0] = '\0';
	if (ended == 0 || ended >= total)
		return;
	(void)units_duration(left, (int64_t)((double)ran_us / (double)ended *
					     (double)(total - ended)));
	(void)snprintf(to, PROGRESS_LINE, ", %s left", left);
}

static void put_line(const struct progress *progress, uint64_t ended,
		     uint64_t failed, uint64_t total, char to[PROGRESS_LINE])
{
	static const char bar[] = "####################";
	int width = sizeof bar - 1, done = width;
	char left[PROGRESS_LINE];

	if (ended < total)
		done = (int)((double)ended / (double)total * width);
	put_left(progress, ended, total, left);
	if (total > 0)
		(void)snprintf(to, PROGRESS_LINE,
			       "[%-*.*s] %llu of %llu, %llu failed%s", width,
			       done, bar, (unsigned long long)ended,
			       (unsigned long long)total,
			       (unsigned long long)failed, left);
	else
		(void)snprintf(to, PROGRESS_LINE, "%llu done, %llu failed",
			       (unsigned long long)ended,
			       (unsigned long long)failed);
}

/* A line that were too long would stay behind. */
void progress_show(struct progress *progress, uint64_t ended, uint64_t failed,
		   uint64_t total)
{
	int64_t now_us = clock_us();
	char line[PROGRESS_LINE];

	if (!progress->visible || now_us < progress->next_us)
		return;
	progress->next_us = now_us + PROGRESS_INTERVAL_US;
	put_line(progress, ended, failed, total, line);
	(void)fprintf(stderr, "\r%.*s\033[K", progress->term.width - 1, line);
	(void)fflush(stderr);
}

void progress_hide(struct progress *progress)
{
	if (!progress->visible || progress->next_us == 0)
		return;
	(void)fputs("\r\033[K", stderr);
	(void)fflush(stderr);
	progress->next_us = 0;
}
