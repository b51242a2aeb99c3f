/* SPDX-License-Identifier: MIT */
/* test_text.c - texts from a child are one clean line that fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ROOM 64
#define SENTINEL 0x5a

/* ---- What is right, told in another way: Unicode's table 3-7 ----------- */

static const struct {
	size_t size;
	unsigned char low[4], high[4];
} rows[] = {
	{ 1, { 0x20 }, { 0x7e } },
	{ 2, { 0xc2, 0xa0 }, { 0xc2, 0xbf } }, /* without the C1 controls */
	{ 2, { 0xc3, 0x80 }, { 0xdf, 0xbf } },
	{ 3, { 0xe0, 0xa0, 0x80 }, { 0xe0, 0xbf, 0xbf } },
	{ 3, { 0xe1, 0x80, 0x80 }, { 0xec, 0xbf, 0xbf } },
	{ 3, { 0xed, 0x80, 0x80 }, { 0xed, 0x9f, 0xbf } },
	{ 3, { 0xee, 0x80, 0x80 }, { 0xef, 0xbf, 0xbf } },
	{ 4, { 0xf0, 0x90, 0x80, 0x80 }, { 0xf0, 0xbf, 0xbf, 0xbf } },
	{ 4, { 0xf1, 0x80, 0x80, 0x80 }, { 0xf3, 0xbf, 0xbf, 0xbf } },
	{ 4, { 0xf4, 0x80, 0x80, 0x80 }, { 0xf4, 0x8f, 0xbf, 0xbf } },
};

static bool row_matches(size_t row, const unsigned char *text)
{
	for (size_t i = 0; i < rows[row].size; i++)
		if (text[i] < rows[row].low[i] || text[i] > rows[row].high[i])
			return false;
	return true;
}

/* The length of the printable character at `text`, which ends with a NUL. */
static size_t good_length(const unsigned char *text)
{
	for (size_t row = 0; row < COUNT(rows); row++)
		if (row_matches(row, text))
			return rows[row].size;
	return 0;
}

static bool is_good(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length = 1;

	for (; *at && length > 0; at += length)
		length = good_length(at);
	return length > 0;
}

/* ---- Lines ------------------------------------------------------------- */

/* The source stands at the end of its memory, so that ASan sees who reads on;
 * behind the room stands what must not be written. */
static void line_of(char to[ROOM], size_t room, const void *from, size_t length)
{
	char *exact = malloc(length ? length : 1);

	assert_non_null(exact);
	memcpy(exact, from, length);
	memset(to, SENTINEL, ROOM);
	text_line(to, room, exact, length);
	free(exact);
	for (size_t i = room; i < ROOM; i++)
		assert_int_equal(to[i], SENTINEL);
	assert_non_null(memchr(to, '\0', room));
	assert_true(is_good(to));
}

static void assert_line(const char *from, const char *wanted)
{
	char line[ROOM];

	line_of(line, sizeof line, from, strlen(from));
	assert_string_equal(line, wanted);
}

