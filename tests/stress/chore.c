/* SPDX-License-Identifier: MIT */
/* chore.c - what each of many items of a stream shall do, and how it must end.
 *
 * Whoever fails sends a value first: it must arrive all the same. */
#include "chore.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chance.h"
#include "filling.h"
#include "vandal.h"

/* What an item begins with, if it is not too small for that. */
struct head {
	uint64_t seed, number;
	chore_runs *runs; /* memory shared with all children */
};

#define KIB ((size_t)1 << 10)

/* ---- Chance ------------------------------------------------------------ */

static enum chore_kind chore_draw(uint64_t random)
{
	static const unsigned shares[] = {
#define CHORE_SHARE(name, share, text) [CHORE_##name] = share,
		CHORES(CHORE_SHARE)
#undef CHORE_SHARE
	};

	return (enum chore_kind)chance_pick(random, shares, CHORE_KINDS);
}

/* Most stand in a slot of the ring, some beside it, a few in no ring. */
static size_t chore_draw_size(uint64_t random)
{
	static const unsigned shares[] = { 8000, 1900, 80, 20 };
	static const size_t least[] = { 0, 64, 4 * KIB, 450 * KIB };
	static const size_t most[] = { 64, 4 * KIB, 100 * KIB, 600 * KIB };
	int class = chance_pick(random, shares, 4);

	return sizeof(struct head) + least[class] +
	       chance_mix(random) %
		       (most[class] - least[class] - sizeof(struct head) + 1);
}

struct chore chore_make(uint64_t seed, uint64_t number)
{
	uint64_t random = chance_mix(seed ^ chance_mix(number));
	struct chore chore = { .number = number,
			       .kind = chore_draw(random),
			       .salt = chance_mix(random + 1) };

	if (chore.kind == CHORE_GARBAGE && seed % 2 == 0)
		chore.kind = CHORE_VALUE;
	chore.size = chore.kind == CHORE_TINY
			     ? chore.salt % sizeof(struct head)
			     : chore_draw_size(chance_mix(random + 2));
	chore.code = chore.kind == CHORE_CODE || chore.kind == CHORE_EXIT
			     ? (int)(chance_mix(random + 3) % 256)
		     : chore.kind == CHORE_FAIL
			     ? (int)(1 + chance_mix(random + 3) % 255)
			     : chance_signal(chance_mix(random + 3));
	return chore;
}

const char *chore_name(enum chore_kind kind)
{
	static const char *const names[] = {
#define CHORE_NAME(name, share, text) [CHORE_##name] = text,
		CHORES(CHORE_NAME)
#undef CHORE_NAME
	};

	return names[kind];
}

/* ---- Bytes -------------------------------------------------------------- */

void chore_write_item(const struct chore *chore, uint64_t seed,
		      chore_runs *runs, unsigned char *bytes)
{
	struct head head = { .seed = seed,
			     .number = chore->number,
			     .runs = runs };

	filling_write(bytes, chore->size, chore->salt);
	if (chore->size >= sizeof head)
		memcpy(bytes, &head, sizeof head);
}

static bool is_item(const struct chore *chore, const unsigned char *bytes,
		    size_t size)
{
	size_t skip = chore->kind == CHORE_TINY ? 0 : sizeof(struct head);

	return size == chore->size &&
	       filling_is(bytes, size, skip, chore->salt);
}

/* What it sends. A few of those that crash leave much behind. */
static size_t chore_value_size(const struct chore *chore)
{
	bool much = chore->kind == CHORE_CRASH && chore->salt % 100 == 0;

	if (chore->kind == CHORE_TINY)
		return chore->size;
	if (chore->kind == CHORE_HUGE || much)
		return 4096 * KIB + chore->salt % (1024 * KIB);
	if (chore->kind == CHORE_LARGE)
		return 100 * KIB + chore->salt % (200 * KIB);
	return chore->salt % (chore->salt % 8 == 0 ? 4 * KIB : 24);
}

/* That of a tiny item is the item. */
static uint64_t chore_value_salt(const struct chore *chore)
{
	return chore->kind == CHORE_TINY ? chore->salt : ~chore->salt;
}

static int chore_note(const struct chore *chore, char text[64])
{
	return snprintf(text, 64, "item %llu",
			(unsigned long long)chore->number);
}

/* ---- In the child ------------------------------------------------------ */

static unsigned char room[CHORE_MAX_RESULT + 1];

/* In one piece, or in two. */
static int chore_send(struct tine_self *self, const struct chore *chore)
{
	size_t size = chore_value_size(chore);
	size_t first = chore->salt & 256 ? size / 3 : size;

	filling_write(room, size, chore_value_salt(chore));
	if (tine_send(self, room, first) < 0 ||
	    tine_send(self, room + first, size - first) < 0)
		return 98;
	return 0;
}

static int chore_exceed(struct tine_self *self)
{
	return tine_send(self, room, sizeof room) == TINE_ETOOBIG ? 0 : 97;
}

/* Of those that hang, half do not mind being asked to stop. */
static int chore_hang(const struct chore *chore)
{
	if (chore->salt % 2)
		(void)signal(SIGTERM, SIG_IGN);
	while (pause() < 0)
		;
	return 0;
}

static int chore_fail(struct tine_self *self, const struct chore *chore)
{
	char text[64];

	(void)chore_note(chore, text);
	return tine_fail(self, chore->code, "no luck with %s", text);
}

static int chore_flake(const struct chore *chore, unsigned before)
{
	return before == 0 ? raise(chore->code) : 0;
}

