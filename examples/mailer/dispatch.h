/* SPDX-License-Identifier: MIT */
/*
 * dispatch.h - the supervisor, and the errands under it.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "inbox.h"
#include "settings.h"
#include "tine.h"

struct dispatch {
	const struct settings *settings;
	struct tine_ctx *ctx;
	struct tine_super *super;
	bool ended; /* the supervisor has, by itself or by somebody's kill */
	bool news;  /* something has happened since this was false */
};

/* Starts the supervisor. Exits, after it said why, if it cannot, as do the
 * others here. */
void dispatch_init(struct dispatch *dispatch, const struct settings *settings,
		   struct tine_ctx *ctx);

/* If the supervisor has ended, starts another, that knows no errands. Returns
 * whether it did. */
bool dispatch_mend(struct dispatch *dispatch);

/* Starts errands for what is in the inbox, as far as there is room. */
void dispatch_work(struct dispatch *dispatch, struct inbox *inbox);

/* Whether no errand is under way. */
bool dispatch_is_idle(const struct dispatch *dispatch);

/* Ends the supervisor, and the errands with it. */
void dispatch_done(struct dispatch *dispatch);

#endif
