/* SPDX-License-Identifier: MIT */
/* report.h - what a supervisor tells of its children, on its way up. */
#ifndef TINE_REPORT_H
#define TINE_REPORT_H

#include "spec.h"
#include "tine.h"
#include "wire.h"

#define REPORT_PATH 1024 /* the names of supervisors in each other */

/* A report that has come, with the memory that it points to. */
struct report {
	struct tine_event event;
	struct tine_result result;
	char path[REPORT_PATH];
	char id[SPEC_ID];
	char *words[4];
};

void report_put(struct wire_out *out, const struct tine_event *event);

/* False: it is none, or memory is out. report_done() in any case. */
bool report_take(struct wire_in *in, struct report *report);
void report_done(struct report *report);

/* One line, for a person. */
#define REPORT_TEXT 2048
void report_say(const struct tine_event *event, char text[REPORT_TEXT]);

#endif
