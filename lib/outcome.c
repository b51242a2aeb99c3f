/* SPDX-License-Identifier: MIT */
/*
 * outcome.c - a task's result, made of what is known of its end.
 *
 * It collects the facts for verdict.c, and keeps the words: they must outlive
 * the child, its slate and its descriptors.
 */
#include "outcome.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "crash.h"
#include "fingerprint.h"
#include "text.h"

static const struct slate no_slate;

static const struct slate *slate_of(const struct tine_task *task)
{
	return task->slate ? task->slate : &no_slate;
}

static enum limit limit_claimed(const struct slate *slate)
{
	uint32_t limit = atomic_load(&slate->limit);

	return limit < LIMIT_COUNT ? (enum limit)limit : LIMIT_NONE;
}

static enum limit limit_found(const struct tine_task *task)
{
	const struct child_exit *ended = &task->exit;
	enum limit limit = LIMIT_NONE;

	if (ended->how == EXIT_SIGNAL)
		limit = limit_of_signal(&task->options.limits, ended->status,
					&ended->usage);
	return limit != LIMIT_NONE ? limit : limit_claimed(slate_of(task));
}

/* Whether the traces are of the signal that it died of. */
static bool has_traces(const struct tine_task *task)
{
	const struct slate *slate = slate_of(task);

	return task->exit.how == EXIT_SIGNAL &&
	       atomic_load(&slate->crashed) == 1 &&
	       atomic_load(&slate->signal) == task->exit.status;
}

/* A fault of its own has an address; a signal that was sent has not. */
static bool has_fault(const struct tine_task *task)
{
	return has_traces(task) && atomic_load(&slate_of(task)->fault) == 1;
}

static char *crash_of(const struct tine_task *task)
{
	uint64_t address = atomic_load(&slate_of(task)->address);
	struct slate_crash *copy;
	char *text = NULL;

	if (!has_traces(task) || !task->ctx)
		return NULL;
	copy = malloc(sizeof *copy);
	if (copy && slate_read_crash(slate_of(task), copy))
		text = crash_text(&task->ctx->crash, copy,
				  task->exit.status == SIGSEGV &&
					  slate_overflowed(copy, address));
	free(copy);
	return text;
}

/* By what somebody has written, who may write anything: it is for that process,
 * and softens what is said of its end. */
static bool was_dismissed(const struct tine_task *task)
{
	return task->result.pid > 0 &&
	       atomic_load(&slate_of(task)->dismissed) == task->result.pid;
}

static struct facts outcome_facts(const struct tine_task *task)
{
	const struct slate *slate = slate_of(task);

	return (struct facts){
		.how = task->exit.how,
		.status = task->exit.status,
		.killed = task->killed,
		.keeper = task->keeper,
		.cause = task->cause,
		.linked = task->linked,
		.dismissed = was_dismissed(task),
		.last = task->inbox.last,
		.value = task->inbox.value,
		.amount = task->inbox.amount,
		.limit = limit_found(task),
		.crashed = has_fault(task),
		.address = atomic_load(&slate->address),
		.said = "",
		.note = "",
		.wall_us = clock_us() - task->started_us,
		.grace_ms = task->grace_ms,
		.options = &task->options,
	};
}

enum tine_end outcome_end(const struct tine_task *task, int *code)
{
	struct facts facts = outcome_facts(task);

	return verdict_end(&facts, code);
}

/* NULL, for "", when there is none, or no memory for it. */
static char *tail_text(const struct tail *tail)
{
	char *text = tail ? malloc(TAIL_SIZE + 1) : NULL;

	if (text)
		(void)tail_copy(tail, text);
	return text;
}

static void words_clear(struct task_words *words)
{
	free(words->output);
	free(words->crash);
	memset(words, 0, sizeof *words);
}

/* What is not there was dropped, for whatever reason. */
static uint64_t output_dropped(const struct tine_task *task,
			       const struct task_words *words)
{
	if (!task->tail)
		return 0;
	return words->output ? tail_dropped(task->tail) : task->tail->total;
}

/* The members that every result has. */
static void outcome_fill(const struct tine_task *task,
			 struct tine_result *result,
			 const struct task_words *words)
{
	*result = (struct tine_result){
		.message = words->message,
		.note = words->note,
		.output = words->output ? words->output : "",
		.output_dropped = output_dropped(task, words),
		.crash = words->crash ? words->crash : "",
		.attempts = task->attempts,
		.pid = task->child.pid,
		.wall_us = task->started_us ? clock_us() - task->started_us : 0,
	};
}

void outcome_write(struct tine_task *task)
{
	struct facts facts = outcome_facts(task);
	struct task_words *words = task->words;
	char said[SLATE_TEXT];
	pid_t pid = task->result.pid;
	int code;
	enum tine_end end = verdict_end(&facts, &code);

	words_clear(words);
	words->output = tail_text(task->tail);
	words->crash = crash_of(task);
	slate_read(&slate_of(task)->note, words->note, sizeof words->note);
	slate_read(&slate_of(task)->message, said, sizeof said);
	facts.note = words->note;
	facts.said = said;
	verdict_say(&facts, end, code, words->message);

	outcome_fill(task, &task->result, words);
	task->result.end = end;
	task->result.code = code;
	task->result.fingerprint =
		fingerprint_of(task->exit.status, task->result.crash);
	task->result.data = inbox_result(&task->inbox, &task->result.size);
	task->result.core = task->exit.core;
	task->result.adopted = task->exit.adopted;
	task->result.pid = pid;
	task->result.wall_us = facts.wall_us;
	task->result.usage = task->exit.usage;
}

const struct tine_result *outcome_pending(struct tine_task *task)
{
	struct task_words *words = task->other_words;
	struct tine_result *other = &words->result;
	char duration[TEXT_DURATION];

	words_clear(words);
	slate_read(&slate_of(task)->note, words->note, sizeof words->note);
	words->output = tail_text(task->tail);
	outcome_fill(task, other, words);
	(void)snprintf(words->message, sizeof words->message,
		       "%s after %s%s%s%s", state_name(task->state),
		       text_duration(duration, other->wall_us),
		       words->note[0] ? " while '" : "", words->note,
		       words->note[0] ? "'" : "");
	other->end = TINE_PENDING;
	return other;
}

const struct tine_result *outcome_lost(struct tine_task *task, const char *why)
{
	struct task_words *words = task->other_words;
	struct tine_result *other = &words->result;

	words_clear(words);
	outcome_fill(task, other, words);
	text_line(words->message, sizeof words->message, why, SIZE_MAX);
	other->end = TINE_LOST;
	other->pid = 0;
	return other;
}
