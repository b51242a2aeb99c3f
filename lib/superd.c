/* SPDX-License-Identifier: MIT */
/*
 * superd.c - a supervisor, from inside: its process.
 *
 * What happens (a child ends, somebody asks, a time has come, the program is
 * gone) is said to the roster, which knows what follows; and what the roster
 * wants is done here, one thing after the other, until there is but to wait.
 *
 * It ends when nobody is left and nobody is to be started: because it was asked
 * to, because it gave up, because its program is gone. If its guardian is
 * gone it was meant to be killed, and so kills.
 */
#include "superd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "asker.h"
#include "brood.h"
#include "client.h"
#include "clock.h"
#include "fd.h"
#include "herald.h"
#include "notice.h"
#include "reap_all.h"
#include "spare.h"
#include "strangers.h"
#include "task.h"
#include "text.h"
#include "ward.h"

/* ---- What is to be done ------------------------------------------------- */

/* Of those that the plan has, one that cannot be started is the end. */
static void superd_start(struct superd *superd, struct kid *kid)
{
	struct ward *ward = ward_of(kid);
	int error = ward_start(ward);

	if (error == 0) {
		roster_started(&superd->roster, kid, clock_us());
		asker_answer(&ward->starting, 0);
		return;
	}
	asker_answer(&ward->starting, error);
	roster_start_failed(&superd->roster, kid, clock_us());
	if (superd->roster.culprit == kid)
		herald_report(superd, TINE_GAVE_UP, ward,
			      &(struct tine_result){
				      .end = TINE_LOST,
				      .message = tine_strerror(error),
				      .note = "",
				      .output = "",
				      .crash = "",
			      });
	if (superd->started)
		return;
	superd->failure = error;
	roster_stop(&superd->roster);
}

static bool superd_step(struct superd *superd, const struct roster_step *step)
{
	switch (step->action) {
	case ROSTER_START: superd_start(superd, step->kid); break;
	case ROSTER_STOP: ward_stop(ward_of(step->kid)); break;
	case ROSTER_DROP: ward_free(ward_of(step->kid)); break;
	case ROSTER_OVER: superd->over = true; return false;
	case ROSTER_WAIT: return false;
	}
	return true;
}

static int64_t ms_until(int64_t due_us)
{
	return due_us == CLOCK_NEVER ? -1 : clock_left_ms(due_us);
}

void superd_turn(struct superd *superd)
{
	struct roster_step step;

	if (superd->turning)
		return;
	superd->turning = true;
	do
		step = roster_next(&superd->roster, clock_us());
	while (superd_step(superd, &step));
	superd->turning = false;
	if (!superd->over)
		loop_timer_again(superd->timer, ms_until(step.due_us));
	if (superd->roster.end == ROSTER_RUNNING)
		return;
	desk_close(superd);
	spare_drop_all(superd);
}

static void on_refill(void *data)
{
	spare_refill(data);
}

static void on_due(void *data)
{
	superd_turn(data);
}

bool superd_is_full(const struct superd *superd)
{
	unsigned most = superd->launch->plan->max_children;

	return most > 0 && roster_busy(&superd->roster) >= most;
}

/* All of a tree has to be there. */
static bool superd_has(const struct superd *superd, const struct spec *spec)
{
	if (!spec->plan)
		return modules_have(&superd->modules, (uintptr_t)spec->fn);
	for (size_t i = 0; i < spec->plan->count; i++)
		if (!superd_has(superd, &spec->plan->children[i]))
			return false;
	return true;
}

int superd_add(struct superd *superd, struct spec *spec, struct guest *guest,
	       struct client *client, uint64_t serial)
{
	struct ward *ward;

	if (superd->roster.end != ROSTER_RUNNING)
		return TINE_EGONE;
	if (!superd_has(superd, spec))
		return TINE_EUSAGE;
	if (superd_is_full(superd))
		return TINE_EFULL;
	ward = ward_new(superd, spec, guest, ++superd->made);
	if (!ward)
		return TINE_ENOMEM;
	if (client)
		asker_set(&ward->starting, client, serial);
	roster_add(&superd->roster, &ward->kid);
	superd_turn(superd);
	return 0;
}

void superd_stop(struct superd *superd)
{
	roster_stop(&superd->roster);
	superd_turn(superd);
}

/* What it knows will be asked for: nobody has heard it to the end. */
void superd_forsaken(struct superd *superd)
{
	superd->ctx->board.stays |= superd->roster.end == ROSTER_RUNNING;
	superd_stop(superd);
}

/* ---- Whoever ends it ---------------------------------------------------- */

static void on_signals(void *data)
{
	struct superd *superd = data;
	struct signalfd_siginfo infos[2]; /* there are no more */
	ssize_t got = read(superd->signals, infos, sizeof infos);
	bool asked = false;

	for (ssize_t i = 0; i < got / (ssize_t)sizeof *infos; i++)
		asked |= infos[i].ssi_signo == SIGTERM;
	strangers_reap(superd);
	if (asked)
		superd_stop(superd);
}

static void on_starter_gone(void *data)
{
	struct superd *superd = data;

	loop_stop(superd->starter);
	superd->starter = NULL;
	superd_forsaken(superd);
}

static _Noreturn void on_guardian_gone(void *data)
{
	struct superd *superd = data;
	unsigned left = 1;

	superd->ctx->board.stays = true;
	tine_ctx_free(superd->ctx);
	for (int i = 0; left && i < 1000; i++)
		(void)brood_sweep(NULL, NULL, &left);
	_exit(255);
}

