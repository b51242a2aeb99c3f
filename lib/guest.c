/* SPDX-License-Identifier: MIT */
/*
 * guest.c - somebody's task under a supervisor, from inside.
 *
 * It is a task of the supervisor's, too, as any of its children is. In it a
 * second one begins, which is its owner's: with his channel and his slate.
 */
#include "guest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "began.h"
#include "brood.h"
#include "client.h"
#include "defer.h"
#include "fd.h"
#include "limit.h"
#include "question.h"
#include "superd.h"
#include "task.h"
#include "ward.h"

/* ---- In the child ------------------------------------------------------- */

/* The callers are in other processes: of each there is but its pid. */
static void guest_callers(const struct order *order, struct tine_self *selves)
{
	for (size_t i = 0; i < order->caller_count; i++) {
		selves[i].parent_pid = order->callers[i];
		selves[i].parent =
			i + 1 < order->caller_count ? &selves[i + 1] : NULL;
	}
}

static struct slate *guest_slate(const struct guest *guest)
{
	struct slates slates = { .fd = guest->letter->fds[ORDER_SLATES] };
	struct slate *slate = slates_join(&slates, guest->order.slot);

	(void)close(slates.fd);
	return slate;
}

static bool guest_settle(const struct guest *guest, struct tine_self *self)
{
	const int *fds = guest->letter->fds;

	self->channel = fds[ORDER_CHANNEL];
	self->options = &guest->options;
	self->slate = guest_slate(guest);
	if (!self->slate)
		return false;
	if (guest->letter->fd_count == ORDER_FDS) {
		(void)dup2(fds[ORDER_ERROR], STDERR_FILENO);
		(void)close(fds[ORDER_ERROR]);
	}
	self_init(self);
	if (!limit_apply(&guest->order.limits)) {
		(void)tine_fail(self, GUEST_REFUSED,
				"could not be set up: its limits: %s",
				strerror(errno));
		return false;
	}
	self_take_over(self);
	return true;
}

CALLS_TASK static _Noreturn void guest_be(struct tine_self *host,
					  const struct guest *guest)
{
	const struct order *order = &guest->order;
	struct tine_self selves[ORDER_CALLERS + 1] = { 0 };
	struct tine_self *self = &selves[0];
	int code;

	self->host = host;
	self->id = order->id;
	self->outlives = order->nolink;
	guest_callers(order, selves);
	if (!guest_settle(guest, self))
		_exit(GUEST_REFUSED);
	code = self_code(order->fn(self, order->arg, order->size));
	tine_ctx_free(self->ctx);
	(void)fflush(NULL);
	self_done(self, code);
	self_done(host, code);
	_exit(code);
}

/* What its children leave behind is found when it has ended: until then it is
 * its own. */
void guest_prepare(const struct superd *superd)
{
	(void)setrlimit(RLIMIT_NOFILE, &superd->files);
	brood_adopt();
}

int guest_run(struct tine_self *host, const void *arg, size_t size)
{
	const struct ward *ward = arg;

	(void)size;
	guest_prepare(ward->superd);
	guest_be(host, ward->guest);
}

static void guest_fill(struct guest *guest, struct letter *letter)
{
	guest->letter = letter;
	guest->serial = letter->serial;
	guest->options = (struct tine_options){
		.max_result = guest->order.max_result,
		.limits = guest->order.limits,
	};
}

int guest_run_letter(struct tine_self *host, struct letter *letter)
{
	struct wire_in in = wire_in(letter->body, letter->size);
	struct guest guest = { 0 };

	if (!order_take(&in, &guest.order) || letter->fd_count < ORDER_ERROR)
		return GUEST_REFUSED;
	guest_fill(&guest, letter);
	guest_be(host, &guest);
}

/* ---- In the supervisor -------------------------------------------------- */

void guest_free(struct guest *guest)
{
	if (!guest)
		return;
	list_remove(&guest->node);
	letter_free(guest->letter);
	free(guest);
}

/* With what it takes over of the letter. */
static struct guest *guest_new(struct client *client, struct letter *letter,
			       const struct order *order)
{
	struct guest *guest = calloc(1, sizeof *guest);

	if (!guest)
		return NULL;
	guest->client = client;
	guest->order = *order;
	guest_fill(guest, letter);
	list_append(&client->guests, &guest->node);
	return guest;
}

static struct spec *guest_spec(const struct order *order)
{
	struct spec *spec = calloc(1, sizeof *spec);

	if (!spec)
		return NULL;
	spec->fn = order->fn;
	spec->restart = TINE_TEMPORARY;
	spec->shutdown_ms = order->grace_ms;
	return spec;
}

int guest_ask(struct superd *superd, struct client *client,
	      struct letter *letter)
{
	struct wire_in in = wire_in(letter->body, letter->size);
	struct order order;
	struct guest *guest;
	struct spec *spec;
	int error;

	if (!order_take(&in, &order) || letter->fd_count < ORDER_ERROR)
		return TINE_EUSAGE;
	spec = guest_spec(&order);
	guest = spec ? guest_new(client, letter, &order) : NULL;
	error = guest ? superd_add(superd, spec, guest, client, letter->serial)
		      : TINE_ENOMEM;
	if (error == 0)
		return ASK_LATER;
	if (guest)
		guest->letter = NULL;
	guest_free(guest);
	spec_free(spec);
	return error;
}

void guest_started(struct ward *ward)
{
	struct asker *asker = &ward->starting;
	struct letter letter = { .kind = SAY_ANSWER,
				 .serial = asker->serial,
				 .value = ward->pid,
				 .fd_count = 1 };

	for (size_t i = 0; i < ward->guest->letter->fd_count; i++)
		defer_close(&ward->guest->letter->fds[i]);
	ward->guest->letter->fd_count = 0;
	if (!asker->client)
		return;
	letter.fds[0] = pidfd_open(ward->pid, 0);
	if (letter.fds[0] < 0)
		letter.fd_count = 0;
	client_send(asker->client, &letter);
	defer_close(&letter.fds[0]);
	asker_forget(asker);
}

void guest_ended(struct ward *ward, unsigned adopted)
{
	struct guest *guest = ward->guest;
	struct child_exit ended = ward->task->exit;

	ended.adopted = adopted;
	if (ward->task->cause == CAUSE_SHUTDOWN ||
	    ward->task->cause == CAUSE_BRUTAL)
		ended.cause = ward->task->cause;
	ended.killed = ward->task->killed;
	if (guest->client)
		client_say(guest->client, SAY_ENDED, guest->serial, 0, &ended,
			   sizeof ended);
}

void guest_drop(struct superd *superd, struct guest *guest)
{
	guest->client = NULL;
	list_remove(&guest->node);
	guest->ward->spec->shutdown_ms = TINE_BRUTAL;
	roster_terminate(&superd->roster, &guest->ward->kid);
}

void guest_forsake(struct superd *superd, struct guest *guest)
{
	if (!guest->order.nolink) {
		guest_drop(superd, guest);
		return;
	}
	guest->client = NULL;
	list_remove(&guest->node);
}
