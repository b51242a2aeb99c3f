/* SPDX-License-Identifier: MIT */
/*
 * worker.c - one child of a pool, as its parent sees it.
 *
 * The parent knows by itself which items the child has, and in which order it
 * takes them. From the ring it learns how far the child is: so when the child
 * dies, the item it was on is known, and its end is that of the child's task,
 * with all its words. Everything behind that item was not begun.
 *
 * A limit of time is the task's own timer. It knows nothing of items, and when
 * it is over it asks here how long the child has been on this one.
 *
 * Not here: what a record says (receipt.c), which items go to which worker, and
 * when there is a new one (pool.c).
 */
#include "worker.h"

#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "defer.h"
#include "fd.h"
#include "receipt.h"
#include "notice.h"
#include "spawn.h"
#include "task.h"
#include "toil.h"

uint32_t worker_load(const struct worker *worker)
{
	return worker->feeder.given - worker->feeder.got;
}

uint32_t worker_waiting(const struct worker *worker)
{
	uint32_t taken, done;

	return feeder_look(&worker->feeder, &taken, &done)
		       ? worker->feeder.given - taken
		       : 0;
}

static struct item **worker_item(struct worker *worker, uint32_t number)
{
	return &worker->items[number % RING_SLOTS];
}

/* What it wrote is wrong: none of it is believed any more. */
static void worker_distrust(struct worker *worker)
{
	worker->foul = true;
	if (!worker->dead && worker->task)
		task_end(worker->task, EVENT_BRUTAL, CAUSE_FOUL);
}

static void on_side(void *data)
{
	struct worker *worker = data;
	struct tine_ctx *ctx = worker->job->ctx;

	ctx_enter(ctx);
	mail_read(&worker->mail);
	if (worker->mail.foul)
		worker_distrust(worker);
	worker->on_word(worker);
	(void)ctx_leave(ctx);
}

/* The child sleeps, or is about to: then it takes note of the bell. */
static void worker_ring(struct worker *worker)
{
	struct ring *ring = worker->feeder.ring;

	atomic_fetch_add(&ring->bell, 1);
	(void)syscall(SYS_futex, &ring->bell, FUTEX_WAKE, INT_MAX, NULL, NULL,
		      0);
}

/* ---- What it has done --------------------------------------------------- */

/* It says how long its items took, whatever that is: of as many as there are in
 * a ring the sum is a number. */
static int64_t worker_took_ns(const struct feeder_result *result)
{
	const int64_t most = INT64_MAX / RING_SLOTS;

	return result->took_ns < most ? result->took_ns : most;
}

/* False: it is not to be believed. */
static bool worker_collect_one(struct worker *worker, struct worker_took *took)
{
	struct item *item = *worker_item(worker, worker->feeder.got);
	struct feeder_result result;

	if (!receipt_take(&worker->feeder, &worker->mail, &worker->job->options,
			  true, item, &result))
		return false;
	item->pid = worker->pid;
	took->count++;
	took->ns += worker_took_ns(&result);
	took->bytes += (int64_t)item->data_size;
	feeder_next(&worker->feeder);
	if (result.marks & RING_FILE) /* it may wait to make another one */
		worker_ring(worker);
	job_settle(worker->job, item);
	return true;
}

struct worker_took worker_collect(struct worker *worker)
{
	struct worker_took took = { 0 };
	uint32_t taken, done;

	if (worker->foul)
		return took;
	if (!feeder_look(&worker->feeder, &taken, &done))
		worker_distrust(worker);
	while (!worker->foul && worker->feeder.got != done)
		if (!worker_collect_one(worker, &took))
			worker_distrust(worker);
	if (took.count > 0) {
		took.ns /= took.count;
		took.bytes /= took.count;
	}
	return took;
}

/* When it began with that item: it says so, and may be wrong, but not before
 * it was last seen at another one. */
