/* SPDX-License-Identifier: MIT */
/*
 * test_feeder_foul.c - what a child writes where it should not costs its own
 * results, and nothing else.
 *
 * At every step of a child's life each field of the ring is overwritten with
 * each value, and then the parent does all that it can do. What it takes for a
 * record is one: it is proven, or it was under way.
 */
#include "ring_rig.h"

#include <stdlib.h>
#include <string.h>

#include "chance.h"

#define MOST ((size_t)5000)

static unsigned char *pattern;

/* ---- What the parent does ----------------------------------------------- */

static const struct ring_record *record_of(const struct ring_rig *rig)
{
	return &rig->ring->records[rig->feeder.got % RING_SLOTS];
}

static void assert_is_inside(const struct ring_record *record)
{
	uint64_t span = atomic_load(&record->span);
	uint32_t at = ring_high(span), size = ring_low(span);

	if (at == RING_HERE)
		assert_true(size <= RING_RESULT);
	else
		assert_true(at <= RING_OUT && size <= RING_OUT - at);
}

static void assert_is_proven(const struct ring_rig *rig,
			     const struct feeder_result *result)
{
	assert_true(record_of(rig)->proof ==
		    ring_proof(rig->feeder.got, result->code, result->marks,
			       result->bytes, result->size));
}

static bool read_one(const struct ring_rig *rig, bool whole)
{
	unsigned char here[64];
	struct feeder_result result;
	enum feeder_verdict verdict = feeder_read(&rig->feeder, whole, here,
						  sizeof here, MOST, &result);

	assert_int_not_equal(verdict, FEEDER_NO_ROOM);
	if (verdict == FEEDER_FOUL)
		return false;
	assert_is_inside(record_of(rig));
	assert_true(result.size <= MOST && result.took_ns >= 0);
	assert_false(result.marks & ~(uint32_t)RING_MARKS);
	if (whole)
		assert_is_proven(rig, &result);
	if (result.bytes != here)
		free(result.bytes);
	return true;
}

static void read_words(const struct ring_rig *rig)
{
	for (uint32_t marks = 0; marks <= RING_MARKS; marks++) {
		char said[SLATE_TEXT] = "", note[SLATE_TEXT] = "";

		(void)feeder_words(&rig->feeder, marks, said, note);
		assert_true(strnlen(said, SLATE_TEXT) < SLATE_TEXT);
		assert_true(strnlen(note, SLATE_TEXT) < SLATE_TEXT);
	}
}

/* Returns how many it took. */
static uint32_t collect(struct ring_rig *rig)
{
	struct feeder *feeder = &rig->feeder;
	uint32_t taken, done, count = 0;

	if (!feeder_look(feeder, &taken, &done))
		return 0;
	assert_true(taken - feeder->got <= feeder->given - feeder->got);
	assert_true(done - feeder->got <= taken - feeder->got);
	for (; feeder->got != done && read_one(rig, true); count++) {
		read_words(rig);
		feeder_next(feeder);
	}
	return count;
}

static void withdraw(struct ring_rig *rig)
{
	uint32_t load = rig->feeder.given - rig->feeder.got;
	uint32_t one = feeder_withdraw(&rig->feeder, 1);
	uint32_t rest = feeder_withdraw(&rig->feeder, UINT32_MAX);

	assert_true(one <= 1 && one + rest <= load);
	assert_int_equal(rig->feeder.given - rig->feeder.got,
			 load - one - rest);
}

static void do_everything(struct ring_rig *rig)
{
	struct feeder *feeder = &rig->feeder;

	(void)read_one(rig, false);
	(void)read_one(rig, true);
	read_words(rig);
	(void)feeder_started_us(feeder, feeder->got);
	(void)collect(rig);
	(void)feeder_arm(feeder, 1);
	(void)feeder_arm(feeder, RING_SLOTS);
	(void)feeder_offer(feeder);
	withdraw(rig);
	(void)feeder_add(feeder, pattern, 500);
	(void)feeder_offer(feeder);
	(void)collect(rig);
}

/* ---- How far the child is ----------------------------------------------- */

#define STAGES 7
#define ITEMS 5

/* Of five items it has done two, and is on the third. */
static void begin(struct ring_rig *rig, int stage)
{
	if (stage >= 1)
		ring_rig_feed(rig, ITEMS);
	if (stage >= 2)
		ring_rig_run(rig, pattern, 5, 1);
	if (stage >= 3)
		ring_rig_run(rig, pattern, 3000, 0);
	if (stage >= 4)
		assert_true(ring_rig_take(rig));
	if (stage >= 5)
		outbox_open(&rig->outbox, 1);
	if (stage >= 6)
		assert_true(outbox_add(&rig->outbox, pattern, 1000));
}

static const uint32_t starts[] = { 0, UINT32_MAX, 12345 };

/* What the parent and the child know, to do it again. */
struct before {
	struct feeder feeder;
	struct outbox outbox;
	unsigned char head[offsetof(struct ring, orders)];
	struct ring_order orders[ITEMS + 1];
	struct ring_record records[ITEMS + 1];
	struct ring_words words[ITEMS + 1];
};

