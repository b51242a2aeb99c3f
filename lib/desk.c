/* SPDX-License-Identifier: MIT */
/*
 * desk.c - where a supervisor is asked, and answers.
 *
 * It never waits for who asks: what he does not fetch is kept, and who lets
 * too much lie is not heard until he fetches. What is asked is taken apart and
 * checked here; nothing of it is believed.
 */
#include "desk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "clock.h"
#include "guest.h"
#include "superd.h"
#include "ward.h"

#define DESK_SHARE 64     /* letters of one client, until others get a turn */
#define DESK_AGAIN_MS 5   /* until the next try, where a socket is full */
#define DESK_LETTERS 1000 /* that lie for somebody who asks no more */
#define DESK_FLUSH_MS 1000
#define DESK_REOPEN_MS 10
#define DESK_MISSES 100 /* tries in a row for which there is no memory */

static void on_letters(void *data);
static void client_leave(struct client *client);

/* ---- Answering ---------------------------------------------------------- */

/* Memory may be back in a moment; but he must not wait for ever. */
static void client_miss(struct client *client)
{
	client->broken |= ++client->misses > DESK_MISSES;
}

/* Who does not fetch his answers is asked for no more questions. */
static void client_read_on(struct client *client)
{
	if (client->watch || client->post.unsent_count >= DESK_LETTERS / 2)
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
		loop_timer_again(client->again, DESK_AGAIN_MS);
}

static void client_pause(struct client *client)
{
	loop_stop(client->watch);
	client->watch = NULL;
	loop_timer_again(client->again, DESK_AGAIN_MS);
}

