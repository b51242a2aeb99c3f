/* SPDX-License-Identifier: MIT */
/*
 * roster_rig.h - a roster of kids named by letters, and what it does as text.
 *
 * Many kids are written as one string: "abc" are three, in that order. What a
 * roster does is written so, with nothing for that it waits:
 *
 *   +a  starts a, which is up now     -a  stops a, which is still stopping
 *   !a  tries to, in vain             /a  forgets a
 *   .   is over
 */
#ifndef ROSTER_RIG_H
#define ROSTER_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "roster.h"

#define SECOND ((int64_t)1000000)

extern struct roster roster;
extern int64_t now_us;

/* A roster without kids, which may restart them 3 times in 5 seconds. */
void rig_make(enum tine_strategy strategy);
void rig_make_ending(enum tine_auto_shutdown auto_shutdown);
int rig_done(void **state);

struct kid *kid(char name);

/* As these say, until there are new ones of the same names. */
void permanent(const char *names);
void transient(const char *names);
void temporary(const char *names);
void loose(const char *names);
void significant(const char *names);
void backoff(const char *names, int64_t backoff_ms, int64_t max_backoff_ms);

/* From now on, whether their starts fail. */
void fail_to_start(const char *names, bool fail);

void add(const char *names);

/* They have ended; badly, if they crash. */
void quit(const char *names);
void crash(const char *names);

void terminate(const char *names);

/* Exactly this is done now, until there is but to wait. */
void does(const char *what);

/* The next thing to do, of which nothing was said yet. */
struct roster_step next(void);

/* Adds them and sees them start. */
void up(const char *names);

#define assert_state(name, is) assert_int_equal(kid(name)->state, is)

#endif
