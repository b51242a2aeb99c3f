/* SPDX-License-Identifier: MIT */
/* desk.h - where a supervisor is asked, and answers. */
#ifndef TINE_DESK_H
#define TINE_DESK_H

#include "ask.h"
#include "list.h"
#include "loop.h"
#include "post.h"

struct superd;

#define ASK_LATER 1 /* the answer comes later */

/* Somebody who is connected: who started it, or who found it. */
struct client {
	struct list_node node;
	struct superd *superd;
	struct post post;
	struct loop_watch *watch, *again; /* letters are kept: tries again */
	struct list_node asked;  /* struct asker: who wait for answers */
	struct list_node guests; /* his tasks */
	unsigned misses;         /* there was no memory for what he asks */
	bool broken;             /* an answer was lost, or so: he is to leave */
};

/* A question whose answer takes a while. */
struct asker {
	struct list_node node;  /* in its client's */
	struct list_node other; /* among those who wait for the same */
	struct client *client;  /* NULL: nobody asks */
	uint64_t serial;
};

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

/* Who could not be told something is let go; or that is an enum tine_error. */
void client_send(struct client *client, const struct letter *letter);
int client_try(struct client *client, const struct letter *letter);
void client_say(struct client *client, enum ask kind, uint64_t serial,
		int64_t value, const void *body, size_t size);

/* In the place that is given, or in one of its own in a list. */
void asker_set(struct asker *asker, struct client *client, uint64_t serial);
void asker_forget(struct asker *asker);
void asker_answer(struct asker *asker, int64_t value);
bool askers_add(struct list_node *askers, struct client *client,
		uint64_t serial);
void askers_answer(struct list_node *askers, int64_t value);

#endif
