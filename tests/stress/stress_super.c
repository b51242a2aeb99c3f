/* SPDX-License-Identifier: MIT */
/*
 * stress_super.c - supervisors with children, tasks and supervisors below them,
 * in seeded lives, each of which ends by a stop, a kill, or because it gave up.
 *
 * What is reported has to be possible (ledger.h), what is listed has to be what
 * was reported, and of a life nothing is left: no process, since we adopt those
 * that others leave behind, and no descriptor.
 */
#include <argp.h>
#include <ev.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "chance.h"
#include "ledger.h"
#include "remains.h"
#include "troupe.h"

#define LONG_MS 60000
#define GRACE_MS 10
#define TASKS 8
#define INFOS 256

struct job {
	struct tine_task *task;
	struct part part;
};

struct stress {
	uint64_t seed, steps, random;
	uint64_t step, lives, reports, wrong;
	struct ev_loop *loop;
	struct tine_ctx *ctx;
	struct tine_super *super;
	struct ledger ledger;
	struct job jobs[TASKS];
	struct tine_child_info infos[INFOS];
	size_t count;
	bool killed, ended;
};

static void wrong(struct stress *stress, const char *what, int error)
{
	(void)fprintf(stderr, "step %llu: %s: %s\n",
		      (unsigned long long)stress->step, what,
		      error < 0 ? tine_strerror(error) : "?");
	stress->wrong++;
}

static uint64_t draw(struct stress *stress, uint64_t most)
{
	stress->random = chance_mix(stress->random);
	return stress->random % most;
}

/* ---- What is heard ------------------------------------------------------ */

static void on_event(struct tine_super *super, const struct tine_event *event,
		     void *user)
{
	struct stress *stress = user;

	(void)super;
	ledger_report(&stress->ledger, event);
}

static void on_end(struct tine_super *super, const struct tine_result *result,
		   void *user)
{
	struct stress *stress = user;
	bool gave_up = stress->ledger.gave_up;

	(void)super;
	stress->ended = true;
	if (!stress->killed && !gave_up)
		wrong(stress, result->message, 0);
}

static void hear(struct stress *stress)
{
	for (int i = 0; i < 4; i++)
		(void)ev_run(stress->loop, EVRUN_NOWAIT);
}

static bool look(struct stress *stress)
{
	int count = tine_children(stress->super, stress->infos, INFOS);

	stress->count = count < 0 ? 0 : (size_t)count;
	if (count > INFOS)
		wrong(stress, "too many children", 0);
	return count >= 0;
}

static bool same_infos(const struct tine_child_info *a,
		       const struct tine_child_info *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(a[i].id, b[i].id) != 0 || a[i].pid != b[i].pid)
			return false;
	return true;
}

/* Whether nothing has happened between two looks, so that what was heard by
 * then is what there is. */
static bool look_twice(struct stress *stress)
{
	static struct tine_child_info before[INFOS];
	size_t count;
	uint64_t reports;

	if (!look(stress))
		return false;
	memcpy(before, stress->infos, sizeof before);
	count = stress->count;
	hear(stress);
	reports = stress->ledger.reports;
	if (!look(stress))
		return false;
	hear(stress);
	return reports == stress->ledger.reports && count == stress->count &&
	       same_infos(before, stress->infos, count);
}

/* False: it never stood still, or is gone. */
static bool compare(struct stress *stress)
{
	for (int i = 0; i < 50 && !stress->ended; i++) {
		if (look_twice(stress)) {
			ledger_compare(&stress->ledger, stress->infos,
				       stress->count);
			return true;
		}
		(void)usleep(1000);
	}
	return false;
}

/* ---- Children ----------------------------------------------------------- */

static struct part draw_part(struct stress *stress, bool lasting)
{
	return (struct part){
		.role = (enum role)draw(stress, lasting ? ROLE_RETURN : ROLES),
		.delay_us = (unsigned)draw(stress, 5000),
		.value = stress->random,
	};
}

