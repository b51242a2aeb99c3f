/* SPDX-License-Identifier: MIT */
/* test_board_super.c - what boards say of supervisors, and of those under them.
 */
#include "children.h"
#include "family.h"
#include "neighbour.h"
#include "scratch.h"
#include "sight.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

#define LONG_MS 20000

static const struct act hang[] = { { ACT_HANG, 0, 0 },
				   { ACT_HANG, 0, 1 },
				   { ACT_HANG, 0, 2 } };

/* Looks until it is so: what a supervisor does is seen a moment later. */
static void see_until(pid_t owner, bool (*is_so)(const void *data),
		      const void *data)
{
	while (!sight_see(owner) || !is_so(data))
		(void)usleep(500);
	assert_true(sight->alive);
	assert_int_equal(sight->torn, 0);
}

struct wanted {
	const char *name;
	enum slot_kind kind;
	enum slot_state state;
	unsigned restarts;
};

static bool is_wanted(const void *data)
{
	const struct wanted *wanted = data;
	const struct board_slot *slot = sight_slot(wanted->name);

	return slot && slot->kind == wanted->kind &&
	       slot->state == wanted->state &&
	       slot->restarts == wanted->restarts;
}

static const struct board_slot *see_slot(pid_t owner, struct wanted wanted)
{
	see_until(owner, is_wanted, &wanted);
	return sight_slot(wanted.name);
}

static const struct board_slot *see_child(pid_t owner, const char *name,
					  enum slot_state state)
{
	return see_slot(owner, (struct wanted){ name, SLOT_CHILD, state, 0 });
}

static struct tine_child a_child(const char *id, enum tine_restart restart,
				 unsigned number)
{
	struct tine_child child = family_act(id, &hang[number]);

	child.restart = restart;
	return child;
}

/* "top", with "a" and "b". */
static struct tine_super *start_top(void **state, pid_t *pid)
{
	const struct tine_child children[] = {
		a_child("a", TINE_PERMANENT, 0),
		a_child("b", TINE_TRANSIENT, 1),
	};
	const struct tine_super_options options = {
		.name = "top",
		.children = children,
		.child_count = 2,
	};
	struct tine_super *super = family_start(state, &options);

	family_expect("top/a up, top/b up");
	*pid = tine_super_pid(super);
	return super;
}

/* ---- A supervisor ------------------------------------------------------- */

static void it_has_a_board_of_its_own(void **state)
{
	pid_t pid;
	struct tine_super *super = start_top(state, &pid);

	assert_non_null(sight_see(pid));
	assert_true(sight->alive);
	assert_int_equal(sight->head.kind, BOARD_SUPER);
	assert_int_equal(sight->head.pid, pid);
	assert_int_equal(sight->head.parent, getpid());
	assert_string_equal(sight->head.path, "top");
	assert_string_equal(sight->head.app, program_invocation_short_name);
	tine_super_free(super);
	assert_int_equal(scratch_boards(pid), 0);
}

static void it_is_on_the_board_of_who_started_it(void **state)
{
	pid_t pid;
	struct tine_super *super = start_top(state, &pid);
	const struct board_slot *slot;

	assert_non_null(sight_see(getpid()));
	slot = sight_kind(SLOT_SUPER);
	assert_non_null(slot);
	assert_int_equal(slot->state, NOW_RUNNING);
	assert_true(slot->flags & SLOT_KEEPS_TREE);
	assert_true(slot->pid > 0);
	tine_super_free(super);
	assert_non_null(sight_see(getpid()));
	assert_int_equal(sight->slot_count, 0);
}

static void its_children_are_seen_as_they_are(void **state)
{
	pid_t pid;
	struct tine_super *super = start_top(state, &pid);
	const struct board_slot *slot = see_child(pid, "b", NOW_RUNNING);

	assert_int_equal(slot->pid, family_pid(super, "b"));
	assert_int_equal(slot->restart, TINE_TRANSIENT);
	assert_int_equal(slot->last_end, TINE_PENDING);
	assert_true(slot->flags == SLOT_ORDERED);
	slot = see_child(pid, "a", NOW_RUNNING);
	assert_int_equal(slot->pid, family_pid(super, "a"));
	assert_int_equal(slot->restart, TINE_PERMANENT);
	assert_int_equal(sight_count(SLOT_CHILD), 2);
	tine_super_free(super);
}

