/* SPDX-License-Identifier: MIT */
/*
 * errand.c - one command, from its start to its end, in a pooled child.
 *
 * The child waits for its command, for what that writes, for the brake and for
 * the time, all at once: SIGCHLD is let in only while it sleeps. It adopts what
 * the command forks and leaves behind, in whatever group or session; so behind
 * the end of a command it knows whether anything of it is left, and kills that.
 *
 * While a command runs the child outlives the run itself: when that is killed
 * the brake's pipes end, and the command with all that it forked is killed
 * first. If it is the child that is killed, its command dies with it, and the
 * run adopts the rest: see strays.h.
 *
 * Not here: how a program is started (program.c), what becomes of the ending
 * (tell.c).
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "brood.h"
#include "clock.h"
#include "run/capture.h"
#include "run/ending.h"
#include "run/errand.h"
#include "run/parcel.h"
#include "run/tally.h"

enum errand_phase {
	ERRAND_RUNS,
	ERRAND_STOPS, /* it was asked to, and has its grace */
	ERRAND_DIES   /* it was killed */
};

struct errand {
	pid_t pid;
	enum errand_phase phase;
	bool timed_out;   /* that is why it is not to run any more */
	int64_t deadline; /* of its phase */
	bool last;        /* of its attempts */
	struct ending ending;
	struct capture out, err;
};

static const struct errand_plan *plan;

void errand_prepare(const struct errand_plan *all)
{
	plan = all;
}

/* ---- The child ---------------------------------------------------------- */

static void on_child(int number)
{
	(void)number; /* that a sleep was interrupted is all */
}

/* Done once in a process. Returns whether it can do errands. */
static bool errand_settle(struct errand *errand)
{
	const struct sigaction wake = { .sa_handler = on_child };
	sigset_t child;

	if (errand->out.bytes)
		return true;
	brood_adopt();
	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
	(void)sigaction(SIGCHLD, &wake, NULL);
	if (capture_open(&errand->out) && capture_open(&errand->err))
		return true;
	capture_close(&errand->out);
	capture_close(&errand->err);
	return false;
}

/* Nobody is left to send anything to. */
static void errand_outlive(pid_t run)
{
	(void)prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
	if (getppid() != run)
		_exit(1);
}

static void errand_go_down_with(pid_t run)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != run)
		_exit(1);
}

/* ---- Signals to the command --------------------------------------------- */

static void errand_signal(const struct errand *errand, int number)
{
	if (kill(-errand->pid, number) != 0 || number == SIGKILL)
		(void)kill(errand->pid, number);
}

static void errand_ask(struct errand *errand)
{
	errand->phase = ERRAND_STOPS;
	errand->deadline = clock_deadline(plan->grace_ms);
	errand_signal(errand, SIGTERM);
	errand_signal(errand, SIGCONT);
}

static void errand_kill(struct errand *errand)
{
	errand->phase = ERRAND_DIES;
	errand->deadline = CLOCK_NEVER;
	errand_signal(errand, SIGKILL);
}

static void errand_is_late(struct errand *errand)
{
	if (errand->phase == ERRAND_RUNS) {
		errand->timed_out = true;
		errand_ask(errand);
	} else {
		errand_kill(errand);
	}
}

/* ---- Waiting ------------------------------------------------------------ */

/* False: it runs. */
static bool errand_reap(struct errand *errand, int *status)
{
	return wait4(errand->pid, status, WNOHANG, &errand->ending.usage) ==
	       errand->pid;
}

static const struct timespec *time_left(const struct errand *errand,
					struct timespec *left)
{
	int64_t ms = clock_left_ms(errand->deadline);

	*left = (struct timespec){ .tv_sec = ms / 1000,
				   .tv_nsec = ms % 1000 * 1000000 };
	return ms < 0 ? NULL : left;
}

/* A pipe of the brake that has ended stays so, and is not looked at again. */
static void errand_sleep(struct errand *errand)
{
	bool runs = errand->phase == ERRAND_RUNS;
	bool dies = errand->phase == ERRAND_DIES;
	struct pollfd all[] = {
		{ .fd = errand->out.ends[0], .events = POLLIN },
		{ .fd = errand->err.ends[0], .events = POLLIN },
		{ .fd = runs ? plan->brake.now : -1 },
		{ .fd = dies ? -1 : plan->brake.kill },
	};
	struct timespec left;
	sigset_t none;
	int ready;

	(void)sigemptyset(&none);
	ready = ppoll(all, sizeof all / sizeof *all, time_left(errand, &left),
		      &none);
	if (ready == 0)
		errand_is_late(errand);
	if (ready <= 0)
		return;
	if (all[0].revents)
		capture_read(&errand->out);
	if (all[1].revents)
		capture_read(&errand->err);
	if (all[3].revents)
		errand_kill(errand);
	else if (all[2].revents)
		errand_ask(errand);
}

static int errand_wait(struct errand *errand)
{
	int status;

	errand->phase = ERRAND_RUNS;
	errand->timed_out = false;
	errand->deadline = plan->timeout_ms < 0
				   ? CLOCK_NEVER
				   : clock_deadline(plan->timeout_ms);
	while (!errand_reap(errand, &status))
		errand_sleep(errand);
	return status;
}

/* ---- Behind its end ----------------------------------------------------- */

static bool has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* What writes on is not to write into the next one's pipe. */
static void errand_renew(struct capture *capture)
{
	struct capture renewed;

	if (!capture_open(&renewed)) {
		capture_close(&renewed);
		return;
	}
	capture_read(capture);
	for (int i = 0; i < 2; i++) {
		int end = capture->ends[i];

		capture->ends[i] = renewed.ends[i];
		renewed.ends[i] = end;
	}
	capture_close(&renewed);
}

