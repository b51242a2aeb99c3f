/* SPDX-License-Identifier: MIT */
/*
 * fuzz_spec.c - whatever a supervisor is asked, or tells, is refused or is what
 * somebody could have asked or told.
 *
 * The first byte of the input says what the others are taken for. What was
 * taken is put again as a user would, must be found faultless, and must be the
 * same when it is taken once more.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "order.h"
#include "report.h"
#include "spec.h"

enum kind { KIND_SPEC, KIND_PLAN, KIND_ORDER, KIND_REPORT, KINDS };

/* ---- As a user would have it -------------------------------------------- */

static void on_event(struct tine_super *super, const struct tine_event *event,
		     void *user)
{
	(void)super;
	(void)event;
	(void)user;
}

static void *need(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);

	if (!memory)
		abort();
	return memory;
}

static struct tine_super_options *plan_as_asked(const struct plan *plan,
						unsigned depth);

static struct tine_child spec_as_asked(const struct spec *spec, unsigned depth)
{
	return (struct tine_child){
		.id = spec->id[0] ? spec->id : NULL,
		.fn = spec->fn,
		.arg = spec->arg,
		.size = spec->size,
		.restart = spec->restart,
		.shutdown_ms = spec->shutdown_ms,
		.backoff_ms = spec->backoff_ms,
		.max_backoff_ms = spec->max_backoff_ms,
		.significant = spec->significant,
		.limits = spec->limits,
		.super = spec->plan ? plan_as_asked(spec->plan, depth + 1)
				    : NULL,
	};
}

static struct tine_super_options *plan_as_asked(const struct plan *plan,
						unsigned depth)
{
	struct tine_super_options *options = need(1, sizeof *options);
	struct tine_child *children = need(plan->count, sizeof *children);

	assert(depth < SPEC_DEPTH);
	assert(plan->max_restarts != TINE_NONE && plan->max_seconds > 0);
	for (size_t i = 0; i < plan->count; i++)
		children[i] = spec_as_asked(&plan->children[i], depth);
	*options = (struct tine_super_options){
		.name = plan->name[0] ? plan->name : NULL,
		.max_children = plan->max_children,
		.max_restarts =
			plan->max_restarts ? plan->max_restarts : TINE_NONE,
		.max_seconds = plan->max_seconds,
		.spares = plan->spares,
		.strategy = plan->strategy,
		.auto_shutdown = plan->auto_shutdown,
		.children = children,
		.child_count = plan->count,
		.on_event = plan->reports ? on_event : NULL,
	};
	return options;
}

static void asked_free(const struct tine_super_options *options)
{
	if (!options)
		return;
	for (size_t i = 0; i < options->child_count; i++)
		asked_free(options->children[i].super);
	free((void *)(uintptr_t)options->children);
	free((void *)(uintptr_t)options);
}

/* ---- Children and supervisors ------------------------------------------- */

/* Puts what was taken into `out`. */
static void spec_again(const struct spec *spec, struct wire_out *out)
{
	struct tine_child asked = spec_as_asked(spec, 0);

	assert(spec->shutdown_ms != 0 && spec->max_backoff_ms != 0);
	assert(!tine_child_fault(&asked));
	wire_begin(out, SPEC_MOST);
	spec_put(out, &asked);
	assert(out->error == 0);
	asked_free(asked.super);
}

static void plan_again(const struct plan *plan, struct wire_out *out)
{
	struct tine_super_options *asked = plan_as_asked(plan, 0);

	assert(!tine_super_options_fault(asked));
	wire_begin(out, SPEC_MOST);
	plan_put(out, asked);
	assert(out->error == 0);
	asked_free(asked);
}

/* One of `spec` and `plan` is what the bytes were; or neither is, and nothing
 * was written. */
static bool take(bool is_plan, const void *data, size_t size,
		 struct wire_out *out)
{
	struct wire_in in = wire_in(data, size);
	struct spec *spec = NULL;
	struct plan *plan = NULL;
	int error = is_plan ? plan_take(&in, &plan) : spec_take(&in, &spec);

	assert(error == 0 || error == TINE_EUSAGE);
	assert((error == 0) == (spec || plan));
	if (spec)
		spec_again(spec, out);
	if (plan)
		plan_again(plan, out);
	spec_free(spec);
	plan_free(plan);
	return error == 0;
}

static void check_tree(bool is_plan, const uint8_t *data, size_t size)
{
	struct wire_out once, twice;

	if (!take(is_plan, data, size, &once))
		return;
	if (!take(is_plan, once.buf.data, once.buf.size, &twice))
		abort();
	assert(once.buf.size == twice.buf.size);
	assert(memcmp(once.buf.data, twice.buf.data, once.buf.size) == 0);
	wire_done(&once);
	wire_done(&twice);
}

/* ---- Tasks and reports -------------------------------------------------- */