static int64_t worker_began_us(const struct worker *worker, uint32_t number,
			       int64_t now_us)
{
	int64_t said = feeder_started_us(&worker->feeder, number);

	return said < worker->looked_us ? worker->looked_us
	       : said > now_us          ? now_us
					: said;
}

int64_t worker_busy_us(struct worker *worker, int64_t now_us)
{
	uint32_t taken, done;
	bool on = feeder_look(&worker->feeder, &taken, &done) && taken != done;

	if (on && (!worker->on || worker->seen != taken)) {
		worker->seen = taken;
		worker->seen_us = worker_began_us(worker, taken - 1, now_us);
	}
	worker->on = on;
	worker->looked_us = now_us;
	return on ? now_us - worker->seen_us + 1 : 0;
}

/* ---- Giving and taking back -------------------------------------------- */

bool worker_give(struct worker *worker, struct item *item)
{
	struct item **place = worker_item(worker, worker->feeder.given);

	if (!feeder_add(&worker->feeder, item->input, item->size))
		return false;
	*place = item;
	item->attempts++;
	window_give(&worker->job->window, item);
	worker->quota--;
	return true;
}

void worker_offer(struct worker *worker)
{
	if (feeder_offer(&worker->feeder))
		worker_ring(worker);
}

/* Items that were given go back in the order in which they were. */
static void worker_return(struct worker *worker, uint32_t from, uint32_t to)
{
	while (to != from) {
		struct item *item = *worker_item(worker, --to);

		item->attempts--;
		worker->quota++;
		window_return(&worker->job->window, item);
	}
}

/* Who was with a child that is not to be believed may be the reason, and is
 * given to the next one alone. */
static void worker_suspect_all(struct worker *worker)
{
	struct feeder *feeder = &worker->feeder;

	for (uint32_t i = feeder->got; i != feeder->given; i++)
		(*worker_item(worker, i))->suspect = true;
}

uint32_t worker_withdraw(struct worker *worker, uint32_t count)
{
	count = feeder_withdraw(&worker->feeder, count);
	worker_return(worker, worker->feeder.given,
		      worker->feeder.given + count);
	return count;
}

bool worker_arm(struct worker *worker, uint32_t count)
{
	return feeder_arm(&worker->feeder, count);
}

/* ---- Its task ----------------------------------------------------------- */

#define WORKER_WAITS_US 1000000

/* It has an item and does not take it, or says so: it may be stopped, or hide
 * what it is doing. */
static bool worker_dawdles(struct worker *worker, uint32_t taken,
			   int64_t now_us)
{
	int64_t limit_us = worker->job->options.timeout_ms * 1000;
	bool idle = !worker->on && worker_load(worker) > 0;

	if (!idle || worker->waits_us == 0 || worker->waits_at != taken)
		worker->waits_us = idle ? now_us : 0;
	worker->waits_at = taken;
	return idle && now_us - worker->waits_us >= limit_us &&
	       now_us - worker->waits_us >= WORKER_WAITS_US;
}

/* Its items go elsewhere, one by one; but if it never began with any, or if the
 * first one did that to another child before, then that one is to blame. */
static int64_t worker_give_up(struct worker *worker)
{
	struct feeder *feeder = &worker->feeder;
	struct item *first = *worker_item(worker, feeder->got);

	worker->late = feeder->got == 0 || first->suspect;
	worker_suspect_all(worker);
	(void)worker_withdraw(worker, worker_load(worker) - worker->late);
	return 0;
}

/* Nothing is to be begun behind an item that is about to be stopped. */
static int64_t worker_left_ms(void *data)
{
	struct worker *worker = data;
	int64_t limit_ms = worker->job->options.timeout_ms;
	int64_t now_us = clock_us();
	int64_t left_us = limit_ms * 1000 - worker_busy_us(worker, now_us);
	uint32_t taken, done;

	if (!feeder_look(&worker->feeder, &taken, &done)) {
		worker_distrust(worker);
		return limit_ms;
	}
	if (worker_dawdles(worker, taken, now_us))
		return worker_give_up(worker);
	if (left_us > 0)
		return left_us / 1000 + 1;
	(void)worker_withdraw(worker, RING_SLOTS);
	return 0;
}