static void save(struct before *before, const struct ring_rig *rig)
{
	before->feeder = rig->feeder;
	before->outbox = rig->outbox;
	memcpy(before->head, rig->ring, sizeof before->head);
	for (uint32_t i = 0; i <= ITEMS; i++) {
		uint32_t slot = (rig->feeder.got + i) % RING_SLOTS;

		before->orders[i] = rig->ring->orders[slot];
		before->records[i] = rig->ring->records[slot];
		before->words[i] = rig->ring->words[slot];
	}
}

static void restore(struct ring_rig *rig, const struct before *before)
{
	rig->feeder = before->feeder;
	rig->outbox = before->outbox;
	memcpy((void *)rig->ring, before->head, sizeof before->head);
	for (uint32_t i = 0; i <= ITEMS; i++) {
		uint32_t slot = (rig->feeder.got + i) % RING_SLOTS;

		rig->ring->orders[slot] = before->orders[i];
		rig->ring->records[slot] = before->records[i];
		rig->ring->words[slot] = before->words[i];
	}
}

/* ---- What it writes ----------------------------------------------------- */

#define HEAD(member)                                             \
	{                                                        \
		offsetof(struct ring, member),                   \
			sizeof(((struct ring *)NULL)->member), 0 \
	}
#define SLOT(array, type, member)                                             \
	{                                                                     \
		offsetof(struct ring, array) + offsetof(struct type, member), \
			sizeof(((struct type *)NULL)->member),                \
			sizeof(struct type)                                   \
	}

static const struct field {
	size_t at, size, step;
} fields[] = {
	HEAD(claim),
	HEAD(armed),
	HEAD(asleep),
	HEAD(bell),
	HEAD(wake_at),
	HEAD(got),
	HEAD(done),
	SLOT(orders, ring_order, size),
	SLOT(orders, ring_order, at),
	SLOT(orders, ring_order, bytes),
	SLOT(records, ring_record, span),
	SLOT(records, ring_record, started_ns),
	SLOT(records, ring_record, took_ns),
	SLOT(records, ring_record, proof),
	SLOT(records, ring_record, code),
	SLOT(records, ring_record, marks),
	SLOT(records, ring_record, excess),
	SLOT(records, ring_record, bytes),
	SLOT(words, ring_words, proof),
	SLOT(words, ring_words, said),
	SLOT(words, ring_words, note),
};

static const uint32_t edges[] = {
	0,
	1,
	2,
	3,
	4,
	5,
	15,
	16,
	17,
	RING_SLOTS - 1,
	RING_SLOTS,
	RING_SLOTS + 1,
	MOST,
	MOST + 1,
	RING_RESULT_MOST,
	RING_OUT - 1,
	RING_OUT,
	RING_OUT + 1,
	INT32_MAX,
	1u << 31,
	UINT32_MAX - 2,
	UINT32_MAX - 1,
	UINT32_MAX,
};

static unsigned char *place_of(struct ring_rig *rig, const struct field *field,
			       uint32_t number)
{
	return (unsigned char *)rig->ring + field->at +
	       field->step * (number % RING_SLOTS);
}

/* As one half, as the other, as both; counted from where the numbers are. */
static void each_value(struct ring_rig *rig, unsigned char *place, size_t size,
		       const struct before *before)
{
	for (size_t i = 0; i < 4 * COUNT(edges); i++) {
		uint32_t value = edges[i % COUNT(edges)];

		if (i % 4 == 3)
			value += rig->feeder.got - 2;
		if (i % 4 != 1)
			memcpy(place, &value, 4);
		if (i % 4 != 0 && size >= 8)
			memcpy(place + 4, &value, 4);
		do_everything(rig);
		restore(rig, before);
	}
}

static void every_field_may_say_anything_at_any_time(void **state)
{
	struct ring_rig *rig = *state;
	static struct before before;

	for (int stage = 0; stage < STAGES; stage++)
		for (size_t s = 0; s < COUNT(starts); s++) {
			(void)ring_rig_renew(state);
			ring_rig_count_from(rig, starts[s]);
			begin(rig, stage);
			save(&before, rig);
			for (size_t f = 0; f < COUNT(fields); f++)
				for (uint32_t n = 0; n < 3; n++)
					each_value(rig,
						   place_of(rig, &fields[f],
							    starts[s] + n),
						   fields[f].size, &before);
		}
}

/* Random bytes over random stretches, which is what a stray pointer does. */
static void scribble(struct ring_rig *rig, struct chance *chance)
{
	uint32_t slot = rig->feeder.got + chance_below(chance, 3);
	const struct field *field =
		&fields[chance_below(chance, COUNT(fields))];
	unsigned char *place = place_of(rig, field, slot);

	for (size_t i = 0; i < field->size; i++)
		if (chance_below(chance, 4))
			place[i] = (unsigned char)chance_draw(chance);
}

