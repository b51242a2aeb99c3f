/* SPDX-License-Identifier: MIT */
/*
 * fetch - a list of URLs, however long, a few at once, whatever they do.
 *
 *   settings   the command line
 *   list       the URLs, as the source of a stream
 *   lines      the lines of a file
 *   visit      one URL, in a child
 *   report     what became of each
 *   stop       Ctrl-C
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/param.h>

#include "../common/standard.h"
#include "list.h"
#include "report.h"
#include "settings.h"
#include "visit.h"

#define MAIN_GRACE_MS 100
#define MAIN_INTERRUPTED 130

static int main_open(struct tine_ctx *ctx, struct list *list,
		     const struct settings *settings,
		     struct tine_stream **stream)
{
	const struct tine_stream_options options = {
		.task.name = "visit",
		.task.timeout_ms = settings->timeout_ms > 0
					   ? settings->timeout_ms
					   : TINE_FOREVER,
		.task.grace_ms = MAIN_GRACE_MS,
		.task.retry.attempts = (unsigned)settings->retries + 1,
		.max_concurrency = (unsigned)settings->jobs,
		.unordered = settings->unordered,
		.on_timeout = TINE_KILL,
		.reuse = (unsigned)settings->reuse,
	};

	return tine_stream_open(ctx, visit_run, list_source(list), &options,
				stream);
}

static int main_fetch(struct tine_stream *stream, struct report *report)
{
	const struct tine_result *result;

	while ((result = tine_stream_next(stream)))
		report_add(report, result);
	report_done(report);
	return tine_stream_error(stream);
}

static void main_tell_rest(const struct list *list, const struct report *report)
{
	size_t total = report->progress.total;
	bool known = total > 0 || list->ended;

	warnx("interrupted: %zu not fetched%s",
	      MAX(total, list->pulled) - report->count,
	      known ? "" : ", and the rest of the list not read");
}

static int main_status(const struct list *list, const struct report *report,
		       int error)
{
	if (list->stop->wanted) {
		main_tell_rest(list, report);
		return MAIN_INTERRUPTED;
	}
	if (error < 0)
		warnx("stopped: %s", tine_strerror(error));
	return error == 0 && list->faults == 0 && report_is_good(report)
		       ? EXIT_SUCCESS
		       : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct ev_loop *loop;
	struct settings settings;
	struct list list;
	struct report report;
	struct stop stop;
	struct tine_ctx *ctx;
	struct tine_stream *stream;
	int error, status;

	standard_fill();
	loop = ev_loop_new(0);
	settings_read(&settings, argc, argv);
	list_init(&list, settings.paths, settings.path_count, loop, &stop);
	error = loop ? tine_ctx_new(&(struct tine_ctx_options){ .loop = loop },
				    &ctx)
		     : TINE_ELIMIT;
	if (error == 0)
		error = main_open(ctx, &list, &settings, &stream);
	if (error < 0)
		errx(EXIT_FAILURE, "%s", tine_strerror(error));

	stop_init(&stop, loop, &ctx);
	report_init(&report, settings.progress, list_count(&list));
	error = main_fetch(stream, &report);
	report_totals(&report);
	status = main_status(&list, &report, error);

	tine_stream_close(stream);
	stop_done(&stop, loop);
	tine_ctx_free(ctx);
	ev_loop_destroy(loop);
	return status;
}
