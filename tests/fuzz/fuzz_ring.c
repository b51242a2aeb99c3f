/* SPDX-License-Identifier: MIT */
/*
 * fuzz_ring.c - whatever a child writes into its ring, the parent reads a
 * record that is proven, or knows that it is none.
 *
 * The input is a script: its first byte chooses max_result, the second where
 * the numbers begin, then each step is a byte, with its arguments behind it.
 * The child is one of ours, up to the first step that writes where it should
 * not; until then all that the parent reads is what was sent.
 *
 * A ring is large, so there is one, of which each script wipes what it used.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "feeder.h"
#include "outbox.h"

enum step {
	STEP_ADD,   /* size: the parent adds an item, and offers it */
	STEP_TAKE,  /* the child takes one, and opens its record */
	STEP_SEND,  /* size */
	STEP_CLOSE, /* code, marks */
	STEP_READ,  /* all that is done, or as far as it is good */
	STEP_PART,  /* the open record */
	STEP_WITHDRAW,
	STEP_ARM,
	STEP_SPOIL, /* field, slot, value (4) */
	STEP_FORGE, /* size (4), place (4), marks: with its proof */
	STEPS
};

struct script {
	const uint8_t *data;
	size_t size;
};

static uint8_t next_byte(struct script *script)
{
	if (script->size == 0)
		return 0;
	script->size--;
	return *script->data++;
}

static uint32_t next_word(struct script *script)
{
	uint32_t word = 0;

	for (int shift = 0; shift < 32; shift += 8)
		word |= (uint32_t)next_byte(script) << shift;
	return word;
}

/* ---- The two sides ------------------------------------------------------ */

/* What the child did with an item, by its number. */
struct sent {
	uint32_t size;
	int code;
	uint32_t marks;
};

static struct ring ring; /* alone, so that ASan sees who leaves it */

static struct rig {
	struct feeder feeder;
	struct outbox outbox;
	struct sent sent[RING_SLOTS];
	uint32_t start, highest; /* numbers that were used */
	size_t max_result;
	bool open;
	bool spoiled; /* the ring is not what our child made of it */
	bool foul;    /* and the parent knows it */
} rig;

#define SIZES 8
#define PATTERNS 64 /* by the item's number */

static const uint32_t sizes[SIZES] = { 0, 1, 16, 17, 56, 57, 1000, 5000 };
static uint8_t pattern[PATTERNS + RING_OUT];

static struct sent *sent_of(uint32_t number)
{
	return &rig.sent[number % RING_SLOTS];
}

static const uint8_t *pattern_of(uint32_t number)
{
	return pattern + number % PATTERNS;
}

static void make_pattern(void)
{
	if (pattern[1])
		return;
	for (size_t i = 0; i < sizeof pattern; i++)
		pattern[i] = (uint8_t)(i * 7 + i / 251);
}

static void wipe(void)
{
	const size_t head = offsetof(struct ring, orders);

	memset(&ring, 0, head);
	for (uint32_t i = rig.start; i != rig.highest + 4; i++) {
		uint32_t slot = i % RING_SLOTS;

		memset(&ring.orders[slot], 0, sizeof *ring.orders);
		memset(&ring.records[slot], 0, sizeof *ring.records);
		memset(&ring.words[slot], 0, sizeof *ring.words);
	}
}

static void begin(uint32_t number)
{
	struct feeder *feeder = &rig.feeder;

	feeder_init(feeder, &ring);
	outbox_init(&rig.outbox, &ring, -1);
	rig.start = rig.highest = number;
	feeder->given = feeder->offered = feeder->got = number;
	rig.outbox.number = rig.outbox.kept = number;
	atomic_store(&ring.claim, ring_pair(number, number));
	atomic_store(&ring.done, number);
	atomic_store(&ring.got, number);
	rig.open = rig.spoiled = rig.foul = false;
}

/* ---- The child ---------------------------------------------------------- */

static void step_take(void)
{
	uint64_t claim = atomic_load(&ring.claim);

	if (rig.spoiled || rig.open || ring_high(claim) == ring_low(claim))
		return;
	assert(ring_high(claim) == rig.outbox.number);
	atomic_store(&ring.claim,
		     ring_pair(ring_high(claim) + 1, ring_low(claim)));
	outbox_open(&rig.outbox, 1);
	*sent_of(rig.outbox.number) = (struct sent){ 0 };
	rig.open = true;
}

