/* SPDX-License-Identifier: MIT */
/* test_slot.c - a record is read as it was written, or not; and whoever wrote
 * it, what is read can be used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "sane.h"
#include "slot.h"
#include "tine.h"

#define MOST (INT64_MAX / 4)

/* ---- Good ones ---------------------------------------------------------- */

static void make_head(union record *record)
{
	record->head = (struct board_head){
		.version = BOARD_VERSION,
		.kind = BOARD_SUPER,
		.pid = 4711,
		.parent = 4710,
		.started = 100,
		.task = 7,
		.number = 1,
		.uid = 1000,
		.mono_us = 5000000,
		.real_us = 1700000000000000,
		.app = "shop",
		.path = "front/till",
	};
	memcpy(record->head.magic, BOARD_MAGIC, sizeof record->head.magic);
}

static void make_tally(union record *record)
{
	record->tally = (struct board_tally){
		.started = 12,
		.ended = { 10, 1 },
		.restarts = 2,
		.ends = 11,
		.changed_us = 6000000,
		.slates = -1,
		.crashes = 1,
	};
}

static void make_slot(union record *record)
{
	record->slot = (struct board_slot){
		.id = 1,
		.pid = 4712,
		.kind = SLOT_CHILD,
		.state = NOW_STOPPING,
		.restart = TINE_PERMANENT,
		.last_end = TINE_CRASHED,
		.started_us = 5500000,
		.deadline_us = 7000000,
		.grace_ms = TINE_FOREVER,
		.slate = 3,
		.owner = 4713,
		.name = "resize",
	};
}

static void make_end(union record *record)
{
	record->end = (struct board_end){
		.number = 11,
		.id = 1,
		.fingerprint = 99,
		.pid = 4712,
		.code = 11,
		.kind = SLOT_ITEM,
		.end = TINE_CRASHED,
		.core = 1,
		.restart = TINE_TRANSIENT,
		.ended_us = 6000000,
		.wall_us = 500000,
		.name = "resize",
		.message = "crashed: SIGSEGV",
		.note = "page 7",
		.output = "one\ntwo\n",
	};
}

static void make_crash(union record *record)
{
	record->crash = (struct board_crash){
		.fingerprint = 99,
		.count = 4,
		.last_id = 1,
		.first_us = 1,
		.last_us = 2,
		.last_pid = 4712,
		.signal = 11,
		.name = "resize",
		.stack = "#0 scale\n#1 main\n",
	};
}

static bool read_head(union record *record)
{
	return slot_read_head(&record->head);
}

static bool read_tally(union record *record)
{
	return slot_read_tally(&record->tally);
}

static bool read_slot(union record *record)
{
	return slot_read_slot(&record->slot);
}

static bool read_end(union record *record)
{
	return slot_read_end(&record->end);
}

static bool read_crash(union record *record)
{
	return slot_read_crash(&record->crash);
}

static const struct kind {
	const char *name;
	size_t size;
	void (*make)(union record *record);
	bool (*read)(union record *record);
} kinds[] = {
	{ "head", sizeof(struct board_head), make_head, read_head },
	{ "tally", sizeof(struct board_tally), make_tally, read_tally },
	{ "slot", sizeof(struct board_slot), make_slot, read_slot },
	{ "end", sizeof(struct board_end), make_end, read_end },
	{ "crash", sizeof(struct board_crash), make_crash, read_crash },
};

#define KINDS (sizeof kinds / sizeof *kinds)

/* A good record, sealed; or what becomes of it where it is spoiled first. */
static union record made(const struct kind *kind)
{
	union record record = { 0 };

	kind->make(&record);
	slot_seal(&record, kind->size);
	return record;
}

/* ---- Whole or not ------------------------------------------------------- */

static void what_was_sealed_is_read_as_it_was(void **state)
{
	(void)state;
	for (const struct kind *kind = kinds; kind < kinds + KINDS; kind++) {
		union record record = made(kind), copy = record;

		assert_true(slot_is_whole(&record, kind->size));
		assert_true(kind->read(&copy));
		assert_memory_equal(&copy, &record, kind->size);
	}
}

static void each_writing_is_another_turn(void **state)
{
	(void)state;
	for (const struct kind *kind = kinds; kind < kinds + KINDS; kind++) {
		union record record = made(kind), first = record;

		slot_seal(&record, kind->size);
		assert_true(record.seal.turn == first.seal.turn + 1);
		assert_true(record.seal.sum != first.seal.sum);
		assert_true(kind->read(&record));
	}
}

