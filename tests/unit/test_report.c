/* SPDX-License-Identifier: MIT */
/* test_report.c - what is told of a child comes up as it was, and as a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "report.h"

static struct wire_out out;
static struct report report;

static int setup(void **state)
{
	(void)state;
	wire_begin(&out, SPEC_MOST);
	memset(&report, 0, sizeof report);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_done(&out);
	report_done(&report);
	return 0;
}

static const struct tine_result result = {
	.end = TINE_CRASHED,
	.code = 11,
	.message = "killed by SIGSEGV after 3 ms",
	.note = "page 7",
	.output = "two\nlines\n",
	.crash = "#0 parse at page.c:41\n#1 main",
	.fingerprint = UINT64_MAX - 1,
	.core = true,
	.adopted = 4,
	.pid = 4711,
	.wall_us = INT64_MAX,
	.usage = { .ru_utime = { 1, 2 }, .ru_maxrss = 3, .ru_nivcsw = 4 },
};

static const struct tine_event ended = {
	.kind = TINE_ENDED,
	.super = "mail/send",
	.id = "worker",
	.pid = 4711,
	.restarts = UINT_MAX,
	.result = &result,
	.missed = UINT64_MAX,
};

/* From memory of its own size, so that ASan sees who reads on, and of which
 * the report keeps nothing. */
static bool take(size_t size)
{
	unsigned char *exact = malloc(size ? size : 1);
	struct wire_in in;
	bool taken;

	assert_non_null(exact);
	memcpy(exact, out.buf.data, size);
	in = wire_in(exact, size);
	report_done(&report);
	taken = report_take(&in, &report);
	memset(exact, 'x', size);
	free(exact);
	return taken;
}

static void tell(const struct tine_event *event)
{
	wire_done(&out);
	report_put(&out, event);
	assert_int_equal(out.error, 0);
	assert_true(take(out.buf.size));
}

/* ---- There and back ----------------------------------------------------- */

static void assert_event(const struct tine_event *event)
{
	assert_int_equal(report.event.kind, event->kind);
	assert_string_equal(report.event.super, event->super);
	assert_string_equal(report.event.id, event->id);
	assert_int_equal(report.event.pid, event->pid);
	assert_int_equal(report.event.restarts, event->restarts);
	assert_true(report.event.missed == event->missed);
}

static void an_end_comes_through_with_all_of_its_result(void **state)
{
	const struct tine_result *told;

	(void)state;
	tell(&ended);
	assert_event(&ended);
	told = report.event.result;
	assert_non_null(told);
	assert_int_equal(told->end, result.end);
	assert_int_equal(told->code, result.code);
	assert_string_equal(told->message, result.message);
	assert_string_equal(told->note, result.note);
	assert_string_equal(told->output, result.output);
	assert_string_equal(told->crash, result.crash);
	assert_true(told->fingerprint == result.fingerprint);
	assert_true(told->core);
	assert_int_equal(told->adopted, result.adopted);
	assert_int_equal(told->pid, result.pid);
	assert_true(told->wall_us == result.wall_us);
	assert_memory_equal(&told->usage, &result.usage, sizeof told->usage);
}

static void a_report_has_no_data_and_one_attempt(void **state)
{
	(void)state;
	tell(&ended);
	assert_null(report.event.result->data);
	assert_int_equal(report.event.result->size, 0);
	assert_null(report.event.result->input);
	assert_int_equal(report.event.result->attempts, 1);
}

static void a_start_has_no_result(void **state)
{
	const struct tine_event started = {
		.kind = TINE_STARTED, .super = "", .id = "#1", .pid = 1
	};

	(void)state;
	tell(&started);
	assert_event(&started);
	assert_null(report.event.result);
}

static void each_kind_and_end_comes_through(void **state)
{
	struct tine_event event = ended;
	struct tine_result with = result;

	(void)state;
	event.result = &with;
	for (unsigned kind = TINE_STARTED; kind <= TINE_GAVE_UP; kind++)
		for (unsigned end = TINE_OK; end <= TINE_PENDING; end++) {
			event.kind = (enum tine_event_kind)kind;
			with.end = (enum tine_end)end;
			tell(&event);
			assert_int_equal(report.event.kind, kind);
			assert_int_equal(report.event.result->end, end);
		}
}

static void negative_numbers_come_through(void **state)
{
	struct tine_event event = ended;
	struct tine_result with = result;

	(void)state;
	event.result = &with;
	with.code = -1;
	with.wall_us = -1;
	tell(&event);
	assert_int_equal(report.event.result->code, -1);
	assert_int_equal(report.event.result->wall_us, -1);
}

