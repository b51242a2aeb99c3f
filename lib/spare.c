/* SPDX-License-Identifier: MIT */
/* spare.c - processes that are forked before anybody needs them. */
#include "spare.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "brood.h"
#include "clock.h"
#include "defer.h"
#include "fd.h"
#include "guest.h"
#include "slot.h"
#include "spawn.h"
#include "superd.h"
#include "task.h"
#include "ward.h"

#define SPARE_REFILL_MS \
	1 /* the fork is not to hold up who has just been given */
#define SPARE_LETTER 512  /* about the size of a guest's */
#define SPARE_AGAIN_MS 20 /* until another try, where none could be forked */

struct spare {
	struct list_node node;
	struct superd *superd;
	struct tine_task *task;
	struct post post; /* its guest comes that way */
};

/* What it finds in its memory. */
struct spare_order {
	const struct superd *superd;
	int socket;
};

/* What is touched first costs a page fault: better now, when nobody waits. The
 * next guest's function may well be that of the last one. */
static void spare_warm_up(const struct superd *superd)
{
	const volatile char *text =
		(const volatile char *)(uintptr_t)superd->usual;
	void *room = malloc(SPARE_LETTER);

	if (room)
		explicit_bzero(room, SPARE_LETTER);
	free(room);
	if (text)
		(void)*text;
}

static int spare_run(struct tine_self *host, const void *arg, size_t size)
{
	const struct spare_order *order = arg;
	struct letter *letter = NULL;
	struct post post;
	int got;

	(void)size;
	guest_prepare(order->superd);
	spare_warm_up(order->superd);
	post_open(&post, order->socket);
	while ((got = post_receive(&post, &letter)) == 0)
		(void)post_wait(&post, CLOCK_NEVER);
	post_close(&post);
	if (got <= 0 || letter->failure)
		return got == TINE_EGONE ? 0 : GUEST_REFUSED;
	return guest_run_letter(host, letter);
}

static void spare_free(struct spare *spare)
{
	list_remove(&spare->node);
	if (spare->post.socket >= 0)
		post_close(&spare->post);
	tine_free(spare->task);
	free(spare);
}

static void on_spare_end(struct tine_task *task,
			 const struct tine_result *result, void *user)
{
	struct spare *spare = user;
	struct superd *superd = spare->superd;

	(void)task;
	(void)result;
	spare_free(spare);
	loop_timer_again(superd->refill, SPARE_AGAIN_MS);
}

static void spare_dress(const struct tine_task *task, struct board_slot *slot)
{
	(void)task;
	slot->kind = SLOT_SPARE;
	slot->state = NOW_IDLE;
}

static int spare_fork(struct spare *spare)
{
	struct superd *superd = spare->superd;
	struct spare_order order = { .superd = superd };
	struct tine_options options = {
		.nolink = true,
		.on_end = on_spare_end,
		.user = spare,
		.keep_fds = &order.socket,
		.keep_count = 1,
	};
	int pair[2];
	int error = fd_socketpair(SOCK_SEQPACKET, pair);

	if (error < 0)
		return error;
	AUTO_CLOSE int ours = pair[0];
	AUTO_CLOSE int theirs = pair[1];
	order.socket = theirs;
	error = spawn_task(superd->ctx, spare_run, &order, sizeof order,
			   &options, spare_dress, &spare->task);
	if (error < 0)
		return error;
	inbox_discard(&spare->task->inbox);
	post_open(&spare->post, steal_fd(&ours));
	return 0;
}

static bool spare_add(struct superd *superd)
{
	struct spare *spare = calloc(1, sizeof *spare);

	if (!spare)
		return false;
	spare->superd = superd;
	if (spare_fork(spare) < 0) {
		free(spare);
		return false;
	}
	list_append(&superd->spares, &spare->node);
	return true;
}

void spare_refill(struct superd *superd)
{
	size_t count = 0;

	if (superd->roster.end != ROSTER_RUNNING)
		return;
	LIST_EACH (node, &superd->spares)
		count++;
	for (; count < superd->launch->plan->spares; count++)
		if (!spare_add(superd)) {
			loop_timer_again(superd->refill, SPARE_AGAIN_MS);
			return;
		}
}

void spare_drop_all(struct superd *superd)
{
	while (!list_empty(&superd->spares))
		spare_free(LIST_ENTRY(superd->spares.next, struct spare, node));
}

bool spare_list(const struct superd *superd, struct brood *brood)
{
	bool all = true;

	LIST_EACH (node, &superd->spares) {
		const struct spare *spare =
			LIST_ENTRY(node, struct spare, node);

		if (spare->task->child.pid > 0)
			all &= brood_add(brood, spare->task->child.pid);
	}
	return all;
}

/* One that got the guest's letter; NULL: there is none that could. */
static struct spare *spare_hire(struct superd *superd,
				const struct letter *letter)
{
	while (!list_empty(&superd->spares)) {
		struct spare *spare =
			LIST_ENTRY(superd->spares.next, struct spare, node);

		if (post_send(&spare->post, letter) == 0 &&
		    list_empty(&spare->post.unsent))
			return spare;
		spare_free(spare);
	}
	return NULL;
}

/* From here on it is as if it had been forked now, for this. */
bool spare_take(struct superd *superd, struct ward *ward)
{
	struct spare *spare = spare_hire(superd, ward->guest->letter);

	if (!spare)
		return false;
	superd->usual = ward->guest->order.fn;
	ward->task = spare->task;
	spare->task = NULL;
	spare_free(spare);
	loop_timer_again(superd->refill,
			 list_empty(&superd->spares) ? 0 : SPARE_REFILL_MS);
	return true;
}
