/* SPDX-License-Identifier: MIT */
/* desk.h - where a supervisor is asked, and answers. */
#ifndef TINE_DESK_H
#define TINE_DESK_H

#include "list.h"
#include "loop.h"

struct client;
struct superd;

struct desk {
	struct list_node clients; /* the first is who started it */
	struct client *starter;   /* NULL: he is gone */
	struct loop_watch *door;
	struct loop_watch *reopen; /* the door, where nobody could come in */
	int listening;             /* -1: it has no name */
};

/* 0 or an enum tine_error. */
int desk_open(struct superd *superd);
void desk_close(struct superd *superd);

/* Letters go out as far as they can, within a moment. */
void desk_flush(struct superd *superd);

#endif