/* What it died of began with the item it was on. */
static void worker_gone(void *data)
{
	struct worker *worker = data;

	worker->dead = true;
	if (worker_busy_us(worker, clock_us()) > 0)
		worker->task->started_us = worker->seen_us;
}

static void on_worker_end(struct tine_task *task,
			  const struct tine_result *result, void *user)
{
	struct worker *worker = user;

	(void)task;
	(void)result;
	worker->on_word(worker);
}

static void worker_dress(const struct tine_task *task, struct board_slot *slot)
{
	const struct worker *worker = task->options.user;

	slot->kind = SLOT_WORKER;
	slot->parent = worker->job->id;
	slot->busy = worker_load(worker);
	slot->started = worker->feeder.got;
	if (slot->state == NOW_RUNNING && slot->busy == 0)
		slot->state = NOW_IDLE;
}

void worker_show(struct worker *worker)
{
	if (worker->task && !worker->dead)
		notice_task(worker->task);
}

static const struct task_hooks worker_hooks = {
	.left_ms = worker_left_ms,
	.gone = worker_gone,
};

/* ---- Birth -------------------------------------------------------------- */

/* What it keeps open: what the user wants, and its two. */
static int worker_fork(struct worker *worker, const struct toil_order *order)
{
	struct tine_options options = worker->job->options;
	size_t count = options.keep_count;
	AUTO_FREE int *keeps = calloc(count + 2, sizeof *keeps);
	int error;

	if (!keeps)
		return TINE_ENOMEM;
	for (size_t i = 0; i < count; i++)
		keeps[i] = options.keep_fds[i];
	keeps[count++] = order->memory;
	keeps[count++] = order->side;
	options.keep_fds = keeps;
	options.keep_count = count;
	options.retry = (struct tine_retry){ 0 };
	options.nolink = true;
	options.on_end = on_worker_end;
	options.user = worker;
	error = spawn_task(worker->job->ctx, toil_run, order, sizeof *order,
			   &options, worker_dress, &worker->task);
	if (error < 0)
		return error;
	list_remove(&worker->task->living); /* nobody waits for its end */
	worker->pid = tine_pid(worker->task);
	worker->task->hooks = &worker_hooks;
	worker->task->hooks_data = worker;
	worker->looked_us = clock_us();
	return 0;
}

static int worker_open(struct worker *worker)
{
	struct toil_order order = { .fn = worker->job->fn };
	int error = segment_new(&worker->segment, sizeof(struct ring));
	int side[2] = { -1, -1 };

	if (error == 0)
		error = fd_socketpair(SOCK_SEQPACKET, side);
	mail_init(&worker->mail, side[0]);
	AUTO_CLOSE int theirs = side[1];
	if (error < 0)
		return error;
	worker->watch = loop_readable_start(
		worker->job->ctx->loop, worker->mail.socket, on_side, worker);
	if (!worker->watch)
		return TINE_ENOMEM;
	feeder_init(&worker->feeder, worker->segment.memory);
	worker->feeder.hoard = &worker->job->window.hoard;
	order.memory = worker->segment.fd;
	order.side = theirs;
	error = worker_fork(worker, &order);
	segment_hand_over(&worker->segment);
	return error;
}

static void worker_close(struct worker *worker)
{
	list_remove(&worker->node);
	loop_stop(worker->watch);
	mail_done(&worker->mail);
	segment_done(&worker->segment);
	free(worker);
}

int worker_new(struct job *job, unsigned quota,
	       void (*on_word)(struct worker *worker), void *data,
	       struct worker **worker)
{
	struct worker *made = calloc(1, sizeof *made);
	int error;

	if (!made)
		return TINE_ENOMEM;
	made->job = job;
	made->quota = quota;
	made->on_word = on_word;
	made->data = data;
	made->mail.socket = made->segment.fd = -1;
	list_init(&made->node);
	error = worker_open(made);
	if (error < 0) {
		worker_close(made);
		return error;
	}
	*worker = made;
	return 0;
}

