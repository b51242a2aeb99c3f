/* SPDX-License-Identifier: MIT */
/* test_term.c - no text makes a terminal do anything but show it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <locale.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "term.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void assert_safe(const char *text, size_t size, const char *wanted)
{
	char *exact = malloc(size + 1), *safe;

	assert_non_null(exact);
	memcpy(exact, text, size);
	safe = term_safe(exact, size);
	free(exact);
	assert_non_null(safe);
	assert_string_equal(safe, wanted);
	free(safe);
}

/* ---- Texts -------------------------------------------------------------- */

static void what_can_be_shown_stays_as_it_is(void **state)
{
	static const char *const good[] = {
		"", " ", "~!@#\\x1b", "\u00e9\u20ac", "\u4e2d\U0001f600",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_safe(good[i], strlen(good[i]), good[i]);
}

static void controls_and_broken_bytes_become_hexadecimal(void **state)
{
	static const char *const bad[][2] = {
		{ "\033[31mred", "\\x1b[31mred" },
		{ "\033]0;title\a", "\\x1b]0;title\\x07" },
		{ "one\ntwo\r\t\x7f", "one\\x0atwo\\x0d\\x09\\x7f" },
		{ "\xc2\x9b"
		  "31m",
		  "\\xc2\\x9b31m" },
		{ "a\xff\xe2\x82", "a\\xff\\xe2\\x82" },
		{ "\u202eabc\u2066", "\\xe2\\x80\\xaeabc\\xe2\\x81\\xa6" },
		{ "\u200f\u2028", "\\xe2\\x80\\x8f\\xe2\\x80\\xa8" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_safe(bad[i][0], strlen(bad[i][0]), bad[i][1]);
	assert_safe("a\0b", 3, "a\\x00b");
}

static bool is_harmless(unsigned char byte)
{
	return byte >= ' ' && byte != 0x7f;
}

static void no_two_bytes_make_a_control(void **state)
{
	(void)state;
	for (int i = 0; i < 0x10000; i++) {
		const char text[] = { (char)(i >> 8), (char)i };
		char *safe = term_safe(text, sizeof text);

		assert_non_null(safe);
		for (char *byte = safe; *byte; byte++)
			assert_true(is_harmless((unsigned char)*byte));
		for (unsigned char *byte = (unsigned char *)safe; *byte; byte++)
			assert_false(byte[0] == 0xc2 && byte[1] < 0xa0);
		free(safe);
	}
}

static void in_the_c_locale_all_is_ascii(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C"));
	assert_safe("\u00e9!", 3, "\\xc3\\xa9!");
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
}

/* ---- Widths ------------------------------------------------------------- */

static void columns_are_those_of_the_terminal(void **state)
{
	(void)state;
	assert_int_equal(term_columns(""), 0);
	assert_int_equal(term_columns("abc"), 3);
	assert_int_equal(term_columns("\u00e9\u20ac"), 2);
	assert_int_equal(term_columns("\u4e2d\u4e2d"), 4);
	assert_int_equal(term_columns("e\u0301"), 1);
}

static void a_cut_is_between_two_characters(void **state)
{
	static const size_t cuts[] = { 0, 1, 3, 3, 6, 7, 7 };

	(void)state;
	assert_int_equal(term_cut("abc", 0), 0);
	assert_int_equal(term_cut("abc", -1), 0);
	for (size_t i = 0; i < COUNT(cuts); i++)
		assert_int_equal(term_cut("a\u00e9\u4e2dz", (int)i), cuts[i]);
}

/* ---- Terminals ---------------------------------------------------------- */

struct pair {
	int master, slave;
};

static void open_terminal(struct pair *pair, unsigned short columns)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };

	assert_int_equal(
		openpty(&pair->master, &pair->slave, NULL, NULL, &size), 0);
}

static void close_terminal(struct pair *pair)
{
	(void)close(pair->master);
	(void)close(pair->slave);
}

static void a_pipe_has_no_width_and_no_colours(void **state)
{
	struct term term;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	term_look(&term, ends[1]);
	assert_false(term.is_terminal);
	assert_false(term.colour);
	assert_int_equal(term.width, 0);
	assert_string_equal(term_on(&term, TERM_RED), "");
	assert_string_equal(term_off(&term, TERM_RED), "");
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void a_terminal_has_both(void **state)
{
	struct term term;
	struct pair pair;

	(void)state;
	open_terminal(&pair, 132);
	term_look(&term, pair.slave);
	assert_true(term.is_terminal);
	assert_true(term.colour);
	assert_true(term.clears);
	assert_int_equal(term.width, 132);
	assert_string_equal(term_on(&term, TERM_RED), "\033[31m");
	assert_string_equal(term_off(&term, TERM_RED), "\033[m");
	assert_string_equal(term_off(&term, TERM_PLAIN), "");
	close_terminal(&pair);
}

static void who_wants_no_colour_gets_none(void **state)
{
	struct term term;
	struct pair pair;

	(void)state;
	open_terminal(&pair, 80);
	(void)setenv("NO_COLOR", "1", 1);
	term_look(&term, pair.slave);
	assert_false(term.colour);
	(void)setenv("NO_COLOR", "", 1);
	term_look(&term, pair.slave);
	assert_true(term.colour);
	(void)setenv("TERM", "dumb", 1);
	term_look(&term, pair.slave);
	assert_false(term.colour);
	assert_false(term.clears);
	(void)setenv("TERM", "", 1);
	term_look(&term, pair.slave);
	assert_false(term.colour);
	assert_false(term.clears);
	(void)setenv("TERM", "xterm", 1);
	close_terminal(&pair);
}

static void a_terminal_of_no_width_has_that_of_columns_or_80(void **state)
{
	struct term term;
	struct pair pair;

	(void)state;
	open_terminal(&pair, 0);
	(void)setenv("COLUMNS", "55", 1);
	term_look(&term, pair.slave);
	assert_int_equal(term.width, 55);
	(void)setenv("COLUMNS", "none", 1);
	term_look(&term, pair.slave);
	assert_int_equal(term.width, 80);
	close_terminal(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_shown_stays_as_it_is),
		cmocka_unit_test(controls_and_broken_bytes_become_hexadecimal),
		cmocka_unit_test(no_two_bytes_make_a_control),
		cmocka_unit_test(in_the_c_locale_all_is_ascii),
		cmocka_unit_test(columns_are_those_of_the_terminal),
		cmocka_unit_test(a_cut_is_between_two_characters),
		cmocka_unit_test(a_pipe_has_no_width_and_no_colours),
		cmocka_unit_test(a_terminal_has_both),
		cmocka_unit_test(who_wants_no_colour_gets_none),
		cmocka_unit_test(
			a_terminal_of_no_width_has_that_of_columns_or_80),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	(void)setenv("TERM", "xterm", 1);
	(void)unsetenv("NO_COLOR");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
