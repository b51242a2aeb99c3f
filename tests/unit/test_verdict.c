/* SPDX-License-Identifier: MIT */
/* test_verdict.c - which facts make which end. */
#include "facts.h"

struct row {
	const char *what;
	struct facts facts;
	enum tine_end end;
	int code;
};

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
	for (int end = TINE_FAILED; end <= TINE_LOST; end++) {
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

static const struct facts bare;

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
	each_combination(bare, assert_end_is_final);
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
	each_combination(bare, assert_ok_is_returned);
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
	each_combination(bare, assert_return_wins);
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
	each_combination(bare, assert_foul_is_garbled);
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
	each_combination(bare, assert_innocent);
}

/* ---- Shutdown: CONTRACT.md, 4.6 ---------------------------------------- */

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

/* It may be somebody else who asks: tine(1). */
static void one_that_was_dismissed_is_told_from_a_crash(void **state)
{
	static const struct row rows[] = {
		{ "by the signal",
		  { DIED(SIGTERM), DISMISSED },
		  TINE_SHUTDOWN,
		  SIGTERM },
		{ "by exit(0)", { LEFT(0), DISMISSED }, TINE_SHUTDOWN, 0 },
		{ "killed", { DIED(SIGKILL), DISMISSED }, TINE_KILLED, 9 },
		{ "killed, asked by its owner, too",
		  { DIED(SIGKILL), ASKED, .dismissed = true },
		  TINE_KILLED,
		  9 },
		{ "exit", { LEFT(7), DISMISSED }, TINE_FAILED, 7 },
		{ "fault",
		  { DIED(SIGSEGV), DISMISSED },
		  TINE_CRASHED,
		  SIGSEGV },
		{ "return", { LEFT(0), RETURNED(0), DISMISSED }, TINE_OK, 0 },
		{ "its limit",
		  { DIED(SIGKILL), DISMISSED, .limit = LIMIT_CPU },
		  TINE_LIMIT,
		  9 },
		{ "its timeout",
		  { SHOT, .cause = CAUSE_TIMEOUT, .dismissed = true },
		  TINE_TIMEOUT,
		  9 },
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
		cmocka_unit_test(one_that_was_dismissed_is_told_from_a_crash),
		cmocka_unit_test(t69_who_replies_while_being_shut_down_replied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
