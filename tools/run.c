/* SPDX-License-Identifier: MIT */
/*
 * run.c - tine run: a command for each input, a few at once.
 *
 * The inputs are the source of a stream, whose pooled children each watch one
 * command after the other (run/errand.c). So to run a command costs the child
 * that it is, and little more, and whatever befalls who watches it costs one
 * command.
 *
 * Not here: how it is stopped (run/brake.c), what is said of a command
 * (run/tell.c).
 */
#include <err.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "fd.h"
#include "flow.h"
#include "knell.h"
#include "run/inputs.h"
#include "run/progress.h"
#include "run/settings.h"
#include "run/strays.h"
#include "run/tally.h"
#include "term.h"
#include "units.h"
#include "verb.h"

#define RUN_FAILURES_TOLD 100
#define RUN_MORE_FAILED 101
#define RUN_WRONG SETTINGS_WRONG

#define RUN_BUFFERED 256 /* that wait for one that is slow, in order */
#define RUN_KEEPS 64     /* descriptors that commands inherit */

struct run {
	struct settings settings;
	struct errand_plan plan;
	struct joblog log;
	struct inputs inputs;
	struct parcels parcels;
	struct tell tell;
	struct progress progress;
	int keeps[RUN_KEEPS];
	size_t keep_count;

	struct ev_loop *loop;
	ev_io braked, parcel_came;
	ev_prepare turn;
	struct tine_ctx *ctx;
	struct tine_stream *stream;
	int64_t started_us;
	uint64_t ok, failed, timed_out, stopped;
	bool wrong; /* something is, beside commands, and was told, */
	bool ends;  /* and it ends for that */
};

/* ---- A command has ended ------------------------------------------------ */

static void run_go_wrong(struct run *run, const char *what, int error)
{
	if (!run->ends)
		warnx("%s: %s", term_brief(what), strerror(error));
	run->ends = run->wrong = true;
	brake_pull(BRAKE_NOW);
	tine_stream_wake(run->stream);
}

static void run_count(struct run *run, const struct account *account)
{
	run->ok += account->ending.end == TINE_OK;
	run->failed += account->failed;
	run->timed_out += account->ending.timed_out;
	run->stopped += account->stopped;
	run->wrong |= account->ending.out.lost + account->ending.err.lost > 0;
}

static void run_halt(struct run *run)
{
	if (!tally_is_enough())
		return;
	brake_pull(run->settings.halt.level);
	tine_stream_wake(run->stream);
}

/* What was stopped is not done: it is left to who resumes. */
static void run_log(struct run *run, const struct account *account)
{
	if (account->begun && !account->stopped &&
	    !joblog_add(&run->log, account->seq, &account->ending,
			account->text))
		run_go_wrong(run, run->settings.joblog, errno);
}

static uint64_t run_total(const struct run *run)
{
	return run->inputs.count > run->inputs.skipped
		       ? run->inputs.count - run->inputs.skipped
		       : 0;
}

static void run_tell(struct run *run, const struct account *account)
{
	int error;

	if (account->ending.out.total + account->ending.err.total > 0 ||
	    account->failed)
		progress_hide(&run->progress);
	error = tell_account(&run->tell, account);
	if (error != 0 && error != EINTR)
		run_go_wrong(run, "cannot write", error);
	run_log(run, account);
	progress_show(&run->progress, run->ok + run->failed, run->failed,
		      run_total(run));
}

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	struct run *run = user;
	struct account account;

	(void)task;
	if (account_open(&account, result, &run->parcels, &run->plan)) {
		run_count(run, &account);
		run_tell(run, &account);
	} else {
		run_go_wrong(run, "a result", ENOMEM);
	}
	if (account.why_lost) {
		strays_kill();
		(void)tally_end(account.seq, false);
	}
	run_halt(run);
	account_close(&account);
}

static void on_done(struct tine_stream *stream, int error, void *user)
{
	struct run *run = user;

	(void)stream;
	if (error < 0) {
		progress_hide(&run->progress);
		warnx("cannot go on: %s", tine_strerror(error));
		run->wrong = true;
	}
	ev_prepare_stop(run->loop, &run->turn);
	ev_io_stop(run->loop, &run->braked);
	ev_io_stop(run->loop, &run->parcel_came);
}

/* ---- What else happens -------------------------------------------------- */

static void on_brake(struct ev_loop *loop, ev_io *braked, int events)
{
	struct run *run = braked->data;

	(void)events;
	ev_io_stop(loop, braked);
	tine_stream_wake(run->stream);
}