static void one_that_was_started_again_is_seen_so(void **state)
{
	pid_t pid;
	struct tine_super *super = start_top(state, &pid);
	const struct board_slot *slot;
	const struct board_end *end;
	pid_t slain = family_pid(super, "a");

	assert_true(slain > 0 && kill(slain, SIGKILL) == 0);
	family_expect("top/a crashed, top/a up");
	slot = see_slot(pid,
			(struct wanted){ "a", SLOT_CHILD, NOW_RUNNING, 1 });
	assert_int_equal(slot->pid, family_pid(super, "a"));
	assert_int_equal(slot->last_end, TINE_CRASHED);
	assert_int_equal(sight_count(SLOT_CHILD), 2);
	end = sight_end("a");
	assert_non_null(end);
	assert_int_equal(end->pid, slain);
	assert_int_equal(end->kind, SLOT_CHILD);
	assert_int_equal(end->end, TINE_CRASHED);
	assert_int_equal(end->code, SIGKILL);
	assert_int_equal(end->restart, TINE_PERMANENT);
	assert_int_equal(sight->tally.ended[TINE_CRASHED], 1);
	assert_int_equal(sight->tally.restarts, 1);
	tine_super_free(super);
}

static void one_that_waits_for_its_restart_has_a_time(void **state)
{
	static const struct act bad = { ACT_RETURN, 1, 2 };
	struct tine_super *super = family_start(state, NULL);
	struct tine_child child = family_act("slow", &bad);
	pid_t pid = tine_super_pid(super);
	const struct board_slot *slot;

	child.restart = TINE_PERMANENT;
	child.backoff_ms = 50000;
	assert_int_equal(tine_start_child(super, &child), 0);
	family_expect("slow up, slow failed");
	slot = see_slot(pid,
			(struct wanted){ "slow", SLOT_CHILD, NOW_WAITING, 1 });
	assert_int_equal(slot->pid, 0);
	assert_int_equal(slot->last_end, TINE_FAILED);
	assert_true(slot->deadline_us > clock_us());
	assert_int_equal(sight_count(SLOT_CHILD), 1);
	tine_super_free(super);
}

static bool has_no_child(const void *data)
{
	(void)data;
	return sight_count(SLOT_CHILD) == 0;
}

static void one_that_was_ended_is_down_and_comes_back(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_child child = a_child("a", TINE_PERMANENT, 0);
	pid_t pid = tine_super_pid(super);

	assert_int_equal(tine_start_child(super, &child), 0);
	assert_int_equal(tine_terminate_child(super, "a"), 0);
	assert_int_equal(see_child(pid, "a", NOW_DOWN)->pid, 0);
	assert_true(sight_slot("a")->deadline_us == 0);
	assert_int_equal(tine_restart_child(super, "a"), 0);
	assert_int_equal(see_child(pid, "a", NOW_RUNNING)->pid,
			 family_pid(super, "a"));
	assert_int_equal(sight_count(SLOT_CHILD), 1);
	assert_int_equal(tine_terminate_child(super, "a"), 0);
	assert_int_equal(tine_delete_child(super, "a"), 0);
	see_until(pid, has_no_child, NULL);
	tine_super_free(super);
}

/* ---- Tasks under it ----------------------------------------------------- */

/* All that it started have ended, but for so many. */
static bool all_are_counted(const void *data)
{
	uint64_t ended = 0;

	for (int end = 0; end < BOARD_END_KINDS; end++)
		ended += sight->tally.ended[end];
	return sight->tally.started == ended &&
	       ended == *(const uint64_t *)data;
}

