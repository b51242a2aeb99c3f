/* SPDX-License-Identifier: MIT */
/*
 * client.c - who is connected to a supervisor.
 *
 * Nobody is waited for: what he does not fetch is kept, and who lets too much
 * lie is not heard until he fetches.
 */
#include "client.h"

#include <stdlib.h>
#include <unistd.h>

#include "asker.h"
#include "guest.h"
#include "question.h"
#include "superd.h"

#define CLIENT_SHARE 64     /* letters of one, until others get a turn */
#define CLIENT_AGAIN_MS 5   /* until the next try, where a socket is full */
#define CLIENT_LETTERS 1000 /* that lie for somebody who asks no more */
#define CLIENT_MISSES 100   /* tries in a row for which there is no memory */

static void on_letters(void *data);
static void client_leave(struct client *client);

/* ---- Answering ---------------------------------------------------------- */

/* Memory may be back in a moment; but he must not wait for ever. */
static void client_miss(struct client *client)
{
	client->broken |= ++client->misses > CLIENT_MISSES;
}

/* Who does not fetch his answers is asked for no more questions. */
static void client_read_on(struct client *client)
{
	if (client->watch || client->post.unsent_count >= CLIENT_LETTERS / 2)
		return;
	client->watch =
		loop_readable_start(client->superd->ctx->loop,
				    client->post.socket, on_letters, client);
	if (!client->watch)
		client_miss(client);
}

static void on_again(void *data)
{
	struct client *client = data;

	if (client->broken || post_flush(&client->post) < 0) {
		client_leave(client);
		return;
	}
	client_read_on(client);
	if (!list_empty(&client->post.unsent) || !client->watch)
		loop_timer_again(client->again, CLIENT_AGAIN_MS);
}

static void client_pause(struct client *client)
{
	loop_stop(client->watch);
	client->watch = NULL;
	loop_timer_again(client->again, CLIENT_AGAIN_MS);
}

int client_try(struct client *client, const struct letter *letter)
{
	int error = post_send(&client->post, letter);

	if (!client->broken && !list_empty(&client->post.unsent))
		loop_timer_again(client->again, CLIENT_AGAIN_MS);
	return error;
}

/* If he is gone, what he asked before is to be read yet. */
void client_send(struct client *client, const struct letter *letter)
{
	int error = client_try(client, letter);

	if (error == 0 || error == TINE_EGONE)
		return;
	client->broken = true;
	loop_timer_again(client->again, 0);
}

void client_say(struct client *client, enum ask kind, uint64_t serial,
		int64_t value, const void *body, size_t size)
{
	const struct letter letter = {
		.kind = kind,
		.serial = serial,
		.value = value,
		.body = body,
		.size = size,
	};

	client_send(client, &letter);
}

/* ---- Hearing ------------------------------------------------------------ */

static void client_free(struct client *client)
{
	struct list_node *node;

	if (client->superd->desk.starter == client)
		client->superd->desk.starter = NULL;
	while (!list_empty(&client->guests))
		guest_forsake(client->superd, LIST_ENTRY(client->guests.next,
							 struct guest, node));
	while ((node = list_shift(&client->asked)))
		asker_orphan(node);
	list_remove(&client->node);
	loop_stop(client->watch);
	loop_stop(client->again);
	post_close(&client->post);
	free(client);
}

static void client_leave(struct client *client)
{
	struct superd *superd = client->superd;
	bool started_it = superd->desk.starter == client;

	client_free(client);
	if (started_it)
		superd_forsaken(superd);
	else
		superd_turn(superd);
}

/* A task that is taken has its letter as its own. */
static void client_hear(struct client *client, struct letter *letter)
{
	bool is_task = letter->kind == ASK_TASK;
	int value = letter->failure ? letter->failure
		    : is_task       ? guest_ask(client->superd, client, letter)
				    : question_answer(client, letter);

	if (is_task && value == ASK_LATER)
		return;
	if (value != ASK_LATER)
		client_say(client, SAY_ANSWER, letter->serial, value, NULL, 0);
	letter_free(letter);
}

static void on_letters(void *data)
{
	struct client *client = data;
	struct letter *letter;
	int got = 0;

	for (int i = 0; i < CLIENT_SHARE; i++) {
		got = post_receive(&client->post, &letter);
		if (got <= 0)
			break;
		client->misses = 0;
		client_hear(client, letter);
		if (client->post.unsent_count >= CLIENT_LETTERS) {
			client_pause(client);
			return;
		}
	}
	if (got == TINE_EGONE)
		client_leave(client);
	if (got != TINE_ENOMEM)
		return;
	client_miss(client);
	client_pause(client);
}

struct client *client_new(struct superd *superd, int socket)
{
	struct client *client = calloc(1, sizeof *client);
	struct loop *loop = superd->ctx->loop;

	if (!client) {
		(void)close(socket);
		return NULL;
	}
	client->superd = superd;
	post_open(&client->post, socket);
	list_init(&client->asked);
	list_init(&client->guests);
	list_append(&superd->desk.clients, &client->node);
	client->watch = loop_readable_start(loop, socket, on_letters, client);
	client->again = loop_timer_start(loop, -1, on_again, client);
	if (client->watch && client->again)
		return client;
	client_free(client);
	return NULL;
}
