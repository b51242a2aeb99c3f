/* SPDX-License-Identifier: MIT */
/*
 * stress_pool.c - many items of a seeded mix through streams, each told once,
 * as the oracle says.
 *
 * They go through some streams, one after the other: few children or more, in
 * order or not, taken one by one or from the loop, pooled or fresh. Afterwards
 * there must be no child, no descriptor, no mapping, and no memory that was not
 * there when a part of them was done.
 *
 * One thing no oracle can tell: which results a child that writes garbage into
 * the shared memory had finished, and nobody had taken, when it did. Those may
 * end TINE_GARBLED, or, if they are large, be wrong behind their first 64 KiB,
 * which is as far as they are proven. They are counted, and may be but a few
 * for each item that writes garbage; where there is no such item, none.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "chore.h"
#include "remains.h"

#define SPOILT_MOST 16

/* One stream, and what it has to take of all items. */
struct leg {
	const char *name;
	unsigned concurrency;
	bool unordered;
	unsigned reuse;
	unsigned attempts;
	bool calls; /* results come from the loop */
	bool foul;  /* some write garbage */
	unsigned percent;
};

static const struct leg pooled[] = {
	{ "4, ordered", 4, false, 1000, 1, false, true, 25 },
	{ "4, unordered", 4, true, 1000, 2, false, true, 20 },
	{ "2, unordered, from the loop", 2, true, 1000, 1, true, true, 20 },
	{ "2, ordered, from the loop", 2, false, 1000, 2, true, true, 10 },
	{ "4, unordered, no garbage", 4, true, 1000, 2, false, false, 20 },
	{ "2, ordered, 7 items a child", 2, false, 7, 1, false, true, 5 },
};

static const struct leg fresh[] = {
	{ "fresh, 4, unordered", 4, true, 0, 2, false, true, 50 },
	{ "fresh, 2, ordered", 2, false, 1, 1, true, true, 50 },
};

struct stress {
	uint64_t seed, pooled, fresh;
	uint64_t told, wrong;
	uint64_t kinds[CHORE_KINDS];
	struct tine_ctx *ctx;
	chore_runs *runs; /* of the items of one leg */
	size_t most;      /* of those */
};

/* One leg under way. */
struct run {
	struct stress *stress;
	const struct leg *leg;
	uint64_t seed, count;
	uint64_t pulled, told, closed;
	uint64_t garbage, spoilt, again;
	unsigned char *seen; /* how often each item was told */
	bool done;
	unsigned char item[CHORE_MAX_ITEM];
};

/* ---- Items -------------------------------------------------------------- */

static int run_next(void *state, const void **item, size_t *size)
{
	struct run *run = state;
	struct chore chore;

	if (run->pulled == run->count)
		return 0;
	chore = chore_make(run->seed, run->pulled++);
	chore_write_item(&chore, run->seed, run->stress->runs, run->item);
	*item = run->item;
	*size = chore.size;
	return 1;
}

static void run_close(void *state)
{
	struct run *run = state;

	run->closed++;
}

/* ---- Results ------------------------------------------------------------ */

static void run_complain(const struct run *run, const struct chore *chore,
			 const struct tine_result *result)
{
	(void)fprintf(stderr,
		      "%s: item %llu (%s, %zu bytes, code %d): %s %d, %zu "
		      "bytes, %u attempts of %u runs, note '%s': %s\n",
		      run->leg->name, (unsigned long long)result->index,
		      chore_name(chore->kind), chore->size, chore->code,
		      tine_end_name(result->end), result->code, result->size,
		      result->attempts, run->stress->runs[result->index],
		      result->note, result->message);
}

/* Each once, and in their order, if that was asked for. */
static bool run_is_due(const struct run *run, uint64_t index)
{
	return index < run->count && run->seen[index] == 0 &&
	       (run->leg->unordered || index == run->told);
}

static bool run_judge(struct run *run, const struct chore *chore,
		      const struct tine_result *result)
{
	unsigned runs = run->stress->runs[chore->number];

	if (chore->kind != CHORE_TINY && runs > result->attempts)
		run->again += runs - result->attempts;
	if (chore_agrees(chore, run->leg->attempts, result))
		return true;
	if (!chore_was_spoilt(chore, runs, result))
		return false;
	run->spoilt++;
	return true;
}

static void run_take(struct run *run, const struct tine_result *result)
{
	struct chore chore = chore_make(run->seed, result->index);

	if (!run_is_due(run, result->index) ||
	    !run_judge(run, &chore, result)) {
		run->stress->wrong++;
		run_complain(run, &chore, result);
	}
	run->seen[result->index % run->count]++;
	run->told++;
	run->garbage += chore.kind == CHORE_GARBAGE;
	run->stress->kinds[chore.kind]++;
}

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	(void)task;
	run_take(user, result);
}

static void on_done(struct tine_stream *stream, int error, void *user)
{
	struct run *run = user;

	(void)stream;
	run->done = error == 0;
}

/* ---- One stream --------------------------------------------------------- */

static struct tine_stream_options run_options(struct run *run)
{
	const struct leg *leg = run->leg;

