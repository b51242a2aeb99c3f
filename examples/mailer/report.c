/* SPDX-License-Identifier: MIT */
/*
 * report.c - what happens to the messages, for who reads our output.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "../common/jstring.h"
#include "report.h"

static json_t *report_note(const struct tine_result *result)
{
	if (!result)
		return NULL;
	return jstring(result->end == TINE_OK ? result->note : result->message);
}

static const char *report_name(const struct tine_event *event)
{
	return event->kind == TINE_STARTED ? "started"
					   : tine_end_name(event->result->end);
}

void report_event(const struct tine_event *event)
{
	json_t *line;

	if (event->kind == TINE_GAVE_UP) /* is told of as its end */
		return;
	line = json_pack("{s:s, s:s, s:i, s:i, s:o*}", "message", event->id,
			 "event", report_name(event), "attempt",
			 (int)event->restarts + 1, "pid", (int)event->pid,
			 "note", report_note(event->result));
	if (json_dumpf(line, stdout, JSON_COMPACT) != 0 ||
	    putchar('\n') == EOF || fflush(stdout) != 0)
		err(EXIT_FAILURE, "cannot tell what happens");
	json_decref(line);
}
