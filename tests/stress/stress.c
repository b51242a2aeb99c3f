/* SPDX-License-Identifier: MIT */
/*
 * stress.c - many tasks of a seeded mix, each told once, as the oracle says.
 *
 * A window of tasks lives at a time. Afterwards there must be no child, no
 * descriptor, and no memory that was not there when a part of them was done.
 */
#include <argp.h>
#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "plan.h"
#include "remains.h"

struct stress {
	uint64_t seed, count, window;
	uint64_t started, ended, wrong;
	uint64_t kinds[PLAN_KINDS];
	unsigned char *told; /* how often each task was */
	struct ev_loop *loop;
	struct tine_ctx *ctx;
	struct remains before; /* when the first part was done */
};

struct job {
	ev_timer cancel;
	struct stress *stress;
	struct plan plan;
	struct tine_task *task;
};

/* ---- Tasks ------------------------------------------------------------- */

static void stress_fill(struct stress *stress);

static void job_complain(const struct job *job,
			 const struct tine_result *result)
{
	(void)fprintf(stderr, "task %llu (%s, code %d): %s %d: %s\n",
		      (unsigned long long)job->plan.number,
		      plan_name(job->plan.kind), job->plan.code,
		      tine_end_name(result->end), result->code,
		      result->message);
}

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	struct job *job = user;
	struct stress *stress = job->stress;

	stress->told[job->plan.number]++;
	stress->kinds[job->plan.kind]++;
	stress->ended++;
	if (!plan_agrees(&job->plan, result)) {
		stress->wrong++;
		job_complain(job, result);
	}
	ev_timer_stop(stress->loop, &job->cancel);
	tine_free(task);
	free(job);
	stress_fill(stress);
}

static void on_cancel(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct job *job = (struct job *)timer;

	(void)loop;
	(void)events;
	(void)tine_shutdown(job->task, job->plan.brutal ? 0 : 10000);
}

static int job_start(struct stress *stress)
{
	struct job *job = calloc(1, sizeof *job);
	struct tine_options options = { .max_result = PLAN_MAX_RESULT,
					.on_end = on_end,
					.user = job };
	int error;

	if (!job)
		return TINE_ENOMEM;
	job->stress = stress;
	job->plan = plan_make(stress->seed, stress->started);
	if (job->plan.kind == PLAN_HANG)
		options.timeout_ms = PLAN_TIMEOUT_MS;
	error = tine_async(stress->ctx, plan_run, &job->plan, sizeof job->plan,
			   &options, &job->task);
	if (error < 0) {
		free(job);
		return error;
	}
	stress->started++;
	ev_now_update(stress->loop);
	ev_timer_init(&job->cancel, on_cancel,
		      (double)job->plan.cancel_us / 1e6, 0);
	if (job->plan.cancel_us >= 0)
		ev_timer_start(stress->loop, &job->cancel);
	return 0;
}

static void stress_fill(struct stress *stress)
{
	while (stress->started < stress->count &&
	       stress->started - stress->ended < stress->window) {
		int error = job_start(stress);

		if (error == 0)
			continue;
		(void)fprintf(stderr, "no task: %s\n", tine_strerror(error));
		stress->count = stress->started;
		stress->wrong++;
	}
}

/* ---- The whole --------------------------------------------------------- */

static uint64_t count_not_told_once(const struct stress *stress)
{
	uint64_t count = 0;

	for (uint64_t i = 0; i < stress->count; i++)
		count += stress->told[i] != 1;
	return count;
}

static void stress_run_to(struct stress *stress, uint64_t count)
{
	stress->count = count;
	stress_fill(stress);
	(void)tine_run(stress->ctx);
}

static void stress_check(struct stress *stress)
{
	stress->wrong += remains_compare(&stress->before);
	stress->wrong += count_not_told_once(stress);
	tine_ctx_free(stress->ctx);
	stress->wrong += remains_child();
}

static void stress_report(const struct stress *stress)
{
	for (int kind = 0; kind < PLAN_KINDS; kind++)
		(void)printf("%-10s %llu\n", plan_name((enum plan_kind)kind),
			     (unsigned long long)stress->kinds[kind]);
	(void)printf(
		"seed %llu\n%llu passed, %llu failed\n",
		(unsigned long long)stress->seed,
		(unsigned long long)(stress->ended > stress->wrong
					     ? stress->ended - stress->wrong
					     : 0),
		(unsigned long long)stress->wrong);
}

static int stress_run(struct stress *stress)
{
	struct tine_ctx_options options;
	uint64_t count = stress->count;

	stress->loop = ev_loop_new(0);
	options = (struct tine_ctx_options){ .loop = stress->loop };
	stress->told = calloc(count, 1);
	if (!stress->told || tine_ctx_new(&options, &stress->ctx) < 0)
		return 2;
	stress_run_to(stress, count / 10);
	stress->before = remains_look();
	stress_run_to(stress, count);
	stress_check(stress);
	stress_report(stress);
	free(stress->told);
	ev_loop_destroy(stress->loop);
	return stress->wrong > 0;
}

/* ---- The command line -------------------------------------------------- */

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct stress *stress = state->input;

	switch (key) {
	case 's': stress->seed = strtoull(value, NULL, 0); return 0;
	case 'n': stress->count = strtoull(value, NULL, 0); return 0;
	case 'w': stress->window = strtoull(value, NULL, 0); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "seed", 's', "N", 0, "what to run; by default, by chance",
		  0 },
		{ "tasks", 'n', "N", 0, "how many; 50000", 0 },
		{ "window", 'w', "N", 0, "how many at a time; 32", 0 },
		{ 0 },
	};
	static const struct argp argp = { options, parse, NULL, NULL,
					  NULL,    NULL,  NULL };
	struct stress stress = { .count = 50000, .window = 32 };

	(void)getrandom(&stress.seed, sizeof stress.seed, 0);
	stress.seed %= 1000000;
	if (argp_parse(&argp, argc, argv, 0, NULL, &stress))
		return 2;
	return stress_run(&stress);
}