static void step_send(struct script *script)
{
	uint32_t size = sizes[next_byte(script) % SIZES];
	struct sent *sent = sent_of(rig.outbox.number);

	if (!rig.open || rig.spoiled || sent->size + size > rig.max_result)
		return;
	if (outbox_add(&rig.outbox, pattern_of(rig.outbox.number) + sent->size,
		       size))
		sent->size += size;
}

static void step_close(struct script *script)
{
	int code = (int8_t)next_byte(script);
	uint32_t marks = next_byte(script) & RING_WORDS;
	struct ring_words *words = outbox_words(&rig.outbox);

	if (!rig.open || rig.spoiled)
		return;
	memset(words->said, 's', SLATE_TEXT);
	memset(words->note, code, SLATE_TEXT);
	sent_of(rig.outbox.number)->code = code;
	sent_of(rig.outbox.number)->marks = marks;
	outbox_close(&rig.outbox, code, marks, 1);
	rig.open = false;
}

/* ---- The parent --------------------------------------------------------- */

static void step_add(struct script *script)
{
	uint32_t size = sizes[next_byte(script) % SIZES];
	uint32_t number = rig.feeder.given;

	if (!feeder_add(&rig.feeder, pattern_of(number), size))
		return;
	(void)feeder_offer(&rig.feeder);
	if (rig.highest - rig.start < rig.feeder.given - rig.start)
		rig.highest = rig.feeder.given;
}

static bool look(uint32_t *taken, uint32_t *done)
{
	const struct feeder *feeder = &rig.feeder;

	if (!feeder_look(feeder, taken, done)) {
		rig.foul = true;
		return false;
	}
	assert(ring_low(atomic_load(&ring.claim)) == feeder->given);
	assert(*taken - feeder->got <= feeder->given - feeder->got);
	assert(*done - feeder->got <= *taken - feeder->got);
	return true;
}

static void check_line(const char *line)
{
	size_t length = strnlen(line, SLATE_TEXT);

	assert(length < SLATE_TEXT);
	for (size_t i = 0; i < length; i++)
		assert((unsigned char)line[i] >= ' ' && line[i] != 0x7f);
}

static void check_words(uint32_t marks)
{
	char said[SLATE_TEXT], note[SLATE_TEXT];

	if (!feeder_words(&rig.feeder, marks, said, note)) {
		rig.foul = true;
		return;
	}
	check_line(said);
	check_line(note);
	assert((marks & RING_SAID) || !*said);
	assert((marks & RING_NOTED) || !*note);
}

/* Nothing is read but where results may be. */
static void check_span(uint64_t span)
{
	uint32_t at = ring_high(span), size = ring_low(span);

	if (at == RING_HERE)
		assert(size <= RING_RESULT);
	else
		assert(at <= RING_OUT && size <= RING_OUT - at);
}

/* Bytes are the parent's own, and as the verdict says. */
static void check_result(const struct feeder_result *result, bool whole)
{
	const struct ring_record *record =
		&ring.records[rig.feeder.got % RING_SLOTS];
	const struct sent *sent = sent_of(rig.feeder.got);

	assert(result->size <= rig.max_result);
	check_span(atomic_load(&record->span));
	assert(result->took_ns >= 0);
	assert(!(result->marks & ~(uint32_t)RING_MARKS));
	if (whole)
		assert(record->proof == ring_proof(rig.feeder.got, result->code,
						   result->marks, result->bytes,
						   result->size));
	if (rig.spoiled)
		return;
	assert(result->size == sent->size);
	assert(memcmp(result->bytes, pattern_of(rig.feeder.got), sent->size) ==
	       0);
	assert(!whole ||
	       (result->code == sent->code && result->marks == sent->marks));
}

static bool read_one(bool whole)
{
	static unsigned char here[64];
	struct feeder_result result;
	enum feeder_verdict verdict = feeder_read(
		&rig.feeder, whole, here, sizeof here, rig.max_result, &result);

	assert(verdict != FEEDER_NO_ROOM);
	if (verdict == FEEDER_FOUL) {
		rig.foul = true;
		return false;
	}
	check_result(&result, whole);
	if (result.bytes != here)
		free(result.bytes);
	if (whole)
		check_words(result.marks);
	return !rig.foul;
}

static void step_read(void)
{
	uint32_t taken, done;

	if (!look(&taken, &done))
		return;
	while (rig.feeder.got != done && read_one(true))
		feeder_next(&rig.feeder);
}