static void check_guests(void **state, struct tine_super *super)
{
	pid_t pid = tine_super_pid(super);

	for (uint64_t i = 1; i <= 4; i++) {
		const struct tine_options options = { .name = "guest",
						      .nolink = i % 2 };
		struct tine_task *task =
			family_task_act(state, super, hang[0], options);
		const struct board_slot *slot =
			see_slot(pid, (struct wanted){ "guest", SLOT_GUEST,
						       NOW_RUNNING, 0 });
		uint64_t id;

		assert_true(slot->id == tine_id(task));
		assert_int_equal(slot->pid, tine_pid(task));
		assert_int_equal(slot->owner, getpid());
		assert_int_equal(slot->slate, -1);
		assert_true(slot->flags == (i % 2 ? 0u : SLOT_LINKED));
		assert_non_null(sight_see(getpid()));
		slot = sight_slot("guest");
		assert_non_null(slot);
		assert_true(slot->id == tine_id(task));
		assert_int_equal(slot->pid, tine_pid(task));
		assert_int_equal(slot->kind, SLOT_TASK);
		assert_int_equal(tine_shutdown(task, LONG_MS)->end,
				 TINE_SHUTDOWN);
		id = tine_id(task);
		tine_free(task);
		see_until(pid, all_are_counted, &i);
		assert_non_null(sight_end("guest"));
		assert_int_equal(sight_end("guest")->kind, SLOT_GUEST);
		assert_true(sight_end("guest")->id == id);
	}
}

static void a_task_under_it_is_on_both_boards(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	check_guests(state, super);
	tine_super_free(super);
}

static bool has_spares(const void *data)
{
	size_t idle = 0;

	for (size_t i = 0; i < sight->slot_count; i++)
		idle += sight->slots[i].kind == SLOT_SPARE &&
			sight->slots[i].state == NOW_IDLE;
	return idle == *(const unsigned *)data;
}

static void spares_are_seen_and_become_something(void **state)
{
	const struct tine_super_options options = { .spares = 3 };
	const unsigned three = 3, none = 0;
	struct tine_super *super = NULL;
	pid_t pid;

	assert_int_equal(tine_super_start(fixture_ctx(state), &options, &super),
			 0);
	pid = tine_super_pid(super);
	see_until(pid, has_spares, &three);
	assert_int_equal(sight->tally.started, 0);
	check_guests(state, super);
	see_until(pid, has_spares, &three);
	assert_false(has_spares(&none));
	tine_super_free(super);
}

/* ---- Below it ----------------------------------------------------------- */

static void one_below_it_has_its_own(void **state)
{
	const struct tine_child leaf = a_child("leaf", TINE_PERMANENT, 0);
	const struct tine_super_options low = { .name = "low",
						.children = &leaf,
						.child_count = 1 };
	const struct tine_child child = { .id = "branch", .super = &low };
	const struct tine_super_options options = { .name = "top",
						    .children = &child,
						    .child_count = 1 };
	struct tine_super *super = family_start(state, &options);
	pid_t top = tine_super_pid(super), below;
	const struct board_slot *slot;

	family_expect("top/low/leaf up, top/branch up");
	slot = see_slot(
		top, (struct wanted){ "branch", SLOT_SUPER, NOW_RUNNING, 0 });
	assert_true(slot->flags & SLOT_KEEPS_TREE);
	below = family_pid(super, "branch");
	(void)see_child(below, "leaf", NOW_RUNNING);
	assert_int_equal(sight->head.kind, BOARD_SUPER);
	assert_string_equal(sight->head.path, "top/low");
	assert_int_equal(sight->head.parent, top);
	tine_super_free(super);
	assert_int_equal(scratch_boards(top), 0);
	assert_int_equal(scratch_boards(below), 0);
}

/* ---- Its end ------------------------------------------------------------ */

static void none_is_left_of_one_that_gave_up(void **state)
{
	static const struct act bad = { ACT_RETURN, 1, 2 };
	struct tine_child child = family_act("bad", &bad);
	const struct tine_super_options options = { .max_restarts = TINE_NONE,
						    .children = &child,
						    .child_count = 1 };
	struct tine_super *super;

	child.restart = TINE_PERMANENT;
	super = family_start(state, &options);
	family_wait_end();
	assert_int_equal(scratch_boards(0), 1); /* ours */
	tine_super_free(super);
}