static void good_text_stays_as_it_is(void **state)
{
	static const char *const good[] = {
		"",
		" ",
		"plain text, ~!@#",
		"\u00a0\u00e9\u07ff",
		"\u0800\u20ac\ud7ff\uffff",
		"\U00010000\U0001f600\U0010ffff",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_line(good[i], good[i]);
}

static void control_characters_become_spaces(void **state)
{
	(void)state;
	for (char c = 1; c < ' '; c++)
		assert_line((char[]){ 'a', c, 'b', '\0' }, "a b");
	assert_line("a\x7f"
		    "b",
		    "a b");
	assert_line("one\r\ntwo\n", "one  two ");
	assert_line("\x1b]0;title\a\x1b[2J", " ]0;title  [2J");
}

/* In eight bits they are what ESC and a letter are in seven. */
static void no_c1_control_passes(void **state)
{
	(void)state;
	for (int c = 0x80; c < 0xa0; c++) {
		char text[] = { 'a', (char)0xc2, (char)c, 'b', '\0' };
		char line[ROOM];

		line_of(line, sizeof line, text, strlen(text));
		assert_null(strchr(line, 0xc2));
		assert_int_equal(line[0], 'a');
		assert_int_equal(line[strlen(line) - 1], 'b');
	}
}

static void bytes_that_are_not_utf8_become_question_marks(void **state)
{
	static const char *const bad[][2] = {
		{ "\x80", "?" },
		{ "\xbf", "?" },
		{ "\xfe\xff", "??" },
		{ "\xc0\x80", "??" },           /* NUL in two bytes */
		{ "\xc0\xaf", "??" },           /* '/' in two */
		{ "\xc1\xbf", "??" },           /* DEL in two */
		{ "\xe0\x80\xaf", "???" },      /* '/' in three */
		{ "\xe0\x9f\xbf", "???" },      /* U+07FF in three */
		{ "\xf0\x80\x80\xaf", "????" }, /* '/' in four */
		{ "\xf0\x8f\xbf\xbf", "????" }, /* U+FFFF in four */
		{ "\xed\xa0\x80", "???" },      /* the first surrogate */
		{ "\xed\xbf\xbf", "???" },      /* the last */
		{ "\xed\xa0\xbd\xed\xb8\x80", "??????" }, /* a pair */
		{ "\xf4\x90\x80\x80", "????" },           /* above U+10FFFF */
		{ "\xf5\x80\x80\x80", "????" },
		{ "\xf8\x88\x80\x80\x80", "?????" },
		{ "\xfc\x84\x80\x80\x80\x80", "??????" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_line(bad[i][0], bad[i][1]);
}

static void what_stands_beside_bad_bytes_stays(void **state)
{
	static const char *const mixed[][2] = {
		{ "a\xff"
		  "b",
		  "a?b" },
		{ "\xc3(", "?(" },
		{ "\xe2\x82z", "??z" },
		{ "\xf0\x9f\x98!", "???"
				   "!" },
		{ "\xe2\u00e9", "?\u00e9" },
		{ "\xc3\x1b[m", "? [m" },
		{ "\x80\u20ac\x80", "?\u20ac?" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(mixed); i++)
		assert_line(mixed[i][0], mixed[i][1]);
}

static void a_character_cut_by_the_end_of_the_text_is_no_character(void **state)
{
	static const char *const whole[] = { "\u00e9", "\u20ac", "\U0001f600" };

	(void)state;
	for (size_t i = 0; i < COUNT(whole); i++)
		for (size_t length = 0; length < strlen(whole[i]); length++) {
			char line[ROOM];

			line_of(line, sizeof line, whole[i], length);
			assert_int_equal(strlen(line), length);
			assert_int_equal(strspn(line, "?"), length);
		}
}

static void it_ends_at_a_nul(void **state)
{
	char line[ROOM];

	(void)state;
	line_of(line, sizeof line, "ab\0cd", 5);
	assert_string_equal(line, "ab");
	line_of(line, sizeof line, "\0cd", 3);
	assert_string_equal(line, "");
	line_of(line, sizeof line, "\xe2\x82\0\xac", 4);
	assert_string_equal(line, "??");
}

static void behind_a_nul_nothing_is_read(void **state)
{
	char line[ROOM], *exact = strdup("to its end \xf0\x9f");

	(void)state;
	assert_non_null(exact);
	text_line(line, sizeof line, exact, SIZE_MAX);
	free(exact);
	assert_string_equal(line, "to its end ??");
}

/* The longest beginning that ends between two characters. */
static void what_does_not_fit_is_cut_between_two_characters(void **state)
{
	static const char text[] = "a\u00e9\u20ac\U0001f600z\U0001f600";
	static const size_t cuts[] = { 0, 1, 3, 6, 10, 11, 15 };
	size_t cut = 0;

	(void)state;
	for (size_t room = 1; room <= sizeof text; room++) {
		char line[ROOM];

		if (cut + 1 < COUNT(cuts) && cuts[cut + 1] < room)
			cut++;
		line_of(line, room, text, sizeof text - 1);
		assert_int_equal(strlen(line), cuts[cut]);
		assert_memory_equal(line, text, cuts[cut]);
	}
}

static void a_room_of_1_holds_the_end_of_a_line(void **state)
{
	static const char *const texts[] = { "", "a", "\xff", "\n", "\u20ac" };
	char line[ROOM];

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		line_of(line, 1, texts[i], strlen(texts[i]));
		assert_string_equal(line, "");
	}
}

static void assert_two_bytes(unsigned char first, unsigned char second)
{
	const unsigned char text[] = { first, second, '\0' };
	char line[ROOM];

	line_of(line, sizeof line, text, 2);
	if (is_good((const char *)text))
		assert_string_equal(line, (const char *)text);
	else
		assert_string_not_equal(line, (const char *)text);
}

static void every_pair_of_bytes_is_judged_rightly(void **state)
{
	(void)state;
	for (int first = 1; first < 256; first++)
		for (int second = 1; second < 256; second++)
			assert_two_bytes((unsigned char)first,
					 (unsigned char)second);
}

/* The first two bytes decide; the others need only be continuations. */
static void every_long_sequence_is_judged_rightly(void **state)
{
	static const unsigned char ends[] = { 0x7f, 0x80, 0xbf, 0xc0 };
	char line[ROOM];

	(void)state;
	for (int i = 0; i < 32 * 256 * 16; i++) {
		const unsigned char text[] = {
			(unsigned char)(0xe0 + (i >> 12)),
			(unsigned char)(i >> 4), ends[i & 3], ends[i >> 2 & 3],
			'\0'
		};

		line_of(line, sizeof line, text, strlen((const char *)text));
		if (is_good((const char *)text))
			assert_string_equal(line, (const char *)text);
		else
			assert_string_not_equal(line, (const char *)text);
	}
}

/* Bytes that are often the beginning of something. */
static void fill_by_chance(unsigned char *bytes, size_t size, uint32_t *chance)
{
	static const unsigned char likely[] = "aZ \n\x1b\x7f\x80\x9b\xbf\xc0"
					      "\xc2\xe0\xed\xef\xf0\xf4\xff";

	for (size_t i = 0; i < size; i++) {
		*chance = *chance * 1664525 + 1013904223;
		bytes[i] = *chance >> 31
				   ? (unsigned char)(*chance >> 16)
				   : likely[(*chance >> 16) % sizeof likely];
	}
}

static void random_bytes_become_a_clean_line_in_every_room(void **state)
{
	unsigned char bytes[24];
	uint32_t chance = 7;
	char line[ROOM];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		fill_by_chance(bytes, sizeof bytes, &chance);
		line_of(line, 1 + chance % 32, bytes, chance >> 8 & 15);
		assert_true(strlen(line) <= (chance >> 8 & 15));
	}
}

static void cleaning_twice_changes_nothing_more(void **state)
{
	unsigned char bytes[24];
	uint32_t chance = 11;
	char once[ROOM], twice[ROOM];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		fill_by_chance(bytes, sizeof bytes, &chance);
		line_of(once, sizeof once, bytes, sizeof bytes);
		line_of(twice, sizeof twice, once, strlen(once));
		assert_string_equal(once, twice);
	}
}

/* ---- Numbers ----------------------------------------------------------- */

static void durations_have_a_unit_that_fits(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} table[] = {
		{ 0, "0 us" },
		{ 830, "830 us" },
		{ 999, "999 us" },
		{ 1000, "1 ms" },
		{ 12345, "12 ms" },
		{ 999999, "999 ms" },
		{ 1000000, "1.0 s" },
		{ 3400000, "3.4 s" },
		{ 59000000, "59.0 s" },
		{ 119900000, "119.9 s" },
		{ 120000000, "2 min" },
		{ 179999999, "2 min" },
		{ 3600000000, "60 min" },
		{ INT64_MAX, "153722867280 min" },
	};
	char text[TEXT_DURATION];

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		assert_string_equal(text_duration(text, table[i].us),
				    table[i].text);
}

