/* SPDX-License-Identifier: MIT */
/*
 * test_fault_super.c - each call of the system fails once, everywhere, also
 * where supervisors make it: in the program, in a guardian, in a supervisor,
 * and in what it forks.
 *
 * A scene is a little family, played until each call has failed (play.h).
 * Whatever fails, a function says so by a code that is documented, or nobody
 * notices; or the supervisor is gone, for all who ask it anything. Nothing
 * hangs; and nobody is left: whom others leave behind, we adopt.
 */
#include "children.h"
#include "fault.h"
#include "fixture.h"
#include "play.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LARGE 300000 /* bytes: no letter has room for it, nor a frame */
#define STOP_MS 5000
#define PATIENCE_S 12 /* less than an answer is waited for */
#define KIDS_MOST 8

static unsigned char pattern[LARGE];

/* ---- Children ----------------------------------------------------------- */

/* Sends it back, if it is the pattern; and what it thinks of that. */
static int send_back(struct tine_self *self, const void *arg, size_t size)
{
	if (size != LARGE || memcmp(arg, pattern, LARGE) != 0)
		return tine_fail(self, 9, "it is another one");
	(void)write(STDERR_FILENO, "large\n", 6);
	return tine_send(self, arg, size);
}

/* ---- What may fail ------------------------------------------------------ */

/* Who is the supervisor of the scene, and who found it; then one that is
 * unreachable is so for ever. */
static struct family {
	struct tine_super *super, *found;
	struct tine_task *task;
	bool gone;
} family;

/* What cannot be put into a file is not sent at all. */
static void deviate(void)
{
	if (!strstr(fault_text(), "lseek") && !strstr(fault_text(), "write") &&
	    !strstr(fault_text(), "F_ADD_SEALS"))
		play_deviate();
}

/* One that could not get what it needs. */
static void check_start(int error)
{
	deviate();
	assert_true(error == TINE_ENOMEM || error == TINE_ELIMIT ||
		    error == TINE_EUNSUPPORTED || error == TINE_ESYS);
}

/* Returns whether it was done. A fault may end a supervisor, once. */
static bool check_done(int error)
{
	if (error >= 0)
		return true;
	if (error == TINE_EGONE) {
		if (!family.gone)
			play_deviate();
		family.gone = true;
		return false;
	}
	if (!family.gone)
		check_start(error);
	return false;
}

/* What was said or done is so, if nothing failed. */
static void check_that(bool is_so)
{
	if (!is_so && !fault_struck())
		fail();
}

/* ---- What is done ------------------------------------------------------- */

static bool start(struct tine_ctx *ctx,
		  const struct tine_super_options *options)
{
	int error;

	play_watch("tine_super_start");
	error = tine_super_start(ctx, options, &family.super);
	if (error == TINE_EEXIST) {
		assert_non_null(strstr(fault_text(), "EADDRINUSE"));
		play_deviate();
		return false;
	}
	if (error < 0)
		assert_null(family.super);
	return check_done(error);
}

static void count(struct tine_super *super, size_t specs, size_t active)
{
	struct tine_counts counts = { 0 };

	play_watch("tine_count");
	if (!check_done(tine_count(super, &counts)))
		return;
	check_that(counts.specs == specs && counts.active == active);
}

static void list(struct tine_super *super, int specs)
{
	struct tine_child_info infos[KIDS_MOST];
	int got;

	play_watch("tine_children");
	got = tine_children(super, infos, KIDS_MOST);
	if (!check_done(got))
		return;
	check_that(got == specs);
	for (int i = 0; i < got; i++)
		assert_true(infos[i].id[0] != '\0');
}

static void stop(struct tine_super *super)
{
	play_watch("tine_super_stop");
	assert_int_equal(tine_super_stop(super, STOP_MS), 0);
	assert_int_equal(tine_super_pid(super), 0);
	family.gone = true;
}

static const struct tine_result *await(const char *who)
{
	play_watch(who);
	return tine_await(family.task, TINE_FOREVER);
}

/* A task that was not told of as it should be: lost, where its supervisor or
 * what it said is; or it could not begin. */
static void check_of_child(const struct tine_result *result)
{
	assert_true(fault_struck());
	if (result->end == TINE_FAILED) {
		assert_int_not_equal(result->code, 9);
		return;
	}
	if (result->end != TINE_LOST && result->end != TINE_GARBLED &&
	    result->end != TINE_OK) {
		print_error("%s: %s\n", tine_end_name(result->end),
			    result->message);
		fail();
	}
}

static void check_task(const struct tine_result *result, const void *data,
		       size_t size, const char *output)
{
	bool whole = result->end == TINE_OK && result->size == size &&
		     memcmp(result->data, data, size) == 0;

	if (whole && strcmp(result->output, output) == 0)
		return;
	if (play_is_of_child()) {
		check_of_child(result);
		return;
	}
	if (family.gone) {
		assert_string_equal(tine_end_name(result->end), "lost");
		return;
	}
	play_deviate();
	if (whole) { /* there was no memory for its words */
		assert_string_equal(result->output, "");
		return;
	}
	if (result->end == TINE_GARBLED) {
		assert_true(strstr(fault_text(), "fstat") ||
			    strstr(fault_text(), "from then on"));
		return;
	}
	assert_string_equal(tine_end_name(result->end), "lost");
	if (!fault_struck())
		fail();
}

