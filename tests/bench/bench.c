/* SPDX-License-Identifier: MIT */
/*
 * bench.c - what tine takes, beside what the same takes by other means.
 */
#include <err.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "report.h"
#include "settings.h"
#include "throng.h"

/* A thousand tasks have two descriptors each. */
static void bench_allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* How much of it to do; 0: none. */
static unsigned bench_operations(const struct settings *settings,
				 const struct row *row)
{
	if (settings->only && settings->only != row)
		return 0;
	if (!settings->quick || (settings->only && row->quick == 0))
		return row->operations;
	return row->quick;
}

static void bench_row(const struct settings *settings, const struct row *row,
		      const struct report *report, void *state)
{
	unsigned operations = bench_operations(settings, row);
	struct measure measure;
	struct throng throng;

	if (operations == 0)
		return;
	if (row->throng) {
		throng_measure(&throng, &row->work, operations);
		report->throng(state, row, &throng);
	} else {
		measure = measure_row(row, settings->runs, operations);
		report->row(state, row, &measure);
	}
	if (waitpid(-1, NULL, WNOHANG | __WALL) >= 0)
		errx(1, "%s: a child was left", row->name);
}

int main(int argc, char **argv)
{
	const struct report *report;
	struct settings settings;
	void *state;

	settings_read(&settings, argc, argv);
	report = settings.json ? &report_json : &report_text;
	bench_allow_files();
	state = report->start();
	for (size_t i = 0; i < row_count; i++)
		bench_row(&settings, &rows[i], report, state);
	report->end(state, settings.runs);
	return 0;
}