static void several_fields_may_say_anything_at_any_time(void **state)
{
	struct ring_rig *rig = *state;
	struct chance chance = { 4711 };
	static struct before before;

	for (int round = 0; round < 200; round++) {
		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, starts[round % 3]);
		begin(rig, (int)chance_below(&chance, STAGES));
		save(&before, rig);
		for (int n = 0; n < 100; n++) {
			for (uint32_t i = chance_size(&chance, 6); i > 0; i--)
				scribble(rig, &chance);
			do_everything(rig);
			restore(rig, &before);
		}
	}
}

/* ---- What changes a result ---------------------------------------------- */

/* A bit of what proves it, or of what is proven. */
static void a_changed_result_is_never_taken(void **state)
{
	static const size_t sizes[] = { 3, RING_RESULT, 17, 3000 };
	struct ring_rig *rig = *state;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct ring_record *record = &rig->ring->records[i];
		unsigned char *bytes = record->bytes;

		ring_rig_feed(rig, 1);
		ring_rig_run(rig, pattern, sizes[i], 7);
		if (sizes[i] > RING_RESULT)
			bytes = rig->ring->out +
				ring_high(atomic_load(&record->span));
		for (size_t bit = 0; bit < 8 * sizes[i]; bit += i + 1) {
			bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
			assert_false(read_one(rig, true));
			bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
		for (int bit = 0; bit < 64; bit++) {
			record->proof ^= (uint64_t)1 << bit;
			assert_false(read_one(rig, true));
			record->proof ^= (uint64_t)1 << bit;
			record->code ^= 1 << bit % 31;
			assert_false(read_one(rig, true));
			record->code ^= 1 << bit % 31;
		}
		assert_int_equal(collect(rig), 1);
	}
}

static void another_place_or_size_is_never_taken(void **state)
{
	struct ring_rig *rig = *state;
	struct ring_record *record = rig->ring->records;
	uint64_t span;

	ring_rig_feed(rig, 1);
	ring_rig_run(rig, pattern, 3000, 7);
	span = atomic_load(&record->span);
	for (int bit = 0; bit < 64; bit++) {
		atomic_store(&record->span, span ^ (uint64_t)1 << bit);
		assert_false(read_one(rig, true));
	}
	atomic_store(&record->span, span);
	assert_int_equal(collect(rig), 1);
}

/* The child did the work, and then said that it had not. */
static void the_record_of_another_item_is_never_taken(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 2);
	ring_rig_run(rig, "one", 3, 0);
	ring_rig_run(rig, "one", 3, 0);
	memcpy((void *)&rig->ring->records[1], (void *)&rig->ring->records[0],
	       sizeof *rig->ring->records);
	assert_int_equal(collect(rig), 1);
}

static void a_record_that_was_counted_early_is_never_taken(void **state)
{
	struct ring_rig *rig = *state;

	for (size_t s = 0; s < COUNT(starts); s++) {
		(void)ring_rig_renew(state);
		ring_rig_count_from(rig, starts[s]);
		ring_rig_feed(rig, 2);
		ring_rig_run(rig, "one", 3, 0);
		ring_rig_begin(rig, "two", 3);
		atomic_store(&rig->ring->done, starts[s] + 2);
		assert_int_equal(collect(rig), 1);
	}
}

/* It has its bytes elsewhere. */
static void a_file_beside_bytes_is_foul(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, "bytes", 5);
	outbox_close(&rig->outbox, 0, RING_FILE, 1);
	assert_false(read_one(rig, true));
}

static void marks_there_are_not_are_foul(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 28);
	for (uint32_t bit = 4; bit < 32; bit++) {
		ring_rig_begin(rig, "", 0);
		outbox_close(&rig->outbox, 0, (uint32_t)1 << bit, 1);
		assert_false(read_one(rig, true));
		assert_false(read_one(rig, false));
		feeder_next(&rig->feeder);
	}
}

static void a_time_below_zero_is_foul(void **state)
{
	static const int64_t times[] = { -1, INT64_MIN };
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, COUNT(times));
	for (size_t i = 0; i < COUNT(times); i++) {
		ring_rig_begin(rig, "", 0);
		outbox_close(&rig->outbox, 0, 0, times[i]);
		assert_false(read_one(rig, true));
		feeder_next(&rig->feeder);
	}
}

#define TEST(name) cmocka_unit_test_setup(name, ring_rig_renew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_field_may_say_anything_at_any_time),
		TEST(several_fields_may_say_anything_at_any_time),
		TEST(a_changed_result_is_never_taken),
		TEST(another_place_or_size_is_never_taken),
		TEST(the_record_of_another_item_is_never_taken),
		TEST(a_record_that_was_counted_early_is_never_taken),
		TEST(a_file_beside_bytes_is_foul),
		TEST(marks_there_are_not_are_foul),
		TEST(a_time_below_zero_is_foul),
	};
	int failed;

	pattern = bytes_of(1, MOST);
	failed = cmocka_run_group_tests(tests, ring_rig_new, ring_rig_free);
	free(pattern);
	return failed;
}
