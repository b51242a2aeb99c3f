/* SPDX-License-Identifier: MIT */
/*
 * inbox.h - the messages in new/, as they come.
 */
#ifndef INBOX_H
#define INBOX_H

#include <ev.h>
#include <sys/queue.h>

#include "spool.h"

struct inbox_item {
	STAILQ_ENTRY(inbox_item) next;
	char name[SPOOL_NAME_MAX + 1];
};

/* A name may come twice, and its message may be gone: it is gossip. */
struct inbox {
	char *folder;
	ev_io watch; /* of what is moved to new/ */
	bool news;   /* something has come since this was false */
	STAILQ_HEAD(, inbox_item) items;
};

/* Watches new/, and looks what is there. Exits, after it said why, if it
 * cannot, as do the others here. */
void inbox_init(struct inbox *inbox, const char *spool, struct ev_loop *loop);
void inbox_done(struct inbox *inbox, struct ev_loop *loop);

/* Looks once more. Forgets what it had. */
void inbox_look(struct inbox *inbox);

const char *inbox_first(const struct inbox *inbox); /* NULL: none */
void inbox_drop_first(struct inbox *inbox);

#endif