#define SWEEPS 100 /* of some 10 ms each */

static void errand_sweep(struct errand *errand)
{
	unsigned left = 0;

	if (!has_children())
		return;
	for (int i = 0; i < SWEEPS && (i == 0 || left > 0); i++)
		errand->ending.strays += brood_sweep(NULL, NULL, &left);
	if (left > 0) {
		errand_renew(&errand->out);
		errand_renew(&errand->err);
	}
}

static enum tine_end end_of(const struct errand *errand, int status)
{
	if (errand->timed_out)
		return TINE_TIMEOUT;
	if (errand->phase == ERRAND_DIES)
		return TINE_KILLED;
	if (errand->phase == ERRAND_STOPS)
		return TINE_SHUTDOWN;
	if (WIFSIGNALED(status) && plan->rules.cpu_s > 0 &&
	    (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL) &&
	    errand->ending.usage.ru_utime.tv_sec +
			    errand->ending.usage.ru_stime.tv_sec + 1 >=
		    (time_t)plan->rules.cpu_s)
		return TINE_LIMIT;
	if (WIFSIGNALED(status))
		return TINE_CRASHED;
	return WEXITSTATUS(status) == 0 ? TINE_OK : TINE_FAILED;
}

static void errand_judge(struct errand *errand, int status)
{
	struct ending *ending = &errand->ending;

	ending->end = end_of(errand, status);
	ending->timed_out = errand->timed_out;
	if (WIFSIGNALED(status)) {
		ending->signal = WTERMSIG(status);
		ending->core = WCOREDUMP(status);
	} else {
		ending->exit = WEXITSTATUS(status);
	}
}

/* ---- The command -------------------------------------------------------- */

static int errand_start(struct errand *errand, char **words)
{
	char *path = NULL;
	int error = plan->path ? 0 : program_find(words[0], &path);

	if (error == 0)
		errand->pid = program_start(
			plan->path ? plan->path : path, words, &plan->rules,
			errand->out.ends[1], errand->err.ends[1], &error);
	free(path);
	return error;
}

static int64_t wall_clock_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void errand_clear(struct errand *errand)
{
	capture_clear(&errand->out);
	capture_clear(&errand->err);
	errand->ending = (struct ending){ .end = TINE_PENDING, .exit = -1 };
}

static void errand_do(struct errand *errand, char **words)
{
	struct ending *ending = &errand->ending;
	int64_t started_us = clock_us();
	pid_t run = getppid();

	ending->started_us = wall_clock_us();
	errand_outlive(run);
	ending->error = words ? errand_start(errand, words) : ENOMEM;
	if (ending->error == 0) {
		errand_judge(errand, errand_wait(errand));
		errand_sweep(errand);
		capture_read(&errand->out);
		capture_read(&errand->err);
	} else {
		ending->end = TINE_FAILED;
		ending->exit = program_exit_code(ending->error);
	}
	ending->wall_us = clock_us() - started_us;
	errand_go_down_with(run);
}

/* ---- Home --------------------------------------------------------------- */

static void output_pack(struct ending_output *output, struct capture *capture,
			uint64_t seq, enum parcel_what what)
{
	*output = (struct ending_output){
		.total = capture->total,
		.lost = capture->lost,
		.error = capture->error,
		.spilled = capture->spill >= 0,
		.size = (uint32_t)capture->size,
	};
	if (!output->spilled)
		return;
	if (!parcel_send(plan->parcels, seq, what, capture->spill)) {
		output->lost = output->total;
		output->error = errno;
		output->spilled = false;
	}
}

static void errand_tell(struct errand *errand, struct tine_self *self,
			uint64_t seq)
{
	struct ending *ending = &errand->ending;

	output_pack(&ending->out, &errand->out, seq, PARCEL_OUT);
	output_pack(&ending->err, &errand->err, seq, PARCEL_ERR);
	(void)tine_send(self, ending, sizeof *ending);
	if (ending->out.size > 0)
		(void)tine_send(self, errand->out.bytes, ending->out.size);
	if (ending->err.size > 0)
		(void)tine_send(self, errand->err.bytes, ending->err.size);
}

static void errand_note(struct tine_self *self, char **words)
{
	char *text = words ? command_text(words) : NULL;

	if (text)
		tine_note(self, "%s", text);
	free(text);
}

/* What cannot be started now cannot be started then. */
static bool errand_may_do_better(const struct errand *errand)
{
	return plan->retried && !errand->last &&
	       errand->ending.end != TINE_OK && errand->ending.error == 0 &&
	       brake_level() == BRAKE_OFF;
}

/* Nothing is begun behind the command that was enough. What is stopped counts
 * for nothing. */
static void errand_count(const struct errand *errand, uint64_t seq)
{
	enum tine_end end = errand->ending.end;

	if (end == TINE_PENDING || end == TINE_SHUTDOWN || end == TINE_KILLED)
		return;
	if (!tally_end(seq, end == TINE_OK))
		return;
	brake_pull_in_child(plan->halt);
	(void)parcel_send(plan->parcels, seq, PARCEL_NEWS, -1);
}

int errand_run(struct tine_self *self, const void *arg, size_t size)
{
	static struct errand errand;
	const struct errand_item *item = arg;
	bool again;

	(void)size;
	if (!errand_settle(&errand))
		return tine_fail(self, 255, "no memory, or no pipe");
	errand_clear(&errand);
	if (brake_level() == BRAKE_OFF) {
		char **words = command_build(&plan->command, item->input);

		errand.last = tally_begin(item->seq);
		errand_note(self, words);
		errand_do(&errand, words);
		command_free(words);
	}
	again = errand_may_do_better(&errand);
	if (!again)
		errand_count(&errand, item->seq);
	errand_tell(&errand, self, item->seq);
	return again;
}
