/* SPDX-License-Identifier: MIT */
/* stream.h - items from a source, a few at a time, and a result for each. */
#ifndef TINE_STREAM_H
#define TINE_STREAM_H

#include "home.h"
#include "pool.h"
#include "task.h"

struct tine_stream {
	struct owned owned;
	struct list_node due; /* in its context, while the loop drives it */
	struct tine_ctx *ctx; /* NULL: freed before the stream was */
	struct home home;
	struct tine_stream_options options;
	struct tine_source source;
	struct job job;
	struct pool pool;
	bool pooled;
	bool exhausted; /* the source has ended, and is closed */
	bool stopped;   /* nothing more is to be started, ... */
	bool over;      /* ... no child is left, and there will be none */
	bool told;      /* on_done was called */
	bool telling;   /* on_end is being called */
	bool misused;   /* somebody asks for what goes to on_end */
	unsigned level; /* pulls under way as it was asked; 0: it is not */
	struct list_node put_off; /* in its context, for pulls above that */
	int error;
	int trouble; /* why an item cannot be started; 0: nothing */

	bool advancing;          /* it is in the middle of that, ... */
	bool again;              /* ... and is to do it once more */
	bool stirred;            /* something has happened */
	struct loop_watch *kick; /* a timer: it goes on in the next turn */
	unsigned pins;           /* calls that use it are under way, */
	bool closed;             /* and one of them closed it */
	char name[TASK_NAME];    /* options.task.name, */
	int *keeps;              /* and .keep_fds */

	long place;                 /* on the board of its context; -1: none */
	struct loop_watch *placard; /* when it is to be shown; NULL: never */
	bool to_be_shown;
	int64_t began_us, shown_us;
	uint64_t counted; /* items that the board has heard of */

	struct item *taken; /* whose result is on loan */
	struct tine_result result;
	_Alignas(16) unsigned char input[ITEM_HERE], data[ITEM_HERE];
};

/* What its source, its children and its timers call: it goes on. */
void stream_changed(void *data);

/* What its context does to it. */
extern const struct owned_kind owned_stream;

#endif
