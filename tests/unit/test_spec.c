/* SPDX-License-Identifier: MIT */
/* test_spec.c - what was asked for is what a supervisor takes, with defaults;
 * and what is wrong is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "spec.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define TEXT_63 \
	"012345678901234567890123456789012345678901234567890123456789abc"

static struct wire_out out;

static int setup(void **state)
{
	(void)state;
	wire_begin(&out, SPEC_MOST);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_done(&out);
	return 0;
}

static int work(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	return 0;
}

static void on_event(struct tine_super *super, const struct tine_event *event,
		     void *user)
{
	(void)super;
	(void)event;
	(void)user;
}

/* There and back; to be freed. */
static struct spec *sent(const struct tine_child *child)
{
	struct spec *spec = NULL;
	struct wire_in in;

	assert_null(tine_child_fault(child));
	wire_done(&out);
	spec_put(&out, child);
	assert_int_equal(out.error, 0);
	in = wire_in(out.buf.data, out.buf.size);
	assert_int_equal(spec_take(&in, &spec), 0);
	assert_true(wire_is_whole(&in));
	return spec;
}

static struct plan *sent_plan(const struct tine_super_options *options)
{
	struct plan *plan = NULL;
	struct wire_in in;

	assert_null(tine_super_options_fault(options));
	wire_done(&out);
	plan_put(&out, options);
	assert_int_equal(out.error, 0);
	in = wire_in(out.buf.data, out.buf.size);
	assert_int_equal(plan_take(&in, &plan), 0);
	assert_true(wire_is_whole(&in));
	return plan;
}

static void assert_names(const char *fault, const char *field)
{
	assert_non_null(fault);
	assert_ptr_equal(strstr(fault, field), fault);
	assert_null(strchr(fault, '\n'));
}

/* Whoever did not look himself is refused as well. */
static void refuse(const struct tine_child *child, const char *field)
{
	struct spec *spec = NULL;
	struct wire_in in;

	assert_names(tine_child_fault(child), field);
	wire_done(&out);
	spec_put(&out, child);
	in = wire_in(out.buf.data, out.buf.size);
	assert_int_equal(spec_take(&in, &spec), TINE_EUSAGE);
	assert_null(spec);
}

static void refuse_plan(const struct tine_super_options *options,
			const char *field)
{
	struct plan *plan = NULL;
	struct wire_in in;

	assert_names(tine_super_options_fault(options), field);
	wire_done(&out);
	plan_put(&out, options);
	in = wire_in(out.buf.data, out.buf.size);
	assert_int_equal(plan_take(&in, &plan), TINE_EUSAGE);
	assert_null(plan);
}

/* ---- Defaults ----------------------------------------------------------- */

static void a_child_of_zeroes_gets_its_defaults(void **state)
{
	static const struct tine_limits none;
	struct spec *spec = sent(&(struct tine_child){ .fn = work });

	(void)state;
	assert_string_equal(spec->id, "");
	assert_ptr_equal(spec->fn, work);
	assert_null(spec->arg);
	assert_int_equal(spec->size, 0);
	assert_int_equal(spec->restart, TINE_TEMPORARY);
	assert_int_equal(spec->shutdown_ms, 5000);
	assert_int_equal(spec->backoff_ms, 0);
	assert_int_equal(spec->max_backoff_ms, 60000);
	assert_false(spec->significant);
	assert_memory_equal(&spec->limits, &none, sizeof none);
	assert_null(spec->plan);
	spec_free(spec);
}

static void assert_plan_defaults(const struct plan *plan)
{
	assert_string_equal(plan->name, "");
	assert_int_equal(plan->max_children, 0);
	assert_int_equal(plan->max_restarts, 3);
	assert_int_equal(plan->max_seconds, 5);
	assert_int_equal(plan->spares, 0);
	assert_int_equal(plan->strategy, TINE_ONE_FOR_ONE);
	assert_int_equal(plan->auto_shutdown, TINE_NEVER);
	assert_false(plan->reports);
	assert_int_equal(plan->count, 0);
}

static void a_supervisor_of_zeroes_gets_its_defaults(void **state)
{
	struct plan *plan = sent_plan(&(struct tine_super_options){ 0 });

	(void)state;
	assert_plan_defaults(plan);
	plan_free(plan);
}