static int chore_end(struct tine_self *self, const struct chore *chore,
		     unsigned before)
{
	char text[64];

	switch (chore->kind) {
	case CHORE_NOTE:
		(void)chore_note(chore, text);
		tine_note(self, "%s", text);
		return 0;
	case CHORE_SLOW: return usleep((useconds_t)(1000 + chore->salt % 3000));
	case CHORE_CODE: return chore->code;
	case CHORE_FAIL: return chore_fail(self, chore);
	case CHORE_EXIT: exit(chore->code);
	case CHORE_CRASH: return raise(chore->code);
	case CHORE_HANG: return chore_hang(chore);
	case CHORE_FLAKY: return chore_flake(chore, before);
	case CHORE_OVERSIZE: return chore_exceed(self);
	case CHORE_GARBAGE: return vandal_run(self, chore->salt);
	case CHORE_TINY:
	case CHORE_VALUE:
	case CHORE_LARGE:
	case CHORE_HUGE:
	case CHORE_KINDS: break;
	}
	return 0;
}

int chore_run(struct tine_self *self, const void *arg, size_t size)
{
	struct chore chore;
	struct head head;
	unsigned before;
	int error;

	if (size < sizeof head)
		return tine_send(self, arg, size) < 0 ? 98 : 0;
	memcpy(&head, arg, sizeof head);
	chore = chore_make(head.seed, head.number);
	if (!is_item(&chore, arg, size))
		return 96;
	before = atomic_fetch_add(&head.runs[head.number], 1);
	error = chore_send(self, &chore);
	return error ? error : chore_end(self, &chore, before);
}

/* ---- The oracle -------------------------------------------------------- */

static bool has_value(const struct chore *chore,
		      const struct tine_result *result)
{
	return result->size == chore_value_size(chore) &&
	       filling_is(result->data, result->size, 0,
			  chore_value_salt(chore));
}

static bool is(const struct tine_result *result, enum tine_end end, int code)
{
	return result->end == end && result->code == code;
}

/* Words that another item left are not this one's. */
static bool has_words(const struct chore *chore,
		      const struct tine_result *result)
{
	char text[64], said[80];

	(void)chore_note(chore, text);
	(void)snprintf(said, sizeof said, "no luck with %s", text);
	if (chore->kind == CHORE_FAIL && strcmp(result->message, said) != 0)
		return false;
	return strcmp(result->note, chore->kind == CHORE_NOTE ? text : "") == 0;
}

/* One that returned may have left its own record whole. */
static bool is_vandals_end(const struct chore *chore,
			   const struct tine_result *result)
{
	return result->end == TINE_GARBLED ||
	       (vandal_may_return(chore->salt) && is(result, TINE_OK, 0));
}

static bool has_end(const struct chore *chore, unsigned attempts,
		    const struct tine_result *result)
{
	bool deaf = chore->kind == CHORE_HANG && chore->salt % 2;
	bool mended = chore->kind == CHORE_FLAKY && attempts > 1;

	switch (chore->kind) {
	case CHORE_CODE:
		return is(result, chore->code ? TINE_FAILED : TINE_OK,
			  chore->code);
	case CHORE_FAIL:
	case CHORE_EXIT: return is(result, TINE_FAILED, chore->code);
	case CHORE_HANG:
		return is(result, TINE_TIMEOUT, deaf ? SIGKILL : SIGTERM);
	case CHORE_FLAKY:
	case CHORE_CRASH:
		return mended ? is(result, TINE_OK, 0)
			      : is(result, TINE_CRASHED, chore->code);
	case CHORE_OVERSIZE: return result->end == TINE_LIMIT;
	case CHORE_GARBAGE: return is_vandals_end(chore, result);
	case CHORE_TINY:
	case CHORE_VALUE:
	case CHORE_NOTE:
	case CHORE_LARGE:
	case CHORE_HUGE:
	case CHORE_SLOW: return is(result, TINE_OK, 0);
	case CHORE_KINDS: break;
	}
	return false;
}

static bool has_attempts(const struct chore *chore, unsigned attempts,
			 const struct tine_result *result)
{
	bool retried = chore->kind == CHORE_CRASH || chore->kind == CHORE_FLAKY;

	return result->attempts == (retried ? attempts : 1);
}

/* Not less than it needs, by more than clocks differ. */
static bool has_time(const struct chore *chore,
		     const struct tine_result *result)
{
	int64_t least = chore->kind == CHORE_SLOW   ? 1000
			: chore->kind == CHORE_HANG ? CHORE_TIMEOUT_MS * 1000
						    : 2000;

	return result->wall_us >= least - 2000;
}

bool chore_agrees(const struct chore *chore, unsigned attempts,
		  const struct tine_result *result)
{
	if (!is_item(chore, result->input, result->input_size) ||
	    result->pid <= 0 || !has_end(chore, attempts, result) ||
	    !has_attempts(chore, attempts, result))
		return false;
	if (chore->kind == CHORE_GARBAGE)
		return true;
	return has_words(chore, result) && has_time(chore, result) &&
	       (chore->kind == CHORE_OVERSIZE || has_value(chore, result));
}

/* Its beginning is proven (ring.c), what lies behind that may be garbage. */
static bool has_proven_value(const struct chore *chore,
			     const struct tine_result *result)
{
	size_t proven = 64 * KIB;

	return is(result, TINE_OK, 0) && result->size > proven &&
	       result->size == chore_value_size(chore) &&
	       filling_is(result->data, proven, 0, chore_value_salt(chore));
}

/* A flaky one has then been flaky where nobody believed it. */
bool chore_was_spoilt(const struct chore *chore, unsigned runs,
		      const struct tine_result *result)
{
	if (!is_item(chore, result->input, result->input_size))
		return false;
	return result->end == TINE_GARBLED || has_proven_value(chore, result) ||
	       (chore->kind == CHORE_FLAKY && runs > result->attempts &&
		is(result, TINE_OK, 0) && has_value(chore, result));
}