int client_try(struct client *client, const struct letter *letter)
{
	int error = post_send(&client->post, letter);

	if (!client->broken && !list_empty(&client->post.unsent))
		loop_timer_again(client->again, DESK_AGAIN_MS);
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

/* ---- Questions ---------------------------------------------------------- */

static struct ward *ward_by_id(const struct superd *superd, const char *id)
{
	LIST_EACH (node, &superd->roster.kids) {
		struct ward *ward = ward_of(LIST_ENTRY(node, struct kid, node));

		if (strcmp(ward->id, id) == 0)
			return ward;
	}
	return NULL;
}

/* NULL: *error says why. */
static struct ward *ward_asked_for(const struct superd *superd,
				   const struct letter *letter, int *error)
{
	struct wire_in in = wire_in(letter->body, letter->size);
	struct ward *ward;
	char id[SPEC_ID];

	wire_take_text(&in, id, sizeof id);
	if (!wire_is_whole(&in)) {
		*error = TINE_EUSAGE;
		return NULL;
	}
	ward = ward_by_id(superd, id);
	*error = ward ? 0 : TINE_ENOENT;
	return ward;
}

static int ask_start(struct superd *superd, struct client *client,
		     const struct letter *letter)
{
	struct wire_in in = wire_in(letter->body, letter->size);
	struct spec *spec = NULL;
	int error = spec_take(&in, &spec);

	if (error == 0 && !wire_is_whole(&in))
		error = TINE_EUSAGE;
	if (error == 0 && spec->id[0] && ward_by_id(superd, spec->id))
		error = TINE_EEXIST;
	if (error == 0)
		error = superd_add(superd, spec, NULL, client, letter->serial);
	if (error == 0)
		return ASK_LATER;
	spec_free(spec);
	return error;
}

static int ask_terminate(struct superd *superd, struct client *client,
			 const struct letter *letter)
{
	int error;
	struct ward *ward = ward_asked_for(superd, letter, &error);

	if (!ward)
		return error;
	if (!askers_add(&ward->ending, client, letter->serial))
		return TINE_ENOMEM;
	roster_terminate(&superd->roster, &ward->kid);
	if (ward->kid.state == KID_DOWN)
		askers_answer(&ward->ending, 0);
	superd_turn(superd);
	return ASK_LATER;
}

static int ask_restart(struct superd *superd, struct client *client,
		       const struct letter *letter)
{
	int error;
	struct ward *ward = ward_asked_for(superd, letter, &error);

	if (ward && (ward->starting.client || ward->kid.state != KID_DOWN))
		return TINE_EUSAGE;
	if (ward && superd_is_full(superd))
		return TINE_EFULL;
	if (ward)
		error = roster_restart(&superd->roster, &ward->kid);
	if (error < 0)
		return error;
	asker_set(&ward->starting, client, letter->serial);
	superd_turn(superd);
	return ASK_LATER;
}

static int ask_delete(struct superd *superd, struct client *client,
		      const struct letter *letter)
{
	int error;
	struct ward *ward = ward_asked_for(superd, letter, &error);

	(void)client;
	if (ward)
		error = roster_delete(&superd->roster, &ward->kid);
	superd_turn(superd);
	return error;
}

static void ward_tell(const struct ward *ward, struct tine_child_info *info)
{
	*info = (struct tine_child_info){
		.pid = ward->pid,
		.restart = ward->spec->restart,
		.restarts = ward->kid.restarts,
		.last_end = ward->last_end,
	};
	memcpy(info->id, ward->id, sizeof info->id);
}

static int ask_list(struct superd *superd, struct client *client,
		    const struct letter *letter)
{
	size_t count = superd->roster.count, told = 0;
	size_t most = letter->value < 0 ? 0 : (size_t)letter->value;
	struct tine_child_info *infos;

	if (most > count)
		most = count;
	infos = calloc(most + 1, sizeof *infos);
	if (!infos)
		return TINE_ENOMEM;
	LIST_EACH (node, &superd->roster.kids) {
		if (told == most)
			break;
		ward_tell(ward_of(LIST_ENTRY(node, struct kid, node)),
			  &infos[told++]);
	}
	client_say(client, SAY_ANSWER, letter->serial, (int64_t)count, infos,
		   told * sizeof *infos);
	free(infos);
	return ASK_LATER;
}

static int ask_count(struct superd *superd, struct client *client,
		     const struct letter *letter)
{
	struct tine_counts counts = { .specs = superd->roster.count,
				      .active = superd->roster.alive };

	LIST_EACH (node, &superd->roster.kids)
		counts.supervisors +=
			ward_of(LIST_ENTRY(node, struct kid, node))
				->spec->plan != NULL;
	counts.workers = counts.specs - counts.supervisors;
	client_say(client, SAY_ANSWER, letter->serial, 0, &counts,
		   sizeof counts);
	return ASK_LATER;
}

static int ask_stop(struct superd *superd, struct client *client,
		    const struct letter *letter)
{
	(void)client;
	(void)letter;
	superd_stop(superd);
	return 0;
}

/* Its owner could not take note of it. Nobody waits for an answer. */
static int ask_drop(struct superd *superd, struct client *client,
		    const struct letter *letter)
{
	LIST_EACH (node, &client->guests) {
		struct guest *guest = LIST_ENTRY(node, struct guest, node);

		if (guest->serial != (uint64_t)letter->value)
			continue;
		guest_drop(superd, guest);
		break;
	}
	superd_turn(superd);
	return ASK_LATER;
}

static int ask(struct client *client, const struct letter *letter)
{
	static int (*const answers[])(struct superd *, struct client *,
				      const struct letter *) = {
		[ASK_START] = ask_start,     [ASK_TERMINATE] = ask_terminate,
		[ASK_RESTART] = ask_restart, [ASK_DELETE] = ask_delete,
		[ASK_LIST] = ask_list,       [ASK_COUNT] = ask_count,
		[ASK_STOP] = ask_stop,       [ASK_DROP] = ask_drop,
	};

	if (letter->kind >= sizeof answers / sizeof *answers ||
	    !answers[letter->kind])
		return TINE_EUSAGE;
	return answers[letter->kind](client->superd, client, letter);
}

/* ---- Clients ------------------------------------------------------------ */

static void client_free(struct client *client)
{
	struct list_node *node;

	if (client->superd->desk.starter == client)
		client->superd->desk.starter = NULL;
	while (!list_empty(&client->guests))
		guest_forsake(client->superd, LIST_ENTRY(client->guests.next,
							 struct guest, node));
	while ((node = list_shift(&client->asked)))
		LIST_ENTRY(node, struct asker, node)->client = NULL;
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
				    : ask(client, letter);

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

	for (int i = 0; i < DESK_SHARE; i++) {
		got = post_receive(&client->post, &letter);
		if (got <= 0)
			break;
		client->misses = 0;
		client_hear(client, letter);
		if (client->post.unsent_count >= DESK_LETTERS) {
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

static struct client *client_new(struct superd *superd, int socket)
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