static bool begin(struct tine_ctx *ctx, tine_fn *fn, const void *arg,
		  size_t size, bool capture)
{
	const struct tine_options options = { .under = family.super,
					      .timeout_ms = TINE_FOREVER,
					      .capture = capture };

	play_watch("tine_async");
	return check_done(
		tine_async(ctx, fn, arg, size, &options, &family.task));
}

static void end(void)
{
	play_watch("tine_free");
	tine_free(family.task);
	family.task = NULL;
}

static void run(struct tine_ctx *ctx, tine_fn *fn, const void *arg, size_t size,
		bool capture)
{
	if (!begin(ctx, fn, arg, size, capture))
		return;
	check_task(await("tine_await"), arg, size,
		   capture && fn == send_back ? "large\n" : "");
	end();
}

/* As it ought to be; if something failed before, it may be otherwise. */
static void check_change(int error)
{
	if (error == TINE_ENOENT || error == TINE_EUSAGE ||
	    error == TINE_EEXIST)
		check_that(false);
	else
		(void)check_done(error);
}

#define CHANGE(what, call) (play_watch(what), check_change(call))

/* ---- Nobody is left ----------------------------------------------------- */

/* By calls that lib/ does not make, and which are not counted. */
static void check_alone(void)
{
	const struct timespec turn = { .tv_nsec = 500000 };
	pid_t pid;

	play_watch("who is left");
	(void)alarm(PATIENCE_S);
	while ((pid = wait3(NULL, WNOHANG, NULL)) >= 0) {
		assert_false(pid > 0 && fault_forked(pid));
		if (pid == 0)
			(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &turn, NULL);
	}
	assert_int_equal(errno, ECHILD);
}

static void leave(struct tine_ctx *ctx)
{
	tine_super_free(family.found);
	tine_super_free(family.super);
	tine_ctx_free(ctx);
	tine_free(family.task);
	family = (struct family){ 0 };
	check_alone();
}

static void leave_context_first(struct tine_ctx *ctx)
{
	tine_ctx_free(ctx);
	tine_free(family.task);
	tine_super_free(family.super);
	tine_super_free(family.found);
	family = (struct family){ 0 };
	check_alone();
}

/* ---- Scenes ------------------------------------------------------------- */

static const struct tine_child low_kids[] = {
	{ .id = "c", .fn = child_hang },
};

static const struct tine_super_options low = { .name = "low",
					       .children = low_kids,
					       .child_count = 1 };

static const struct tine_child kids[] = {
	{ .id = "a", .fn = child_hang, .restart = TINE_PERMANENT },
	{ .id = "b", .fn = child_hang, .arg = "value", .size = 5 },
	{ .id = "low", .super = &low },
};

static const struct tine_super_options tree = { .name = "top",
						.children = kids,
						.child_count = 3 };

static void a_tree_starts_and_stops(struct tine_ctx *ctx)
{
	(void)alarm(PATIENCE_S);
	if (!start(ctx, &tree))
		return;
	count(family.super, 3, 3);
	stop(family.super);
}

static void children_come_and_go(struct tine_ctx *ctx)
{
	static const struct tine_child kid = { .id = "kid", .fn = child_hang };
	static const struct tine_child loose = { .fn = child_hang,
						 .arg = pattern,
						 .size = LARGE };
	struct tine_super *super;

	(void)alarm(PATIENCE_S);
	if (!start(ctx, NULL))
		return;
	super = family.super;
	CHANGE("tine_start_child", tine_start_child(super, &kid));
	CHANGE("tine_start_child, loose", tine_start_child(super, &loose));
	list(super, 2);
	CHANGE("tine_terminate_child", tine_terminate_child(super, "kid"));
	count(super, 1, 1);
	CHANGE("tine_start_child, again", tine_start_child(super, &kid));
	list(super, 2);
}

static void a_child_is_kept(struct tine_ctx *ctx)
{
	static const struct tine_child kid = { .id = "kid",
					       .fn = child_hang,
					       .restart = TINE_TRANSIENT };
	struct tine_super *super;

	(void)alarm(PATIENCE_S);
	if (!start(ctx, NULL))
		return;
	super = family.super;
	CHANGE("tine_start_child", tine_start_child(super, &kid));
	CHANGE("tine_terminate_child", tine_terminate_child(super, "kid"));
	count(super, 1, 0);
	CHANGE("tine_restart_child", tine_restart_child(super, "kid"));
	count(super, 1, 1);
	CHANGE("tine_terminate_child", tine_terminate_child(super, "kid"));
	CHANGE("tine_delete_child", tine_delete_child(super, "kid"));
	list(super, 0);
}