static void sizes_have_a_unit_that_fits(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} table[] = {
		{ 0, "0 bytes" },
		{ 1, "1 byte" },
		{ 2, "2 bytes" },
		{ 512, "512 bytes" },
		{ 1023, "1023 bytes" },
		{ 1024, "1 KiB" },
		{ 1536, "1.5 KiB" },
		{ 65536, "64 KiB" },
		{ 1024 * 1024, "1 MiB" },
		{ 1024 * 1536, "1.5 MiB" },
		{ 64 << 20, "64 MiB" },
		{ (uint64_t)1 << 30, "1 GiB" },
		{ (uint64_t)5 << 39, "2.5 TiB" },
		{ (uint64_t)1 << 50, "1024 TiB" },
	};
	char text[TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		assert_string_equal(text_size(text, table[i].bytes),
				    table[i].text);
}

/* And hands back where it wrote, so that it can stand in a call of printf. */
static void any_number_fits_its_room(void **state)
{
	char text[ROOM];

	(void)state;
	for (int i = 0; i < 64; i++) {
		uint64_t number = UINT64_MAX >> i;

		memset(text, SENTINEL, sizeof text);
		assert_ptr_equal(text_size(text, number), text);
		assert_true(strlen(text) > 0 && strlen(text) < TEXT_SIZE - 1);
		assert_ptr_equal(text_duration(text, (int64_t)number), text);
		assert_true(strlen(text) > 0 &&
			    strlen(text) < TEXT_DURATION - 1);
		assert_int_equal(text[TEXT_SIZE], SENTINEL);
	}
}

