/* SPDX-License-Identifier: MIT */
/*
 * trial.c - something that may hang or kill is tried in a task, and for a time.
 *
 * Each in a context of its own, so that none finds what another has left.
 */
#include <string.h>

#include "doctor/trial.h"
#include "text.h"

#define TRIAL_MS 5000 /* of a machine that is busy */

static void trial_take(struct trial *trial, const struct tine_result *result,
		       void *answer, size_t room)
{
	trial->done = result->end == TINE_OK && result->size == room;
	if (trial->done && room > 0)
		memcpy(answer, result->data, room);
	text_line(trial->why, sizeof trial->why, result->message, SIZE_MAX);
	(void)strncat(trial->crash, result->crash, sizeof trial->crash - 1);
}

static void trial_fail(struct trial *trial, int error)
{
	text_line(trial->why, sizeof trial->why, tine_strerror(error),
		  SIZE_MAX);
}

struct trial trial_run(tine_fn *fn, const void *arg, size_t size, void *answer,
		       size_t room)
{
	const struct tine_ctx_options hidden = { .hidden = true };
	const struct tine_options options = {
		.timeout_ms = TRIAL_MS,
		.grace_ms = TRIAL_MS / 10,
	};
	struct trial trial = { 0 };
	struct tine_ctx *ctx;
	struct tine_task *task;
	int error = tine_ctx_new(&hidden, &ctx);

	if (error < 0) {
		trial_fail(&trial, error);
		return trial;
	}
	error = tine_async(ctx, fn, arg, size, &options, &task);
	if (error < 0)
		trial_fail(&trial, error);
	else
		trial_take(&trial, tine_await(task, TINE_FOREVER), answer,
			   room);
	tine_ctx_free(ctx);
	if (error == 0)
		tine_free(task);
	return trial;
}