static void step_part(void)
{
	uint32_t taken, done;

	if (look(&taken, &done) && done == rig.feeder.got && taken != done)
		(void)read_one(false);
	(void)feeder_started_us(&rig.feeder, rig.feeder.got);
}

static void step_withdraw(struct script *script)
{
	uint32_t count = next_byte(script) % 8;
	uint32_t load = rig.feeder.given - rig.feeder.got;
	uint32_t withdrawn = feeder_withdraw(&rig.feeder, count);

	assert(withdrawn <= count && withdrawn <= load);
	assert(rig.feeder.given - rig.feeder.got == load - withdrawn);
	assert(rig.feeder.offered == rig.feeder.given || withdrawn == 0);
}

static void step_arm(struct script *script)
{
	uint32_t count = next_byte(script);
	bool armed = feeder_arm(&rig.feeder, count);

	assert(armed == (atomic_load(&ring.armed) == 1));
	assert(!armed || count > 0);
}

/* ---- Where it should not write ------------------------------------------ */

/* Each place that is four bytes long, from the beginning and in a slot. */
#define AT(member) offsetof(struct ring, member)
#define IN(array, type, member) \
	offsetof(struct ring, array) + offsetof(struct type, member)

static const struct {
	size_t at, step;
} fields[] = {
	{ AT(claim), 0 },
	{ AT(claim) + 4, 0 },
	{ AT(armed), 0 },
	{ AT(asleep), 0 },
	{ AT(bell), 0 },
	{ AT(wake_at), 0 },
	{ AT(got), 0 },
	{ AT(done), 0 },
	{ IN(orders, ring_order, size), sizeof(struct ring_order) },
	{ IN(orders, ring_order, at), sizeof(struct ring_order) },
	{ IN(records, ring_record, span), sizeof(struct ring_record) },
	{ IN(records, ring_record, span) + 4, sizeof(struct ring_record) },
	{ IN(records, ring_record, started_ns), sizeof(struct ring_record) },
	{ IN(records, ring_record, took_ns), sizeof(struct ring_record) },
	{ IN(records, ring_record, took_ns) + 4, sizeof(struct ring_record) },
	{ IN(records, ring_record, proof), sizeof(struct ring_record) },
	{ IN(records, ring_record, proof) + 4, sizeof(struct ring_record) },
	{ IN(records, ring_record, code), sizeof(struct ring_record) },
	{ IN(records, ring_record, marks), sizeof(struct ring_record) },
	{ IN(records, ring_record, excess), sizeof(struct ring_record) },
	{ IN(records, ring_record, bytes), sizeof(struct ring_record) },
	{ IN(words, ring_words, proof), sizeof(struct ring_words) },
	{ IN(words, ring_words, said), sizeof(struct ring_words) },
	{ IN(words, ring_words, note) + 508, sizeof(struct ring_words) },
};

#define FIELDS (sizeof fields / sizeof *fields)

/* As it is, or near to where the numbers are. */
static uint32_t spoiled_value(uint32_t word)
{
	int near = (int)(word >> 8 & 15) - 8;

	switch (word & 7) {
	case 0: return rig.feeder.got + (uint32_t)near;
	case 1: return rig.feeder.given + (uint32_t)near;
	case 2: return (uint32_t)near;
	case 3: return RING_OUT + (uint32_t)near;
	case 4: return RING_HERE + (uint32_t)near;
	default: return word;
	}
}

static void step_spoil(struct script *script)
{
	size_t field = next_byte(script) % FIELDS;
	uint32_t number = rig.feeder.got + next_byte(script) % 4;
	uint32_t value = spoiled_value(next_word(script));
	size_t at =
		fields[field].at + fields[field].step * (number % RING_SLOTS);

	rig.spoiled = true;
	memcpy((unsigned char *)&ring + at, &value, sizeof value);
}

/* A record that proves itself, wherever its bytes are said to be. */
static void step_forge(struct script *script)
{
	uint32_t number = rig.feeder.got;
	struct ring_record *record = &ring.records[number % RING_SLOTS];
	uint32_t size = next_word(script),
		 at = spoiled_value(next_word(script));
	uint32_t marks = next_byte(script) % (2 * RING_MARKS);
	const unsigned char *bytes = record->bytes;

	if (at <= RING_OUT && size <= RING_OUT - at)
		bytes = ring.out + at;
	else if (size > RING_RESULT)
		return;
	rig.spoiled = true;
	atomic_store(&record->span, ring_pair(at, size));
	atomic_store(&record->marks, marks);
	record->proof = ring_proof(number, record->code, marks, bytes, size);
	atomic_store(&ring.claim,
		     ring_pair(rig.feeder.given, rig.feeder.given));
	atomic_store(&ring.done, rig.feeder.given);
}

