/* SPDX-License-Identifier: MIT */
/*
 * field.c - the way across the minefield, on a few lanes at once.
 *
 * A lane makes one trial after the other, each in a task of its own: when one
 * ends, by whatever end, the loop calls us, we report it, and the lane takes
 * the next trial that no lane has taken. So there are never more processes and
 * descriptors than lanes, however many files there are.
 *
 * Not here: what a trial does (trial.c), what its end means (verdict.c).
 */
#include <stdlib.h>

#include "field.h"
#include "progress.h"

struct field {
	const struct settings *settings;
	struct report *report;
	struct progress progress;
	struct tine_ctx *ctx;
	size_t next;      /* the first trial that no lane has taken */
	unsigned running; /* lanes with a task on them              */
};

struct lane {
	struct field *field;
	size_t index; /* of the trial it makes */
};

static void lane_go_on(struct lane *lane);

static void lane_report(struct lane *lane, enum verdict verdict,
			const char *why)
{
	struct field *field = lane->field;

	progress_give_way(&field->progress);
	report_add(field->report, lane->index, verdict, why);
	progress_step(&field->progress, verdict == VERDICT_CRASHED);
}

static void lane_ended(struct tine_task *task, const struct tine_result *result,
		       void *user)
{
	struct lane *lane = user;

	lane_report(lane, verdict_of(result),
		    result->end == TINE_OK ? "" : result->message);
	tine_free(task);
	lane->field->running--;
	lane_go_on(lane);
}

static int lane_start(struct lane *lane)
{
	const struct settings *settings = lane->field->settings;
	struct trial trial = plan_trial(&settings->plan, lane->index);
	struct tine_task *task;

	return tine_async(lane->field->ctx, trial_run, &trial, sizeof trial,
			  &(struct tine_options){
				  .name = trial.parser->name,
				  .timeout_ms = settings->timeout_ms,
				  .grace_ms = 100,
				  .limits.memory_bytes =
					  (uint64_t)settings->memory_mb << 20,
				  .on_end = lane_ended,
				  .user = lane,
			  },
			  &task);
}

/* Takes the next trial that can be started. */
static void lane_go_on(struct lane *lane)
{
	struct field *field = lane->field;

	while (field->next < plan_count(&field->settings->plan)) {
		int error;

		lane->index = field->next++;
		error = lane_start(lane);
		if (error == 0) {
			field->running++;
			return;
		}
		if (error == TINE_ELIMIT && field->running > 0) {
			field->next--; /* a lane too many: leave it to others */
			return;
		}
		lane_report(lane, VERDICT_ERROR, tine_strerror(error));
	}
}

static int field_run(struct field *field)
{
	size_t count = (size_t)field->settings->jobs;
	struct lane *lanes = calloc(count, sizeof *lanes);
	int error;

	if (!lanes)
		return TINE_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		lanes[i].field = field;
		lane_go_on(&lanes[i]);
	}
	error = tine_run(field->ctx);
	free(lanes);
	return error;
}

int field_cross(const struct settings *settings, struct report *report)
{
	struct field field = { .settings = settings, .report = report };
	int error = tine_ctx_new(NULL, &field.ctx);

	if (error < 0)
		return error;
	progress_start(&field.progress, plan_count(&settings->plan));
	error = field_run(&field);
	progress_stop(&field.progress);
	tine_ctx_free(field.ctx);
	return error;
}
