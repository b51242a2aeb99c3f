/* SPDX-License-Identifier: MIT */
/*
 * stop.h - Ctrl-C ends what is under way, and not the program.
 */
#ifndef STOP_H
#define STOP_H

#include <ev.h>
#include <stdbool.h>

#include "tine.h"

struct stop {
	struct tine_ctx **ctx;
	ev_signal interrupt, terminate;
	bool wanted;
};

/* From now on SIGINT and SIGTERM free *ctx, as soon as the loop runs, and set
 * it to NULL. */
void stop_init(struct stop *stop, struct ev_loop *loop, struct tine_ctx **ctx);
void stop_done(struct stop *stop, struct ev_loop *loop);

#endif
