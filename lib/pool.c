/* SPDX-License-Identifier: MIT */
/*
 * pool.c - children that run many items each: who gets which, and when.
 *
 * Items go out in batches, worth about a millisecond of work by what items took
 * of late: enough that neither side waits for the other, and so little that an
 * item behind a slow one is not held up for long. And since guesses are wrong
 * at times, what a child has not begun can be taken back from it, when another
 * one has nothing to do.
 *
 * A child is replaced when it has run its number of items, and when it died. It
 * is killed when it has nothing left to do, since it has nothing left to say.
 *
 * Not here: one child (worker.c), where items come from (stream.c).
 */
#include "pool.h"

#include "clock.h"
#include "task.h"

#define POOL_BATCH_NS 1000000
#define POOL_BATCH_BYTES (RING_OUT / 2)
#define POOL_BATCH_MOST (RING_SLOTS - 1)
#define POOL_STUCK_US 1000
#define POOL_NAP_MS 1
#define POOL_WAKE_NS 200000 /* of work, until we want to hear of it */
#define POOL_FILL_US 1000   /* of asking a source for more than is needed */

static struct worker *worker_of(struct list_node *node)
{
	return LIST_ENTRY(node, struct worker, node);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* How many items a child may have at once: their results are to have room in
 * the ring, too, and not too many are to come back when it dies. */
static uint32_t pool_batch(const struct pool *pool)
{
	int64_t batch = 1;

	if (pool->took_ns > 0)
		batch = least(POOL_BATCH_NS / pool->took_ns, POOL_BATCH_MOST);
	if (pool->bytes > 0)
		batch = least(batch, POOL_BATCH_BYTES / pool->bytes);
	if (pool->life > 0)
		batch = least(batch, 2 * (int64_t)pool->life);
	return batch > 1 ? (uint32_t)batch : 1;
}

size_t pool_depth(const struct pool *pool)
{
	uint32_t batch = pool_batch(pool);

	return batch > 1 ? (size_t)batch * pool->most : 0;
}

/* ---- Making and ending -------------------------------------------------- */

static void on_nap(void *data)
{
	struct pool *pool = data;
	struct job *job = pool->job;
	struct tine_ctx *ctx = job->ctx;

	ctx_enter(ctx);
	pool->napping = false;
	job->changed(job->data);
	(void)ctx_leave(ctx);
}

int pool_init(struct pool *pool, struct job *job, unsigned most, unsigned reuse)
{
	*pool = (struct pool){ .job = job, .most = most, .reuse = reuse };
	list_init(&pool->workers);
	list_init(&pool->leaving);
	pool->nap = loop_timer_start(job->ctx->loop, -1, on_nap, pool);
	return pool->nap ? 0 : TINE_ENOMEM;
}

static void pool_free_all(struct list_node *list)
{
	while (!list_empty(list))
		worker_free(worker_of(list->next));
}

/* All are told first, so that they die side by side. */
void pool_done(struct pool *pool)
{
	list_splice(&pool->leaving, &pool->workers);
	LIST_EACH (node, &pool->leaving)
		worker_dismiss(worker_of(node));
	pool_free_all(&pool->leaving);
	loop_stop(pool->nap);
	pool->nap = NULL;
}

/* ---- Up ----------------------------------------------------------------- */

static void on_word(struct worker *worker)
{
	struct pool *pool = worker->data;

	pool->job->changed(pool->job->data);
}

/* An average of late, in which one item more or less does not matter. */
static void pool_learn(struct pool *pool, const struct worker_took *took)
{
	if (took->count == 0)
		return;
	if (pool->took_ns == 0) {
		pool->took_ns = took->ns;
		pool->bytes = took->bytes;
	}
	pool->took_ns += (took->ns - pool->took_ns) / 4;
	pool->bytes += (took->bytes - pool->bytes) / 4;
	if (pool->took_ns < 1)
		pool->took_ns = 1;
}

/* How long children live, where they die of their items. */
static void pool_mourn(struct pool *pool, const struct worker *worker)
{
	uint32_t done = worker->feeder.got + 1;

	pool->life = pool->life > 0 ? (pool->life + done + 1) / 2 : done;
}

static void pool_cheer(struct pool *pool, const struct worker *worker)
{
	if (pool->life > 0 && worker->feeder.got > pool->life)
		pool->life = worker->feeder.got;
}

/* It ran all it may, or it outlived an item that was to be stopped. */
static bool worker_is_spent(const struct worker *worker)
{
	return worker_load(worker) == 0 &&
	       (worker->quota == 0 || !worker_is_fit(worker));
}

static void pool_attend(struct pool *pool, struct worker *worker)
{
	struct worker_took took = worker_collect(worker);

	pool_learn(pool, &took);
	if (took.count > 0) {
		worker->stuck = worker->full = false;
		pool_cheer(pool, worker);
	}
	if (worker->dead) {
		pool_mourn(pool, worker);
		worker_bury(worker);
		worker_free(worker);
	} else if (worker_is_spent(worker)) {
		worker_dismiss(worker);
		list_remove(&worker->node);
		list_append(&pool->leaving, &worker->node);
	}
}

static void pool_free_dead(struct pool *pool)
{
	LIST_EACH (node, &pool->leaving)
		if (worker_of(node)->dead)
			worker_free(worker_of(node));
}

void pool_collect(struct pool *pool)
{
	LIST_EACH (node, &pool->workers)
		pool_attend(pool, worker_of(node));
	pool_free_dead(pool);
}

void pool_show(struct pool *pool)
{
	LIST_EACH (node, &pool->workers)
		worker_show(worker_of(node));
}

/* ---- Down --------------------------------------------------------------- */

/* What a look at all workers tells. */
struct seats {
	unsigned busy;           /* workers that run an item, or are stopped */
	struct worker *idle;     /* one that has nothing; NULL: none */
	struct worker *lightest; /* one that has something, and room for more */
};

/* The source is slow: what it gave until now is to be run, and what came of it
 * to be taken, before it is asked for more than who has nothing needs. */
static bool pool_is_late(const struct pool *pool)
{
	return clock_rough_us() - pool->filling_us >= POOL_FILL_US;
}

static struct seats pool_look(const struct pool *pool)
{
	struct seats seats = { 0 };
	uint32_t batch = pool_batch(pool);
	bool late = pool_is_late(pool);

