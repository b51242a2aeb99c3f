/* SPDX-License-Identifier: MIT */
/* test_verdict.c - which facts make which end, and what is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>

#include "verdict.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct tine_options options = {
	.timeout_ms = 500,
	.max_result = 1 << 20,
	.limits = { .memory_bytes = 64 << 20,
		    .file_bytes = 1536,
		    .cpu_ms = 250,
		    .files = 7,
		    .processes = 9 },
};

/* How a process may end. */
#define LEFT(number) .how = EXIT_CODE, .status = (number)
#define DIED(number) .how = EXIT_SIGNAL, .status = (number)
#define SHOT DIED(SIGKILL), .killed = true /* by us */
#define GONE .how = EXIT_UNKNOWN
#define RETURNED(number) .last = LAST_DONE, .value = (number)

struct row {
	const char *what;
	struct facts facts;
	enum tine_end end;
	int code;
};

static enum tine_end end_of(struct facts facts, int *code)
{
	facts.options = &options;
	facts.said = facts.said ? facts.said : "";
	facts.note = facts.note ? facts.note : "";
	return verdict_end(&facts, code);
}

static void assert_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int code = -12345;
		enum tine_end end = end_of(rows[i].facts, &code);

		if (end != rows[i].end || code != rows[i].code)
			fail_msg("%s: %s %d, not %s %d", rows[i].what,
				 tine_end_name(end), code,
				 tine_end_name(rows[i].end), rows[i].code);
	}
}

/* ---- Each rule --------------------------------------------------------- */

