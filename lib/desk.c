/* SPDX-License-Identifier: MIT */
/* desk.c - where a supervisor is asked, and answers. */
#include "desk.h"

#include <unistd.h>

#include "address.h"
#include "client.h"
#include "clock.h"
#include "superd.h"

#define DESK_FLUSH_MS 1000
#define DESK_REOPEN_MS 10

/* ---- The door ----------------------------------------------------------- */

/* Who waits there is let in when there is a descriptor for him. */
static void on_door(void *data)
{
	struct superd *superd = data;
	struct desk *desk = &superd->desk;
	int socket = address_accept(desk->listening);
	struct client *client = socket < 0 ? NULL : client_new(superd, socket);

	if (client) {
		client_say(client, SAY_READY, 0, superd->ctx->owner, NULL, 0);
		return;
	}
	loop_stop(desk->door);
	desk->door = NULL;
	loop_timer_again(desk->reopen, DESK_REOPEN_MS);
}

static bool desk_watch_door(struct superd *superd)
{
	struct desk *desk = &superd->desk;

	desk->door = loop_readable_start(superd->ctx->loop, desk->listening,
					 on_door, superd);
	return desk->door;
}

static void on_reopen(void *data)
{
	struct superd *superd = data;

	if (!desk_watch_door(superd))
		loop_timer_again(superd->desk.reopen, DESK_REOPEN_MS);
}

/* ---- The desk ----------------------------------------------------------- */

static int desk_open_door(struct superd *superd)
{
	const struct launch *launch = superd->launch;
	struct desk *desk = &superd->desk;
	int fd;

	if (!launch->plan->name[0])
		return 0;
	fd = address_listen(&launch->program, launch->plan->name);
	if (fd < 0)
		return fd;
	desk->listening = fd;
	desk->reopen =
		loop_timer_start(superd->ctx->loop, -1, on_reopen, superd);
	return desk->reopen && desk_watch_door(superd) ? 0 : TINE_ENOMEM;
}

int desk_open(struct superd *superd)
{
	struct desk *desk = &superd->desk;

	list_init(&desk->clients);
	desk->listening = -1;
	desk->starter = client_new(superd, superd->launch->socket);
	if (!desk->starter)
		return TINE_ENOMEM;
	return desk_open_door(superd);
}

/* Whoever comes from now on finds nobody, and the name is free. */
void desk_close(struct superd *superd)
{
	struct desk *desk = &superd->desk;

	loop_stop(desk->door);
	loop_stop(desk->reopen);
	desk->door = desk->reopen = NULL;
	if (desk->listening >= 0)
		(void)close(desk->listening);
	desk->listening = -1;
}

void desk_flush(struct superd *superd)
{
	int64_t deadline = clock_deadline(DESK_FLUSH_MS);

	LIST_EACH (node, &superd->desk.clients) {
		struct client *client = LIST_ENTRY(node, struct client, node);

		while (post_flush(&client->post) == 0 &&
		       !list_empty(&client->post.unsent) &&
		       clock_left_ms(deadline) > 0)
			(void)usleep(1000);
	}
}
