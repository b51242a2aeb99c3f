/* SPDX-License-Identifier: MIT */
/* client.h - who is connected to a supervisor: who started it, or found it. */
#ifndef TINE_CLIENT_H
#define TINE_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "ask.h"
#include "list.h"
#include "loop.h"
#include "post.h"

struct superd;

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

/* Its letters are heard from now on. NULL: it cannot be, and the socket, which
 * is taken in any case, is closed. */
struct client *client_new(struct superd *superd, int socket);

/* Who could not be told something is let go; or that is an enum tine_error. */
void client_send(struct client *client, const struct letter *letter);
int client_try(struct client *client, const struct letter *letter);
void client_say(struct client *client, enum ask kind, uint64_t serial,
		int64_t value, const void *body, size_t size);

#endif