static void no_changed_bit_is_missed(void **state)
{
	(void)state;
	for (const struct kind *kind = kinds; kind < kinds + KINDS; kind++) {
		union record record = made(kind);

		for (size_t bit = 0; bit < 8 * kind->size; bit++) {
			union record copy = record;

			copy.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
			assert_false(slot_is_whole(&copy, kind->size));
			assert_false(kind->read(&copy));
		}
	}
}

/* Its front is new, and what is behind it is not yet. */
static void a_torn_record_is_none(void **state)
{
	(void)state;
	for (const struct kind *kind = kinds; kind < kinds + KINDS; kind++) {
		union record before = made(kind), after = before;

		memset(after.bytes + kind->size / 2, 'x', kind->size / 4);
		slot_seal(&after, kind->size);
		for (size_t cut = 1; cut < kind->size; cut++) {
			union record torn = before;

			memcpy(torn.bytes, after.bytes, cut);
			assert_true(slot_is_whole(&torn, kind->size) ==
				    (memcmp(&torn, &after, kind->size) == 0));
		}
	}
}

static void nothing_but_zeros_or_ones_is_no_record(void **state)
{
	(void)state;
	for (const struct kind *kind = kinds; kind < kinds + KINDS; kind++) {
		union record record;

		for (int byte = 0; byte < 256; byte++) {
			memset(&record, byte, sizeof record);
			assert_false(slot_is_whole(&record, kind->size));
			assert_false(kind->read(&record));
		}
	}
}

/* Even if its sum is right. */
static void a_record_of_zeros_that_is_sealed_says_nothing(void **state)
{
	(void)state;
	for (const struct kind *kind = kinds; kind < kinds + KINDS; kind++) {
		union record record = { 0 };

		slot_seal(&record, kind->size);
		assert_true(slot_is_whole(&record, kind->size));
		assert_true(kind->read(&record) == (kind->read == read_tally));
	}
}

static void a_record_of_another_kind_is_none(void **state)
{
	(void)state;
	for (const struct kind *kind = kinds; kind < kinds + KINDS; kind++)
		for (const struct kind *other = kinds; other < kinds + KINDS;
		     other++) {
			union record record = made(kind);

			if (other->size == kind->size)
				continue;
			assert_false(other->read(&record));
		}
}

/* ---- Sealed, and foreign ------------------------------------------------ */

static void refused(const struct kind *kind, union record *record)
{
	slot_seal(record, kind->size);
	assert_true(slot_is_whole(record, kind->size));
	assert_false(kind->read(record));
}

#define REFUSED(kind, field, value)                       \
	do {                                              \
		union record record = made(&kinds[kind]); \
                                                          \
		record.field = (value);                   \
		refused(&kinds[kind], &record);           \
	} while (0)

enum { HEAD, TALLY, SLOT, END, CRASH };

static void another_version_or_another_file_is_refused(void **state)
{
	(void)state;
	REFUSED(HEAD, head.version, BOARD_VERSION + 1);
	REFUSED(HEAD, head.version, 0);
	REFUSED(HEAD, head.version, UINT32_MAX);
	REFUSED(HEAD, head.magic[0], 'T');
	REFUSED(HEAD, head.magic[7], '\0');
}

static void what_cannot_be_is_refused(void **state)
{
	(void)state;
	REFUSED(HEAD, head.kind, BOARD_KIND_COUNT);
	REFUSED(HEAD, head.kind, UINT32_MAX);
	REFUSED(HEAD, head.pid, 0);
	REFUSED(HEAD, head.pid, -1);
	REFUSED(HEAD, head.pid, INT32_MIN);
	REFUSED(SLOT, slot.id, 0);
	REFUSED(SLOT, slot.kind, SLOT_FREE);
	REFUSED(SLOT, slot.kind, SLOT_KIND_COUNT);
	REFUSED(SLOT, slot.kind, UINT8_MAX);
	REFUSED(SLOT, slot.state, NOW_COUNT);
	REFUSED(SLOT, slot.state, UINT8_MAX);
	REFUSED(SLOT, slot.pid, -1);
	REFUSED(END, end.number, 0);
	REFUSED(END, end.kind, SLOT_FREE);
	REFUSED(END, end.kind, SLOT_KIND_COUNT);
	REFUSED(END, end.end, TINE_PENDING);
	REFUSED(END, end.end, UINT8_MAX);
	REFUSED(END, end.pid, -1);
	REFUSED(CRASH, crash.fingerprint, 0);
	REFUSED(CRASH, crash.last_pid, -1);
}