static void on_parcel(struct ev_loop *loop, ev_io *came, int events)
{
	struct run *run = came->data;

	(void)loop;
	(void)events;
	parcels_read(&run->parcels);
	run_halt(run);
}

/* What waits for another attempt gets none, and is not waited for. */
static void on_turn(struct ev_loop *loop, ev_prepare *turn, int events)
{
	struct run *run = turn->data;

	(void)loop;
	(void)events;
	if (brake_level() != BRAKE_OFF && flow_drop_resting(run->stream))
		tine_stream_wake(run->stream);
}

static void run_watch(struct run *run)
{
	ev_prepare_init(&run->turn, on_turn);
	run->turn.data = run;
	ev_prepare_start(run->loop, &run->turn);
	ev_io_init(&run->braked, on_brake, run->plan.brake.now, EV_READ);
	ev_io_init(&run->parcel_came, on_parcel, run->parcels.ours, EV_READ);
	run->braked.data = run->parcel_came.data = run;
	ev_io_start(run->loop, &run->braked);
	ev_io_start(run->loop, &run->parcel_came);
}

/* ---- Getting ready ------------------------------------------------------ */

/* What is open now, and does not end with an exec, is meant for commands. */
static void keep_for_commands(int fd, void *data)
{
	struct run *run = data;
	int flags = fcntl(fd, F_GETFD);

	if (fd > STDERR_FILENO && flags >= 0 && !(flags & FD_CLOEXEC) &&
	    run->keep_count < RUN_KEEPS - 3)
		run->keeps[run->keep_count++] = fd;
}

/* Children and their sockets, and files that wait to be printed. */
static void raise_files_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
}

static void run_find_program(struct run *run)
{
	const char *name = run->plan.command.words[0];
	char *path;
	int error;

	if (!command_is_fixed(&run->plan.command))
		return;
	error = program_find(name, &path);
	if (error != 0)
		errx(program_exit_code(error), "cannot run '%s': %s",
		     term_brief(name),
		     error == ENOENT ? "not found" : strerror(error));
	run->plan.path = path;
}

static void run_open_log(struct run *run)
{
	const struct settings *settings = &run->settings;
	uint64_t line = 0;
	int error;

	run->log.fd = -1;
	if (!settings->joblog)
		return;
	error = joblog_open(&run->log, settings->joblog, settings->resume,
			    &line);
	if (error == EBADMSG)
		errx(RUN_WRONG, "%s: line %llu is not of a joblog",
		     term_brief(settings->joblog), (unsigned long long)line);
	if (error != 0)
		errx(RUN_WRONG, "%s: %s", term_brief(settings->joblog),
		     strerror(error));
}

static void run_open_json(struct run *run)
{
	const char *path = run->settings.json_file;

	run->tell = (struct tell){ .json = run->settings.json,
				   .file = -1,
				   .plan = &run->plan };
	if (!path)
		return;
	run->tell.file =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (run->tell.file < 0)
		err(RUN_WRONG, "%s", term_brief(path));
}

static void run_plan(struct run *run)
{
	const struct settings *settings = &run->settings;
	struct errand_plan *plan = &run->plan;

	fd_each_open(keep_for_commands, run);
	program_rules_init(&plan->rules);
	plan->rules.memory = settings->memory;
	plan->rules.cpu_s = settings->cpu_s;
	plan->command =
		(struct command_plan){ settings->words, settings->word_count };
	plan->timeout_ms = settings->timeout_ms;
	plan->grace_ms = settings->grace_ms;
	plan->retried = settings->retries > 0;
	plan->halt = settings->halt.level;
	run_find_program(run);
}

static int run_open_pipes(struct run *run)
{
	int error = brake_init(&run->plan.brake);

	if (error == 0)
		error = parcels_open(&run->parcels);
	if (!tally_init(&run->settings.halt, run->settings.retries))
		error = TINE_ENOMEM;
	run->plan.parcels = run->parcels.theirs;
	run->keeps[run->keep_count++] = run->plan.brake.now;
	run->keeps[run->keep_count++] = run->plan.brake.kill;
	run->keeps[run->keep_count++] = run->plan.parcels;
	return error;
}

/* The children kill their commands when we are killed: who killed them at once
 * would not let them. */
static int run_open_ctx(struct run *run)
{
	const char *guard = getenv("TINE_GUARD");
	char *before = guard ? strdup(guard) : NULL;
	struct tine_ctx_options options = { .loop = run->loop };
	int error;

	(void)setenv("TINE_GUARD", "signal", 1);
	error = tine_ctx_new(&options, &run->ctx);
	if (before)
		(void)setenv("TINE_GUARD", before, 1);
	else
		(void)unsetenv("TINE_GUARD");
	free(before);
	return error;
}