/* ---- Running ------------------------------------------------------------ */

static void step(struct script *script)
{
	switch ((enum step)(next_byte(script) % STEPS)) {
	case STEP_ADD: step_add(script); break;
	case STEP_TAKE: step_take(); break;
	case STEP_SEND: step_send(script); break;
	case STEP_CLOSE: step_close(script); break;
	case STEP_READ: step_read(); break;
	case STEP_PART: step_part(); break;
	case STEP_WITHDRAW: step_withdraw(script); break;
	case STEP_ARM: step_arm(script); break;
	case STEP_SPOIL: step_spoil(script); break;
	case STEP_FORGE: step_forge(script); break;
	case STEPS: break;
	}
	assert(rig.feeder.given - rig.feeder.got <= RING_SLOTS);
	assert(rig.spoiled || !rig.foul);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t most[] = { 10, 1000, 70000, RING_OUT };
	static const uint32_t starts[] = { 0, 5000, UINT32_MAX - 3,
					   UINT32_MAX };
	struct script script = { data, size };

	make_pattern();
	rig.max_result = most[next_byte(&script) % 4];
	begin(starts[next_byte(&script) % 4]);
	while (script.size > 0)
		step(&script);
	step_read();
	step_part();
	wipe();
	return 0;
}

/* ---- Seeds -------------------------------------------------------------- */

#define SEED(...)                                                   \
	{                                                           \
		sizeof(uint8_t[]){ __VA_ARGS__ }, (const uint8_t[]) \
		{                                                   \
			__VA_ARGS__                                 \
		}                                                   \
	}
#define BEGIN(most, start) (most), (start)
#define ITEM(size) STEP_ADD, (size), STEP_TAKE
#define SEND(size) STEP_SEND, (size)
#define CLOSE(code, marks) STEP_CLOSE, (code), (marks)
#define WORD(number)                                               \
	(number) & 255, (number) >> 8 & 255, (number) >> 16 & 255, \
		(number) >> 24
#define SPOIL(field, slot, value) STEP_SPOIL, (field), (slot), WORD(value)
#define FORGE(size, at, marks) STEP_FORGE, WORD(size), WORD(at), (marks)

static const struct {
	size_t size;
	const uint8_t *data;
} seeds[] = {
	SEED(BEGIN(2, 0), ITEM(1), SEND(1), CLOSE(0, 0), STEP_READ),
	SEED(BEGIN(2, 2), ITEM(5), SEND(6), SEND(6), CLOSE(1, 12), STEP_READ,
	     ITEM(2), SEND(2), STEP_PART, SEND(1), STEP_PART, CLOSE(0, 4)),
	SEED(BEGIN(2, 3), STEP_ADD, 1, STEP_ADD, 7, STEP_ADD, 0, STEP_TAKE,
	     STEP_WITHDRAW, 1, STEP_ARM, 1, SEND(7), CLOSE(3, 0), STEP_TAKE,
	     CLOSE(0, 8), STEP_READ, STEP_ADD, 6, STEP_WITHDRAW, 7),
	SEED(BEGIN(1, 0), ITEM(1), STEP_PART, SEND(3), STEP_PART,
	     SPOIL(10, 0, 5000), STEP_PART, SPOIL(11, 0, 0x804), STEP_PART),
	SEED(BEGIN(2, 1), ITEM(1), SEND(3), CLOSE(0, 12), SPOIL(18, 0, 0x85),
	     STEP_READ, SPOIL(0, 0, 0x700), STEP_READ, SPOIL(7, 0, 0x900)),
	SEED(BEGIN(3, 2), STEP_ADD, 1, FORGE(100, 0x5005, 0), STEP_READ,
	     STEP_ADD, 1, FORGE(16, 0x804, 12), STEP_READ, STEP_ADD, 1,
	     FORGE(0, 0x803, 1)),
};

size_t fuzz_seed(unsigned number, uint8_t data[FUZZ_ROOM])
{
	if (number >= sizeof seeds / sizeof *seeds)
		return 0;
	memcpy(data, seeds[number].data, seeds[number].size);
	return seeds[number].size;
}