/* Permanent ones stay: else they would be restarted all the time. */
static struct tine_child make_child(struct stress *stress, const char *id,
				    const struct part *part)
{
	static const int64_t graces[] = { TINE_BRUTAL, GRACE_MS };

	return (struct tine_child){
		.id = id,
		.fn = troupe_play,
		.arg = part,
		.size = sizeof *part,
		.restart = !id            ? TINE_TEMPORARY
			   : id[0] == 'p' ? TINE_PERMANENT
			   : id[0] == 't' ? TINE_TRANSIENT
					  : TINE_TEMPORARY,
		.shutdown_ms = graces[draw(stress, 2)],
		.backoff_ms = (int64_t)draw(stress, 3),
	};
}

static int start_wished(struct stress *stress, const struct tine_child *child)
{
	int error;

	ledger_wish(&stress->ledger, child->id, 1);
	error = tine_start_child(stress->super, child);
	if (error < 0)
		ledger_wish(&stress->ledger, child->id, -1);
	return error;
}

static int start_worker(struct stress *stress, const char *id)
{
	struct part part = draw_part(stress, id[0] != 'y');
	struct tine_child child = make_child(stress, id, &part);

	return start_wished(stress, &child);
}

static int start_super(struct stress *stress, const char *id)
{
	const struct part parts[] = { draw_part(stress, true),
				      draw_part(stress, true) };
	const struct tine_child children[] = {
		make_child(stress, "p", &parts[0]),
		make_child(stress, "t", &parts[1]),
		make_child(stress, NULL, &parts[1]),
	};
	const struct tine_super_options options = {
		.name = id,
		.children = children,
		.child_count = 3,
		.max_restarts = 1000000,
	};
	const struct tine_child child = { .id = id,
					  .super = &options,
					  .restart = TINE_PERMANENT };

	return start_wished(stress, &child);
}

static void step_start(struct stress *stress)
{
	static const char kinds[] = "ptyn";
	char id[8];
	int error;

	(void)snprintf(id, sizeof id, "%c%u", kinds[draw(stress, 4)],
		       (unsigned)draw(stress, 4));
	error = id[0] == 'n' ? start_super(stress, id)
			     : start_worker(stress, id);
	if (error < 0 && error != TINE_EEXIST && error != TINE_EGONE)
		wrong(stress, "start", error);
}

static void step_start_loose(struct stress *stress)
{
	struct part part = draw_part(stress, false);
	struct tine_child child = make_child(stress, NULL, &part);
	int error = tine_start_child(stress->super, &child);

	if (error < 0 && error != TINE_EGONE)
		wrong(stress, "start of a loose one", error);
}

/* NULL: there is none. */
static const struct tine_child_info *draw_info(struct stress *stress)
{
	if (!look(stress) || stress->count == 0)
		return NULL;
	return &stress->infos[draw(stress, stress->count)];
}

/* Whom we kill is one of its children: nobody else reaps those. */
static void step_kill(struct stress *stress)
{
	const struct tine_child_info *info = draw_info(stress);

	if (info && info->pid > 1)
		(void)kill(info->pid, SIGKILL);
}

/* What is heard before the answer was before it. */
static void step_terminate(struct stress *stress)
{
	const struct tine_child_info *info = draw_info(stress);
	int error;

	if (!info)
		return;
	error = tine_terminate_child(stress->super, info->id);
	hear(stress);
	if (error == 0)
		ledger_hold(&stress->ledger, info->id);
	else if (error != TINE_ENOENT && error != TINE_EGONE)
		wrong(stress, "terminate", error);
}

static void step_restart(struct stress *stress)
{
	const struct tine_child_info *info = draw_info(stress);
	int error;

	if (!info)
		return;
	ledger_wish(&stress->ledger, info->id, 1);
	error = tine_restart_child(stress->super, info->id);
	if (error < 0)
		ledger_wish(&stress->ledger, info->id, -1);
	if (error < 0 && error != TINE_ENOENT && error != TINE_EUSAGE &&
	    error != TINE_EGONE)
		wrong(stress, "restart", error);
}

