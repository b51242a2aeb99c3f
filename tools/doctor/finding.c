/* SPDX-License-Identifier: MIT */
/* finding.c - what a check has found out about this machine. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "doctor/finding.h"

void finding_done(struct finding *finding)
{
	json_decref(finding->numbers);
	finding->numbers = NULL;
}

static void put(char text[FINDING_TEXT], const char *format, va_list values)
{
	(void)vsnprintf(text, FINDING_TEXT, format, values);
}

void finding_say(struct finding *finding, const char *format, ...)
{
	size_t used = strlen(finding->value);
	va_list values;

	if (used > 0 && used + 2 < FINDING_TEXT) {
		memcpy(finding->value + used, ", ", 3);
		used += 2;
	}
	va_start(values, format);
	(void)vsnprintf(finding->value + used, FINDING_TEXT - used, format,
			values);
	va_end(values);
}

/* What was said of a worse verdict stays. */
static void finding_judge(struct finding *finding, enum finding_verdict verdict,
			  const char *format, va_list values)
{
	if (verdict <= finding->verdict)
		return;
	finding->verdict = verdict;
	finding->remedy[0] = '\0';
	put(finding->instead, format, values);
}

void finding_note(struct finding *finding, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	finding_judge(finding, FINDING_NOTE, format, values);
	va_end(values);
}

void finding_bad(struct finding *finding, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	finding_judge(finding, FINDING_BAD, format, values);
	va_end(values);
}

void finding_remedy(struct finding *finding, const char *format, ...)
{
	va_list values;

	if (finding->verdict == FINDING_OK || finding->remedy[0] != '\0')
		return;
	va_start(values, format);
	put(finding->remedy, format, values);
	va_end(values);
}

void finding_number(struct finding *finding, const char *name, int64_t value)
{
	if (!finding->numbers)
		finding->numbers = json_object();
	(void)json_object_set_new(finding->numbers, name, json_integer(value));
}

const char *finding_verdict_name(enum finding_verdict verdict)
{
	switch (verdict) {
	case FINDING_OK: return "ok";
	case FINDING_NOTE: return "note";
	case FINDING_BAD: return "bad";
	}
	return "unknown";
}
