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
 * Not here: which items go to which worker, and when there is a new one
 * (pool.c).
 */
#include "worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/futex.h>
#include <limits.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "defer.h"
#include "fd.h"
#include "sealed.h"
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

/* ---- Files, and wakings ------------------------------------------------ */

static void worker_keep_file(struct worker *worker, int file)
{
	if (worker->file_count < WORKER_FILES) {
		worker->files[worker->file_count++] = file;
		return;
	}
	defer_close(&file);
	worker_distrust(worker);
}

/* Returns whether there may be more. */
static bool worker_hear_once(struct worker *worker)
{
	char word;
	int file;
	ssize_t got = fd_receive(worker->side, &word, sizeof word, &file);

	if (got > 0 && word == 'f')
		worker_keep_file(worker, file);
	else if (got > 0)
		defer_close(&file);
	return got > 0;
}

#define WORKER_WORDS 64 /* a turn, for the other workers' sake */

static void worker_hear(struct worker *worker)
{
	for (int i = 0; i < WORKER_WORDS && !worker->foul; i++)
		if (!worker_hear_once(worker))
			break;
}

static void on_side(void *data)
{
	struct worker *worker = data;
	struct tine_ctx *ctx = worker->job->ctx;

	ctx_enter(ctx);
	worker_hear(worker);
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

static int worker_next_file(struct worker *worker)
{
	int file;

	worker_hear(worker);
	if (worker->file_count == 0)
		return FD_NO_ROOM;
	file = worker->files[0];
	worker->file_count--;
	memmove(worker->files, worker->files + 1,
		worker->file_count * sizeof *worker->files);
	return file;
}

/* ---- How an item ended -------------------------------------------------- */

static void item_fail(struct item *item, enum tine_end end, const char *text)
{
	struct item_words *words = calloc(1, sizeof *words);

	item->end = end;
	item->code = 0;
	item->words = words;
	if (words)
		(void)snprintf(words->message, sizeof words->message, "%s",
			       text);
}

/* The facts of a function that returned. */
static void item_say(struct worker *worker, struct item *item,
		     const struct feeder_result *result)
{
	struct item_words *words = calloc(1, sizeof *words);
	char said[SLATE_TEXT] = "", note[SLATE_TEXT] = "";
	struct facts facts = {
		.how = EXIT_CODE,
		.last = result->marks & RING_EXCESS ? LAST_EXCESS : LAST_DONE,
		.value = result->code,
		.amount = result->excess,
		.said = said,
		.note = note,
		.wall_us = result->took_ns / 1000,
		.options = &worker->job->options,
	};

	feeder_words(&worker->feeder, result->marks, said, note);
	item->end = verdict_end(&facts, &item->code);
	item->words = words;
	if (!words)
		return;
	memcpy(words->note, note, sizeof words->note);
	verdict_say(&facts, item->end, item->code, words->message);
}

static void item_map(struct worker *worker, struct item *item, bool complete)
{
	AUTO_CLOSE int file = worker_next_file(worker);
	struct stat found;

	if (file == FD_NO_ROOM) {
		item_fail(item, TINE_LOST, "lost: no descriptor to receive it");
		return;
	}
	if (!complete)
		(void)sealed_shut(file);
	if (file < 0 || fstat(file, &found) < 0 ||
	    !sealed_is(file, (uint64_t)found.st_size) ||
	    (uint64_t)found.st_size > worker->job->options.max_result) {
		item_fail(item, TINE_GARBLED, "sent what is not a result");
		return;
	}
	if (found.st_size == 0)
		return;
	item->data = sealed_map(file, (size_t)found.st_size);
	if (!item->data) {
		item_fail(item, TINE_LOST, "lost: no memory to receive it");
		return;
	}
	item->data_size = item->map_size = (size_t)found.st_size;
}

/* Copies what it sent; false: that is no record. */
static bool item_receive(struct worker *worker, struct item *item, bool whole,
			 struct feeder_result *result)
{
	enum feeder_verdict verdict =
		feeder_read(&worker->feeder, whole, item->data_here, ITEM_HERE,
			    worker->job->options.max_result, result);

	if (verdict == FEEDER_FOUL)
		return false;
	item->pid = worker->pid;
	item->wall_us = result->took_ns / 1000;
	item->end = TINE_OK;
	item->code = 0;
	if (verdict == FEEDER_NO_ROOM)
		item_fail(item, TINE_LOST, "lost: no memory to receive it");
	else if (result->size > 0) {
		item->data = result->bytes;
		item->data_size = result->size;
	}
	if (verdict == FEEDER_READ && (result->marks & RING_FILE))
		item_map(worker, item, whole);
	return true;
}

/* ---- What it has done --------------------------------------------------- */

/* False: it is not to be believed. */
static bool worker_collect_one(struct worker *worker, struct worker_took *took)
{
	struct item *item = *worker_item(worker, worker->feeder.got);
	struct feeder_result result;

	if (!item_receive(worker, item, true, &result))
		return false;
	if (item->end == TINE_OK &&
	    (result.code != 0 || (result.marks & ~(uint32_t)RING_FILE)))
		item_say(worker, item, &result);
	took->count++;
	took->ns += result.took_ns;
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

/* Nothing is to be begun behind an item that is about to be stopped. */
static int64_t worker_left_ms(void *data)
{
	struct worker *worker = data;
	int64_t limit_ms = worker->job->options.timeout_ms;
	int64_t left_us = limit_ms * 1000 - worker_busy_us(worker, clock_us());

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
	error = tine_async(worker->job->ctx, toil_run, order, sizeof *order,
			   &options, &worker->task);
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
	worker->side = side[0];
	AUTO_CLOSE int theirs = side[1];
	if (error < 0)
		return error;
	worker->watch = loop_readable_start(worker->job->ctx->loop,
					    worker->side, on_side, worker);
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
	made->side = made->segment.fd = -1;
	list_init(&made->node);
	error = worker_open(made);
	if (error < 0) {
		worker_free(made);
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

/* Which item it died of; NULL: of none. One that never did anything died of the
 * first one, or there would be another one, and another one. */
static struct item *worker_blame(struct worker *worker)
{
	struct feeder *feeder = &worker->feeder;
	uint32_t taken, done;

	if (worker_load(worker) == 0)
		return NULL;
	if (!worker->foul &&
	    (!feeder_look(feeder, &taken, &done) || taken - feeder->got > 1))
		worker->foul = true;
	if (!worker->foul && taken == feeder->got && feeder->got > 0)
		return NULL;
	return *worker_item(worker, feeder->got);
}

/* Ends as the task did, with what had been sent until then. */
static void worker_end_item(struct worker *worker, struct item *item)
{
	struct tine_result *result = &worker->task->result;
	bool foul = worker->foul || result->end == TINE_OK;
	struct feeder_result part;

	if (!foul)
		(void)item_receive(worker, item, false, &part);
	else
		item_fail(item, TINE_GARBLED,
			  "wrote over the memory it shares with its pool");
	free(item->words);
	item->words = NULL;
	if (foul)
		item_fail(item, TINE_GARBLED,
			  "wrote over the memory it shares with its pool");
	else {
		item->end = result->end;
		item->code = result->code;
	}
	item->pid = worker->pid;
	item->wall_us = result->wall_us;
	item->task = worker->task;
	worker->task = NULL;
}

void worker_bury(struct worker *worker)
{
	struct item *blamed = worker_blame(worker);
	uint32_t from = worker->feeder.got + (blamed != NULL);

	worker_return(worker, from, worker->feeder.given);
	worker->feeder.given = worker->feeder.got;
	if (!blamed)
		return;
	worker_end_item(worker, blamed);
	job_settle(worker->job, blamed);
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
	list_remove(&worker->node);
	loop_stop(worker->watch);
	for (unsigned i = 0; i < worker->file_count; i++)
		defer_close(&worker->files[i]);
	defer_close(&worker->side);
	segment_done(&worker->segment);
	free(worker);
}
