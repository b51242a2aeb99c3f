/* SPDX-License-Identifier: MIT */
/*
 * spec.c - what a supervisor is to be, and what its children are to be.
 *
 * A child may be a supervisor that has children: so both directions, and the
 * check, go down the same tree. How deep it is, is bounded, since it may come
 * from somebody who lies.
 */
#include "spec.h"

#include <stdlib.h>
#include <string.h>

#define SHUTDOWN_MS 5000
#define MAX_BACKOFF_MS 60000
#define MAX_RESTARTS 3
#define MAX_SECONDS 5
#define CHILDREN_MOST 1000000
#define SPARES_MOST 1024

/* ---- What is wrong with it ---------------------------------------------- */

/* It stands in logs, a line each. */
static bool is_printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static const char *id_fault(const char *id)
{
	if (id && !*id)
		return "id: is empty; leave it NULL to get one made";
	if (id && *id == '#')
		return "id: begins with '#', as those do that are made";
	if (id && strlen(id) >= SPEC_ID)
		return "id: has more than 63 bytes";
	if (id && !is_printable(id))
		return "id: has a character that cannot be printed";
	return NULL;
}

static const char *name_fault(const char *name)
{
	if (name && !*name)
		return "name: is empty; leave it NULL for none";
	if (name && strlen(name) >= SPEC_ID)
		return "name: has more than 63 bytes";
	if (name && !is_printable(name))
		return "name: has a character that cannot be printed";
	if (name && strchr(name, '/'))
		return "name: has a '/', which stands between the names of "
		       "supervisors in each other";
	return NULL;
}

static const char *child_times_fault(const struct tine_child *child)
{
	if (child->shutdown_ms < TINE_BRUTAL)
		return "shutdown_ms: is neither a time, nor TINE_FOREVER, nor "
		       "TINE_BRUTAL";
	if (child->backoff_ms < 0)
		return "backoff_ms: is negative";
	if (child->max_backoff_ms < 0)
		return "max_backoff_ms: is negative";
	if (child->limits.cpu_ms < 0)
		return "limits.cpu_ms: is negative";
	return NULL;
}

static const char *child_policy_fault(const struct tine_child *child)
{
	if ((unsigned)child->restart > TINE_PERMANENT)
		return "restart: is none of enum tine_restart";
	if (child->significant && child->restart == TINE_PERMANENT)
		return "significant: a permanent child cannot be, since it is "
		       "always started again";
	return NULL;
}

static bool has_limits(const struct tine_limits *limits)
{
	return limits->memory_bytes || limits->file_bytes || limits->cpu_ms ||
	       limits->files || limits->processes || limits->core;
}

static const char *plan_fault(const struct tine_super_options *options,
			      unsigned depth);

static const char *child_kind_fault(const struct tine_child *child,
				    unsigned depth)
{
	if (!child->super && !child->fn)
		return "fn: is NULL";
	if (child->super && (child->fn || child->arg || child->size > 0))
		return "super: a supervisor has no fn and no arg";
	if (child->super && has_limits(&child->limits))
		return "super: a supervisor has no limits of its own";
	if (!child->arg && child->size > 0)
		return "arg: is NULL, and size is not 0";
	if (child->size > SPEC_MOST / 2)
		return "size: is more than 512 MiB";
	return child->super ? plan_fault(child->super, depth + 1) : NULL;
}

static const char *spec_fault(const struct tine_child *child, unsigned depth)
{
	const char *fault = id_fault(child->id);

	if (!fault)
		fault = child_policy_fault(child);
	if (!fault)
		fault = child_times_fault(child);
	if (!fault)
		fault = child_kind_fault(child, depth);
	return fault;
}

static const char *twin_fault(const struct tine_super_options *options,
			      size_t number)
{
	const char *id = options->children[number].id;

	for (size_t i = 0; id && i < number; i++)
		if (options->children[i].id &&
		    strcmp(options->children[i].id, id) == 0)
			return "children: two have the same id";
	return NULL;
}

static const char *children_fault(const struct tine_super_options *options,
				  unsigned depth)
{
	const char *fault = NULL;

	if (!options->children && options->child_count > 0)
		return "children: is NULL, and child_count is not 0";
	if (options->max_children > 0 &&
	    options->child_count > options->max_children)
		return "max_children: is less than child_count";
	for (size_t i = 0; i < options->child_count && !fault; i++) {
		fault = spec_fault(&options->children[i], depth);
		if (!fault)
			fault = twin_fault(options, i);
	}
	return fault;
}

