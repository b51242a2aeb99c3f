/* SPDX-License-Identifier: MIT */
/*
 * verdict.c - what became of a trial, in a word.
 *
 * Pure: nothing but how the trial's task ended goes in.
 */
#include "trial.h"
#include "verdict.h"

static const char *const names[VERDICTS] = {
	[VERDICT_ACCEPTED] = "accepted", [VERDICT_REJECTED] = "rejected",
	[VERDICT_CRASHED] = "crashed",   [VERDICT_TIMEOUT] = "timeout",
	[VERDICT_LIMIT] = "limit",       [VERDICT_ERROR] = "error",
};

const char *verdict_name(enum verdict verdict)
{
	return names[verdict];
}

static enum verdict verdict_of_code(int code)
{
	switch (code) {
	case TRIAL_REJECTED: return VERDICT_REJECTED;
	case TRIAL_UNREADABLE: return VERDICT_ERROR;
	case TRIAL_STARVED: return VERDICT_LIMIT;
	default: return VERDICT_CRASHED; /* the parser called exit() */
	}
}

enum verdict verdict_of(const struct tine_result *result)
{
	switch (result->end) {
	case TINE_OK: return VERDICT_ACCEPTED;
	case TINE_FAILED: return verdict_of_code(result->code);
	case TINE_CRASHED: return VERDICT_CRASHED;
	case TINE_GARBLED: return VERDICT_CRASHED; /* in its own memory */
	case TINE_TIMEOUT: return VERDICT_TIMEOUT;
	case TINE_LIMIT: return VERDICT_LIMIT;
	case TINE_SHUTDOWN:
	case TINE_KILLED:
	case TINE_LOST:
	case TINE_PENDING: break; /* the doing of somebody else */
	}
	return VERDICT_ERROR;
}
