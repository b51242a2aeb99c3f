/* SPDX-License-Identifier: MIT */
/*
 * verdict.h - what became of a trial, in a word.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include "tine.h"

enum verdict {
	VERDICT_ACCEPTED,
	VERDICT_REJECTED,
	VERDICT_CRASHED,
	VERDICT_TIMEOUT,
	VERDICT_LIMIT,
	VERDICT_ERROR, /* which says nothing about the parser */
	VERDICTS
};

const char *verdict_name(enum verdict verdict);
enum verdict verdict_of(const struct tine_result *result);

#endif