/* There is but one way to write each. */
static void check_order(const uint8_t *data, size_t size)
{
	struct wire_in in = wire_in(data, size);
	struct order order;
	struct wire_out again;

	if (!order_take(&in, &order))
		return;
	assert(order.size <= size && order.caller_count <= ORDER_CALLERS);
	assert(order.grace_ms >= TINE_BRUTAL);
	assert(order.limits.cpu_ms >= 0);
	wire_begin(&again, SPEC_MOST);
	order_put(&again, &order);
	assert(again.error == 0 && again.buf.size == size);
	assert(memcmp(again.buf.data, data, size) == 0);
	wire_done(&again);
}

static void check_report(const uint8_t *data, size_t size)
{
	struct wire_in in = wire_in(data, size);
	struct report report;
	char text[REPORT_TEXT];
	struct wire_out again;

	if (report_take(&in, &report)) {
		report_say(&report.event, text);
		assert(strlen(text) < sizeof text);
		wire_begin(&again, SPEC_MOST);
		report_put(&again, &report.event);
		assert(again.error == 0 && again.buf.size <= size);
		wire_done(&again);
	}
	report_done(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	switch ((enum kind)(data[0] % KINDS)) {
	case KIND_SPEC: check_tree(false, data + 1, size - 1); break;
	case KIND_PLAN: check_tree(true, data + 1, size - 1); break;
	case KIND_ORDER: check_order(data + 1, size - 1); break;
	case KIND_REPORT: check_report(data + 1, size - 1); break;
	case KINDS: break;
	}
	return 0;
}

/* ---- Seeds -------------------------------------------------------------- */

static int work(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	return 0;
}

static const struct tine_child low[] = {
	{ .id = "low", .fn = work, .arg = "arg", .size = 3 },
	{ .fn = work, .restart = TINE_TRANSIENT, .significant = true },
};
static const struct tine_super_options lower = {
	.name = "lower",
	.max_children = 5,
	.max_restarts = TINE_NONE,
	.strategy = TINE_ONE_FOR_ALL,
	.children = low,
	.child_count = 2,
	.on_event = on_event,
};
static const struct tine_child top[] = {
	{ .id = "first", .fn = work, .limits = { .cpu_ms = 1, .core = true } },
	{ .id = "second", .super = &lower, .restart = TINE_PERMANENT },
	{ .fn = work, .shutdown_ms = TINE_BRUTAL, .backoff_ms = 9 },
};
static const struct tine_super_options upper = { .children = top,
						 .child_count = 3 };

static void seed_order(struct wire_out *out)
{
	const struct order order = {
		.fn = work,
		.arg = "argument",
		.size = 8,
		.name = "name",
		.limits = { .files = 3 },
		.max_result = 64 << 20,
		.grace_ms = 5000,
		.nolink = true,
		.slot = 7,
		.callers = { 100, 10, 1 },
		.caller_count = 3,
	};

	order_put(out, &order);
}

static void seed_report(struct wire_out *out, enum tine_event_kind kind,
			const struct tine_result *result)
{
	const struct tine_event event = {
		.kind = kind,
		.super = "top/low",
		.id = "child",
		.pid = 4711,
		.restarts = 2,
		.result = result,
		.missed = 3,
	};

	report_put(out, &event);
}

static const struct tine_result result = {
	.end = TINE_CRASHED,
	.code = 11,
	.message = "killed by SIGSEGV",
	.note = "in the middle",
	.output = "its last words\n",
	.crash = "#0 work at work.c:1\n#1 main",
};

/* What it is to be taken for; KINDS: there are no more. */
static enum kind seed(unsigned number, struct wire_out *out)
{
	switch (number) {
	case 0: spec_put(out, &low[0]); return KIND_SPEC;
	case 1: spec_put(out, &top[0]); return KIND_SPEC;
	case 2: spec_put(out, &top[1]); return KIND_SPEC;
	case 3: plan_put(out, &(struct tine_super_options){ 0 }); break;
	case 4: plan_put(out, &lower); break;
	case 5: plan_put(out, &upper); break;
	case 6: seed_order(out); return KIND_ORDER;
	case 7: seed_report(out, TINE_STARTED, NULL); return KIND_REPORT;
	case 8: seed_report(out, TINE_ENDED, &result); return KIND_REPORT;
	case 9: seed_report(out, TINE_GAVE_UP, &result); return KIND_REPORT;
	default: return KINDS;
	}
	return KIND_PLAN;
}

size_t fuzz_seed(unsigned number, uint8_t data[FUZZ_ROOM])
{
	struct wire_out out;
	size_t size = 0;

	wire_begin(&out, FUZZ_ROOM - 1);
	data[0] = (uint8_t)seed(number, &out);
	if (data[0] != KINDS && out.error == 0) {
		memcpy(data + 1, out.buf.data, out.buf.size);
		size = out.buf.size + 1;
	}
	wire_done(&out);
	return size;
}
