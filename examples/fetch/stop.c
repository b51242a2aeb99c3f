/* SPDX-License-Identifier: MIT */
/*
 * stop.c - Ctrl-C ends what is under way, and not the program.
 *
 * Children do not get the terminal's signals, since each has a process group of
 * its own. Freeing their context kills them all; a stream still hands out what
 * had ended before that.
 */
#include <signal.h>

#include "stop.h"

static void on_signal(struct ev_loop *loop, ev_signal *signal, int events)
{
	struct stop *stop = signal->data;

	(void)loop;
	(void)events;
	stop->wanted = true;
	tine_ctx_free(*stop->ctx);
	*stop->ctx = NULL;
}

static void stop_watch(struct stop *stop, struct ev_loop *loop, int number,
		       ev_signal *signal)
{
	ev_signal_init(signal, on_signal, number);
	signal->data = stop;
	ev_signal_start(loop, signal);
}

void stop_init(struct stop *stop, struct ev_loop *loop, struct tine_ctx **ctx)
{
	stop->ctx = ctx;
	stop->wanted = false;
	stop_watch(stop, loop, SIGINT, &stop->interrupt);
	stop_watch(stop, loop, SIGTERM, &stop->terminate);
}

void stop_done(struct stop *stop, struct ev_loop *loop)
{
	ev_signal_stop(loop, &stop->interrupt);
	ev_signal_stop(loop, &stop->terminate);
}
