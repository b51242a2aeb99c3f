/* SPDX-License-Identifier: MIT */
/*
 * verdict.c - what became of a trial, in a word.
 *
 * Pure: tables over the result of the trial's task.
 */
#include "trial.h"
#include "verdict.h"

static const char *const names[VERDICTS] = {
	[VERDICT_ACCEPTED] = "accepted", [VERDICT_REJECTED] = "rejected",
	[VERDICT_CRASHED] = "crashed",   [VERDICT_TIMEOUT] = "timeout",
	[VERDICT_LIMIT] = "limit",       [VERDICT_ERROR] = "error",
};

static const enum verdict of_end[] = {
	[TINE_OK] = VERDICT_ACCEPTED,
	[TINE_FAILED] = VERDICT_ERROR, /* unless of_code knows better */
	[TINE_CRASHED] = VERDICT_CRASHED,
	[TINE_TIMEOUT] = VERDICT_TIMEOUT,
	[TINE_LIMIT] = VERDICT_LIMIT,
	[TINE_SHUTDOWN] = VERDICT_ERROR,
	[TINE_KILLED] = VERDICT_ERROR,
	[TINE_GARBLED] = VERDICT_CRASHED, /* it wrote where it must not */
	[TINE_LOST] = VERDICT_ERROR,
	[TINE_PENDING] = VERDICT_ERROR,
};

static const enum verdict of_code[] = {
	[0] = VERDICT_ERROR, /* it left by exit(0): no answer */
	[TRIAL_REJECTED] = VERDICT_REJECTED,
	[TRIAL_UNREADABLE] = VERDICT_ERROR,
	[TRIAL_STARVED] = VERDICT_LIMIT,
};

const char *verdict_name(enum verdict verdict)
{
	return names[verdict];
}

enum verdict verdict_of(const struct tine_result *result)
{
	const size_t known = sizeof of_code / sizeof *of_code;

	if (result->end == TINE_FAILED && (size_t)result->code < known)
		return of_code[result->code];
	return of_end[result->end];
}
