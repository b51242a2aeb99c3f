/* SPDX-License-Identifier: MIT */
/* test_super_refused.c - supervisors and children that are not started, and
 * calls that make no sense. */
#include "family.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct act hang[] = { { ACT_HANG, 0, 0 } };

static int start(struct tine_super *super)
{
	struct tine_child child = family_act(NULL, hang);

	return tine_start_child(super, &child);
}

/* ---- What does not start ------------------------------------------------ */

/* They may be asked to stop before they know how to: then once more. */
static void if_one_cannot_start_those_before_are_stopped(void **state)
{
	const struct family_role roles[] = { { 'a', 0 }, { 'b', 0 } };
	struct tine_child children[] = {
		family_role("a", &roles[0]),
		family_role("b", &roles[1]),
		{ .id = "c", .fn = (tine_fn *)(uintptr_t)1 },
		family_act("d", &hang[0]),
	};
	const struct tine_super_options options = { .children = children,
						    .child_count = 4 };
	struct tine_super *super = NULL;
	const char *page;

	do {
		assert_int_equal(family_try(state, &options, &super),
				 TINE_EUSAGE);
		assert_null(super);
		page = family_page();
	} while (strlen(page) < 8);
	assert_string_equal(page, "-b!b-a!a");
	assert_int_equal(atomic_load(&act_memory->runs[0]), 0);
}

static void check_fault(void **state, struct tine_super_options options,
			const char *field)
{
	const char *fault = tine_super_options_fault(&options);
	struct tine_super *super = NULL;

	assert_non_null(fault);
	assert_memory_equal(fault, field, strlen(field));
	assert_int_equal(family_try(state, &options, &super), TINE_EUSAGE);
	assert_null(super);
}

#define LONG_NAME                                                       \
	"0123456789012345678901234567890123456789012345678901234567890" \
	"123"

static void what_is_wrong_with_options_is_named(void **state)
{
	struct tine_super_options o = { 0 };

	assert_null(tine_super_options_fault(&o));
	assert_null(tine_super_options_fault(NULL));
	check_fault(state, (struct tine_super_options){ .name = "" }, "name: ");
	check_fault(state, (struct tine_super_options){ .name = "a/b" },
		    "name: ");
	check_fault(state, (struct tine_super_options){ .name = LONG_NAME },
		    "name: ");
	check_fault(state, (struct tine_super_options){ .strategy = 3 },
		    "strategy: ");
	check_fault(state, (struct tine_super_options){ .auto_shutdown = 3 },
		    "auto_shutdown: ");
	check_fault(state, (struct tine_super_options){ .child_count = 1 },
		    "children: ");
	check_fault(
		state,
		(struct tine_super_options){
			.children =
				(struct tine_child[]){ family_act("a", hang),
						       family_act("a", hang) },
			.child_count = 2 },
		"children: two");
	check_fault(
		state,
		(struct tine_super_options){
			.max_children = 1,
			.children =
				(struct tine_child[]){ family_act("a", hang),
						       family_act("b", hang) },
			.child_count = 2 },
		"max_children: ");
}

static void check_child(struct tine_super *super, struct tine_child child,
			const char *field)
{
	const char *fault = tine_child_fault(&child);

	assert_non_null(fault);
	assert_memory_equal(fault, field, strlen(field));
	assert_int_equal(tine_start_child(super, &child), TINE_EUSAGE);
}

