/* SPDX-License-Identifier: MIT */
/*
 * test_roster_chance.c - whatever happens, a roster does nothing that it must
 * not, and leaves nothing undone.
 *
 * Beside the roster stands a note of each kid, kept by what was said and done
 * alone; each step is held against it. Rounds are of few kids and many events,
 * so that the rare ones meet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "chance.h"
#include "clock.h"
#include "roster.h"

#define KIDS 12
#define STEPS 1000000
#define SECOND ((int64_t)1000000)
#define MOST_SPENT 10000

struct note {
	struct kid kid;
	bool known, up, stopping, starting, lived;
	bool wanted; /* shall be up, or come up */
	bool falls;  /* has to be down before anybody starts */
	bool asked;  /* to end, by terminate */
	uint64_t number;
};

static struct roster roster;
static struct note notes[KIDS];
static struct chance chance = { 7 };
static int64_t now_us;
static uint64_t numbers;
static enum roster_end end;
static const struct note *culprit;

/* So that a round without one of these does not pass for a test of it. */
static unsigned ends_seen[4], widened, fallen, retried, dropped;

static uint32_t below(uint32_t limit)
{
	return chance_below(&chance, limit);
}

static struct note *note_of(const struct kid *kid)
{
	for (size_t i = 0; i < KIDS; i++)
		if (&notes[i].kid == kid)
			return &notes[i];
	fail();
	return NULL;
}

#define EACH(each) for (struct note *each = notes; each < notes + KIDS; each++)

/* ---- The restarts, as the rule says -------------------------------------- */

static int64_t spent[MOST_SPENT];
static size_t spent_count;

static bool within_budget(void)
{
	unsigned count = 0;

	assert_true(spent_count < MOST_SPENT);
	spent[spent_count++] = now_us / SECOND;
	for (size_t i = 0; i < spent_count; i++)
		count +=
			now_us / SECOND <= spent[i] + roster.budget.max_seconds;
	return count <= roster.budget.max_restarts;
}

static void note_end(enum roster_end why, const struct note *note)
{
	if (end)
		return;
	end = why;
	culprit = note;
	ends_seen[why]++;
	EACH(each)
	each->wanted = false;
}

static bool spend(const struct note *note)
{
	bool within = within_budget();

	if (!within)
		note_end(ROSTER_GAVE_UP, note);
	return within;
}

/* ---- What must hold ------------------------------------------------------ */

static bool any_falls(void)
{
	EACH(note)
	if (note->falls)
		return true;
	return false;
}

static bool any_stops(void)
{
	EACH(note)
	if (note->stopping)
		return true;
	return false;
}

static bool any_starts(void)
{
	EACH(note)
	if (note->starting)
		return true;
	return false;
}

static bool is_alive(const struct note *note)
{
	return note->up || note->stopping;
}

static void assert_state(const struct note *note)
{
	enum kid_state state = note->up                         ? KID_UP
			       : note->stopping                 ? KID_STOPPING
			       : note->wanted || note->starting ? KID_WAITING
								: KID_DOWN;

	if (note->known)
		assert_int_equal(note->kid.state, state);
}

/* Each kid that is known is in the list once, and nobody else. */
static void assert_all(void)
{
	size_t known = 0, alive = 0, busy = 0, listed = 0;
	uint64_t last = 0;

	EACH(note)
	{
		assert_state(note);
		known += note->known;
		alive += is_alive(note);
		busy += note->known && note->kid.state != KID_DOWN;
	}
	LIST_EACH (node, &roster.kids) {
		struct note *note = note_of(LIST_ENTRY(node, struct kid, node));

		assert_true(note->known);
		assert_true(note->number > last);
		last = note->number;
		listed++;
	}
	assert_int_equal(listed, known);
	assert_int_equal(roster.count, known);
	assert_int_equal(roster.alive, alive);
	assert_int_equal(roster_busy(&roster), busy);
	assert_int_equal(roster.end, end);
	assert_ptr_equal(roster.culprit, culprit ? &culprit->kid : NULL);
}

/* ---- What is done -------------------------------------------------------- */

static void may_start(const struct note *note)
{
	assert_false(end);
	assert_true(note->known && note->wanted);
	assert_false(is_alive(note) || any_falls() || any_starts());
	assert_true(note->kid.due_us <= now_us);
	if (roster.strategy == TINE_ONE_FOR_ONE)
		return;
	EACH(other)
	if (other->known && other->wanted && !is_alive(other))
		assert_true(other->number >= note->number);
}

