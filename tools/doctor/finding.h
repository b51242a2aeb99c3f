/* SPDX-License-Identifier: MIT */
/*
 * finding.h - what a check has found out about this machine.
 *
 * It is fine until somebody says otherwise; the worst verdict stays.
 */
#ifndef FINDING_H
#define FINDING_H

#include <jansson.h>
#include <stdint.h>

enum finding_verdict {
	FINDING_OK,   /* as the library would have it */
	FINDING_NOTE, /* the library does something else, or less */
	FINDING_BAD   /* the library does not work */
};

#define FINDING_TEXT 256

struct finding {
	const char *name;
	enum finding_verdict verdict;
	char value[FINDING_TEXT];
	char instead[FINDING_TEXT]; /* what the library does, if not ok */
	char remedy[FINDING_TEXT];  /* what somebody can do about it */
	json_t *numbers;            /* for programs; NULL: none */
};

void finding_done(struct finding *finding);

/* What there is; said again, it stands behind a comma. */
void finding_say(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* It is not as it should be: what the library does instead. */
void finding_note(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_bad(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_remedy(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void finding_number(struct finding *finding, const char *name, int64_t value);

/* "ok", "note", "bad" */
const char *finding_verdict_name(enum finding_verdict verdict);

#endif