/* kill(-1, ...) is everybody; and an index is not to be believed. */
#define READ_AS(kind, field, value, wanted)               \
	do {                                              \
		union record record = made(&kinds[kind]); \
                                                          \
		record.field = (value);                   \
		slot_seal(&record, kinds[kind].size);     \
		assert_true(kinds[kind].read(&record));   \
		assert_true(record.field == (wanted));    \
	} while (0)

static void numbers_are_put_into_their_range(void **state)
{
	(void)state;
	READ_AS(HEAD, head.parent, -1, 0);
	READ_AS(TALLY, tally.slates, -2, -1);
	READ_AS(TALLY, tally.slates, INT32_MIN, -1);
	READ_AS(SLOT, slot.restart, TINE_PERMANENT + 1, TINE_TEMPORARY);
	READ_AS(SLOT, slot.last_end, UINT8_MAX, TINE_PENDING);
	READ_AS(SLOT, slot.slate, INT64_MIN, -1);
	READ_AS(SLOT, slot.owner, -1, 0);
	READ_AS(SLOT, slot.grace_ms, TINE_BRUTAL, TINE_BRUTAL);
	READ_AS(SLOT, slot.grace_ms, TINE_BRUTAL - 1, 0);
	READ_AS(END, end.core, 2, 0);
	READ_AS(END, end.restart, UINT8_MAX, TINE_TEMPORARY);
	READ_AS(CRASH, crash.signal, -1, 0);
	READ_AS(CRASH, crash.signal, 65, 0);
	READ_AS(CRASH, crash.signal, 64, 64);
}

#define READ_AS_AMOUNT(kind, field)                    \
	do {                                           \
		READ_AS(kind, field, -1, 0);           \
		READ_AS(kind, field, INT64_MIN, 0);    \
		READ_AS(kind, field, INT64_MAX, MOST); \
		READ_AS(kind, field, MOST, MOST);      \
	} while (0)

static void times_can_be_reckoned_with(void **state)
{
	(void)state;
	READ_AS_AMOUNT(HEAD, head.mono_us);
	READ_AS_AMOUNT(HEAD, head.real_us);
	READ_AS_AMOUNT(TALLY, tally.changed_us);
	READ_AS_AMOUNT(SLOT, slot.started_us);
	READ_AS_AMOUNT(SLOT, slot.deadline_us);
	READ_AS(SLOT, slot.grace_ms, INT64_MAX, MOST);
	READ_AS_AMOUNT(END, end.ended_us);
	READ_AS_AMOUNT(END, end.wall_us);
	READ_AS_AMOUNT(END, end.user_us);
	READ_AS_AMOUNT(END, end.system_us);
	READ_AS_AMOUNT(END, end.rss_kib);
	READ_AS_AMOUNT(END, end.major_faults);
	READ_AS_AMOUNT(CRASH, crash.first_us);
	READ_AS_AMOUNT(CRASH, crash.last_us);
}

/* ---- Texts -------------------------------------------------------------- */

/* Where texts are. */
static const struct place {
	unsigned kind;
	size_t at, room;
	bool lines;
} places[] = {
#define PLACE(kind, type, field, lines)                          \
	{                                                        \
		kind, offsetof(struct type, field),              \
			sizeof(((struct type *)0)->field), lines \
	}
	PLACE(HEAD, board_head, app, false),
	PLACE(HEAD, board_head, path, false),
	PLACE(SLOT, board_slot, name, false),
	PLACE(END, board_end, name, false),
	PLACE(END, board_end, message, false),
	PLACE(END, board_end, note, false),
	PLACE(END, board_end, output, true),
	PLACE(CRASH, board_crash, name, false),
	PLACE(CRASH, board_crash, stack, true),
};

#define PLACES (sizeof places / sizeof *places)

/* The record with that there, read; and the text that was read. */
static const char *read_text(const struct place *place, union record *record,
			     const void *text, size_t size)
{
	const struct kind *kind = &kinds[place->kind];

	*record = made(kind);
	assert_true(size <= place->room);
	memcpy(record->bytes + place->at, text, size);
	slot_seal(record, kind->size);
	assert_true(kind->read(record));
	return (char *)record->bytes + place->at;
}