static const char *plan_fault(const struct tine_super_options *options,
			      unsigned depth)
{
	const char *fault = name_fault(options->name);

	if (depth >= SPEC_DEPTH)
		return "super: more than 16 supervisors in each other";
	if (options->spares > SPARES_MOST)
		return "spares: is more than 1024";
	if ((unsigned)options->strategy > TINE_REST_FOR_ONE)
		return "strategy: is none of enum tine_strategy";
	if ((unsigned)options->auto_shutdown > TINE_ALL_SIGNIFICANT)
		return "auto_shutdown: is none of enum tine_auto_shutdown";
	return fault ? fault : children_fault(options, depth);
}

const char *tine_child_fault(const struct tine_child *child)
{
	return child ? spec_fault(child, 0) : "child: is NULL";
}

const char *tine_super_options_fault(const struct tine_super_options *options)
{
	return options ? plan_fault(options, 0) : NULL;
}

/* ---- Sending ------------------------------------------------------------ */

void limits_put(struct wire_out *out, const struct tine_limits *limits)
{
	wire_put(out, limits->memory_bytes);
	wire_put(out, limits->file_bytes);
	wire_put(out, (uint64_t)limits->cpu_ms);
	wire_put(out, limits->files);
	wire_put(out, limits->processes);
	wire_put(out, limits->core);
}

static void children_put(struct wire_out *out,
			 const struct tine_super_options *options)
{
	wire_put(out, options->child_count);
	for (size_t i = 0; i < options->child_count; i++)
		spec_put(out, &options->children[i]);
}

void plan_put(struct wire_out *out, const struct tine_super_options *options)
{
	wire_put_text(out, options->name);
	wire_put(out, options->max_children);
	wire_put(out, options->max_restarts);
	wire_put(out, options->max_seconds);
	wire_put(out, options->spares);
	wire_put(out, (uint64_t)options->strategy);
	wire_put(out, (uint64_t)options->auto_shutdown);
	wire_put(out, options->on_event != NULL);
	children_put(out, options);
}

void spec_put(struct wire_out *out, const struct tine_child *child)
{
	wire_put_text(out, child->id);
	wire_put(out, (uint64_t)(uintptr_t)child->fn);
	wire_put_bytes(out, child->arg, child->size);
	wire_put(out, (uint64_t)child->restart);
	wire_put(out, (uint64_t)child->shutdown_ms);
	wire_put(out, (uint64_t)child->backoff_ms);
	wire_put(out, (uint64_t)child->max_backoff_ms);
	wire_put(out, child->significant);
	limits_put(out, &child->limits);
	wire_put(out, child->super != NULL);
	if (child->super)
		plan_put(out, child->super);
}

/* ---- Receiving ---------------------------------------------------------- */

/* It is checked as if it were the user's: so what was sent is looked at as a
 * struct tine_child first. */
static struct tine_child spec_as_asked(const struct spec *spec)
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
	};
}

static void spec_fill(struct spec *spec)
{
	if (spec->shutdown_ms == 0)
		spec->shutdown_ms = spec->plan ? TINE_FOREVER : SHUTDOWN_MS;
	if (spec->max_backoff_ms == 0)
		spec->max_backoff_ms = MAX_BACKOFF_MS;
}

void limits_take(struct wire_in *in, struct tine_limits *limits)
{
	limits->memory_bytes = wire_take(in);
	limits->file_bytes = wire_take(in);
	limits->cpu_ms = (int64_t)wire_take(in);
	limits->files = wire_take_below(in, UINT_MAX);
	limits->processes = wire_take_below(in, UINT_MAX);
	limits->core = wire_take_below(in, 1);
	if (limits->cpu_ms < 0)
		in->bad = true;
}

static int arg_take(struct wire_in *in, struct spec *spec)
{
	const void *at = wire_take_bytes(in, &spec->size);

	if (spec->size == 0)
		return 0;
	spec->arg = malloc(spec->size);
	if (!spec->arg)
		return TINE_ENOMEM;
	memcpy(spec->arg, at, spec->size);
	return 0;
}

static int plan_take_at(struct wire_in *in, unsigned depth, struct plan **plan);