/* ---- Its life ----------------------------------------------------------- */

static void superd_open_files(struct superd *superd)
{
	struct rlimit files;

	(void)getrlimit(RLIMIT_NOFILE, &superd->files);
	files = superd->files;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

/* It has no children yet whom a death signal would leave behind. */
static void superd_watch_guardian(struct superd *superd)
{
	superd->guardian_fd = fd_lift(pidfd_open(getppid(), 0));
	if (superd->guardian_fd >= 0)
		superd->guardian = loop_readable_start(
			superd->ctx->loop, superd->guardian_fd,
			on_guardian_gone, superd);
	if (superd->guardian)
		(void)prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
}

static int superd_watch(struct superd *superd)
{
	struct loop *loop = superd->ctx->loop;
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGCHLD);
	(void)sigprocmask(SIG_SETMASK, &signals, NULL);
	superd->signals =
		fd_lift(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
	superd->starter_fd = fd_lift(pidfd_open(superd->launch->starter, 0));
	superd->timer = loop_timer_start(loop, -1, on_due, superd);
	superd->refill = loop_timer_start(loop, 0, on_refill, superd);
	if (superd->signals >= 0)
		superd->asked = loop_readable_start(loop, superd->signals,
						    on_signals, superd);
	superd_watch_guardian(superd);
	if (superd->starter_fd >= 0)
		superd->starter = loop_readable_start(loop, superd->starter_fd,
						      on_starter_gone, superd);
	return superd->timer && strangers_begin(superd) && superd->refill &&
			       superd->asked
		       ? 0
		       : TINE_ENOMEM;
}

/* That it is there is to be seen before it has any children. */
static void superd_show(struct superd *superd)
{
	const struct launch *launch = superd->launch;
	struct board_head *head = &superd->ctx->board.head;

	head->kind = BOARD_SUPER;
	head->parent = launch->starter;
	text_line(head->path, sizeof head->path, launch->path, SIZE_MAX);
	(void)notice_board(superd->ctx);
}

/* This is not the process that it was when the task began. */
static int superd_settle(struct superd *superd)
{
	const struct plan *plan = superd->launch->plan;

	home_init(&superd->self->home);
	superd->ctx = tine_self_ctx(superd->self);
	if (!superd->ctx)
		return TINE_ENOMEM;
	superd->ctx->traps = true;
	superd_show(superd);
	if (superd->ctx->death_signal)
		superd->ctx->use_warden = false; /* the guardian is one */
	superd->ctx->tame = true;                /* since its own birth */
	superd->ctx->words = &superd->words;
	superd->ctx->reap = &reap_all;
	if (!reap_all_open())
		return TINE_ENOMEM;
	brood_adopt();
	superd_open_files(superd);
	modules_read(&superd->modules);
	if (superd->modules.lost)
		return TINE_ENOMEM;
	roster_init(&superd->roster, plan->strategy, plan->auto_shutdown,
		    plan->max_restarts, plan->max_seconds);
	superd->roster.random = (uint32_t)getpid();
	return superd_watch(superd);
}

static struct spec *spec_copy(const struct spec *spec)
{
	struct spec *copy = malloc(sizeof *copy);

	if (copy)
		*copy = *spec;
	return copy;
}

/* The plan is never used again, so that what its children point to is theirs.
 */
static int superd_start_all(struct superd *superd)
{
	const struct plan *plan = superd->launch->plan;

	for (size_t i = 0; i < plan->count && superd->failure == 0; i++) {
		struct spec *spec = spec_copy(&plan->children[i]);
		int error = spec ? superd_add(superd, spec, NULL, NULL, 0)
				 : TINE_ENOMEM;

		if (error < 0 && superd->failure == 0)
			superd->failure = error;
	}
	superd->started = true;
	return superd->failure;
}

static bool superd_is_over(void *data)
{
	const struct superd *superd = data;

	return superd->over;
}

static _Noreturn void superd_end(struct superd *superd)
{
	const struct tine_result fallen = {
		.end = TINE_SHUTDOWN,
		.message = superd->last_words,
	};
	unsigned left;

	(void)brood_sweep(NULL, NULL, &left);
	board_done(&superd->ctx->board);
	desk_flush(superd);
	if (superd->roster.end == ROSTER_SIGNIFICANT)
		(void)snprintf(superd->last_words, sizeof superd->last_words,
			       "stopped, since its significant children ended");
	if (superd->last_words[0])
		self_fell(superd->self, &fallen);
	else
		self_done(superd->self, 0);
	_exit(superd->last_words[0] ? 255 : 0);
}

static void superd_ready(struct superd *superd, int64_t value)
{
	if (superd->desk.starter)
		client_say(superd->desk.starter, SAY_READY, 0, value, NULL, 0);
}

void superd_main(struct tine_self *self, const void *data)
{
	struct superd superd = { .self = self, .launch = data };
	int error;

	list_init(&superd.spares);
	error = superd_settle(&superd);
	if (error < 0) {
		tine_ctx_free(superd.ctx);
		_exit(255);
	}
	error = desk_open(&superd);
	if (error == 0)
		error = superd_start_all(&superd);
	if (error < 0) {
		superd.started = true;
		superd_stop(&superd);
	} else {
		superd_ready(&superd, getpid());
	}
	(void)loop_run(superd.ctx->loop, superd_is_over, &superd, CLOCK_NEVER);
	if (error < 0)
		superd_ready(&superd, error);
	superd_end(&superd);
}