static void a_child_that_is_one_has_for_ever_to_shut_down(void **state)
{
	static const struct tine_super_options none;
	struct spec *spec = sent(&(struct tine_child){ .super = &none });

	(void)state;
	assert_int_equal(spec->shutdown_ms, TINE_FOREVER);
	assert_null(spec->fn);
	assert_plan_defaults(spec->plan);
	spec_free(spec);
}

static void no_restart_at_all_can_be_said(void **state)
{
	struct plan *plan = sent_plan(
		&(struct tine_super_options){ .max_restarts = TINE_NONE });

	(void)state;
	assert_int_equal(plan->max_restarts, 0);
	plan_free(plan);
}

static void options_that_are_null_are_right(void **state)
{
	(void)state;
	assert_null(tine_super_options_fault(NULL));
}

/* ---- Every field -------------------------------------------------------- */

static const struct tine_child full = {
	.id = TEXT_63,
	.fn = work,
	.arg = "with\0zeroes\0",
	.size = 12,
	.restart = TINE_TRANSIENT,
	.shutdown_ms = 1,
	.backoff_ms = 2,
	.max_backoff_ms = 3,
	.significant = true,
	.limits = { .memory_bytes = UINT64_MAX,
		    .file_bytes = 5,
		    .cpu_ms = INT64_MAX,
		    .files = 7,
		    .processes = UINT_MAX,
		    .core = true },
};

static void assert_limits(const struct tine_limits *limits,
			  const struct tine_limits *wanted)
{
	assert_true(limits->memory_bytes == wanted->memory_bytes);
	assert_true(limits->file_bytes == wanted->file_bytes);
	assert_true(limits->cpu_ms == wanted->cpu_ms);
	assert_int_equal(limits->files, wanted->files);
	assert_int_equal(limits->processes, wanted->processes);
	assert_int_equal(limits->core, wanted->core);
}

static void assert_spec(const struct spec *spec, const struct tine_child *child)
{
	assert_string_equal(spec->id, child->id);
	assert_ptr_equal(spec->fn, child->fn);
	assert_int_equal(spec->size, child->size);
	assert_memory_equal(spec->arg, child->arg, child->size);
	assert_int_equal(spec->restart, child->restart);
	assert_true(spec->shutdown_ms == child->shutdown_ms);
	assert_true(spec->backoff_ms == child->backoff_ms);
	assert_true(spec->max_backoff_ms == child->max_backoff_ms);
	assert_int_equal(spec->significant, child->significant);
	assert_limits(&spec->limits, &child->limits);
}

static void each_field_of_a_child_comes_through(void **state)
{
	struct spec *spec = sent(&full);

	(void)state;
	assert_spec(spec, &full);
	spec_free(spec);
}

static void its_argument_is_a_copy(void **state)
{
	char arg[] = "before";
	struct spec *spec = sent(&(struct tine_child){
		.fn = work, .arg = arg, .size = sizeof arg });

	(void)state;
	memset(arg, 'x', sizeof arg);
	memset(out.buf.data, 'x', out.buf.size);
	assert_string_equal(spec->arg, "before");
	spec_free(spec);
}

static void each_policy_and_shutdown_comes_through(void **state)
{
	static const int64_t times[] = { 1, INT64_MAX, TINE_FOREVER,
					 TINE_BRUTAL };
	struct tine_child child = { .fn = work };

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++)
		for (unsigned policy = TINE_TEMPORARY; policy <= TINE_PERMANENT;
		     policy++) {
			struct spec *spec;

			child.restart = (enum tine_restart)policy;
			child.shutdown_ms = times[i];
			spec = sent(&child);
			assert_int_equal(spec->restart, policy);
			assert_true(spec->shutdown_ms == times[i]);
			spec_free(spec);
		}
}

static void each_field_of_a_supervisor_comes_through(void **state)
{
	static const struct tine_super_options options = {
		.name = TEXT_63,
		.max_children = 4,
		.max_restarts = 5,
		.max_seconds = UINT_MAX,
		.spares = 7,
		.strategy = TINE_REST_FOR_ONE,
		.auto_shutdown = TINE_ALL_SIGNIFICANT,
		.children = &full,
		.child_count = 1,
		.on_event = on_event,
	};
	struct plan *plan = sent_plan(&options);

	(void)state;
	assert_string_equal(plan->name, options.name);
	assert_int_equal(plan->max_children, 4);
	assert_int_equal(plan->max_restarts, 5);
	assert_int_equal(plan->max_seconds, UINT_MAX);
	assert_int_equal(plan->spares, 7);
	assert_int_equal(plan->strategy, TINE_REST_FOR_ONE);
	assert_int_equal(plan->auto_shutdown, TINE_ALL_SIGNIFICANT);
	assert_true(plan->reports);
	assert_int_equal(plan->count, 1);
	assert_spec(&plan->children[0], &full);
	plan_free(plan);
}

