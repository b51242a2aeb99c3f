/* SPDX-License-Identifier: MIT */
/*
 * verdict.c - from what is known of a child's end to how its task ended.
 *
 * Pure. Two facts decide, the last frame and the exit, and the frame comes
 * first: a function that returned has returned, whatever became of its
 * process afterwards. Then what the library did to it, then what it met, then
 * what it did itself; each rule below stands for one line of that order.
 */
#include "verdict.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

const char *tine_end_name(enum tine_end end)
{
	switch (end) {
	case TINE_OK: return "ok";
	case TINE_FAILED: return "failed";
	case TINE_CRASHED: return "crashed";
	case TINE_TIMEOUT: return "timeout";
	case TINE_LIMIT: return "limit";
	case TINE_SHUTDOWN: return "shutdown";
	case TINE_KILLED: return "killed";
	case TINE_GARBLED: return "garbled";
	case TINE_LOST: return "lost";
	case TINE_PENDING: return "pending";
	}
	return "unknown";
}

/* ---- The end ----------------------------------------------------------- */

static bool died_of(const struct facts *facts, int number)
{
	return facts->how == EXIT_SIGNAL && facts->status == number;
}

/* SIGKILL is ours if we sent it, SIGTERM if we asked it to stop. */
static bool died_by_us(const struct facts *facts)
{
	bool asked = facts->cause == CAUSE_TIMEOUT ||
		     facts->cause == CAUSE_SHUTDOWN ||
		     facts->cause == CAUSE_LINK;

	return died_of(facts, SIGKILL) ? facts->killed
				       : died_of(facts, SIGTERM) && asked;
}

/* A child may say that it fell with a task of its own; not that it is OK. */
static enum tine_end end_fell(const struct facts *facts, int *code)
{
	*code = (int)facts->amount;
	return facts->value > TINE_OK && facts->value <= TINE_LOST
		       ? (enum tine_end)facts->value
		       : TINE_GARBLED;
}

/* By who asked it to stop, and is not us. */
static bool died_of_others(const struct facts *facts)
{
	return facts->dismissed && died_of(facts, SIGKILL) && !facts->killed &&
	       facts->limit == LIMIT_NONE &&
	       (facts->cause == CAUSE_NONE || facts->cause == CAUSE_SHUTDOWN);
}

static bool was_asked_to_stop(const struct facts *facts)
{
	return facts->cause == CAUSE_SHUTDOWN ||
	       (facts->cause == CAUSE_NONE && facts->dismissed);
}

static enum tine_end end_natural(const struct facts *facts)
{
	if (facts->how == EXIT_FORSAKEN || facts->how == EXIT_LET_GO)
		return TINE_LOST;
	if (facts->limit != LIMIT_NONE)
		return TINE_LIMIT;
	if (facts->how == EXIT_SIGNAL)
		return TINE_CRASHED;
	if (facts->last == LAST_CUT)
		return TINE_GARBLED;
	return facts->how == EXIT_CODE ? TINE_FAILED : TINE_LOST;
}

static enum tine_end end_stopped(const struct facts *facts)
{
	if (died_of(facts, SIGKILL) && facts->killed)
		return TINE_KILLED;
	if (died_of(facts, SIGTERM) ||
	    (facts->how == EXIT_CODE && facts->status == 0))
		return TINE_SHUTDOWN;
	return end_natural(facts);
}

enum tine_end verdict_end(const struct facts *facts, int *code)
{
	*code = facts->status;
	if (facts->last == LAST_DONE) {
		*code = facts->value;
		return facts->value == 0 ? TINE_OK : TINE_FAILED;
	}
	if (facts->last == LAST_FELL)
		return end_fell(facts, code);
	if (facts->last == LAST_EXCESS)
		return TINE_LIMIT;
	if (facts->last == LAST_FOUL)
		return TINE_GARBLED;
	if (facts->last == LAST_NO_ROOM)
		return TINE_LOST;
	if (facts->cause == CAUSE_FOUL && died_by_us(facts) &&
	    (facts->last == LAST_CLOSED || facts->last == LAST_CUT))
		return TINE_GARBLED;
	if (facts->cause == CAUSE_TIMEOUT)
		return TINE_TIMEOUT;
	if (died_of_others(facts))
		return TINE_KILLED;
	if (was_asked_to_stop(facts))
		return end_stopped(facts);
	return died_by_us(facts) ? TINE_KILLED : end_natural(facts);
}

/* ---- The sentence ------------------------------------------------------ */

struct sentence {
	char *text;
	size_t used;
};

static void say(struct sentence *sentence, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct sentence *sentence, const char *format, ...)
{
	size_t room = VERDICT_TEXT - sentence->used;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(sentence->text + sentence->used, room, format,
			   arguments);
	va_end(arguments);
	if (length > 0)
		sentence->used +=
			(size_t)length < room ? (size_t)length : room - 1;
	if (length >= 0 && (size_t)length >= room)
		sentence->used = text_trim(sentence->text);
}