static void tasks_run_under_it(struct tine_ctx *ctx)
{
	(void)alarm(PATIENCE_S);
	if (!start(ctx, NULL))
		return;
	run(ctx, child_echo, "value", 5, false);
	run(ctx, send_back, pattern, LARGE, true);
	count(family.super, 0, 0);
}

static void tasks_start_in_spares(struct tine_ctx *ctx)
{
	const struct tine_super_options options = { .spares = 1 };

	(void)alarm(PATIENCE_S);
	if (!start(ctx, &options))
		return;
	run(ctx, child_echo, "value", 5, true);
	run(ctx, send_back, pattern, LARGE, true);
	run(ctx, child_echo, "value", 5, false);
}

/* The first child of a supervisor is the one whose calls fail. */
static void a_large_task_is_first(struct tine_ctx *ctx)
{
	(void)alarm(PATIENCE_S);
	if (start(ctx, NULL))
		run(ctx, send_back, pattern, LARGE, true);
}

static void a_large_task_gets_the_first_spare(struct tine_ctx *ctx)
{
	const struct tine_super_options options = { .spares = 1 };

	(void)alarm(PATIENCE_S);
	if (start(ctx, &options))
		run(ctx, send_back, pattern, LARGE, true);
}

static void a_task_is_let_go(struct tine_ctx *ctx)
{
	(void)alarm(PATIENCE_S);
	if (!start(ctx, NULL))
		return;
	if (begin(ctx, child_hang, NULL, 0, false))
		end();
	run(ctx, child_echo, "value", 5, false);
}

static bool find(struct tine_ctx *ctx, const char *name)
{
	int error;

	play_watch("tine_super_find");
	error = tine_super_find(ctx, name, &family.found);
	if (error != TINE_ENOENT)
		return check_done(error);
	if (!family.gone)
		play_deviate();
	return false;
}

static void it_is_found(struct tine_ctx *ctx)
{
	const struct tine_super_options options = { .name = "top" };
	static const struct tine_child kid = { .fn = child_hang };

	(void)alarm(PATIENCE_S);
	if (!start(ctx, &options) || !find(ctx, "top"))
		return;
	CHANGE("tine_start_child", tine_start_child(family.found, &kid));
	count(family.found, 1, 1);
	stop(family.found);
}

static void it_is_killed(struct tine_ctx *ctx)
{
	const struct tine_result *result;

	(void)alarm(PATIENCE_S);
	if (!start(ctx, &tree) || !begin(ctx, child_hang, NULL, 0, true))
		return;
	if (tine_super_pid(family.super) > 0) {
		union sigval none = { 0 };

		(void)sigqueue(tine_super_pid(family.super), SIGKILL, none);
	}
	result = await("tine_await of one whose supervisor is killed");
	assert_string_equal(tine_end_name(result->end), "lost");
	family.gone = true;
	play_watch("tine_count");
	assert_int_equal(tine_count(family.super, &(struct tine_counts){ 0 }),
			 TINE_EGONE);
}

static void all_live_at_the_end(struct tine_ctx *ctx)
{
	(void)alarm(PATIENCE_S);
	if (!start(ctx, &tree))
		return;
	(void)find(ctx, "low");
	(void)begin(ctx, child_hang, NULL, 0, true);
	count(family.super, 3 + (family.task != NULL),
	      3 + (family.task != NULL));
}

/* ---- Tests -------------------------------------------------------------- */

#define EACH_SCENE(X)                     \
	X(a_tree_starts_and_stops, leave) \
	X(children_come_and_go, leave)    \
	X(a_child_is_kept, leave)         \
	X(tasks_run_under_it, leave)      \
	X(tasks_start_in_spares, leave)   \
	X(a_task_is_let_go, leave)        \
	X(it_is_found, leave)             \
	X(it_is_killed, leave)            \
	X(all_live_at_the_end, leave_context_first)

/* Where the child is what matters. */
#define EACH_FIRST(X)                   \
	X(a_large_task_is_first, leave) \
	X(a_large_task_gets_the_first_spare, leave)

#define PROGRAM_TEST(act, leave) \
	WHATEVER_FAILS(#act, play_once, act, leave, NULL, play_report),
#define GUARDIAN_TEST(act, leave)                                      \
	WHATEVER_FAILS(#act "_guardian", play_child, act, leave, NULL, \
		       play_report),
#define SUPER_TEST(act, leave)                                           \
	WHATEVER_FAILS(#act "_super", play_grandchild, act, leave, NULL, \
		       play_report),
#define CHILD_TEST(act, leave)                                                 \
	WHATEVER_FAILS(#act "_child", play_great_grandchild, act, leave, NULL, \
		       play_report),

int main(void)
{
	const struct CMUnitTest tests[] = { EACH_SCENE(PROGRAM_TEST) EACH_SCENE(
		GUARDIAN_TEST) EACH_SCENE(SUPER_TEST) EACH_SCENE(CHILD_TEST)
						    EACH_FIRST(CHILD_TEST) };
	int failed;

	fixture_user();
	play_open(12);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (size_t i = 0; i < sizeof pattern; i++)
		pattern[i] = (unsigned char)(i % 251);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	play_close();
	return failed;
}