/* ---- Trees -------------------------------------------------------------- */

static void a_tree_comes_through_in_order(void **state)
{
	const struct tine_child low[] = { { .id = "x", .fn = work },
					  { .id = "a", .fn = work } };
	const struct tine_super_options lower = { .name = "lower",
						  .children = low,
						  .child_count = 2 };
	const struct tine_child top[] = { { .id = "a", .super = &lower },
					  { .fn = work },
					  { .fn = work } };
	struct plan *plan = sent_plan(&(struct tine_super_options){
		.children = top, .child_count = 3 });

	(void)state;
	assert_int_equal(plan->count, 3);
	assert_string_equal(plan->children[0].id, "a");
	assert_string_equal(plan->children[0].plan->name, "lower");
	assert_int_equal(plan->children[0].plan->count, 2);
	assert_string_equal(plan->children[0].plan->children[0].id, "x");
	assert_string_equal(plan->children[0].plan->children[1].id, "a");
	assert_null(plan->children[1].plan);
	assert_string_equal(plan->children[2].id, "");
	plan_free(plan);
}

static void a_thousand_children_come_through(void **state)
{
	static struct tine_child children[1000];
	struct plan *plan;

	(void)state;
	for (size_t i = 0; i < COUNT(children); i++)
		children[i] = (struct tine_child){ .fn = work,
						   .arg = children,
						   .size = i };
	plan = sent_plan(&(struct tine_super_options){
		.children = children,
		.child_count = COUNT(children),
		.max_children = COUNT(children) });
	assert_int_equal(plan->count, COUNT(children));
	for (size_t i = 0; i < COUNT(children); i++)
		assert_int_equal(plan->children[i].size, i);
	plan_free(plan);
}

#define DEEP 17

static struct tine_super_options levels[DEEP];
static struct tine_child steps[DEEP];

/* The uppermost of `count` supervisors in each other. */
static const struct tine_super_options *tower(int count)
{
	memset(levels, 0, sizeof levels);
	memset(steps, 0, sizeof steps);
	for (int i = DEEP - count; i < DEEP - 1; i++) {
		steps[i].super = &levels[i + 1];
		levels[i].children = &steps[i];
		levels[i].child_count = 1;
	}
	return &levels[DEEP - count];
}

static void sixteen_in_each_other_are_good_and_17_are_not(void **state)
{
	(void)state;
	plan_free(sent_plan(tower(16)));
	refuse_plan(tower(17), "super: ");
}

/* It is in one that is there. */
static void as_a_child_there_may_be_15(void **state)
{
	(void)state;
	spec_free(sent(&(struct tine_child){ .super = tower(15) }));
	refuse(&(struct tine_child){ .super = tower(16) }, "super: ");
}

static void one_that_is_in_itself_is_refused(void **state)
{
	struct tine_child child = { .id = "round" };
	const struct tine_super_options options = { .children = &child,
						    .child_count = 1 };
	const char *fault;

	(void)state;
	child.super = &options;
	fault = tine_super_options_fault(&options);
	assert_non_null(fault);
	assert_ptr_equal(strstr(fault, "super: "), fault);
}

/* ---- What is refused ---------------------------------------------------- */

static const struct tine_super_options none;

static const struct {
	const char *field;
	struct tine_child child;
} faults[] = {
	{ "id: ", { .fn = work, .id = TEXT_63 "d" } },
	{ "fn: ", { .id = "nothing to do" } },
	{ "restart: ", { .fn = work, .restart = (enum tine_restart)3 } },
	{ "restart: ", { .fn = work, .restart = (enum tine_restart) - 1 } },
	{ "shutdown_ms: ", { .fn = work, .shutdown_ms = -3 } },
	{ "shutdown_ms: ", { .fn = work, .shutdown_ms = INT64_MIN } },
	{ "backoff_ms: ", { .fn = work, .backoff_ms = -1 } },
	{ "max_backoff_ms: ", { .fn = work, .max_backoff_ms = -1 } },
	{ "limits.cpu_ms: ", { .fn = work, .limits = { .cpu_ms = -1 } } },
	{ "significant: ",
	  { .fn = work, .significant = true, .restart = TINE_PERMANENT } },
	{ "super: ", { .fn = work, .super = &none } },
	{ "super: ", { .arg = "arg", .size = 3, .super = &none } },
};

