/* SPDX-License-Identifier: MIT */
/*
 * rows.c - what there is to measure, and how to measure one of it.
 *
 * The halves take turns in one process, so that what else the machine does
 * slows down both, and a run's ratio is that of two times close to each other.
 */
#include "rows.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "ours.h"
#include "raw.h"

#define MIB ((size_t)1 << 20)

const struct row rows[ROWS] = {
	{ .name = "result",
	  .text = "a child sends 8 bytes",
	  .raw = raw_result,
	  .ours = ours_result,
	  .work = { .result = 8 },
	  .operations = 200,
	  .quick = 60 },
	{ .name = "result-1m",
	  .text = "a child sends 1 MiB; raw: a pipe of 1 MiB",
	  .raw = raw_result,
	  .ours = ours_result,
	  .work = { .result = MIB, .pipe = MIB },
	  .operations = 40,
	  .quick = 8 },
	{ .name = "result-256m",
	  .text = "a child sends 256 MiB; raw: a pipe of 1 MiB",
	  .raw = raw_result,
	  .ours = ours_result,
	  .work = { .result = 256 * MIB, .pipe = MIB },
	  .operations = 1 },
	{ .name = "result-256m-64k",
	  .text = "a child sends 256 MiB; raw: a pipe as it comes",
	  .raw = raw_result,
	  .ours = ours_result,
	  .work = { .result = 256 * MIB },
	  .operations = 1 },
	{ .name = "fork",
	  .text = "a child does nothing; raw: fork, _exit, wait",
	  .raw = raw_exit,
	  .ours = ours_exit,
	  .operations = 200,
	  .quick = 60 },
	{ .name = "fork-256m",
	  .text = "the same, with 256 MiB resident",
	  .raw = raw_exit,
	  .ours = ours_exit,
	  .work = { .resident = 256 * MIB },
	  .operations = 10,
	  .quick = 5 },
	{ .name = "fork-1024m",
	  .text = "the same, with 1024 MiB resident",
	  .raw = raw_exit,
	  .ours = ours_exit,
	  .work = { .resident = 1024 * MIB },
	  .operations = 3 },
	{ .name = "kill",
	  .text = "a child that hangs is killed at once",
	  .raw = raw_kill,
	  .ours = ours_kill,
	  .operations = 200,
	  .quick = 60 },
	{ .name = "crowd",
	  .text = "1,000 children hang at once, and are killed",
	  .raw = raw_crowd,
	  .ours = ours_crowd,
	  .work = { .children = 1000 },
	  .operations = 1 },
	{ .name = "flight",
	  .text = "children send 8 bytes, four at a time",
	  .raw = raw_flight,
	  .ours = ours_flight,
	  .work = { .result = 8, .children = 200, .abreast = 4 },
	  .operations = 1,
	  .quick = 1 },
};

const struct row *row_find(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static double *figures_new(size_t count)
{
	double *figures = calloc(count, sizeof *figures);

	if (!figures)
		err(1, "calloc");
	return figures;
}

/* The median of what a child took, in a number of operations. */
static double row_run(struct stage *stage, stage_op *op, unsigned operations)
{
	size_t children = stage->work->children ? stage->work->children : 1;
	double *times = figures_new(operations);
	double median;

	for (unsigned i = 0; i < operations; i++) {
		double start = meter_now();

		op(stage);
		times[i] = (meter_now() - start) / (double)children;
	}
	median = meter_read(times, operations).median;
	free(times);
	return median;
}

struct row_meters row_measure(const struct row *row, unsigned runs,
			      unsigned operations)
{
	double *raw = figures_new(runs);
	double *ours = figures_new(runs);
	double *ratio = figures_new(runs);
	struct row_meters meters;
	struct stage stage;

	stage_open(&stage, &row->work);
	(void)row_run(&stage, row->raw, 1);
	(void)row_run(&stage, row->ours, 1);
	for (unsigned i = 0; i < runs; i++) {
		raw[i] = row_run(&stage, row->raw, operations);
		ours[i] = row_run(&stage, row->ours, operations);
		ratio[i] = ours[i] / raw[i];
	}
	stage_close(&stage);
	meters = (struct row_meters){ .raw = meter_read(raw, runs),
				      .ours = meter_read(ours, runs),
				      .ratio = meter_read(ratio, runs) };
	free(raw);
	free(ours);
	free(ratio);
	return meters;
}
