/* SPDX-License-Identifier: MIT */
/* herald.c - what a supervisor reports: upwards, and to the log. */
#include "herald.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "client.h"
#include "report.h"
#include "superd.h"
#include "ward.h"

#define HERALD_REPORTS 5000 /* that may lie for who started it */

static void herald_log(const struct tine_event *event)
{
	const char *wish = secure_getenv("TINE_LOG");
	char text[REPORT_TEXT];

	if (!wish)
		return;
	report_say(event, text);
	if (strcmp(wish, "stderr") == 0)
		(void)dprintf(STDERR_FILENO, "tine: %s\n", text);
	else if (strcmp(wish, "syslog") == 0)
		syslog(event->kind == TINE_GAVE_UP ? LOG_ERR : LOG_INFO, "%s",
		       text);
}

static bool herald_send(struct superd *superd, const void *body, size_t size)
{
	const struct letter letter = { .kind = SAY_EVENT,
				       .body = body,
				       .size = size };

	return client_try(superd->desk.starter, &letter) == 0;
}

/* Nobody may have fetched those before for a long time. */
static bool herald_may_send(struct superd *superd)
{
	struct client *starter = superd->desk.starter;

	if (!starter || !superd->launch->reports)
		return false;
	if (starter->post.unsent_count < HERALD_REPORTS)
		return true;
	superd->missed++;
	return false;
}

void herald_report(struct superd *superd, enum tine_event_kind kind,
		   const struct ward *ward, const struct tine_result *result)
{
	struct tine_event event = {
		.kind = kind,
		.super = superd->launch->path,
		.id = ward->id,
		.pid = ward->pid,
		.restarts = ward->kid.restarts,
		.result = result,
		.missed = superd->missed,
	};
	struct wire_out out;

	if (kind == TINE_GAVE_UP)
		(void)snprintf(superd->last_words, sizeof superd->last_words,
			       "gave up, since '%s' ended too often; last: %s",
			       ward->id, result->message);
	herald_log(&event);
	if (!herald_may_send(superd))
		return;
	superd->missed = 0;
	wire_begin(&out, SPEC_MOST);
	report_put(&out, &event);
	if (out.error < 0 || !herald_send(superd, out.buf.data, out.buf.size))
		superd->missed += event.missed + 1;
	wire_done(&out);
}

void herald_forward(struct superd *superd, const struct letter *letter)
{
	if (herald_may_send(superd) &&
	    !herald_send(superd, letter->body, letter->size))
		superd->missed++;
}