static void each_fault_of_a_child_is_named_and_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++)
		refuse(&faults[i].child, faults[i].field);
}

static void what_cannot_be_sent_is_named(void **state)
{
	(void)state;
	assert_names(tine_child_fault(NULL), "child: ");
	assert_names(
		tine_child_fault(&(struct tine_child){ .fn = work, .id = "" }),
		"id: ");
	assert_names(
		tine_child_fault(&(struct tine_child){ .fn = work, .size = 1 }),
		"arg: ");
	assert_names(tine_child_fault(&(struct tine_child){
			     .fn = work, .arg = "", .size = SIZE_MAX }),
		     "size: ");
	assert_names(tine_super_options_fault(
			     &(struct tine_super_options){ .name = "" }),
		     "name: ");
	assert_names(tine_super_options_fault(
			     &(struct tine_super_options){ .child_count = 1 }),
		     "children: ");
}

static const struct tine_child twins[] = { { .id = "one", .fn = work },
					   { .fn = work },
					   { .fn = work },
					   { .id = "one", .fn = work } };

static const struct {
	const char *field;
	struct tine_super_options options;
} plan_faults[] = {
	{ "name: ", { .name = TEXT_63 "d" } },
	{ "name: ", { .name = "a/b" } },
	{ "name: ", { .name = "/" } },
	{ "strategy: ", { .strategy = (enum tine_strategy)3 } },
	{ "strategy: ", { .strategy = (enum tine_strategy) - 1 } },
	{ "auto_shutdown: ", { .auto_shutdown = (enum tine_auto_shutdown)3 } },
	{ "max_children: ",
	  { .max_children = 2, .children = twins, .child_count = 3 } },
	{ "children: ", { .children = twins, .child_count = 4 } },
};

static void each_fault_of_a_supervisor_is_named_and_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(plan_faults); i++)
		refuse_plan(&plan_faults[i].options, plan_faults[i].field);
}

static void loose_children_are_no_twins(void **state)
{
	(void)state;
	plan_free(sent_plan(&(struct tine_super_options){ .children = twins,
							  .child_count = 3 }));
}

static void a_fault_below_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		const struct tine_child children[] = { { .fn = work },
						       faults[i].child };

		refuse_plan(&(struct tine_super_options){ .children = children,
							  .child_count = 2 },
			    faults[i].field);
	}
	for (size_t i = 0; i < COUNT(plan_faults); i++)
		refuse(&(struct tine_child){ .super = &plan_faults[i].options },
		       plan_faults[i].field);
}

static void a_place_for_nothing_is_freed(void **state)
{
	(void)state;
	spec_free(NULL);
	plan_free(NULL);
}

#define SPEC_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SPEC_TEST(a_child_of_zeroes_gets_its_defaults),
		SPEC_TEST(a_supervisor_of_zeroes_gets_its_defaults),
		SPEC_TEST(a_child_that_is_one_has_for_ever_to_shut_down),
		SPEC_TEST(no_restart_at_all_can_be_said),
		SPEC_TEST(options_that_are_null_are_right),
		SPEC_TEST(each_field_of_a_child_comes_through),
		SPEC_TEST(its_argument_is_a_copy),
		SPEC_TEST(each_policy_and_shutdown_comes_through),
		SPEC_TEST(each_field_of_a_supervisor_comes_through),
		SPEC_TEST(a_tree_comes_through_in_order),
		SPEC_TEST(a_thousand_children_come_through),
		SPEC_TEST(sixteen_in_each_other_are_good_and_17_are_not),
		SPEC_TEST(as_a_child_there_may_be_15),
		SPEC_TEST(one_that_is_in_itself_is_refused),
		SPEC_TEST(each_fault_of_a_child_is_named_and_refused),
		SPEC_TEST(what_cannot_be_sent_is_named),
		SPEC_TEST(each_fault_of_a_supervisor_is_named_and_refused),
		SPEC_TEST(loose_children_are_no_twins),
		SPEC_TEST(a_fault_below_is_found),
		SPEC_TEST(a_place_for_nothing_is_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
