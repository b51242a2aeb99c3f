/* SPDX-License-Identifier: MIT */
/* play.c - scenes that are played again and again, with another fault each
 * time. */
#include "play.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "children.h"
#include "scratch.h"

/* Under the address sanitizer a fork costs ten times as much, and more with
 * all the freed memory that it keeps: there a third of the calls has to do. */
#ifdef __SANITIZE_ADDRESS__
#define SLOWLY 3
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=1";
}
#else
#define SLOWLY 1
#endif

static struct ev_loop *loop;
static const char *watched = "its beginning";
static unsigned deviations;
static struct fault_at playing;
static unsigned long struck;
static unsigned step = 1;
static bool passed;

/* ---- While a scene is played ------------------------------------------- */

void play_watch(const char *who)
{
	watched = who;
}

/* One fault is one thing that is not as it should be. */
void play_deviate(void)
{
	assert_true(fault_shows());
	deviations++;
}

void play_check_start(int error)
{
	if (error == 0)
		return;
	play_deviate();
	assert_true(error == TINE_ENOMEM || error == TINE_ELIMIT ||
		    error == TINE_EUNSUPPORTED || error == TINE_ESYS);
}

/* ---- One play ---------------------------------------------------------- */

void play_set_loop(struct ev_loop *callers)
{
	loop = callers;
}

static struct tine_ctx *check_ctx_new(void)
{
	const struct tine_ctx_options options = { .loop = loop };
	struct tine_ctx *ctx = NULL;
	int error;

	play_watch("tine_ctx_new");
	error = tine_ctx_new(&options, &ctx);
	if (error == 0)
		return ctx;
	assert_null(ctx);
	play_check_start(error);
	return NULL;
}

static void check_works(struct tine_ctx *ctx)
{
	struct tine_task *task = NULL;
	const struct tine_result *result;

	play_watch("the next task");
	assert_int_equal(tine_async(ctx, child_echo, "value", 5, NULL, &task),
			 0);
	result = tine_await(task, TINE_FOREVER);
	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, 5);
	assert_memory_equal(result->data, "value", 5);
	tine_free(task);
}

static void check_works_anew(void)
{
	struct tine_ctx *ctx = NULL;

	play_watch("the next context");
	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	check_works(ctx);
	tine_ctx_free(ctx);
}

/* A context in which something failed once works on. */
static void play_scene(const struct scene *scene, bool for_good)
{
	struct tine_ctx *ctx;

	deviations = 0;
	ctx = check_ctx_new();
	if (ctx)
		scene->play(ctx);
	if (ctx && fault_struck() && !for_good)
		check_works(ctx);
	play_watch("free");
	scene->leave(ctx);
	assert_true(for_good || deviations <= 1);
}

void play_begin(const struct fault_at *at)
{
	playing = *at;
}

void play_arm(void)
{
	if (playing.for_good)
		fault_arm_for_good(playing.call, playing.for_good);
	else
		fault_arm(playing.call, playing.way);
	if (playing.generation > 0)
		fault_hand_down(playing.generation);
	fault_crumble(playing.crumbs);
}

enum fault_fate play_count(enum fault_fate fate)
{
	struck += fate == FAULT_STRUCK;
	return fate;
}

/* What could not be removed is left, but no more than that. */
static void check_left_boards(const struct fault_at *at)
{
	assert_true(scratch_boards(getpid()) <= (at->for_good ? 2 : 1));
	scratch_wipe();
}

enum fault_fate play_once(const struct scene *scene, const struct fault_at *at)
{
	enum fault_fate fate;
	void *state;
	long held;

	play_begin(at);
	assert_int_equal(fixture_setup(&state), 0);
	(void)alarm(PLAY_SECONDS);
	held = fault_held();
	scratch_leave();
	play_arm();
	play_scene(scene, at->for_good != 0);
	fate = fault_disarm();
	fault_crumble(false);
	check_works_anew();
	assert_int_equal(fault_held(), held);
	if (fate == FAULT_STRUCK)
		check_left_boards(at);
	assert_int_equal(fixture_teardown(&state), 0);
	return play_count(fate);
}

