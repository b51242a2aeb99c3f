/* SPDX-License-Identifier: MIT */
/* roster_rig.c - a roster of kids named by letters, and what it does as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "roster_rig.h"

#define KIDS 26
#define EACH(name, names) for (const char *name = names; *name; name++)

struct roster roster;
int64_t now_us;

static struct kid kids[KIDS];
static bool fails[KIDS];

static void rig_reset(void)
{
	memset(kids, 0, sizeof kids);
	memset(fails, 0, sizeof fails);
	now_us = 1000 * SECOND;
}

void rig_make(enum tine_strategy strategy)
{
	rig_reset();
	roster_init(&roster, strategy, TINE_NEVER, 3, 5);
}

void rig_make_ending(enum tine_auto_shutdown auto_shutdown)
{
	rig_reset();
	roster_init(&roster, TINE_ONE_FOR_ONE, auto_shutdown, 3, 5);
}

int rig_done(void **state)
{
	(void)state;
	roster_done(&roster);
	return 0;
}

/* ---- Kids --------------------------------------------------------------- */

struct kid *kid(char name)
{
	assert_in_range(name, 'a', 'z');
	return &kids[name - 'a'];
}

static void restarted(const char *names, enum tine_restart restart)
{
	EACH(name, names)
	kid(*name)->restart = restart;
}

void permanent(const char *names)
{
	restarted(names, TINE_PERMANENT);
}

void transient(const char *names)
{
	restarted(names, TINE_TRANSIENT);
}

void temporary(const char *names)
{
	restarted(names, TINE_TEMPORARY);
}

void loose(const char *names)
{
	EACH(name, names)
	kid(*name)->loose = true;
}

void significant(const char *names)
{
	EACH(name, names)
	kid(*name)->significant = true;
}

void backoff(const char *names, int64_t backoff_ms, int64_t max_backoff_ms)
{
	EACH(name, names)
	{
		kid(*name)->backoff_ms = backoff_ms;
		kid(*name)->max_backoff_ms = max_backoff_ms;
	}
}

void fail_to_start(const char *names, bool fail)
{
	EACH(name, names)
	fails[kid(*name) - kids] = fail;
}

/* ---- What happens ------------------------------------------------------- */

void add(const char *names)
{
	EACH(name, names)
	roster_add(&roster, kid(*name));
}

void quit(const char *names)
{
	EACH(name, names)
	roster_ended(&roster, kid(*name), false, now_us);
}

void crash(const char *names)
{
	EACH(name, names)
	roster_ended(&roster, kid(*name), true, now_us);
}

void terminate(const char *names)
{
	EACH(name, names)
	roster_terminate(&roster, kid(*name));
}

struct roster_step next(void)
{
	return roster_next(&roster, now_us);
}

/* ---- What it does ------------------------------------------------------- */

static char obey_start(struct kid *kid)
{
	if (fails[kid - kids]) {
		roster_start_failed(&roster, kid, now_us);
		return '!';
	}
	roster_started(&roster, kid, now_us);
	assert_int_equal(kid->state, KID_UP);
	return '+';
}

static char obey(const struct roster_step *step)
{
	switch (step->action) {
	case ROSTER_START: return obey_start(step->kid);
	case ROSTER_STOP:
		assert_int_equal(step->kid->state, KID_STOPPING);
		return '-';
	case ROSTER_DROP:
		assert_int_equal(step->kid->state, KID_DOWN);
		return '/';
	case ROSTER_WAIT:
	case ROSTER_OVER: break;
	}
	return '.';
}

/* A retry follows a start that failed, until the budget is over. */
#define DONE_MOST 200

void does(const char *what)
{
	char done[DONE_MOST + 1] = "";
	size_t size = 0;

	while (size + 2 <= DONE_MOST) {
		struct roster_step step = next();

		if (step.action == ROSTER_WAIT)
			break;
		done[size++] = obey(&step);
		if (step.action == ROSTER_OVER)
			break;
		done[size++] = (char)('a' + (step.kid - kids));
	}
	assert_string_equal(done, what);
}

void up(const char *names)
{
	char starts[2 * KIDS + 1] = "";
	size_t size = 0;

	EACH(name, names)
	{
		starts[size++] = '+';
		starts[size++] = *name;
	}
	add(names);
	does(starts);
}
