/* SPDX-License-Identifier: MIT */
/* test_super_nest.c - supervisors that tasks start, calls from callbacks, and
 * what is logged. */
#include "children.h"
#include "family.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONG_MS 20000
#define NAME "nest"

static const struct family_role roles[] = { { 'a', 0 }, { 'b', 0 } };

#define IN_REVERSE "-b!b-a!a"

/* ---- Of a task ---------------------------------------------------------- */

/* A supervisor with "a" and "b". */
static int start_two(struct tine_ctx *ctx, struct tine_super **super)
{
	const struct tine_child children[] = { family_role("a", &roles[0]),
					       family_role("b", &roles[1]) };
	const struct tine_super_options options = {
		.name = NAME,
		.children = children,
		.child_count = 2,
	};

	return ctx ? tine_super_start(ctx, &options, super) : TINE_ENOMEM;
}

static int start_and(struct tine_self *self, const void *arg, size_t size)
{
	struct tine_super *super;
	int number;

	(void)size;
	memcpy(&number, arg, sizeof number);
	if (start_two(tine_self_ctx(self), &super) < 0)
		return 1;
	family_wait_living(2);
	if (number < 0)
		tine_super_free(super);
	return number > 0 ? kill(getpid(), number) : 0;
}

static void check_task(void **state, struct tine_super *under, int number,
		       enum tine_end end)
{
	const struct tine_options options = { .under = under };
	struct tine_task *task = fixture_start_with(state, start_and, &number,
						    sizeof number, &options);

	assert_int_equal(tine_await(task, LONG_MS)->end, end);
	tine_free(task);
}

static void it_ends_before_the_task_that_started_it(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	for (int i = 0; i < 4; i++) {
		family_begin();
		check_task(state, i % 2 ? super : NULL, i < 2 ? 0 : -1,
			   TINE_OK);
		assert_string_equal(family_page(), IN_REVERSE);
	}
	tine_super_free(super);
}

static void it_stops_its_children_if_that_task_was_killed(void **state)
{
	check_task(state, NULL, SIGKILL, TINE_CRASHED);
	family_wait_page(strlen(IN_REVERSE));
	assert_string_equal(family_page(), IN_REVERSE);
}

static int start_and_wait(struct tine_self *self, const void *arg, size_t size)
{
	struct tine_super *super;

	if (start_two(tine_self_ctx(self), &super) < 0)
		return 1;
	return child_polite(self, arg, size);
}

static void it_is_found_in_all_of_the_program(void **state)
{
	struct tine_task *task = fixture_start(state, start_and_wait, NULL);
	struct tine_super *super = NULL;

	fixture_wait_note(task, "polite");
	assert_int_equal(tine_super_find(fixture_ctx(state), NAME, &super), 0);
	assert_string_equal(family_list(super), "a b");
	assert_int_equal(start_two(fixture_ctx(state), &super), TINE_EEXIST);
	tine_super_free(super);
	family_wait_living(2);
	assert_int_equal(tine_shutdown(task, LONG_MS)->end, TINE_OK);
	assert_string_equal(family_page(), IN_REVERSE);
	tine_free(task);
}

/* ---- From callbacks ----------------------------------------------------- */

struct story {
	char text[64];
	int errors;
};

static void on_event(struct tine_super *super, const struct tine_event *event,
		     void *user)
{
	const struct act hang = { ACT_HANG, 0, 0 };
	struct tine_child child = family_act("b", &hang);
	struct story *story = user;
	bool up = event->kind == TINE_STARTED;

	child.restart = TINE_PERMANENT;
	strcat(story->text, event->id);
	strcat(story->text, up ? "+" : "-");
	if (up && *event->id == 'a')
		story->errors += tine_start_child(super, &child);
	else if (up)
		story->errors += tine_terminate_child(super, "a");
	else if (*event->id == 'a')
		story->errors += tine_super_stop(super, LONG_MS);
}

static bool story_is_told(void *data)
{
	return strlen(((struct story *)data)->text) >= 8;
}

static void a_report_may_be_answered_at_once(void **state)
{
	static const struct act hang = { ACT_HANG, 0, 1 };
	struct story story = { .errors = 0 };
	struct tine_child child = family_act("a", &hang);
	const struct tine_super_options options = {
		.on_event = on_event,
		.user = &story,
		.children = &child,
		.child_count = 1,
	};
	struct tine_super *super;

	assert_int_equal(tine_super_start(fixture_ctx(state), &options, &super),
			 0);
	family_until(story_is_told, &story);
	assert_string_equal(story.text, "a+b+a-b-");
	assert_int_equal(story.errors, 0);
	assert_int_equal(tine_super_pid(super), 0);
	tine_super_free(super);
}

/* ---- What is printed ---------------------------------------------------- */

/* Its stderr is captured, and so is that of its supervisor. */
static int start_loudly(struct tine_self *self, const void *arg, size_t size)
{
	struct tine_ctx *ctx = tine_self_ctx(self);
	const int code = 3;
	struct tine_child child = { .id = "fails",
				    .fn = child_return,
				    .arg = &code,
				    .size = sizeof code,
				    .restart = TINE_PERMANENT };
	const struct tine_super_options options = {
		.name = NAME,
		.max_restarts = TINE_NONE,
		.children = &child,
		.child_count = 1,
	};
	struct tine_super *super;

	if (size > 0)
		(void)setenv("TINE_LOG", arg, 1);
	if (!ctx || tine_super_start(ctx, &options, &super) < 0)
		return 1;
	while (tine_children(super, NULL, 0) >= 0)
		;
	return 0;
}

static void check_log(void **state, const char *wish, size_t size,
		      const char *words)
{
	const struct tine_options options = { .capture = true };
	struct tine_task *task =
		fixture_start_with(state, start_loudly, wish, size, &options);
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_OK);
	if (words)
		assert_non_null(strstr(result->output, words));
	else
		assert_string_equal(result->output, "");
	tine_free(task);
}

static void nothing_is_printed_unless_it_is_asked_for(void **state)
{
	check_log(state, NULL, 0, NULL);
	check_log(state, "stderr", sizeof "stderr", "tine: nest/fails (");
	check_log(state, "stderr", sizeof "stderr", "started\n");
	check_log(state, "stderr", sizeof "stderr",
		  "ended: failed: returned 3");
	check_log(state, "stderr", sizeof "stderr", "gives up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAMILY_TEST(it_ends_before_the_task_that_started_it),
		FAMILY_TEST(it_stops_its_children_if_that_task_was_killed),
		FAMILY_TEST(it_is_found_in_all_of_the_program),
		FAMILY_TEST(a_report_may_be_answered_at_once),
		FAMILY_TEST(nothing_is_printed_unless_it_is_asked_for),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