	LIST_EACH (node, &pool->workers) {
		struct worker *worker = worker_of(node);
		uint32_t load = worker_load(worker);
		bool fit = worker_is_fit(worker) && worker->quota > 0;

		seats.busy += load > 0 || !worker_is_fit(worker);
		if (fit && load == 0)
			seats.idle = worker;
		else if (fit && !late && load <= batch / 2 && !worker->stuck &&
			 !worker->full &&
			 (!seats.lightest ||
			  load < worker_load(seats.lightest)))
			seats.lightest = worker;
	}
	return seats;
}

static bool pool_has_free_seat(const struct pool *pool,
			       const struct seats *seats)
{
	return seats->busy + pool->job->solo_count < pool->most;
}

bool pool_has_seat(const struct pool *pool)
{
	struct seats seats = pool_look(pool);

	return pool_has_free_seat(pool, &seats);
}

/* Those that leave still take memory, and descriptors: no more of them than may
 * run. Each tells when it is gone. */
static bool pool_is_crowded(const struct pool *pool)
{
	unsigned count = 0;

	LIST_EACH (node, &pool->leaving)
		count++;
	return count >= pool->most;
}

/* One that has nothing comes first; a new one costs a fork. */
static int pool_pick(struct pool *pool, const struct seats *seats,
		     struct worker **worker)
{
	bool free = pool_has_free_seat(pool, seats);
	int error = 0;