static void signals_go_by_their_names(void **state)
{
	static const struct {
		int number;
		const char *text;
	} table[] = {
		{ SIGSEGV, "SIGSEGV" }, { SIGKILL, "SIGKILL" },
		{ SIGTERM, "SIGTERM" }, { SIGABRT, "SIGABRT" },
		{ SIGXCPU, "SIGXCPU" }, { 42, "signal 42" },
		{ 0, "signal 0" },      { 1000, "signal 1000" },
		{ -1, "signal -1" },    { INT_MIN, "signal -2147483648" },
	};
	char text[TEXT_SIGNAL];

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		assert_string_equal(text_signal(text, table[i].number),
				    table[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_text_stays_as_it_is),
		cmocka_unit_test(control_characters_become_spaces),
		cmocka_unit_test(no_c1_control_passes),
		cmocka_unit_test(bytes_that_are_not_utf8_become_question_marks),
		cmocka_unit_test(what_stands_beside_bad_bytes_stays),
		cmocka_unit_test(
			a_character_cut_by_the_end_of_the_text_is_no_character),
		cmocka_unit_test(it_ends_at_a_nul),
		cmocka_unit_test(behind_a_nul_nothing_is_read),
		cmocka_unit_test(
			what_does_not_fit_is_cut_between_two_characters),
		cmocka_unit_test(a_room_of_1_holds_the_end_of_a_line),
		cmocka_unit_test(every_pair_of_bytes_is_judged_rightly),
		cmocka_unit_test(every_long_sequence_is_judged_rightly),
		cmocka_unit_test(
			random_bytes_become_a_clean_line_in_every_room),
		cmocka_unit_test(cleaning_twice_changes_nothing_more),
		cmocka_unit_test(durations_have_a_unit_that_fits),
		cmocka_unit_test(sizes_have_a_unit_that_fits),
		cmocka_unit_test(any_number_fits_its_room),
		cmocka_unit_test(signals_go_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
