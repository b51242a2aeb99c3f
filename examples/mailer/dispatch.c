/* SPDX-License-Identifier: MIT */
/*
 * dispatch.c - the supervisor, and the errands under it.
 *
 * The id of an errand is the name of its message, so the supervisor itself
 * knows what is under way, and nobody starts a message twice. When an errand
 * has ended well it is deleted, which makes room for others.
 *
 * While the server is down, errands fail and wait, longer each time. With that,
 * one is started some 10 times in its first 10 seconds, and less often later:
 * the supervisor allows ten times as much. So it gives up for what no waiting
 * would mend only, and then, or when somebody kills it, there is another one.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dispatch.h"
#include "errand.h"
#include "report.h"

#define DISPATCH_BACKOFF_MS 100
#define DISPATCH_MAX_BACKOFF_MS 10000
#define DISPATCH_SECONDS 10
#define DISPATCH_RESTARTS 100 /* in that time, for each job */
#define DISPATCH_STOP_MS 2000

static void on_event(struct tine_super *super, const struct tine_event *event,
		     void *user)
{
	struct dispatch *dispatch = user;

	(void)super;
	dispatch->news = true;
	report_event(event);
}

static void on_end(struct tine_super *super, const struct tine_result *result,
		   void *user)
{
	struct dispatch *dispatch = user;

	(void)super;
	dispatch->news = true;
	dispatch->ended = true;
	warnx("the supervisor has ended: %s", result->message);
}

static void dispatch_start(struct dispatch *dispatch)
{
	const struct tine_super_options options = {
		.max_children = (unsigned)dispatch->settings->jobs,
		.max_restarts =
			DISPATCH_RESTARTS * (unsigned)dispatch->settings->jobs,
		.max_seconds = DISPATCH_SECONDS,
		.on_event = on_event,
		.on_end = on_end,
		.user = dispatch,
	};
	int error = tine_super_start(dispatch->ctx, &options, &dispatch->super);

	if (error < 0)
		errx(EXIT_FAILURE, "cannot start the supervisor: %s",
		     tine_strerror(error));
}

void dispatch_init(struct dispatch *dispatch, const struct settings *settings,
		   struct tine_ctx *ctx)
{
	*dispatch = (struct dispatch){ .settings = settings, .ctx = ctx };
	dispatch_start(dispatch);
}

bool dispatch_mend(struct dispatch *dispatch)
{
	if (!dispatch->ended)
		return false;
	dispatch->ended = false;
	tine_super_free(dispatch->super);
	dispatch_start(dispatch);
	return true;
}

/* ---- Errands ------------------------------------------------------------ */

/* The end of the supervisor comes to on_end() as well, and is mended there. */
static int dispatch_check(int done)
{
	if (done < 0 && done != TINE_EGONE)
		errx(EXIT_FAILURE, "the supervisor does not serve us: %s",
		     tine_strerror(done));
	return done;
}

/* It is not started again, as a transient child. */
static bool dispatch_has_ended(const struct tine_child_info *errand)
{
	return errand->pid == 0 && (errand->last_end == TINE_OK ||
				    errand->last_end == TINE_SHUTDOWN);
}

static void dispatch_delete_done(struct dispatch *dispatch)
{
	struct tine_child_info errands[1024];
	int count = dispatch_check(tine_children(
		dispatch->super, errands, sizeof errands / sizeof *errands));

	for (int i = 0; i < count; i++)
		if (dispatch_has_ended(&errands[i]))
			(void)dispatch_check(tine_delete_child(dispatch->super,
							       errands[i].id));
}

static int dispatch_send(struct dispatch *dispatch, const char *name)
{
	struct errand errand = { .settings = dispatch->settings };
	const struct tine_child child = {
		.id = errand.name,
		.fn = errand_run,
		.arg = &errand,
		.size = sizeof errand,
		.restart = TINE_TRANSIENT,
		.backoff_ms = DISPATCH_BACKOFF_MS,
		.max_backoff_ms = DISPATCH_MAX_BACKOFF_MS,
	};

	(void)snprintf(errand.name, sizeof errand.name, "%s", name);
	return tine_start_child(dispatch->super, &child);
}

void dispatch_work(struct dispatch *dispatch, struct inbox *inbox)
{
	const char *name;
	int done;

	dispatch_delete_done(dispatch);
	while ((name = inbox_first(inbox))) {
		done = dispatch_send(dispatch, name);
		if (done == TINE_EFULL || done == TINE_ELIMIT ||
		    done == TINE_EGONE)
			return;          /* we hear when that changes */
		if (done != TINE_EEXIST) /* it is under way already */
			(void)dispatch_check(done);
		inbox_drop_first(inbox);
	}
}

bool dispatch_is_idle(const struct dispatch *dispatch)
{
	struct tine_counts counts;

	return dispatch_check(tine_count(dispatch->super, &counts)) == 0 &&
	       counts.specs == 0;
}

void dispatch_done(struct dispatch *dispatch)
{
	(void)tine_super_stop(dispatch->super, DISPATCH_STOP_MS);
	tine_super_free(dispatch->super);
}
