/* SPDX-License-Identifier: MIT */
/* asker.c - who has asked a supervisor something whose answer takes a while. */
#include "asker.h"

#include <stdlib.h>

#include "client.h"

void asker_set(struct asker *asker, struct client *client, uint64_t serial)
{
	asker->client = client;
	asker->serial = serial;
	list_init(&asker->other);
	list_append(&client->asked, &asker->node);
}

void asker_forget(struct asker *asker)
{
	if (asker->client)
		list_remove(&asker->node);
	asker->client = NULL;
}

void asker_orphan(struct list_node *node)
{
	LIST_ENTRY(node, struct asker, node)->client = NULL;
}

void asker_answer(struct asker *asker, int64_t value)
{
	if (asker->client)
		client_say(asker->client, SAY_ANSWER, asker->serial, value,
			   NULL, 0);
	asker_forget(asker);
}

bool askers_add(struct list_node *askers, struct client *client,
		uint64_t serial)
{
	struct asker *asker = calloc(1, sizeof *asker);

	if (!asker)
		return false;
	asker_set(asker, client, serial);
	list_append(askers, &asker->other);
	return true;
}

void askers_answer(struct list_node *askers, int64_t value)
{
	struct list_node *node;

	while ((node = list_shift(askers))) {
		struct asker *asker = LIST_ENTRY(node, struct asker, other);

		asker_answer(asker, value);
		free(asker);
	}
}