static void step_delete(struct stress *stress)
{
	const struct tine_child_info *info = draw_info(stress);
	int error = info ? tine_delete_child(stress->super, info->id) : 0;

	if (error < 0 && error != TINE_ENOENT && error != TINE_EUSAGE &&
	    error != TINE_EGONE)
		wrong(stress, "delete", error);
}

/* ---- Supervisors below -------------------------------------------------- */

/* It may be gone by then, or be restarted just now. */
static bool is_below_fault(int error)
{
	return error < 0 && error != TINE_EGONE;
}

static void disturb(struct stress *stress, struct tine_super *super)
{
	struct part part = draw_part(stress, true);
	struct tine_child child = make_child(stress, NULL, &part);
	struct tine_child_info info;
	int error = tine_start_child(super, &child);

	if (is_below_fault(error))
		wrong(stress, "start below", error);
	error = tine_children(super, &info, 1);
	if (is_below_fault(error))
		wrong(stress, "list below", error);
	if (error > 0 && info.pid > 1)
		(void)kill(info.pid, SIGKILL);
}

static void step_below(struct stress *stress)
{
	struct tine_super *super;
	char name[8];
	int error;

	(void)snprintf(name, sizeof name, "n%u", (unsigned)draw(stress, 4));
	error = tine_super_find(stress->ctx, name, &super);
	if (error < 0 && error != TINE_ENOENT)
		wrong(stress, "find", error);
	if (error < 0)
		return;
	disturb(stress, super);
	tine_super_free(super);
}

/* ---- Tasks -------------------------------------------------------------- */

/* Whom somebody killed, or whose supervisor was. */
static bool may_end_so(const struct job *job, const struct tine_result *result)
{
	return result->end == TINE_PENDING || result->end == TINE_LOST ||
	       result->end == TINE_KILLED || result->end == TINE_SHUTDOWN ||
	       (result->end == TINE_CRASHED && result->code == SIGKILL) ||
	       troupe_agrees(&job->part, result);
}

static void job_await(struct stress *stress, struct job *job, int64_t ms)
{
	const struct tine_result *result = tine_yield(job->task, ms);

	if (!may_end_so(job, result))
		wrong(stress, result->message, 0);
}

static void step_await(struct stress *stress)
{
	struct job *job = &stress->jobs[draw(stress, TASKS)];

	if (job->task)
		job_await(stress, job, (int64_t)draw(stress, 5));
}

static void step_task(struct stress *stress)
{
	struct job *job = &stress->jobs[draw(stress, TASKS)];
	struct tine_options options = { .under = stress->super,
					.nolink = draw(stress, 2),
					.grace_ms = GRACE_MS };
	int error;

	if (job->task)
		job_await(stress, job, 0);
	tine_free(job->task);
	job->task = NULL;
	job->part = draw_part(stress, false);
	error = tine_async(stress->ctx, troupe_play, &job->part,
			   sizeof job->part, &options, &job->task);
	if (error < 0 && error != TINE_EGONE)
		wrong(stress, "task", error);
}

static void step_wait(struct stress *stress)
{
	(void)usleep((unsigned)draw(stress, 3000));
	hear(stress);
}

static void step_compare(struct stress *stress)
{
	(void)compare(stress);
}

/* ---- A life ------------------------------------------------------------- */

static bool life_begin(struct stress *stress)
{
	const unsigned restarts[] = { 1000000, 1000000, 20, 3 };
	const struct tine_super_options options = {
		.name = "top",
		.strategy = (enum tine_strategy)draw(stress, 3),
		.max_restarts = restarts[draw(stress, 4)],
		.spares = (unsigned)draw(stress, 3),
		.on_event = on_event,
		.on_end = on_end,
		.user = stress,
	};
	const struct tine_ctx_options with = { .loop = stress->loop };
	int error;

	stress->ledger = (struct ledger){ .strategy = options.strategy };
	stress->killed = stress->ended = false;
	if (tine_ctx_new(&with, &stress->ctx) < 0)
		return false;
	error = tine_super_start(stress->ctx, &options, &stress->super);
	if (error < 0)
		wrong(stress, "start of a supervisor", error);
	return error == 0;
}