static void start(struct note *note)
{
	may_start(note);
	note->starting = true;
}

/* In its turn, nobody else is stopping, and nobody behind it is up that shall
 * fall as well. */
static void may_stop_in_turn(const struct note *note)
{
	assert_true(note->falls || end);
	if (note->kid.loose)
		return;
	assert_false(any_stops());
	EACH(other)
	if (other->up && (other->falls || end))
		assert_true(!other->kid.loose && other->number <= note->number);
}

static void stop(struct note *note)
{
	assert_true(note->known && note->up);
	if (!note->asked)
		may_stop_in_turn(note);
	note->up = false;
	note->stopping = true;
}

static void drop(struct note *note)
{
	assert_true(note->known && note != culprit);
	assert_false(is_alive(note) || note->starting || note->wanted);
	note->known = false;
	dropped++;
	memset(&note->kid, 0xa5, sizeof note->kid);
}

static bool is_waiting(const struct note *note)
{
	return note->known && note->wanted && !is_alive(note);
}

static bool is_first_of_group(const struct note *note)
{
	if (roster.strategy == TINE_ONE_FOR_ONE)
		return true;
	EACH(other)
	if (is_waiting(other) && other->number < note->number)
		return false;
	return true;
}

static bool may_anybody_start(void)
{
	return !any_starts() &&
	       (roster.strategy == TINE_ONE_FOR_ONE || !any_stops());
}

/* If it waits, there is something to wait for, and nothing else to do. */
static void may_wait(int64_t due_us)
{
	assert_true(due_us > now_us);
	assert_true(!end || any_stops() || any_starts());
	EACH(note)
	{
		assert_false(note->up && note->asked);
		if (note->up && (note->falls || end))
			assert_true(any_stops() && !note->kid.loose);
		if (is_waiting(note) && is_first_of_group(note) &&
		    may_anybody_start())
			assert_true(note->kid.due_us >= due_us);
	}
}

static bool obey(void)
{
	struct roster_step step = roster_next(&roster, now_us);

	switch (step.action) {
	case ROSTER_START: start(note_of(step.kid)); return true;
	case ROSTER_STOP: stop(note_of(step.kid)); return true;
	case ROSTER_DROP: drop(note_of(step.kid)); return true;
	case ROSTER_WAIT: may_wait(step.due_us); return false;
	case ROSTER_OVER:
		assert_true(end);
		assert_int_equal(roster.alive, 0);
		assert_false(any_starts());
		return false;
	}
	return false;
}

/* ---- What happens -------------------------------------------------------- */

static void happens_add(struct note *note)
{
	if (note->known)
		return;
	*note = (struct note){ .known = true, .number = ++numbers };
	note->kid.restart = (enum tine_restart)below(3);
	note->kid.loose = below(6) == 0;
	note->kid.significant =
		note->kid.restart != TINE_PERMANENT && below(4) == 0;
	note->kid.backoff_ms = below(3) ? 0 : 500;
	note->kid.max_backoff_ms = 3000;
	note->wanted = !end;
	roster_add(&roster, &note->kid);
}

static void happens_start(struct note *note, bool fails)
{
	if (!note->starting)
		return;
	note->starting = false;
	if (!fails) {
		note->up = note->lived = true;
		note->asked |= !note->wanted || note->falls;
		roster_started(&roster, &note->kid, now_us);
		return;
	}
	retried += note->lived && note->wanted;
	if (!note->lived)
		note->wanted = false;
	else if (note->wanted)
		note->wanted = spend(note);
	note->falls = note->asked = false;
	roster_start_failed(&roster, &note->kid, now_us);
}

/* All that depend on it, and it if it is being started. */
static void fall_from(const struct note *first)
{
	bool all = roster.strategy == TINE_ONE_FOR_ALL;

	if (roster.strategy == TINE_ONE_FOR_ONE || first->kid.loose)
		return;
	widened += any_falls();
	fallen++;
	EACH(note)
	if (note->known && !note->kid.loose &&
	    (is_alive(note) || note->starting) &&
	    (all || note->number >= first->number))
		note->falls = true;
}

static bool is_significant_left(void)
{
	EACH(note)
	if (note->known && note->kid.significant && note->wanted)
		return true;
	return false;
}

