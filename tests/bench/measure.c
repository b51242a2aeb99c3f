/* SPDX-License-Identifier: MIT */
/*
 * measure.c - one row, measured.
 *
 * The halves take turns, so that what else the machine does slows down both,
 * and a run's ratio is that of two figures close to each other. All but peers
 * run in one process.
 */
#include "measure.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peer.h"

#define FAILED 1

static double *figures_new(size_t count)
{
	double *figures = calloc(count, sizeof *figures);

	if (!figures)
		err(FAILED, "calloc");
	return figures;
}

/* ---- Time --------------------------------------------------------------- */

static double time_once(struct stage *stage, stage_op *op)
{
	size_t children = stage->work->children ? stage->work->children : 1;
	double start = meter_now(), end;

	stage->under_way = stage->until = 0;
	op(stage);
	end = meter_now();
	if (stage->under_way > 0)
		start = stage->under_way;
	if (stage->until > 0)
		end = stage->until;
	return (end - start) / (double)children;
}

/* What a child took, in a number of operations. */
static struct meter figure_time(struct stage *stage, stage_op *op,
				unsigned operations)
{
	double *times = figures_new(operations);
	struct meter meter;

	for (unsigned i = 0; i < operations; i++)
		times[i] = time_once(stage, op);
	meter = meter_read(times, operations);
	free(times);
	return meter;
}

/* ---- Memory ------------------------------------------------------------- */

static double peak_read(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	double peak = -1;
	char line[128];

	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "VmHWM: %lf", &peak) == 1)
			break;
	if (file)
		(void)fclose(file);
	return peak;
}

/* A process has one peak; so this is another one. */
static _Noreturn void peak_run(struct stage *stage, stage_op *op, int fd)
{
	double peak;

	if (tine_ctx_new(NULL, &stage->ctx) < 0)
		_exit(FAILED);
	op(stage);
	tine_ctx_free(stage->ctx);
	peak = peak_read();
	_exit(write(fd, &peak, sizeof peak) != sizeof peak);
}

static double figure_peak(struct stage *stage, stage_op *op)
{
	double peak = -1;
	int ends[2], status;
	pid_t pid;

	if (pipe(ends) < 0)
		err(FAILED, "pipe");
	pid = fork();
	if (pid < 0)
		err(FAILED, "fork");
	if (pid == 0)
		peak_run(stage, op, ends[1]);
	(void)close(ends[1]);
	if (read(ends[0], &peak, sizeof peak) != sizeof peak)
		errx(FAILED, "a measurement in another process failed");
	(void)close(ends[0]);
	(void)waitpid(pid, &status, 0);
	return peak;
}

/* ---- A row -------------------------------------------------------------- */

static double figure(enum figure figure, struct stage *stage, stage_op *op,
		     unsigned operations)
{
	switch (figure) {
	case FIGURE_PEAK: return figure_peak(stage, op);
	case FIGURE_LATE: return figure_time(stage, op, operations).late;
	case FIGURE_TIME: break;
	}
	return figure_time(stage, op, operations).median;
}

/* Negative: there is nothing. */
static double measure_against(const struct row *row, struct stage *stage,
			      unsigned operations)
{
	const struct half *half = &row->against;
	struct work work = row->work;
	double value;

	if (half->peer)
		return peer_ask(half->peer);
	if (!half->op)
		return -1;
	if (half->children > 0)
		work.children = half->children;
	if (half->bare)
		stage_empty(stage);
	stage->work = &work;
	value = figure(half->figure, stage, half->op, operations);
	stage->work = &row->work;
	if (half->bare)
		stage_fill(stage);
	return value;
}

static double measure_ours(const struct row *row, struct stage *stage,
			   unsigned operations)
{
	enum figure what = row->figure;
	double all = figure(what, stage, row->ours, operations);

	return row->calm ? all - figure(what, stage, row->calm, operations)
			 : all;
}

struct measure measure_row(const struct row *row, unsigned runs,
			   unsigned operations)
{
	double *against = figures_new(runs);
	double *ours = figures_new(runs);
	double *ratio = figures_new(runs);
	struct measure measure = { .compared = true };
	struct stage stage;

	stage_open(&stage, &row->work);
	(void)measure_against(row, &stage, 1);
	(void)measure_ours(row, &stage, 1);
	for (unsigned i = 0; i < runs; i++) {
		against[i] = measure_against(row, &stage, operations);
		ours[i] = measure_ours(row, &stage, operations);
		ratio[i] = ours[i] / against[i];
		measure.compared &= against[i] >= 0;
	}
	stage_close(&stage);
	measure.against = meter_read(against, runs);
	measure.ours = meter_read(ours, runs);
	measure.ratio = meter_read(ratio, runs);
	free(against);
	free(ours);
	free(ratio);
	return measure;
}
