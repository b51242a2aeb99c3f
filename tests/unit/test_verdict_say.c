/* SPDX-License-Identifier: MIT */
/* test_verdict_say.c - what is said of an end. */
#include "facts.h"

#include <string.h>

/* Says it at the front of a room with a guard behind. */
static void say(struct facts facts, char text[VERDICT_TEXT])
{
	char room[VERDICT_TEXT + 8];
	int code;
	enum tine_end end = end_of(facts, &code);

	facts = facts_filled(facts);
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
		{ { DIED(SIGTERM), DISMISSED },
		  "stopped from outside after 0 us" },
		{ { DIED(SIGKILL), DISMISSED },
		  "killed from outside after 0 us" },
		{ { DIED(SIGKILL), ASKED, .dismissed = true },
		  "killed from outside after 0 us" },
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
		{ { LEFT(255), .last = LAST_FELL, .value = TINE_GARBLED,
		    .said = "sent what is not a result after 1 ms" },
		  "fell with a task of its own (garbled 0): sent what is not "
		  "a result after 1 ms" },
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

static const struct facts bare;

static void a_message_is_one_line_and_never_empty(void **state)
{
	(void)state;
	each_combination(bare, assert_one_line);
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