	return (struct tine_stream_options){
		.task = { .nolink = true,
			  .timeout_ms = CHORE_TIMEOUT_MS,
			  .grace_ms = CHORE_GRACE_MS,
			  .max_result = CHORE_MAX_RESULT,
			  .retry = { .attempts = leg->attempts,
				     .on = TINE_RETRY_CRASHED,
				     .backoff_ms = 1 },
			  .on_end = leg->calls ? on_end : NULL,
			  .user = run },
		.max_concurrency = leg->concurrency,
		.unordered = leg->unordered,
		.on_timeout = TINE_KILL,
		.reuse = leg->reuse,
		.on_done = leg->calls ? on_done : NULL,
	};
}

static bool run_through(struct run *run)
{
	struct tine_stream_options options = run_options(run);
	struct tine_source source = { run_next, run_close, run };
	const struct tine_result *result;
	struct tine_stream *stream;

	if (tine_stream_open(run->stress->ctx, chore_run, source, &options,
			     &stream) < 0)
		return false;
	if (run->leg->calls)
		(void)tine_run(run->stress->ctx);
	else
		while ((result = tine_stream_next(stream)))
			run_take(run, result);
	if (!run->leg->calls)
		run->done = tine_stream_error(stream) == 0;
	tine_stream_close(stream);
	return true;
}

static void stress_complain(struct stress *stress, const struct run *run,
			    bool bad, const char *what)
{
	if (!bad)
		return;
	(void)fprintf(stderr, "%s: %s\n", run->leg->name, what);
	stress->wrong++;
}

static void run_check(struct stress *stress, const struct run *run)
{
	(void)printf(
		"%-28s %7llu items, %llu garbage, spoilt %llu, again %llu\n",
		run->leg->name, (unsigned long long)run->told,
		(unsigned long long)run->garbage,
		(unsigned long long)run->spoilt,
		(unsigned long long)run->again);
	stress_complain(stress, run, !run->done, "the stream failed");
	stress_complain(stress, run, run->told != run->count,
			"not all items were told");
	stress_complain(stress, run, run->closed != 1,
			"the source was not closed once");
	stress_complain(stress, run, run->spoilt > SPOILT_MOST * run->garbage,
			"garbage has spoilt too many other items");
	stress_complain(stress, run, run->again > 0 && run->garbage == 0,
			"items ran more often than they should");
	stress->told += run->told;
}

static bool stress_leg(struct stress *stress, const struct leg *leg,
		       uint64_t count, uint64_t salt)
{
	struct run *run = calloc(1, sizeof *run);

	memset((void *)stress->runs, 0, stress->most);
	if (!run)
		return false;
	run->stress = stress;
	run->leg = leg;
	run->count = count;
	run->seed = (stress->seed * 1000 + salt) * 2 + leg->foul;
	run->seen = calloc(count + 1, 1);
	stress_complain(stress, run, !run->seen || !run_through(run),
			"no stream");
	run_check(stress, run);
	free(run->seen);
	free(run);
	return true;
}

/* ---- The whole ---------------------------------------------------------- */

static void stress_legs(struct stress *stress, const struct leg *legs,
			size_t count, uint64_t items, uint64_t salt)
{
	for (size_t i = 0; i < count; i++)
		if (!stress_leg(stress, &legs[i], items * legs[i].percent / 100,
				salt + i))
			stress->wrong++;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void stress_round(struct stress *stress, uint64_t part, uint64_t salt)
{
	stress_legs(stress, pooled, COUNT(pooled), stress->pooled * part / 10,
		    salt);
	stress_legs(stress, fresh, COUNT(fresh), stress->fresh * part / 10,
		    salt + COUNT(pooled));
}

static void stress_report(const struct stress *stress)
{
	for (int kind = 0; kind < CHORE_KINDS; kind++)
		(void)printf("%-10s %llu\n", chore_name((enum chore_kind)kind),
			     (unsigned long long)stress->kinds[kind]);
	(void)printf("seed %llu\n%llu items, %llu faults\n",
		     (unsigned long long)stress->seed,
		     (unsigned long long)stress->told,
		     (unsigned long long)stress->wrong);
}

/* Children write into it. */
static chore_runs *runs_new(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static int stress_run(struct stress *stress)
{
	struct remains before;

	stress->most = stress->pooled + stress->fresh + 1;
	stress->runs = runs_new(stress->most);
	if (!stress->runs || tine_ctx_new(NULL, &stress->ctx) < 0)
		return 2;
	stress_round(stress, 1, 0);
	before = remains_look();
	stress_round(stress, 9, 100);
	stress->wrong += remains_compare(&before);
	tine_ctx_free(stress->ctx);
	stress->wrong += remains_child();
	stress_report(stress);
	return stress->wrong > 0;
}

/* ---- The command line -------------------------------------------------- */

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct stress *stress = state->input;

	switch (key) {
	case 's': stress->seed = strtoull(value, NULL, 0); return 0;
	case 'n': stress->pooled = strtoull(value, NULL, 0); return 0;
	case 'f': stress->fresh = strtoull(value, NULL, 0); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "seed", 's', "N", 0, "what to run; by default, by chance",
		  0 },
		{ "items", 'n', "N", 0, "how many in pools; 1000000", 0 },
		{ "fresh", 'f', "N", 0, "how many in a process each; 20000",
		  0 },
		{ 0 },
	};
	static const struct argp argp = { options, parse, NULL, NULL,
					  NULL,    NULL,  NULL };
	struct stress stress = { .pooled = 1000000, .fresh = 20000 };

	(void)getrandom(&stress.seed, sizeof stress.seed, 0);
	stress.seed %= 1000000;
	if (argp_parse(&argp, argc, argv, 0, NULL, &stress))
		return 2;
	return stress_run(&stress);
}