static void the_longest_path_and_id_come_through(void **state)
{
	char path[REPORT_PATH], id[SPEC_ID];
	struct tine_event event = { .super = path, .id = id };

	(void)state;
	memset(path, 'p', sizeof path);
	memset(id, 'i', sizeof id);
	path[sizeof path - 1] = id[sizeof id - 1] = '\0';
	tell(&event);
	assert_event(&event);
}

static void long_words_come_through(void **state)
{
	static char words[100000];
	struct tine_event event = ended;
	struct tine_result with = result;

	(void)state;
	memset(words, 'w', sizeof words - 1);
	with.crash = words;
	event.result = &with;
	tell(&event);
	assert_string_equal(report.event.result->crash, words);
}

/* ---- What is none ------------------------------------------------------- */

static void each_part_is_refused_and_so_is_more(void **state)
{
	(void)state;
	report_put(&out, &ended);
	for (size_t cut = 0; cut < out.buf.size; cut++)
		assert_false(take(cut));
	assert_true(take(out.buf.size));
	wire_put(&out, 0);
	assert_false(take(out.buf.size));
}

static void kinds_and_ends_that_are_none_are_refused(void **state)
{
	struct tine_event event = ended;
	struct tine_result with = result;

	(void)state;
	event.kind = (enum tine_event_kind)(TINE_GAVE_UP + 1);
	report_put(&out, &event);
	assert_false(take(out.buf.size));
	wire_done(&out);
	event = ended;
	event.result = &with;
	with.end = (enum tine_end)(TINE_PENDING + 1);
	report_put(&out, &event);
	assert_false(take(out.buf.size));
}

static void a_byte_that_is_another_does_no_harm(void **state)
{
	static const unsigned char flips[] = { 1, 2, 0x80, 0xff };
	char text[REPORT_TEXT];

	(void)state;
	report_put(&out, &ended);
	for (size_t i = 0; i < out.buf.size; i++)
		for (size_t n = 0; n < sizeof flips; n++) {
			out.buf.data[i] ^= flips[n];
			if (take(out.buf.size))
				report_say(&report.event, text);
			out.buf.data[i] ^= flips[n];
		}
}

/* ---- For a person ------------------------------------------------------- */

static void assert_says(const struct tine_event *event, const char *wanted)
{
	char text[REPORT_TEXT];

	report_say(event, text);
	assert_string_equal(text, wanted);
}

static void each_kind_is_a_line(void **state)
{
	struct tine_event event = ended;

	(void)state;
	assert_says(&event, "mail/send/worker (4711) ended: crashed: "
			    "killed by SIGSEGV after 3 ms");
	event.kind = TINE_GAVE_UP;
	assert_says(&event, "mail/send/worker (4711) ended too often; the "
			    "supervisor gives up: crashed: "
			    "killed by SIGSEGV after 3 ms");
	event.kind = TINE_STARTED;
	event.result = NULL;
	assert_says(&event, "mail/send/worker (4711) started");
}

static void without_a_name_or_a_message_nothing_stands_there(void **state)
{
	const struct tine_result ok = { .end = TINE_OK, .message = "" };
	const struct tine_event event = { .kind = TINE_ENDED,
					  .super = "",
					  .id = "#7",
					  .pid = 8,
					  .result = &ok };

	(void)state;
	assert_says(&event, "#7 (8) ended: ok");
}

static void a_line_that_is_too_long_is_cut(void **state)
{
	static char words[2 * REPORT_TEXT];
	const struct tine_result with = { .message = words };
	struct tine_event event = ended;
	char text[REPORT_TEXT];

	(void)state;
	memset(words, 'w', sizeof words - 1);
	event.result = &with;
	report_say(&event, text);
	assert_int_equal(strlen(text), REPORT_TEXT - 1);
}

#define REPORT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		REPORT_TEST(an_end_comes_through_with_all_of_its_result),
		REPORT_TEST(a_report_has_no_data_and_one_attempt),
		REPORT_TEST(a_start_has_no_result),
		REPORT_TEST(each_kind_and_end_comes_through),
		REPORT_TEST(negative_numbers_come_through),
		REPORT_TEST(the_longest_path_and_id_come_through),
		REPORT_TEST(long_words_come_through),
		REPORT_TEST(each_part_is_refused_and_so_is_more),
		REPORT_TEST(kinds_and_ends_that_are_none_are_refused),
		REPORT_TEST(a_byte_that_is_another_does_no_harm),
		REPORT_TEST(each_kind_is_a_line),
		REPORT_TEST(without_a_name_or_a_message_nothing_stands_there),
		REPORT_TEST(a_line_that_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