static int run_open_stream(struct run *run)
{
	const struct settings *settings = &run->settings;
	const struct tine_stream_options options = {
		.task = {
			.name = "run",
			.nolink = true,
			.timeout_ms = TINE_FOREVER, /* the child sees to it */
			.keep_fds = run->keeps,
			.keep_count = run->keep_count,
			.retry = {
				.attempts = settings->retries + 1,
				.on = TINE_RETRY_FAILED | TINE_RETRY_CRASHED,
				.backoff_ms = settings->backoff_ms,
				.max_backoff_ms = settings->backoff_ms * 64,
			},
			.on_end = on_end,
			.user = run,
		},
		.max_concurrency = settings->jobs,
		.unordered = !settings->keep_order,
		.on_timeout = TINE_KILL,
		.reuse = UINT_MAX,
		.max_buffered = settings->keep_order ? RUN_BUFFERED : 0,
		.on_done = on_done,
	};

	return tine_stream_open(
		run->ctx, errand_run,
		inputs_source(&run->inputs, run->loop, &run->stream), &options,
		&run->stream);
}

/* ---- The run ------------------------------------------------------------ */

static void run_do(struct run *run)
{
	int error = run_open_pipes(run);

	run->loop = ev_loop_new(EVFLAG_AUTO);
	if (!run->loop)
		error = TINE_ENOMEM;
	if (error == 0)
		error = run_open_ctx(run);
	if (error == 0)
		error = run_open_stream(run);
	if (error < 0)
		errx(RUN_WRONG, "cannot begin: %s", tine_strerror(error));
	errand_prepare(&run->plan);
	tally_know(run->inputs.count);
	run_watch(run);
	(void)tine_run(run->ctx);
	tine_stream_close(run->stream);
	tine_ctx_free(run->ctx);
	ev_loop_destroy(run->loop);
	strays_kill_all();
}

static void run_say_totals(const struct run *run)
{
	uint64_t begun = run->ok + run->failed + run->stopped;
	char time[UNITS_ROOM];

	if (run->settings.quiet)
		return;
	(void)units_duration(time, clock_us() - run->started_us);
	(void)fprintf(stderr, "%llu ok, %llu failed",
		      (unsigned long long)run->ok,
		      (unsigned long long)run->failed);
	if (run->timed_out > 0)
		(void)fprintf(stderr, " (%llu timed out)",
			      (unsigned long long)run->timed_out);
	if (run->stopped > 0)
		(void)fprintf(stderr, ", %llu stopped",
			      (unsigned long long)run->stopped);
	if (run_total(run) > begun)
		(void)fprintf(stderr, ", %llu not done",
			      (unsigned long long)(run_total(run) - begun));
	if (run->inputs.skipped > 0)
		(void)fprintf(stderr, ", %llu done before",
			      (unsigned long long)run->inputs.skipped);
	(void)fprintf(stderr, " in %s\n", time);
}

/* Why there are no more inputs. */
static void run_say_input(const struct run *run)
{
	int error = run->inputs.error;

	warnx("input %llu: %s", (unsigned long long)(run->inputs.seq + 1),
	      error == EILSEQ ? "there is a NUL in it; with -0, inputs end "
				"with one"
			      : strerror(error));
}

static int run_status(const struct run *run)
{
	if (run->wrong || run->inputs.error != 0)
		return RUN_WRONG;
	if (tally_is_enough() && run->settings.halt.success)
		return 0;
	return run->failed > RUN_FAILURES_TOLD ? RUN_MORE_FAILED
					       : (int)run->failed;
}

static void run_close(struct run *run)
{
	joblog_close(&run->log);
	parcels_close(&run->parcels);
	inputs_done(&run->inputs);
	free((char *)(uintptr_t)run->plan.path);
	if (run->tell.file >= 0)
		(void)close(run->tell.file);
}

int verb_run(int argc, char **argv)
{
	static struct run run;
	const struct settings *settings = &run.settings;

	settings_read(&run.settings, argc, argv);
	run.started_us = clock_us();
	run_plan(&run);
	run_open_log(&run);
	run_open_json(&run);
	raise_files_limit();
	strays_adopt();
	inputs_init(&run.inputs, settings->inputs, settings->input_count,
		    settings->end, &run.log);
	progress_start(&run.progress, !settings->quiet);
	run_do(&run);
	progress_hide(&run.progress);
	if (run.inputs.error != 0)
		run_say_input(&run);
	run_say_totals(&run);
	run_close(&run);
	if (brake_signal() != 0)
		knell_die(brake_signal());
	return run_status(&run);
}