static void one_that_was_killed_is_seen_to_be_dead(void **state)
{
	pid_t pid;
	struct tine_super *super = start_top(state, &pid);

	(void)see_child(pid, "b", NOW_RUNNING);
	assert_true(pid > 0 && kill(pid, SIGKILL) == 0);
	family_wait_end();
	assert_int_equal(fixture_gone(pid), 1);
	assert_non_null(sight_see(pid));
	assert_false(sight->alive);
	assert_string_equal(sight->head.path, "top");
	assert_non_null(sight_slot("a"));
	assert_non_null(sight_slot("b"));
	tine_super_free(super);
}

static pid_t parent_of(pid_t pid)
{
	char path[64];
	FILE *file;
	int parent = 0;

	(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	assert_non_null(file);
	(void)fscanf(file, "%*d (%*[^)]) %*c %d", &parent);
	(void)fclose(file);
	return parent;
}

static void see_what_is_left_of(pid_t pid)
{
	assert_int_equal(fixture_gone(pid), 1);
	assert_non_null(sight_see(pid));
	assert_false(sight->alive);
	assert_string_equal(sight->head.path, "top");
	for (size_t i = 0; i < sight->slot_count; i++)
		assert_int_equal(sight->slots[i].state, NOW_DOWN);
	assert_non_null(sight_end("a"));
	assert_non_null(sight_end("b"));
}

static void the_ends_stay_when_its_guardian_was_killed(void **state)
{
	pid_t pid, guardian;
	struct tine_super *super = start_top(state, &pid);

	guardian = parent_of(pid);
	assert_true(guardian > 1 && kill(guardian, SIGKILL) == 0);
	family_wait_end();
	see_what_is_left_of(pid);
	tine_super_free(super);
}

/* Says who its supervisor is where an act would say who it is. */
static void have_two_children(int ready)
{
	const struct tine_child children[] = {
		a_child("a", TINE_PERMANENT, 0),
		a_child("b", TINE_TRANSIENT, 1),
	};
	const struct tine_super_options options = { .name = "top",
						    .children = children,
						    .child_count = 2 };
	struct tine_super *super;
	struct tine_ctx *ctx;

	if (tine_ctx_new(NULL, &ctx) < 0 ||
	    tine_super_start(ctx, &options, &super) < 0)
		_exit(1);
	act_memory->pids[2] = tine_super_pid(super);
	(void)!write(ready, "", 1);
	for (;;)
		(void)pause();
}

static void the_ends_stay_when_its_program_was_killed(void **state)
{
	pid_t program = neighbour_start(have_two_children);

	(void)state;
	neighbour_kill(program);
	see_what_is_left_of(act_memory->pids[2]);
	assert_non_null(sight_see(program));
	assert_false(sight->alive);
}

static void a_hidden_one_is_not_seen(void **state)
{
	const struct tine_ctx_options options = { .hidden = true };
	const struct act one = { ACT_SEND, 1, 0 };
	struct tine_super *super;
	struct tine_task *task;
	struct tine_ctx *ctx;

	(void)state;
	assert_int_equal(tine_ctx_new(&options, &ctx), 0);
	assert_int_equal(tine_super_start(ctx, NULL, &super), 0);
	assert_int_equal(tine_async(ctx, act_run, &one, sizeof one,
				    &(struct tine_options){ .under = super },
				    &task),
			 0);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	assert_int_equal(scratch_boards(0), 0);
	tine_free(task);
	tine_super_free(super);
	tine_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAMILY_TEST(it_has_a_board_of_its_own),
		FAMILY_TEST(it_is_on_the_board_of_who_started_it),
		FAMILY_TEST(its_children_are_seen_as_they_are),
		FAMILY_TEST(one_that_was_started_again_is_seen_so),
		FAMILY_TEST(one_that_waits_for_its_restart_has_a_time),
		FAMILY_TEST(one_that_was_ended_is_down_and_comes_back),
		FAMILY_TEST(a_task_under_it_is_on_both_boards),
		FAMILY_TEST(spares_are_seen_and_become_something),
		FAMILY_TEST(one_below_it_has_its_own),
		FAMILY_TEST(none_is_left_of_one_that_gave_up),
		FAMILY_TEST(one_that_was_killed_is_seen_to_be_dead),
		FAMILY_TEST(the_ends_stay_when_its_guardian_was_killed),
		FAMILY_TEST(the_ends_stay_when_its_program_was_killed),
		FAMILY_TEST(a_hidden_one_is_not_seen),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