	*worker = free && seats->idle ? seats->idle : seats->lightest;
	if (*worker || !free || pool_is_crowded(pool))
		return 0;
	error = worker_new(pool->job, pool->reuse, on_word, pool, worker);
	if (error == 0)
		list_append(&pool->workers, &(*worker)->node);
	return error;
}

/* Nothing is given to a child beside a suspect item. */
static void pool_fill_one(struct pool *pool, struct worker *worker,
			  pool_next *next, void *data)
{
	uint32_t batch = pool_batch(pool);
	struct item *item;

	while (worker_load(worker) < batch && worker->quota > 0 &&
	       !worker->full && (item = next(data)) &&
	       (!item->suspect || worker_load(worker) == 0)) {
		worker->full = !worker_give(worker, item) || item->suspect;
		if (pool_is_late(pool))
			break;
	}
	worker_offer(worker);
}

int pool_fill(struct pool *pool, pool_next *next, void *data)
{
	pool->filling_us = clock_rough_us();
	for (;;) {
		struct seats seats = pool_look(pool);
		struct worker *worker = NULL;
		struct item *item;
		int error;

		if (!seats.lightest && !pool_has_free_seat(pool, &seats))
			return 0;
		item = next(data);
		if (!item)
			return 0;
		seats = pool_look(pool); /* asking may have taken a seat */
		if (item->suspect)
			seats.lightest = NULL;
		error = pool_pick(pool, &seats, &worker);
		if (error < 0) /* who is there may do it, or make room */
			return list_empty(&pool->workers) &&
					       list_empty(&pool->leaving)
				       ? error
				       : 0;
		if (!worker)
			return 0;
		pool_fill_one(pool, worker, next, data);
	}
}

/* ---- Looking after them ------------------------------------------------- */

/* So many of its items are better off elsewhere; but one that is on none is
 * about to begin one. */
static uint32_t pool_surplus(const struct pool *pool, struct worker *worker,
			     int64_t now_us)
{
	uint32_t waiting = worker_waiting(worker);

	waiting -= waiting > 0 && waiting == worker_load(worker);
	if (waiting == 0 || !worker_is_fit(worker))
		return 0;
	worker->stuck = worker_busy_us(worker, now_us) > POOL_STUCK_US;
	if (worker->stuck)
		return waiting;
	return waiting * pool->took_ns > POOL_BATCH_NS ? (waiting + 1) / 2 : 0;
}

bool pool_balance(struct pool *pool)
{
	struct seats seats = pool_look(pool);
	int64_t now_us = clock_us();
	uint32_t moved = 0;

	if (!pool_has_free_seat(pool, &seats))
		return false;
	LIST_EACH (node, &pool->workers) {
		struct worker *worker = worker_of(node);
		uint32_t surplus = pool_surplus(pool, worker, now_us);

		if (surplus > 0)
			moved += worker_withdraw(worker, surplus);
	}
	return moved > 0;
}

/* How many items until we want to be woken. */
static uint32_t pool_patience(const struct pool *pool, uint32_t load)
{
	int64_t count = pool->took_ns ? POOL_WAKE_NS / pool->took_ns : 1;
	uint32_t half = (load + 1) / 2;

	if (count > half)
		return half;
	return count > 1 ? (uint32_t)count : 1;
}

static void pool_take_a_nap(struct pool *pool)
{
	if (!pool->napping)
		loop_timer_again(pool->nap, POOL_NAP_MS);
	pool->napping = true;
}

bool pool_arm(struct pool *pool)
{
	LIST_EACH (node, &pool->workers) {
		struct worker *worker = worker_of(node);
		uint32_t load = worker_load(worker);

		if (load > 0 && !worker->foul && !worker->dead &&
		    !worker_arm(worker, pool_patience(pool, load)))
			return false;
		if (load > 1)
			pool_take_a_nap(pool);
	}
	return true;
}