static void note_good_end(struct note *note)
{
	note->wanted = false;
	if (note->kid.significant &&
	    (roster.auto_shutdown == TINE_ANY_SIGNIFICANT ||
	     (roster.auto_shutdown == TINE_ALL_SIGNIFICANT &&
	      !is_significant_left())))
		note_end(ROSTER_SIGNIFICANT, NULL);
}

static void happens_end(struct note *note, bool badly)
{
	bool falls = note->falls;
	unsigned restarts = note->kid.restarts;

	if (!is_alive(note))
		return;
	note->up = note->stopping = note->falls = note->asked = false;
	if (falls)
		note->wanted &= note->kid.restart != TINE_TEMPORARY;
	else if (note->wanted && note->kid.restart != TINE_TEMPORARY &&
		 (badly || note->kid.restart == TINE_PERMANENT)) {
		restarts++;
		if (spend(note))
			fall_from(note);
		else
			restarts--;
	} else if (note->wanted)
		note_good_end(note);
	roster_ended(&roster, &note->kid, badly, now_us);
	assert_int_equal(note->kid.restarts, restarts);
}

static void happens_terminate(struct note *note)
{
	if (!note->known)
		return;
	note->wanted = false;
	note->asked = note->up || note->starting;
	roster_terminate(&roster, &note->kid);
}

/* One that is being forgotten cannot, either; that is in no note. */
static void happens_change(struct note *note, bool restart)
{
	bool down = note->known && !end && note->kid.state == KID_DOWN;
	int r;

	if (!note->known)
		return;
	r = restart ? roster_restart(&roster, &note->kid)
		    : roster_delete(&roster, &note->kid);
	if (!down)
		assert_int_equal(r, TINE_EUSAGE);
	if (r == 0)
		note->wanted = restart;
}

static void happens_stop(void)
{
	note_end(ROSTER_ASKED, NULL);
	roster_stop(&roster);
}

/* Most of these do nothing to most of the kids. */
static void happens(void)
{
	struct note *note = &notes[below(KIDS)];

	switch (below(16)) {
	case 0: happens_add(note); break;
	case 1: now_us += below(SECOND / 2); break;
	case 2: happens_change(note, below(4)); break;
	case 3: happens_end(note, false); break;
	case 4:
	case 5: happens_end(note, true); break;
	case 6:
		if (below(4) == 0)
			happens_terminate(note);
		break;
	case 7:
		if (below(100) == 0)
			happens_stop();
		break;
	case 8:
	case 9:
		if (note->stopping)
			happens_end(note, below(2));
		break;
	default: happens_start(note, below(8) == 0);
	}
}

/* ---- Rounds -------------------------------------------------------------- */

static void begin(void)
{
	memset(notes, 0, sizeof notes);
	spent_count = 0;
	end = ROSTER_RUNNING;
	culprit = NULL;
	roster_init(&roster, (enum tine_strategy)below(3),
		    (enum tine_auto_shutdown)below(3), below(20), 1 + below(4));
}

static bool is_over(void)
{
	return roster_next(&roster, now_us).action == ROSTER_OVER;
}

/* Whatever was going on, it comes to its end when all do what they are told. */
static void finish(void)
{
	happens_stop();
	for (int turns = 0; turns <= 3 * KIDS; turns++) {
		while (obey())
			assert_all();
		EACH(note)
		if (note->starting)
			happens_start(note, below(2));
		EACH(note)
		if (note->stopping)
			happens_end(note, below(2));
	}
	assert_true(is_over());
	roster_done(&roster);
}

static void round_of(int steps)
{
	begin();
	while (steps-- > 0) {
		happens();
		assert_all();
		for (uint32_t most = below(6); most > 0 && obey(); most--)
			assert_all();
	}
	finish();
}

static void it_does_what_it_may_and_all_that_it_has_to(void **state)
{
	(void)state;
	for (int steps = 0; steps < STEPS; steps += 400)
		round_of(400);
	assert_true(ends_seen[ROSTER_ASKED] > 100);
	assert_true(ends_seen[ROSTER_GAVE_UP] > 100);
	assert_true(ends_seen[ROSTER_SIGNIFICANT] > 100);
	assert_true(widened > 100 && fallen > 100);
	assert_true(retried > 100 && dropped > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_does_what_it_may_and_all_that_it_has_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