static void life_step(struct stress *stress)
{
	static const unsigned shares[] = {
		15, 10, 10, 8, 8, 5, 15, 10, 8, 2, 8
	};
	static void (*const steps[])(struct stress *) = {
		step_start,   step_start_loose, step_kill,  step_terminate,
		step_restart, step_delete,      step_task,  step_await,
		step_wait,    step_compare,     step_below,
	};

	stress->step++;
	steps[chance_pick(draw(stress, UINT64_MAX), shares, 11)](stress);
}

/* If it does not stand still there is no order to be seen. */
static void life_stop(struct stress *stress)
{
	bool still = compare(stress);
	int error = tine_super_stop(stress->super, LONG_MS);

	if (error < 0)
		wrong(stress, "stop", error);
	hear(stress);
	if (still && stress->ledger.strategy == TINE_ONE_FOR_ONE)
		ledger_check_order(&stress->ledger, stress->infos,
				   stress->count);
}

static void life_kill(struct stress *stress)
{
	stress->killed = true;
	if (tine_super_pid(stress->super) > 1)
		(void)kill(tine_super_pid(stress->super), SIGKILL);
	while (!stress->ended)
		(void)ev_run(stress->loop, EVRUN_ONCE);
}

static void life_end_jobs(struct stress *stress)
{
	for (int i = 0; i < TASKS; i++) {
		struct job *job = &stress->jobs[i];

		if (job->task)
			job_await(stress, job, LONG_MS);
		if (job->task && tine_pid(job->task) > 0)
			wrong(stress, "a task outlived its supervisor", 0);
		tine_free(job->task);
		job->task = NULL;
	}
}

static void life_end(struct stress *stress)
{
	if (!stress->ended && draw(stress, 3) == 0)
		life_kill(stress);
	else
		life_stop(stress);
	life_end_jobs(stress);
	ledger_close(&stress->ledger, stress->killed);
	stress->wrong += stress->ledger.wrong;
	stress->reports += stress->ledger.reports;
	tine_super_free(stress->super);
	tine_ctx_free(stress->ctx);
	ledger_done(&stress->ledger);
	stress->wrong += remains_child();
	stress->lives++;
}

static bool life_run(struct stress *stress)
{
	uint64_t last = stress->step + 50 + draw(stress, 200);

	if (!life_begin(stress))
		return false;
	while (stress->step < last && !stress->ended)
		life_step(stress);
	life_end(stress);
	return true;
}

static int stress_run(struct stress *stress)
{
	struct remains before;

	stress->random = stress->seed;
	stress->loop = ev_loop_new(0);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	(void)life_run(stress);
	before = remains_look();
	while (stress->step < stress->steps && life_run(stress))
		;
	stress->wrong += remains_compare(&before);
	ev_loop_destroy(stress->loop);
	(void)printf("seed %llu\n%llu steps, %llu supervisors, %llu reports, "
		     "%llu failures\n",
		     (unsigned long long)stress->seed,
		     (unsigned long long)stress->step,
		     (unsigned long long)stress->lives,
		     (unsigned long long)stress->reports,
		     (unsigned long long)stress->wrong);
	return stress->wrong > 0;
}

/* ---- The command line --------------------------------------------------- */

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct stress *stress = state->input;

	switch (key) {
	case 's': stress->seed = strtoull(value, NULL, 0); return 0;
	case 'n': stress->steps = strtoull(value, NULL, 0); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "seed", 's', "N", 0, "what to run; by default, by chance",
		  0 },
		{ "steps", 'n', "N", 0, "how many, at least; 50000", 0 },
		{ 0 },
	};
	static const struct argp argp = { options, parse, NULL, NULL,
					  NULL,    NULL,  NULL };
	static struct stress stress = { .steps = 50000 };

	(void)getrandom(&stress.seed, sizeof stress.seed, 0);
	stress.seed %= 1000000;
	if (argp_parse(&argp, argc, argv, 0, NULL, &stress))
		return 2;
	return stress_run(&stress);
}
