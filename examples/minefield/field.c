/* SPDX-License-Identifier: MIT */
/*
 * field.c - the way across the minefield: a stream of trials.
 *
 * The plan is the source, and a trial an item. Whatever it steps on costs that
 * trial, and the stream goes on; so there are never more processes and
 * descriptors than jobs, however many files there are. A trial holds pointers
 * into the plan: that is whole before the first child is forked, and stays.
 *
 * Not here: what a trial does (trial.c), what its end means (verdict.c).
 */
#include "../common/progress.h"
#include "field.h"

#define FIELD_GRACE_MS 100
#define FIELD_WAITING 1000 /* verdicts, for one before them that hangs */

struct field {
	const struct plan *plan;
	size_t next;
	struct trial trial; /* the last one that was handed out */
};

static int field_next(void *state, const void **item, size_t *size)
{
	struct field *field = state;

	if (field->next == plan_count(field->plan))
		return 0;
	field->trial = plan_trial(field->plan, field->next++);
	*item = &field->trial;
	*size = sizeof field->trial;
	return 1;
}

static int field_open(struct field *field, const struct settings *settings,
		      struct tine_ctx *ctx, struct tine_stream **stream)
{
	const struct tine_source source = { .next = field_next,
					    .state = field };
	const struct tine_stream_options options = {
		.task.name = "trial",
		.task.timeout_ms = settings->timeout_ms > 0
					   ? settings->timeout_ms
					   : TINE_FOREVER,
		.task.grace_ms = FIELD_GRACE_MS,
		.task.limits.memory_bytes = (uint64_t)settings->memory_mb << 20,
		.max_concurrency = (unsigned)settings->jobs,
		.max_buffered = FIELD_WAITING,
		.on_timeout = TINE_KILL,
		.reuse = (unsigned)settings->reuse,
	};

	return tine_stream_open(ctx, trial_run, source, &options, stream);
}

static void field_report(struct tine_stream *stream, struct report *report)
{
	const struct tine_result *result;
	struct progress progress;

	progress_start(&progress, PROGRESS_AUTO, plan_count(report->plan),
		       "parses", "crashed");
	while ((result = tine_stream_next(stream))) {
		progress_give_way(&progress);
		report_add(report, result);
		progress_step(&progress, verdict_of(result) == VERDICT_CRASHED);
	}
	progress_stop(&progress);
}

int field_cross(const struct settings *settings, struct report *report)
{
	struct field field = { .plan = &settings->plan };
	struct tine_stream *stream = NULL;
	struct tine_ctx *ctx;
	int error = tine_ctx_new(NULL, &ctx);

	if (error < 0)
		return error;
	error = field_open(&field, settings, ctx, &stream);
	if (error == 0) {
		field_report(stream, report);
		error = tine_stream_error(stream);
	}
	tine_stream_close(stream);
	tine_ctx_free(ctx);
	return error;
}