/* ---- Death -------------------------------------------------------------- */

bool worker_is_fit(const struct worker *worker)
{
	return !worker->dead && !worker->foul &&
	       worker->task->state == TASK_RUNNING;
}

void worker_dismiss(struct worker *worker)
{
	if (!worker->dead)
		task_end(worker->task, EVENT_BRUTAL, CAUSE_BRUTAL);
}

/* ---- Burial ------------------------------------------------------------- */

/* What was sent until its child died. Returns whether it is there. */
static bool worker_take_rest(struct worker *worker, struct item *item)
{
	struct feeder_result part;

	item->end = TINE_OK;
	(void)receipt_take(&worker->feeder, &worker->mail,
			   &worker->job->options, false, item, &part);
	return item->end == TINE_OK;
}

/* Ends as the task did, with what had been sent until then; as a task that one
 * cannot be received of is lost, so is this. */
static void worker_end_item(struct worker *worker, struct item *item)
{
	const struct tine_result *result = &worker->task->result;

	if (worker_take_rest(worker, item)) {
		item->end = result->end;
		item->code = result->code;
	}
	item->pid = worker->pid;
	item->wall_us = result->wall_us;
	item->task = worker->task;
	worker->task = NULL;
	feeder_next(&worker->feeder);
	job_settle(worker->job, item);
}

static void worker_spoil_item(struct worker *worker, struct item *item)
{
	receipt_fail(item, TINE_GARBLED,
		     "its child wrote over the memory it shares with its pool");
	item->pid = worker->pid;
	item->wall_us = 0;
	feeder_next(&worker->feeder);
	job_settle(worker->job, item);
}

/* What is proven counts, whoever wrote it. Of the others those are lost that
 * the child had begun, if it can still be told which; else the first; and who
 * was alone with it in any case. */
static void worker_salvage(struct worker *worker)
{
	struct feeder *feeder = &worker->feeder;
	struct worker_took took = { 0 };
	uint32_t taken, done;

	if (!feeder_look(feeder, &taken, &done))
		taken = feeder->got + 1;
	while (worker_load(worker) > 0)
		if (!worker_collect_one(worker, &took)) {
			if ((int32_t)(taken - feeder->got) <= 0)
				break;
			worker_spoil_item(worker,
					  *worker_item(worker, feeder->got));
		}
}

/* Whether what it says of its end cannot be. */
static bool worker_ended_foul(const struct worker *worker)
{
	uint32_t taken, done, got = worker->feeder.got;

	return worker->foul || !feeder_look(&worker->feeder, &taken, &done) ||
	       taken - got > 1 ||
	       (taken != got && worker->task->result.end == TINE_OK);
}

/* One that never did anything died of its first item, or there would be
 * another one, and another one. */
static bool worker_died_of_one(const struct worker *worker)
{
	return worker_load(worker) > worker_waiting(worker) ||
	       worker->feeder.got == 0 || worker->late;
}

void worker_bury(struct worker *worker)
{
	struct feeder *feeder = &worker->feeder;

	if (worker_load(worker) > 0 && worker_ended_foul(worker)) {
		worker_salvage(worker);
		worker_suspect_all(worker);
	} else if (worker_load(worker) > 0 && worker_died_of_one(worker)) {
		worker_end_item(worker, *worker_item(worker, feeder->got));
	}
	worker_return(worker, feeder->got, feeder->given);
	feeder->given = feeder->got;
}

static void worker_drop_items(struct worker *worker)
{
	while (worker_load(worker) > 0) {
		uint32_t last = --worker->feeder.given;

		window_drop(&worker->job->window, *worker_item(worker, last));
	}
}

void worker_free(struct worker *worker)
{
	tine_free(worker->task);
	worker->task = NULL;
	(void)worker_collect(worker);
	worker_drop_items(worker);
	worker_close(worker);
}
