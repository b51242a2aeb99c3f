/* SPDX-License-Identifier: MIT */
/* asker.h - who has asked a supervisor something whose answer takes a while. */
#ifndef TINE_ASKER_H
#define TINE_ASKER_H

#include <stdbool.h>
#include <stdint.h>

#include "list.h"

struct client;

struct asker {
	struct list_node node;  /* in its client's */
	struct list_node other; /* among those who wait for the same */
	struct client *client;  /* NULL: nobody asks */
	uint64_t serial;
};

/* In the place that is given. */
void asker_set(struct asker *asker, struct client *client, uint64_t serial);
void asker_forget(struct asker *asker);
void asker_answer(struct asker *asker, int64_t value);

/* Its client is gone. */
void asker_orphan(struct list_node *node);

/* In one of its own, in a list. False: there is no memory. */
bool askers_add(struct list_node *askers, struct client *client,
		uint64_t serial);
void askers_answer(struct list_node *askers, int64_t value);

#endif