static void what_is_wrong_with_a_child_is_named(void **state)
{
	const struct tine_super_options low = { .strategy = 3 }, good = { 0 };
	struct tine_super *super = family_start(state, NULL);
	struct tine_child child = family_act("a", hang);

	assert_null(tine_child_fault(&child));
	check_child(super, (struct tine_child){ .id = "a" }, "fn: ");
#define WITH(...) (struct tine_child){ .fn = act_run, __VA_ARGS__ }
	check_child(super, WITH(.id = ""), "id: ");
	check_child(super, WITH(.id = LONG_NAME), "id: ");
	check_child(super, WITH(.size = 1), "arg: ");
	check_child(super, WITH(.restart = 3), "restart: ");
	check_child(super, WITH(.shutdown_ms = -3), "shutdown_ms: ");
	check_child(super, WITH(.backoff_ms = -1), "backoff_ms: ");
	check_child(super, WITH(.max_backoff_ms = -1), "max_backoff_ms: ");
	check_child(super, WITH(.limits.cpu_ms = -1), "limits.cpu_ms: ");
	check_child(super, WITH(.restart = TINE_PERMANENT, .significant = true),
		    "significant: ");
	check_child(super, WITH(.super = &good), "super: ");
	check_child(super, (struct tine_child){ .super = &low }, "strategy: ");
	assert_int_equal(tine_start_child(super, NULL), TINE_EUSAGE);
	assert_string_equal(family_list(super), "");
	tine_super_free(super);
}

/* ---- Calls that make no sense ------------------------------------------- */

static void check_all(struct tine_super *super, int error)
{
	struct tine_counts counts;

	assert_int_equal(start(super), error);
	assert_int_equal(tine_terminate_child(super, "a"), error);
	assert_int_equal(tine_restart_child(super, "a"), error);
	assert_int_equal(tine_delete_child(super, "a"), error);
	assert_int_equal(tine_children(super, NULL, 0), error);
	assert_int_equal(tine_count(super, &counts), error);
}

static void null_is_no_supervisor(void **state)
{
	struct tine_super *super = NULL;

	check_all(NULL, TINE_EUSAGE);
	assert_int_equal(tine_super_pid(NULL), 0);
	assert_int_equal(tine_super_stop(NULL, 0), TINE_EUSAGE);
	tine_super_free(NULL);
	assert_int_equal(tine_super_start(NULL, NULL, &super), TINE_EUSAGE);
	assert_int_equal(tine_super_start(fixture_ctx(state), NULL, NULL),
			 TINE_EUSAGE);
	assert_int_equal(tine_super_find(fixture_ctx(state), NULL, &super),
			 TINE_EUSAGE);
	assert_int_equal(tine_super_find(fixture_ctx(state), "", &super),
			 TINE_EUSAGE);
	assert_int_equal(tine_super_find(fixture_ctx(state), "a", NULL),
			 TINE_EUSAGE);
}

static void nulls_and_bad_times_are_refused(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	assert_int_equal(tine_terminate_child(super, NULL), TINE_EUSAGE);
	assert_int_equal(tine_children(super, NULL, 1), TINE_EUSAGE);
	assert_int_equal(tine_count(super, NULL), TINE_EUSAGE);
	assert_int_equal(tine_super_stop(super, -2), TINE_EUSAGE);
	assert_string_equal(family_list(super), "");
	tine_super_free(super);
}

static void in_another_process_it_is_not_ours(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		bool good = tine_count(super, &(struct tine_counts){ 0 }) ==
				    TINE_EOWNER &&
			    tine_super_stop(super, 0) == TINE_EOWNER;

		tine_super_free(super);
		_exit(good ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(family_list(super), "");
	tine_super_free(super);
}

static void without_its_context_it_is_gone(void **state)
{
	struct tine_super *super = NULL;
	struct tine_ctx *ctx;

	(void)state;
	assert_int_equal(tine_ctx_new(NULL, &ctx), 0);
	assert_int_equal(tine_super_start(ctx, NULL, &super), 0);
	assert_int_equal(start(super), 0);
	tine_ctx_free(ctx);
	act_assert_all_dead();
	assert_int_equal(tine_super_pid(super), 0);
	check_all(super, TINE_EGONE);
	assert_int_equal(tine_super_stop(super, 0), 0);
	tine_super_free(super);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAMILY_TEST(if_one_cannot_start_those_before_are_stopped),
		FAMILY_TEST(what_is_wrong_with_options_is_named),
		FAMILY_TEST(what_is_wrong_with_a_child_is_named),
		FAMILY_TEST(null_is_no_supervisor),
		FAMILY_TEST(nulls_and_bad_times_are_refused),
		FAMILY_TEST(in_another_process_it_is_not_ours),
		FAMILY_TEST(without_its_context_it_is_gone),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