static void what_it_did_itself_is_its_end(void **state)
{
	static const struct row rows[] = {
		{ "exit(0)", { LEFT(0) }, TINE_FAILED, 0 },
		{ "exit(7)", { LEFT(7) }, TINE_FAILED, 7 },
		{ "exit(255)", { LEFT(255) }, TINE_FAILED, 255 },
		{ "a fault", { DIED(SIGSEGV) }, TINE_CRASHED, SIGSEGV },
		{ "abort()", { DIED(SIGABRT) }, TINE_CRASHED, SIGABRT },
		{ "a real-time signal", { DIED(42) }, TINE_CRASHED, 42 },
		{ "nobody knows", { GONE }, TINE_LOST, 0 },
		{ "closed, then exit(3)",
		  { LEFT(3), .last = LAST_CLOSED },
		  TINE_FAILED,
		  3 },
		{ "closed, then a fault",
		  { DIED(SIGSEGV), .last = LAST_CLOSED },
		  TINE_CRASHED,
		  SIGSEGV },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void a_return_is_ok_with_0_and_failed_with_its_value_else(void **state)
{
	(void)state;
	for (int value = 0; value < 256; value++) {
		int code;
		enum tine_end end = end_of(
			(struct facts){ LEFT(0), RETURNED(value) }, &code);

		assert_int_equal(end, value ? TINE_FAILED : TINE_OK);
		assert_int_equal(code, value);
	}
}

static void signals_from_others_are_crashes(void **state)
{
	static const struct row rows[] = {
		{ "SIGKILL, ours or not: not ours",
		  { DIED(SIGKILL) },
		  TINE_CRASHED,
		  SIGKILL },
		{ "SIGTERM, and we asked for nothing",
		  { DIED(SIGTERM) },
		  TINE_CRASHED,
		  SIGTERM },
		{ "a fault while we ask it to stop",
		  { DIED(SIGSEGV), .cause = CAUSE_SHUTDOWN },
		  TINE_CRASHED,
		  SIGSEGV },
		{ "a fault just before our SIGKILL",
		  { DIED(SIGSEGV), .killed = true, .cause = CAUSE_BRUTAL },
		  TINE_CRASHED,
		  SIGSEGV },
		{ "a fault while a linked one takes it along",
		  { DIED(SIGSEGV), .cause = CAUSE_LINK },
		  TINE_CRASHED,
		  SIGSEGV },
		{ "a stranger's SIGKILL while it is linked down",
		  { DIED(SIGKILL), .cause = CAUSE_LINK },
		  TINE_CRASHED,
		  SIGKILL },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void what_the_library_did_is_told_by_its_reason(void **state)
{
	static const struct row rows[] = {
		{ "timeout, SIGTERM",
		  { DIED(SIGTERM), .cause = CAUSE_TIMEOUT },
		  TINE_TIMEOUT,
		  SIGTERM },
		{ "timeout, SIGKILL",
		  { SHOT, .cause = CAUSE_TIMEOUT },
		  TINE_TIMEOUT,
		  SIGKILL },
		{ "timeout, it exits when asked",
		  { LEFT(0), .cause = CAUSE_TIMEOUT },
		  TINE_TIMEOUT,
		  0 },
		{ "timeout, it faults when asked",
		  { DIED(SIGSEGV), .cause = CAUSE_TIMEOUT },
		  TINE_TIMEOUT,
		  SIGSEGV },
		{ "timeout, nobody knows",
		  { GONE, .cause = CAUSE_TIMEOUT },
		  TINE_TIMEOUT,
		  0 },
		{ "link, SIGTERM",
		  { DIED(SIGTERM), .cause = CAUSE_LINK },
		  TINE_KILLED,
		  SIGTERM },
		{ "link, SIGKILL",
		  { SHOT, .cause = CAUSE_LINK },
		  TINE_KILLED,
		  SIGKILL },
		{ "link, it leaves by itself",
		  { LEFT(3), .cause = CAUSE_LINK },
		  TINE_FAILED,
		  3 },
		{ "brutal", { SHOT, .cause = CAUSE_BRUTAL }, TINE_KILLED, 9 },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void what_is_no_result_is_garbled(void **state)
{
	static const struct row rows[] = {
		{ "cut, exit(0)",
		  { LEFT(0), .last = LAST_CUT },
		  TINE_GARBLED,
		  0 },
		{ "cut, exit(3)",
		  { LEFT(3), .last = LAST_CUT },
		  TINE_GARBLED,
		  3 },
		{ "cut by a fault",
		  { DIED(SIGSEGV), .last = LAST_CUT },
		  TINE_CRASHED,
		  SIGSEGV },
		{ "cut by our SIGKILL",
		  { SHOT, .last = LAST_CUT, .cause = CAUSE_BRUTAL },
		  TINE_KILLED,
		  SIGKILL },
		{ "cut by the timeout",
		  { SHOT, .last = LAST_CUT, .cause = CAUSE_TIMEOUT },
		  TINE_TIMEOUT,
		  SIGKILL },
		{ "foul, and killed for it",
		  { SHOT, .last = LAST_FOUL, .cause = CAUSE_FOUL },
		  TINE_GARBLED,
		  SIGKILL },
		{ "foul, and gone before that",
		  { LEFT(0), .last = LAST_FOUL, .cause = CAUSE_FOUL },
		  TINE_GARBLED,
		  0 },
		{ "closed, lived on, and killed for it",
		  { SHOT, .last = LAST_CLOSED, .cause = CAUSE_FOUL },
		  TINE_GARBLED,
		  SIGKILL },
		{ "closed, and left before that",
		  { LEFT(3), .last = LAST_CLOSED, .cause = CAUSE_FOUL },
		  TINE_FAILED,
		  3 },
		{ "closed, then shut down",
		  { SHOT, .last = LAST_CLOSED, .cause = CAUSE_BRUTAL },
		  TINE_KILLED,
		  SIGKILL },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void limits_are_told_before_what_they_led_to(void **state)
{
	static const struct row rows[] = {
		{ "excess",
		  { SHOT, .last = LAST_EXCESS, .cause = CAUSE_FOUL },
		  TINE_LIMIT,
		  SIGKILL },
		{ "excess, then exit(0)",
		  { LEFT(0), .last = LAST_EXCESS },
		  TINE_LIMIT,
		  0 },
		{ "cpu",
		  { DIED(SIGXCPU), .limit = LIMIT_CPU },
		  TINE_LIMIT,
		  SIGXCPU },
		{ "memory, a fault",
		  { DIED(SIGSEGV), .limit = LIMIT_MEMORY },
		  TINE_LIMIT,
		  SIGSEGV },
		{ "files, exit(1)",
		  { LEFT(1), .limit = LIMIT_FILES },
		  TINE_LIMIT,
		  1 },
		{ "memory, and it returned all the same",
		  { LEFT(0), RETURNED(0), .limit = LIMIT_MEMORY },
		  TINE_OK,
		  0 },
		{ "memory, and our SIGKILL",
		  { SHOT, .cause = CAUSE_BRUTAL, .limit = LIMIT_MEMORY },
		  TINE_KILLED,
		  SIGKILL },
		{ "memory, while it stops",
		  { DIED(SIGABRT), .cause = CAUSE_SHUTDOWN,
		    .limit = LIMIT_MEMORY },
		  TINE_LIMIT,
		  SIGABRT },
		{ "memory, after the timeout",
		  { LEFT(1), .cause = CAUSE_TIMEOUT, .limit = LIMIT_MEMORY },
		  TINE_TIMEOUT,
		  1 },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void no_room_for_its_result_is_our_loss_not_its_fault(void **state)
{
	static const struct row rows[] = {
		{ "and killed for it",
		  { SHOT, .last = LAST_NO_ROOM, .cause = CAUSE_FOUL },
		  TINE_LOST,
		  SIGKILL },
		{ "and gone", { LEFT(0), .last = LAST_NO_ROOM }, TINE_LOST, 0 },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

/* ---- What is gossip ---------------------------------------------------- */

static void who_falls_ends_as_its_own_task_did(void **state)
{
	(void)state;
	for (int end = TINE_FAILED; end <= TINE_KILLED; end++) {
		struct facts facts = { LEFT(255), .last = LAST_FELL,
				       .value = end, .amount = 11 };
		int code;

		assert_int_equal(end_of(facts, &code), end);
		assert_int_equal(code, 11);
	}
}

static void a_fall_cannot_be_told_as_success_or_nonsense(void **state)
{
	static const int values[] = { TINE_OK,   TINE_PENDING, TINE_PENDING + 1,
				      -1,        255,          INT32_MAX,
				      INT32_MIN, 1 << 16 };

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct facts facts = { LEFT(0), .last = LAST_FELL,
				       .value = values[i] };
		int code;

		assert_int_equal(end_of(facts, &code), TINE_GARBLED);
	}
}

/* ---- All that can come together ---------------------------------------- */

static const int hows[][2] = {
	{ EXIT_UNKNOWN, 0 },      { EXIT_CODE, 0 },
	{ EXIT_CODE, 3 },         { EXIT_CODE, 255 },
	{ EXIT_SIGNAL, SIGKILL }, { EXIT_SIGNAL, SIGTERM },
	{ EXIT_SIGNAL, SIGSEGV }, { EXIT_SIGNAL, SIGXCPU },
	{ EXIT_SIGNAL, 64 },
};

typedef void facts_fn(const struct facts *facts);

static void each_limit(struct facts *facts, facts_fn *fn)
{
	for (int limit = LIMIT_NONE; limit < LIMIT_COUNT; limit++) {
		facts->limit = (enum limit)limit;
		for (facts->value = -1; facts->value <= 10; facts->value++)
			fn(facts);
	}
}

static void each_cause(struct facts *facts, facts_fn *fn)
{
	for (int cause = CAUSE_NONE; cause <= CAUSE_FOUL; cause++)
		for (int killed = 0; killed < 2; killed++) {
			facts->cause = (enum cause)cause;
			facts->killed = killed;
			each_limit(facts, fn);
		}
}

static void each_combination(struct facts facts, facts_fn *fn)
{
	facts.options = &options;
	for (size_t how = 0; how < COUNT(hows); how++)
		for (int last = LAST_NONE; last <= LAST_CLOSED; last++) {
			facts.how = (enum exit_kind)hows[how][0];
			facts.status = hows[how][1];
			facts.last = (enum last_word)last;
			each_cause(&facts, fn);
		}
}

static const struct facts wordless = { .said = "", .note = "" };

static void assert_end_is_final(const struct facts *facts)
{
	int code;
	enum tine_end end = verdict_end(facts, &code);

	assert_true(end >= TINE_OK && end < TINE_PENDING);
	assert_string_not_equal(tine_end_name(end), "unknown");
}

static void all_facts_have_an_end(void **state)
{
	(void)state;
	each_combination(wordless, assert_end_is_final);
}

static void assert_ok_is_returned(const struct facts *facts)
{
	int code;

	if (verdict_end(facts, &code) != TINE_OK)
		return;
	assert_int_equal(facts->last, LAST_DONE);
	assert_int_equal(facts->value, 0);
	assert_int_equal(code, 0);
}

static void nothing_is_ok_but_a_return_of_0(void **state)
{
	(void)state;
	each_combination(wordless, assert_ok_is_returned);
}

static void assert_return_wins(const struct facts *facts)
{
	int code;
	enum tine_end end = verdict_end(facts, &code);

	if (facts->last != LAST_DONE)
		return;
	assert_int_equal(end, facts->value == 0 ? TINE_OK : TINE_FAILED);
	assert_int_equal(code, facts->value);
}

static void a_complete_return_wins_whatever_else(void **state)
{
	(void)state;
	each_combination(wordless, assert_return_wins);
}

static void assert_foul_is_garbled(const struct facts *facts)
{
	int code;

	if (facts->last == LAST_FOUL)
		assert_int_equal(verdict_end(facts, &code), TINE_GARBLED);
	if (facts->last == LAST_EXCESS)
		assert_int_equal(verdict_end(facts, &code), TINE_LIMIT);
	if (facts->last == LAST_NO_ROOM)
		assert_int_equal(verdict_end(facts, &code), TINE_LOST);
}

static void what_ended_the_talk_decides_whatever_else(void **state)
{
	(void)state;
	each_combination(wordless, assert_foul_is_garbled);
}

/* Shutdown, timeout and kill are words about us: without a reason of ours,
 * and from the child's own mouth apart, they are never said. */
static void assert_innocent(const struct facts *facts)
{
	int code;
	enum tine_end end = verdict_end(facts, &code);

	if (facts->cause != CAUSE_NONE || facts->killed ||
	    facts->last == LAST_FELL)
		return;
	assert_int_not_equal(end, TINE_SHUTDOWN);
	assert_int_not_equal(end, TINE_TIMEOUT);
	assert_int_not_equal(end, TINE_KILLED);
}

static void without_a_reason_of_ours_we_did_not_do_it(void **state)
{
	(void)state;
	each_combination(wordless, assert_innocent);
}

/* ---- Shutdown: CONTRACT.md, 4.6 ---------------------------------------- */

#define ASKED .cause = CAUSE_SHUTDOWN, .grace_ms = 100
#define BRUTAL .cause = CAUSE_BRUTAL, .killed = true

static void t60_a_reply_is_a_reply_however_it_died(void **state)
{
	static const struct row rows[] = {
		{ "abnormal, asked",
		  { DIED(SIGSEGV), RETURNED(0), ASKED },
		  TINE_OK,
		  0 },
		{ "normal, asked",
		  { LEFT(0), RETURNED(0), ASKED },
		  TINE_OK,
		  0 },
		{ "shut down, asked",
		  { DIED(SIGTERM), RETURNED(0), ASKED },
		  TINE_OK,
		  0 },
		{ "abnormal, brutal",
		  { DIED(SIGSEGV), RETURNED(0), BRUTAL },
		  TINE_OK,
		  0 },
		{ "normal, brutal",
		  { LEFT(0), RETURNED(0), BRUTAL },
		  TINE_OK,
		  0 },
		{ "killed, brutal",
		  { DIED(SIGKILL), RETURNED(0), BRUTAL },
		  TINE_OK,
		  0 },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void t61_one_that_runs_and_does_not_trap_is_stopped(void **state)
{
	static const struct row rows[] = {
		{ "asked", { DIED(SIGTERM), ASKED }, TINE_SHUTDOWN, SIGTERM },
		{ "brutal", { DIED(SIGKILL), BRUTAL }, TINE_KILLED, SIGKILL },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void t62_one_that_stops_when_asked_is_shut_down(void **state)
{
	static const struct row rows[] = {
		{ "by the signal",
		  { DIED(SIGTERM), ASKED },
		  TINE_SHUTDOWN,
		  SIGTERM },
		{ "by exit(0)", { LEFT(0), ASKED }, TINE_SHUTDOWN, 0 },
		{ "by exit(0), its channel closed",
		  { LEFT(0), ASKED, .last = LAST_CLOSED },
		  TINE_SHUTDOWN,
		  0 },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void t63_one_that_was_killed_by_someone_else_crashed(void **state)
{
	static const struct row rows[] = {
		{ "asked", { DIED(SIGKILL), ASKED }, TINE_CRASHED, SIGKILL },
		{ "not asked yet", { DIED(SIGKILL) }, TINE_CRASHED, SIGKILL },
		{ "brutal: nobody can tell whose it was",
		  { DIED(SIGKILL), BRUTAL },
		  TINE_KILLED,
		  SIGKILL },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void t64_an_abnormal_end_of_its_own_stays(void **state)
{
	static const struct row rows[] = {
		{ "exit, asked", { LEFT(7), ASKED }, TINE_FAILED, 7 },
		{ "exit, brutal", { LEFT(7), BRUTAL }, TINE_FAILED, 7 },
		{ "fault, asked",
		  { DIED(SIGSEGV), ASKED },
		  TINE_CRASHED,
		  SIGSEGV },
		{ "fault, brutal",
		  { DIED(SIGSEGV), BRUTAL },
		  TINE_CRASHED,
		  SIGSEGV },
		{ "return 7, asked",
		  { LEFT(7), RETURNED(7), ASKED },
		  TINE_FAILED,
		  7 },
		{ "return 7, brutal",
		  { LEFT(7), RETURNED(7), BRUTAL },
		  TINE_FAILED,
		  7 },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void t65_a_normal_end_without_a_reply_failed_with_0(void **state)
{
	static const struct row rows[] = {
		{ "before it was asked", { LEFT(0) }, TINE_FAILED, 0 },
		{ "brutal", { LEFT(0), BRUTAL }, TINE_FAILED, 0 },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

static void t66_one_that_outlives_its_grace_is_killed(void **state)
{
	static const struct row rows[] = {
		{ "asked, then SIGKILL", { SHOT, ASKED }, TINE_KILLED, 9 },
		{ "brutal", { DIED(SIGKILL), BRUTAL }, TINE_KILLED, 9 },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

/* T67 and T68 have no process of which there could be facts. */

static void t69_who_replies_while_being_shut_down_replied(void **state)
{
	static const struct row rows[] = {
		{ "asked", { LEFT(0), RETURNED(0), ASKED }, TINE_OK, 0 },
		{ "asked, too slow to exit",
		  { SHOT, RETURNED(0), ASKED },
		  TINE_OK,
		  0 },
		{ "brutal",
		  { DIED(SIGKILL), RETURNED(0), BRUTAL },
		  TINE_OK,
		  0 },
	};

	(void)state;
	assert_rows(rows, COUNT(rows));
}

/* ---- What is said ------------------------------------------------------ */

/* Says it at the front of a room with a guard behind. */
static void say(struct facts facts, char text[VERDICT_TEXT])
{
	char room[VERDICT_TEXT + 8];
	int code;
	enum tine_end end = end_of(facts, &code);

	facts.options = &options;
	facts.said = facts.said ? facts.said : "";
	facts.note = facts.note ? facts.note : "";
	memset(room, 0x5a, sizeof room);
	verdict_say(&facts, end, code, room);
	assert_non_null(memchr(room, '\0', VERDICT_TEXT));
	for (size_t i = VERDICT_TEXT; i < sizeof room; i++)
		assert_int_equal(room[i], 0x5a);
	memcpy(text, room, VERDICT_TEXT);
}

struct said {
	struct facts facts;
	const char *text;
};

static void assert_said(const struct said *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char text[VERDICT_TEXT];

		say(rows[i].facts, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void an_end_of_its_own_is_told_in_words(void **state)
{
	static const struct said rows[] = {
		{ { LEFT(0), RETURNED(0), .wall_us = 830 },
		  "returned 0 after 830 us" },
		{ { LEFT(0), RETURNED(0), .note = "done", .wall_us = 12000 },
		  "returned 0 after 12 ms" },
		{ { LEFT(7), RETURNED(7), .wall_us = 12000 },
		  "returned 7 after 12 ms" },
		{ { LEFT(3), .wall_us = 3400000 },
		  "left by exit(3) without returning after 3.4 s" },
		{ { DIED(SIGSEGV), .wall_us = 5 },
		  "killed by SIGSEGV after 5 us" },
		{ { DIED(SIGSEGV), .crashed = true, .address = 0xdeadbeef },
		  "killed by SIGSEGV at address 0xdeadbeef after 0 us" },
		{ { DIED(SIGSEGV), .crashed = true, .note = "page 3" },
		  "killed by SIGSEGV at address 0x0 after 0 us while 'page "
		  "3'" },
		{ { DIED(42) }, "killed by signal 42 after 0 us" },
		{ { DIED(SIGKILL) },
		  "killed by SIGKILL from outside (out of memory, or a person) "
		  "after 0 us" },
		{ { GONE },
		  "ended; somebody else took its exit status after 0 us" },
	};

	(void)state;
	assert_said(rows, COUNT(rows));
}

static void a_tasks_own_words_need_no_more(void **state)
{
	static const struct said rows[] = {
		{ { LEFT(2), RETURNED(2), .said = "no such page: 9" },
		  "no such page: 9" },
		{ { LEFT(2), .said = "no such page: 9", .note = "reading" },
		  "no such page: 9" },
	};

	(void)state;
	assert_said(rows, COUNT(rows));
}

static void what_we_did_is_told_with_its_reason(void **state)
{
	static const struct said rows[] = {
		{ { SHOT, .cause = CAUSE_TIMEOUT, .note = "in a loop" },
		  "ran longer than its timeout of 500 ms while 'in a loop'" },
		{ { DIED(SIGTERM), ASKED },
		  "stopped when it was asked to after 0 us" },
		{ { SHOT, ASKED },
		  "killed: outlived its grace of 100 ms after 0 us" },
		{ { SHOT, .cause = CAUSE_BRUTAL },
		  "killed by its owner after 0 us" },
		{ { SHOT, .cause = CAUSE_LINK, .linked = "b: returned 1" },
		  "killed: a task it is linked to ended: b: returned 1 "
		  "after 0 us" },
		{ { SHOT, .cause = CAUSE_LINK },
		  "killed: a task it is linked to ended: ? after 0 us" },
	};

	(void)state;
	assert_said(rows, COUNT(rows));
}

static void a_limit_is_told_with_what_it_was(void **state)
{
	static const struct said rows[] = {
		{ { SHOT, .last = LAST_EXCESS, .amount = 2 << 20 },
		  "sent 2 MiB, more than its max_result of 1 MiB after 0 us" },
		{ { DIED(SIGSEGV), .limit = LIMIT_MEMORY },
		  "killed by SIGSEGV: it met its limit on memory (64 MiB) "
		  "after 0 us" },
		{ { DIED(SIGXCPU), .limit = LIMIT_CPU },
		  "killed by SIGXCPU: it met its limit on cpu (250 ms) after "
		  "0 us" },
		{ { DIED(SIGXFSZ), .limit = LIMIT_FILE_SIZE },
		  "killed by SIGXFSZ: it met its limit on file size (1.5 KiB) "
		  "after 0 us" },
		{ { LEFT(1), .limit = LIMIT_FILES },
		  "left by exit(1) without returning: it met its limit on "
		  "files (7) after 0 us" },
		{ { LEFT(1), .limit = LIMIT_PROCESSES },
		  "left by exit(1) without returning: it met its limit on "
		  "processes after 0 us" },
	};

	(void)state;
	assert_said(rows, COUNT(rows));
}

static void what_is_garbled_is_told_apart(void **state)
{
	static const struct said rows[] = {
		{ { SHOT, .last = LAST_FOUL, .cause = CAUSE_FOUL },
		  "sent what is not a result after 0 us" },
		{ { LEFT(0), .last = LAST_CUT },
		  "ended in the middle of its result after 0 us" },
		{ { SHOT, .last = LAST_CLOSED, .cause = CAUSE_FOUL },
		  "closed its channel, but did not exit after 0 us" },
		{ { LEFT(0), .last = LAST_NO_ROOM },
		  "lost: no memory or descriptor to receive it after 0 us" },
	};

	(void)state;
	assert_said(rows, COUNT(rows));
}

static void a_fall_is_told_with_who_fell(void **state)
{
	static const struct said rows[] = {
		{ { LEFT(255), .last = LAST_FELL, .value = TINE_CRASHED,
		    .amount = SIGSEGV, .said = "killed by SIGSEGV" },
		  "fell with a task of its own (crashed 11): killed by "
		  "SIGSEGV" },
		{ { LEFT(255), .last = LAST_FELL, .value = TINE_OK },
		  "sent what is not a result after 0 us" },
	};

	(void)state;
	assert_said(rows, COUNT(rows));
}

/* ---- What is never said ------------------------------------------------ */

static void assert_one_line(const struct facts *facts)
{
	char text[VERDICT_TEXT];

	say(*facts, text);
	assert_int_not_equal(text[0], '\0');
	for (const char *at = text; *at; at++)
		assert_false((unsigned char)*at < ' ' || *at == 0x7f);
}

static void a_message_is_one_line_and_never_empty(void **state)
{
	(void)state;
	each_combination(wordless, assert_one_line);
	each_combination((struct facts){ .said = "said",
					 .note = "noted",
					 .linked = "linked",
					 .crashed = true,
					 .amount = UINT64_MAX,
					 .address = UINT64_MAX,
					 .wall_us = INT64_MAX,
					 .grace_ms = INT64_MAX },
			 assert_one_line);
}

static void a_message_of_the_longest_words_fits(void **state)
{
	static char words[VERDICT_TEXT], most[512];

	(void)state;
	memset(words, 'w', sizeof words - 1);
	memset(most, 'm', sizeof most - 1);
	each_combination((struct facts){ .said = most,
					 .note = most,
					 .linked = words,
					 .crashed = true,
					 .amount = UINT64_MAX,
					 .address = UINT64_MAX,
					 .wall_us = INT64_MAX },
			 assert_one_line);
}

static void every_end_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int a = TINE_OK; a <= TINE_PENDING; a++)
		for (int b = TINE_OK; b < a; b++)
			assert_string_not_equal(
				tine_end_name((enum tine_end)a),
				tine_end_name((enum tine_end)b));
	assert_string_equal(tine_end_name(TINE_OK), "ok");
	assert_string_equal(tine_end_name(TINE_PENDING), "pending");
}

static void what_is_no_end_has_a_name_too(void **state)
{
	static const int others[] = { TINE_PENDING + 1, 1000 };

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++)
		assert_string_equal(tine_end_name((enum tine_end)others[i]),
				    "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_did_itself_is_its_end),
		cmocka_unit_test(
			a_return_is_ok_with_0_and_failed_with_its_value_else),
		cmocka_unit_test(signals_from_others_are_crashes),
		cmocka_unit_test(what_the_library_did_is_told_by_its_reason),
		cmocka_unit_test(what_is_no_result_is_garbled),
		cmocka_unit_test(limits_are_told_before_what_they_led_to),
		cmocka_unit_test(
			no_room_for_its_result_is_our_loss_not_its_fault),
		cmocka_unit_test(who_falls_ends_as_its_own_task_did),
		cmocka_unit_test(a_fall_cannot_be_told_as_success_or_nonsense),
		cmocka_unit_test(all_facts_have_an_end),
		cmocka_unit_test(nothing_is_ok_but_a_return_of_0),
		cmocka_unit_test(a_complete_return_wins_whatever_else),
		cmocka_unit_test(what_ended_the_talk_decides_whatever_else),
		cmocka_unit_test(without_a_reason_of_ours_we_did_not_do_it),
		cmocka_unit_test(t60_a_reply_is_a_reply_however_it_died),
		cmocka_unit_test(
			t61_one_that_runs_and_does_not_trap_is_stopped),
		cmocka_unit_test(t62_one_that_stops_when_asked_is_shut_down),
		cmocka_unit_test(
			t63_one_that_was_killed_by_someone_else_crashed),
		cmocka_unit_test(t64_an_abnormal_end_of_its_own_stays),
		cmocka_unit_test(
			t65_a_normal_end_without_a_reply_failed_with_0),
		cmocka_unit_test(t66_one_that_outlives_its_grace_is_killed),
		cmocka_unit_test(t69_who_replies_while_being_shut_down_replied),
		cmocka_unit_test(an_end_of_its_own_is_told_in_words),
		cmocka_unit_test(a_tasks_own_words_need_no_more),
		cmocka_unit_test(what_we_did_is_told_with_its_reason),
		cmocka_unit_test(a_limit_is_told_with_what_it_was),
		cmocka_unit_test(what_is_garbled_is_told_apart),
		cmocka_unit_test(a_fall_is_told_with_who_fell),
		cmocka_unit_test(a_message_is_one_line_and_never_empty),
		cmocka_unit_test(a_message_of_the_longest_words_fits),
		cmocka_unit_test(every_end_has_a_name_of_its_own),
		cmocka_unit_test(what_is_no_end_has_a_name_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
