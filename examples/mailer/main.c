/* SPDX-License-Identifier: MIT */
/*
 * mailer - a small daemon that sends what comes into a folder, whatever dies.
 *
 *   settings   the command line
 *   spool      the folder, and where a message is in it
 *   inbox      the messages that came
 *   dispatch   the supervisor, and the errands under it
 *   errand     one message, sent and recorded, in a child
 *   message    what is in it
 *   sender     a way to send it: by SMTP, or to a file
 *   ledger     a file in which nothing stands twice
 *   report     what is told
 *
 * Callbacks only note what has happened. What is to be done about it is done
 * here, in one place, and found out anew each time.
 */
#include <err.h>
#include <signal.h>
#include <stdlib.h>

#include "../common/standard.h"
#include "dispatch.h"
#include "inbox.h"
#include "settings.h"

#define MAIN_LOOK_SECONDS 60 /* for what the kernel does not tell of */

struct mailer {
	struct settings settings;
	struct inbox inbox;
	struct dispatch dispatch;
	bool stop;
	ev_signal interrupt, terminate;
	ev_timer look;
};

static void on_signal(struct ev_loop *loop, ev_signal *signal, int events)
{
	struct mailer *mailer = signal->data;

	(void)loop;
	(void)events;
	mailer->stop = true;
	mailer->dispatch.news = true;
}

static void on_look(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct mailer *mailer = timer->data;

	(void)loop;
	(void)events;
	inbox_look(&mailer->inbox);
}

static void mailer_watch(struct mailer *mailer, struct ev_loop *loop)
{
	ev_signal_init(&mailer->interrupt, on_signal, SIGINT);
	ev_signal_init(&mailer->terminate, on_signal, SIGTERM);
	ev_timer_init(&mailer->look, on_look, MAIN_LOOK_SECONDS,
		      MAIN_LOOK_SECONDS);
	mailer->interrupt.data = mailer;
	mailer->terminate.data = mailer;
	mailer->look.data = mailer;
	ev_signal_start(loop, &mailer->interrupt);
	ev_signal_start(loop, &mailer->terminate);
	ev_timer_start(loop, &mailer->look);
}

/* Nothing is left: nothing is under way, and new/ is empty. */
static bool mailer_is_done(struct mailer *mailer)
{
	if (inbox_first(&mailer->inbox) || !dispatch_is_idle(&mailer->dispatch))
		return false;
	inbox_look(&mailer->inbox);
	return !inbox_first(&mailer->inbox);
}

/* Does what there is to do, as of now; whatever comes meanwhile is news. */
static void mailer_work(struct mailer *mailer)
{
	mailer->dispatch.news = mailer->inbox.news = false;
	if (dispatch_mend(&mailer->dispatch))
		inbox_look(&mailer->inbox);
	dispatch_work(&mailer->dispatch, &mailer->inbox);
}

static void mailer_run(struct mailer *mailer, struct ev_loop *loop)
{
	do {
		mailer_work(mailer);
		if (mailer->settings.once && mailer_is_done(mailer))
			return;
		while (!mailer->dispatch.news && !mailer->inbox.news)
			(void)ev_run(loop, EVRUN_ONCE);
	} while (!mailer->stop);
}

int main(int argc, char **argv)
{
	struct ev_loop *loop;
	struct mailer mailer = { 0 };
	struct tine_ctx *ctx;
	int error;

	standard_fill();
	loop = ev_loop_new(0);
	settings_read(&mailer.settings, argc, argv);
	error = loop ? tine_ctx_new(&(struct tine_ctx_options){ .loop = loop },
				    &ctx)
		     : TINE_ELIMIT;
	if (error < 0)
		errx(EXIT_FAILURE, "%s", tine_strerror(error));
	spool_make(mailer.settings.spool);

	/* The supervisor first, since it is a copy of what is here now. */
	dispatch_init(&mailer.dispatch, &mailer.settings, ctx);
	inbox_init(&mailer.inbox, mailer.settings.spool, loop);
	mailer_watch(&mailer, loop);
	mailer_run(&mailer, loop);

	dispatch_done(&mailer.dispatch);
	inbox_done(&mailer.inbox, loop);
	tine_ctx_free(ctx);
	ev_loop_destroy(loop);
	return EXIT_SUCCESS;
}
