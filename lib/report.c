/* SPDX-License-Identifier: MIT */
/* report.c - what a supervisor tells of its children, on its way up. */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void result_put(struct wire_out *out, const struct tine_result *result)
{
	wire_put(out, (uint64_t)result->end);
	wire_put(out, (uint64_t)result->code);
	wire_put(out, result->core);
	wire_put(out, (uint64_t)result->wall_us);
	wire_put(out, result->adopted);
	wire_put_bytes(out, &result->usage, sizeof result->usage);
	wire_put_text(out, result->message);
	wire_put_text(out, result->note);
	wire_put_text(out, result->output);
	wire_put_text(out, result->crash);
	wire_put(out, result->fingerprint);
}

void report_put(struct wire_out *out, const struct tine_event *event)
{
	wire_put(out, (uint64_t)event->kind);
	wire_put_text(out, event->super);
	wire_put_text(out, event->id);
	wire_put(out, (uint64_t)event->pid);
	wire_put(out, event->restarts);
	wire_put(out, event->missed);
	wire_put(out, event->result != NULL);
	if (event->result)
		result_put(out, event->result);
}

/* "" if there is no memory: that it ended is worth more than its words. */
static const char *take_word(struct wire_in *in, char **word)
{
	size_t size;
	const char *at = wire_take_bytes(in, &size);

	*word = at ? malloc(size + 1) : NULL;
	if (!*word)
		return "";
	memcpy(*word, at, size);
	(*word)[size] = '\0';
	return *word;
}

static void result_take(struct wire_in *in, struct report *report)
{
	struct tine_result *result = &report->result;

	result->end = (enum tine_end)wire_take_below(in, TINE_PENDING);
	result->code = (int)wire_take(in);
	result->core = wire_take_below(in, 1);
	result->wall_us = (int64_t)wire_take(in);
	result->adopted = wire_take_below(in, UINT_MAX);
	in->bad |= wire_take_part(in, &result->usage, sizeof result->usage) !=
		   sizeof result->usage;
	result->message = take_word(in, &report->words[0]);
	result->note = take_word(in, &report->words[1]);
	result->output = take_word(in, &report->words[2]);
	result->crash = take_word(in, &report->words[3]);
	result->fingerprint = wire_take(in);
	result->attempts = 1;
	result->pid = report->event.pid;
}

bool report_take(struct wire_in *in, struct report *report)
{
	struct tine_event *event = &report->event;

	memset(report, 0, sizeof *report);
	event->kind = (enum tine_event_kind)wire_take_below(in, TINE_GAVE_UP);
	wire_take_text(in, report->path, sizeof report->path);
	wire_take_text(in, report->id, sizeof report->id);
	event->super = report->path;
	event->id = report->id;
	event->pid = (pid_t)wire_take(in);
	event->restarts = wire_take_below(in, UINT_MAX);
	event->missed = wire_take(in);
	if (wire_take_below(in, 1)) {
		result_take(in, report);
		event->result = &report->result;
	}
	return wire_is_whole(in);
}

void report_done(struct report *report)
{
	for (size_t i = 0; i < sizeof report->words / sizeof *report->words;
	     i++)
		free(report->words[i]);
}

void report_say(const struct tine_event *event, char text[REPORT_TEXT])
{
	static const char *const verbs[] = {
		[TINE_STARTED] = "started",
		[TINE_ENDED] = "ended",
		[TINE_GAVE_UP] = "ended too often; the supervisor gives up",
	};
	const struct tine_result *result = event->result;

	(void)snprintf(text, REPORT_TEXT, "%s%s%s (%d) %s%s%s%s%s",
		       event->super, event->super[0] ? "/" : "", event->id,
		       (int)event->pid, verbs[event->kind], result ? ": " : "",
		       result ? tine_end_name(result->end) : "",
		       result && result->message[0] ? ": " : "",
		       result ? result->message : "");
}