/* "killed by SIGSEGV at address 0x0", "left by exit(3) without returning" */
static void say_exit(struct sentence *sentence, const struct facts *facts)
{
	char name[TEXT_SIGNAL];

	if (facts->last == LAST_NO_ROOM)
		say(sentence, "lost: no memory or descriptor to receive it");
	else if (facts->how == EXIT_LET_GO)
		say(sentence, "lost: it goes on under its supervisor");
	else if (facts->how == EXIT_FORSAKEN)
		say(sentence, "lost: its supervisor is gone");
	else if (facts->how == EXIT_UNKNOWN)
		say(sentence, "ended; somebody else took its exit status");
	else if (facts->how == EXIT_CODE)
		say(sentence, "left by exit(%d) without returning",
		    facts->status);
	else
		say(sentence, "killed by %s", text_signal(name, facts->status));
	if (facts->how == EXIT_SIGNAL && facts->crashed)
		say(sentence, " at address 0x%llx",
		    (unsigned long long)facts->address);
	if (died_of(facts, SIGKILL) && !facts->killed)
		say(sentence, " from outside (out of memory, or a person)");
}

static void say_failed(struct sentence *sentence, const struct facts *facts)
{
	if (facts->said[0])
		say(sentence, "%s", facts->said);
	else if (facts->last == LAST_DONE)
		say(sentence, "returned %d", facts->value);
	else
		say_exit(sentence, facts);
}

static void say_limit(struct sentence *sentence, const struct facts *facts)
{
	const struct tine_limits *limits = &facts->options->limits;
	char size[TEXT_SIZE], most[TEXT_SIZE];

	if (facts->last == LAST_EXCESS) {
		say(sentence, "sent %s, more than its max_result of %s",
		    text_size(size, facts->amount),
		    text_size(most, facts->options->max_result));
		return;
	}
	say_exit(sentence, facts);
	say(sentence, ": it met its limit on %s", limit_name(facts->limit));
	if (facts->limit == LIMIT_MEMORY)
		say(sentence, " (%s)", text_size(size, limits->memory_bytes));
	if (facts->limit == LIMIT_CPU)
		say(sentence, " (%lld ms)", (long long)limits->cpu_ms);
	if (facts->limit == LIMIT_FILE_SIZE)
		say(sentence, " (%s)", text_size(size, limits->file_bytes));
	if (facts->limit == LIMIT_FILES)
		say(sentence, " (%u)", limits->files);
}

static void say_garbled(struct sentence *sentence, const struct facts *facts)
{
	say(sentence,
	    facts->last == LAST_CLOSED ? "closed its channel, but did not exit"
	    : facts->last == LAST_CUT  ? "ended in the middle of its result"
				       : "sent what is not a result");
}

static void say_killed(struct sentence *sentence, const struct facts *facts)
{
	if (died_of_others(facts))
		say(sentence, "killed from outside");
	else if (facts->cause == CAUSE_LINK)
		say(sentence, "killed: a task it is linked to ended: %s",
		    facts->linked ? facts->linked : "?");
	else if (facts->cause == CAUSE_SHUTDOWN)
		say(sentence, "killed: outlived its grace of %lld ms",
		    (long long)facts->grace_ms);
	else
		say(sentence, "killed by its owner");
}

static void say_core(struct sentence *sentence, const struct facts *facts,
		     enum tine_end end)
{
	switch (end) {
	case TINE_OK: say(sentence, "returned 0"); break;
	case TINE_FAILED: say_failed(sentence, facts); break;
	case TINE_LIMIT: say_limit(sentence, facts); break;
	case TINE_GARBLED: say_garbled(sentence, facts); break;
	case TINE_KILLED: say_killed(sentence, facts); break;
	case TINE_SHUTDOWN:
		say(sentence, facts->cause == CAUSE_NONE
				      ? "stopped from outside"
				      : "stopped when it was asked to");
		break;
	case TINE_TIMEOUT:
		say(sentence, "ran longer than its timeout of %lld ms",
		    (long long)facts->options->timeout_ms);
		break;
	case TINE_CRASHED:
	case TINE_LOST:
	case TINE_PENDING: say_exit(sentence, facts); break;
	}
}

void verdict_say(const struct facts *facts, enum tine_end end, int code,
		 char text[VERDICT_TEXT])
{
	bool fell = facts->last == LAST_FELL && (int)end == facts->value;
	struct sentence sentence = { .text = text };
	char duration[TEXT_DURATION];

	text[0] = '\0';
	if (fell && facts->keeper)
		say(&sentence, "%s", facts->said);
	else if (fell)
		say(&sentence, "fell with a task of its own (%s %d): %s",
		    tine_end_name(end), code, facts->said);
	else
		say_core(&sentence, facts, end);
	if (fell || (end == TINE_FAILED && facts->said[0]))
		return; /* those words need no more */
	if (end != TINE_TIMEOUT)
		say(&sentence, " after %s",
		    text_duration(duration, facts->wall_us));
	if (facts->note[0] && end != TINE_OK)
		say(&sentence, " while '%s'", facts->note);
}