static void texts_end(void **state)
{
	char full[BOARD_STACK];
	union record record;

	(void)state;
	memset(full, 'x', sizeof full);
	for (const struct place *place = places; place < places + PLACES;
	     place++)
		assert_int_equal(
			strlen(read_text(place, &record, full, place->room)),
			place->room - 1);
}

/* Whatever a byte is, no terminal obeys what is read of it. */
static bool is_harmless(const char *text, bool lines)
{
	const unsigned char *bytes = (const unsigned char *)text;

	for (; *bytes; bytes++)
		if ((*bytes < ' ' && !(lines && *bytes == '\n')) ||
		    *bytes == 0x7f || (bytes[0] == 0xc2 && bytes[1] < 0xa0))
			return false;
	return true;
}

static void texts_hold_nothing_that_a_terminal_obeys(void **state)
{
	static const char foul[] = "a\x1b[31mb\x07\r\n\t\xc2\x9b"
				   "2J\x7f\x9b\xffz";
	union record record;

	(void)state;
	for (const struct place *place = places; place < places + PLACES;
	     place++) {
		const char *text = read_text(place, &record, foul, sizeof foul);

		assert_true(is_harmless(text, place->lines));
		assert_string_equal(text, place->lines ? "a [31mb  \n ??2J ??z"
						       : "a [31mb    ??2J ??z");
	}
}

static void texts_are_utf_8(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "\xe2\x82\xac\xf0\x9f\x8c\xb2",
		  "\xe2\x82\xac\xf0\x9f\x8c\xb2" },
		{ "cut \xe2\x82", "cut ??" },
		{ "\xc0\xaf", "??" },           /* too long a form */
		{ "\xed\xa0\x80", "???" },      /* half of a pair */
		{ "\xf4\x90\x80\x80", "????" }, /* beyond the last */
		{ "\xf8\x88\x80\x80\x80", "?????" },
	};
	union record record;

	(void)state;
	for (const struct place *place = places; place < places + PLACES;
	     place++)
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
			assert_string_equal(read_text(place, &record,
						      rows[i].from,
						      strlen(rows[i].from) + 1),
					    rows[i].to);
}

/* What is behind its end is not read, but for a character that it cuts. */
static void a_character_across_the_end_is_cut(void **state)
{
	char full[BOARD_STACK];
	union record record;

	(void)state;
	for (const struct place *place = places; place < places + PLACES;
	     place++) {
		size_t room = place->room;
		const char *text;

		memset(full, 'x', room);
		memcpy(full + room - 2, "\xc3\xbc", 2);
		text = read_text(place, &record, full, room);
		assert_int_equal(strlen(text), room - 2);
	}
}

static void lines_stay_lines_where_there_may_be_some(void **state)
{
	union record record;

	(void)state;
	for (const struct place *place = places; place < places + PLACES;
	     place++)
		assert_string_equal(
			read_text(place, &record, "one\n\ntwo\n", 10),
			place->lines ? "one\n\ntwo\n" : "one  two ");
}

/* ---- Names -------------------------------------------------------------- */

static void check_names(const char *name(unsigned), unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		assert_true(strlen(name(i)) > 0);
		assert_string_not_equal(name(i), "unknown");
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(name(i), name(j));
	}
	assert_string_equal(name(count), "unknown");
	assert_string_equal(name(UINT32_MAX), "unknown");
}

static void all_have_names_of_their_own(void **state)
{
	(void)state;
	check_names(board_kind_name, BOARD_KIND_COUNT);
	check_names(slot_kind_name, SLOT_KIND_COUNT);
	check_names(slot_state_name, NOW_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_is_read_as_it_was),
		cmocka_unit_test(each_writing_is_another_turn),
		cmocka_unit_test(no_changed_bit_is_missed),
		cmocka_unit_test(a_torn_record_is_none),
		cmocka_unit_test(nothing_but_zeros_or_ones_is_no_record),
		cmocka_unit_test(a_record_of_zeros_that_is_sealed_says_nothing),
		cmocka_unit_test(a_record_of_another_kind_is_none),
		cmocka_unit_test(another_version_or_another_file_is_refused),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(numbers_are_put_into_their_range),
		cmocka_unit_test(times_can_be_reckoned_with),
		cmocka_unit_test(texts_end),
		cmocka_unit_test(texts_hold_nothing_that_a_terminal_obeys),
		cmocka_unit_test(texts_are_utf_8),
		cmocka_unit_test(a_character_across_the_end_is_cut),
		cmocka_unit_test(lines_stay_lines_where_there_may_be_some),
		cmocka_unit_test(all_have_names_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