/* What comes of it is to be freed in any case. */
static int spec_fill_from(struct wire_in *in, unsigned depth, struct spec *spec)
{
	struct tine_child asked;
	int error;

	wire_take_text(in, spec->id, sizeof spec->id);
	spec->fn = (tine_fn *)(uintptr_t)wire_take(in);
	error = arg_take(in, spec);
	spec->restart = (enum tine_restart)wire_take_below(in, TINE_PERMANENT);
	spec->shutdown_ms = (int64_t)wire_take(in);
	spec->backoff_ms = (int64_t)wire_take(in);
	spec->max_backoff_ms = (int64_t)wire_take(in);
	spec->significant = wire_take_below(in, 1);
	limits_take(in, &spec->limits);
	if (error == 0 && wire_take_below(in, 1))
		error = plan_take_at(in, depth + 1, &spec->plan);
	if (error < 0 || in->bad)
		return error < 0 ? error : TINE_EUSAGE;
	asked = spec_as_asked(spec);
	if (spec->plan
		    ? spec->fn || spec->size > 0 || has_limits(&spec->limits) ||
			      id_fault(asked.id) ||
			      child_policy_fault(&asked) ||
			      child_times_fault(&asked)
		    : spec_fault(&asked, 0) != NULL)
		return TINE_EUSAGE;
	spec_fill(spec);
	return 0;
}

static void spec_clear(struct spec *spec)
{
	free(spec->arg);
	plan_free(spec->plan);
}

void spec_free(struct spec *spec)
{
	if (!spec)
		return;
	spec_clear(spec);
	free(spec);
}

int spec_take(struct wire_in *in, struct spec **spec)
{
	struct spec *made = calloc(1, sizeof *made);
	int error = made ? spec_fill_from(in, 0, made) : TINE_ENOMEM;

	if (error < 0)
		spec_free(made);
	else
		*spec = made;
	return error;
}

/* The last of them, and one before it. */
static bool plan_has_twins(const struct plan *plan)
{
	const char *id = plan->count ? plan->children[plan->count - 1].id : "";

	for (size_t i = 0; *id && i + 1 < plan->count; i++)
		if (strcmp(plan->children[i].id, id) == 0)
			return true;
	return false;
}

/* Memory is taken for children that came, not for those that were announced. */
static int children_take(struct wire_in *in, unsigned depth, struct plan *plan)
{
	size_t count = wire_take_below(in, CHILDREN_MOST);
	int error = 0;

	if (plan->max_children > 0 && count > plan->max_children)
		return TINE_EUSAGE;
	while (plan->count < count && !in->bad && error == 0) {
		struct spec *grown = realloc(plan->children,
					     (plan->count + 1) * sizeof *grown);

		if (!grown)
			return TINE_ENOMEM;
		plan->children = grown;
		memset(&grown[plan->count], 0, sizeof *grown);
		error = spec_fill_from(in, depth, &grown[plan->count++]);
		if (error == 0 && plan_has_twins(plan))
			error = TINE_EUSAGE;
	}
	return error;
}

static int plan_fill_from(struct wire_in *in, unsigned depth, struct plan *plan)
{
	wire_take_text(in, plan->name, sizeof plan->name);
	plan->max_children = wire_take_below(in, UINT_MAX);
	plan->max_restarts = wire_take_below(in, UINT_MAX);
	plan->max_seconds = wire_take_below(in, UINT_MAX);
	plan->spares = wire_take_below(in, SPARES_MOST);
	plan->strategy =
		(enum tine_strategy)wire_take_below(in, TINE_REST_FOR_ONE);
	plan->auto_shutdown = (enum tine_auto_shutdown)wire_take_below(
		in, TINE_ALL_SIGNIFICANT);
	plan->reports = wire_take_below(in, 1);
	if (in->bad || depth >= SPEC_DEPTH ||
	    name_fault(plan->name[0] ? plan->name : NULL))
		return TINE_EUSAGE;
	if (plan->max_restarts == 0)
		plan->max_restarts = MAX_RESTARTS;
	else if (plan->max_restarts == TINE_NONE)
		plan->max_restarts = 0;
	if (plan->max_seconds == 0)
		plan->max_seconds = MAX_SECONDS;
	return children_take(in, depth, plan);
}

static int plan_take_at(struct wire_in *in, unsigned depth, struct plan **plan)
{
	struct plan *made = calloc(1, sizeof *made);
	int error = made ? plan_fill_from(in, depth, made) : TINE_ENOMEM;

	if (error == 0 && in->bad)
		error = TINE_EUSAGE;
	if (error < 0)
		plan_free(made);
	else
		*plan = made;
	return error;
}

int plan_take(struct wire_in *in, struct plan **plan)
{
	return plan_take_at(in, 0, plan);
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->count; i++)
		spec_clear(&plan->children[i]);
	free(plan->children);
	free(plan);
}