static enum fault_fate play_in(const struct scene *scene,
			       const struct fault_at *at, unsigned generation)
{
	struct fault_at there = *at;

	there.generation = generation;
	return play_once(scene, &there);
}

enum fault_fate play_child(const struct scene *scene, const struct fault_at *at)
{
	return play_in(scene, at, 1);
}

enum fault_fate play_grandchild(const struct scene *scene,
				const struct fault_at *at)
{
	return play_in(scene, at, 2);
}

enum fault_fate play_great_grandchild(const struct scene *scene,
				      const struct fault_at *at)
{
	return play_in(scene, at, 3);
}

bool play_is_of_child(void)
{
	return playing.generation > 0;
}

/* ---- All of them ------------------------------------------------------- */

/* A child does not make many; but one that is a supervisor does. */
static unsigned step_of(const struct play *play)
{
	return play->fn == play_child || play->fn == play_great_grandchild
		       ? 1
		       : step;
}

/* As long as it fails where it has to, one call after the other. */
static bool lacks_for_good(const struct play *play)
{
	return play->fn == play_once || play->fn == play_grandchild;
}

/* Scenes have much in common: where some calls are left out, they are others
 * in each of them. */
static unsigned first_call(const struct play *play)
{
	static unsigned turn;

	return 1 + turn++ % step_of(play);
}

static void each_call_fails_once(const struct play *play)
{
	struct fault_at at = { .call = first_call(play) };
	enum fault_fate fate;

	for (;; at.call += step_of(play)) {
		at.way = 0;
		while ((fate = play->fn(&play->scene, &at)) < FAULT_NO_WAY)
			at.way++;
		if (at.way == 0 && fate == FAULT_BEYOND)
			return;
	}
}

/* As when memory, or the table of descriptors, is at its end. */
static void each_fails_from_then_on(const struct play *play, int error)
{
	struct fault_at at = { .call = first_call(play), .for_good = error };

	while (play->fn(&play->scene, &at) == FAULT_STRUCK)
		at.call += step_of(play);
}

static bool only_one(struct fault_at *at)
{
	const char *wish = getenv("TINE_FAULT");

	return wish &&
	       sscanf(wish, "%u,%u,%d", &at->call, &at->way, &at->for_good) > 1;
}

/* Where nobody is left to tell, one fault has to be enough. */
void whatever_fails(void **state)
{
	const struct play *play = *state;
	struct fault_at at = { 0 };

	if (only_one(&at)) {
		(void)play->fn(&play->scene, &at);
	} else {
		each_call_fails_once(play);
		if (lacks_for_good(play)) {
			each_fails_from_then_on(play, ENOMEM);
			each_fails_from_then_on(play, EMFILE);
		}
	}
	play_passed();
}

/* ---- The report -------------------------------------------------------- */

void play_passed(void)
{
	passed = true;
}

/* Where a scene was left, its context is, with its warden. */
static void report(void)
{
	print_error("TINE_FAULT=%u,%u,%d (%s), at %s\n", playing.call,
		    playing.way, playing.for_good, fault_text(), watched);
	fixture_end_children();
}

int play_report(void **state)
{
	(void)state;
	(void)fault_disarm();
	fault_crumble(false);
	if (!passed)
		report();
	passed = false;
	return 0;
}

static void on_hang(int number)
{
	char text[200];
	int size = snprintf(text, sizeof text,
			    "signal %d, TINE_FAULT=%u,%u,%d (%s), at %s\n",
			    number, playing.call, playing.way, playing.for_good,
			    fault_text(), watched);

	(void)write(STDERR_FILENO, text, (size_t)size);
	_exit(1);
}

void play_open(unsigned wanted_step)
{
	const char *wish = getenv("TINE_FAULT_STEP");

	step = wish ? (unsigned)atoi(wish) : wanted_step * SLOWLY;
	if (step == 0)
		step = 1;
	if (getenv("TINE_SCENE"))
		cmocka_set_test_filter(getenv("TINE_SCENE"));
	(void)signal(SIGALRM, on_hang);
	(void)signal(SIGABRT, on_hang);
}

void play_close(void)
{
	print_message("%lu faults\n", struck);
}
