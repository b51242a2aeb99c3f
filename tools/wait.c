/* SPDX-License-Identifier: MIT */
/* wait.c - tine wait: until tasks, supervisors or programs have ended. */
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "defer.h"
#include "end/vigil.h"
#include "end/whom.h"
#include "record.h"
#include "term.h"
#include "tine.h"
#include "units.h"
#include "verb.h"

#define WAIT_SCHEMA 1
#define WAIT_LOOK_MS 50 /* where there is no process to wait for */
#define WAIT_TIMED_OUT 124

struct waiting {
	struct whom whom;
	int64_t timeout_ms;
	bool any;
	struct vigil *vigils;
};

/* ---- Waiting ------------------------------------------------------------ */

static bool begin(struct waiting *waiting)
{
	struct forest forest;
	struct scan scan;
	bool good;

	if (!scan_or_say(&scan, SCAN_SLOTS))
		return false;
	good = forest_grow(&forest, &scan, false, 0);
	if (!good)
		warn("cannot look for them");
	for (size_t i = 0; good && i < waiting->whom.count; i++)
		good = vigil_begin(&waiting->vigils[i], &forest,
				   waiting->whom.ids[i]);
	forest_done(&forest);
	scan_done(&scan);
	return good;
}

static size_t count_over(const struct waiting *waiting)
{
	size_t over = 0;

	for (size_t i = 0; i < waiting->whom.count; i++)
		over += waiting->vigils[i].over;
	return over;
}

static bool is_enough(const struct waiting *waiting)
{
	size_t over = count_over(waiting);

	return over == waiting->whom.count || (waiting->any && over > 0);
}

/* Boards say nothing when they change: where there is no process, or its end is
 * not written yet, they are looked at once in a while. */
static int pause_ms(const struct waiting *waiting, int64_t left)
{
	for (size_t i = 0; i < waiting->whom.count; i++) {
		const struct vigil *vigil = &waiting->vigils[i];

		if (!vigil->over && (vigil->pidfd < 0 || vigil->known_by != 0))
			return left >= 0 && left < WAIT_LOOK_MS ? (int)left
								: WAIT_LOOK_MS;
	}
	return left > INT32_MAX ? -1 : (int)left;
}

static void await(const struct waiting *waiting, struct pollfd *fds,
		  int64_t deadline)
{
	for (size_t i = 0; i < waiting->whom.count; i++) {
		const struct vigil *vigil = &waiting->vigils[i];
		bool wait = !vigil->over && vigil->known_by == 0;

		fds[i] = (struct pollfd){ .fd = wait ? vigil->pidfd : -1,
					  .events = POLLIN };
	}
	(void)poll(fds, waiting->whom.count,
		   pause_ms(waiting, clock_left_ms(deadline)));
}

/* Returns false if the time was over first. */
static bool wait_for_all(struct waiting *waiting)
{
	AUTO_FREE struct pollfd *fds = calloc(waiting->whom.count, sizeof *fds);
	int64_t deadline = clock_deadline(waiting->timeout_ms);

	if (!fds)
		err(VERB_NOTHING, NULL);
	for (;;) {
		for (size_t i = 0; i < waiting->whom.count; i++)
			vigil_look(&waiting->vigils[i]);
		if (is_enough(waiting))
			return true;
		if (clock_left_ms(deadline) == 0)
			return false;
		await(waiting, fds, deadline);
	}
}

/* ---- Telling ------------------------------------------------------------ */

static bool print_line(const struct vigil *vigil)
{
	const struct target *target = &vigil->target;
	AUTO_FREE char *name = term_safe(target->name, strlen(target->name));

	if (!name)
		return false;
	if (!vigil->has_end)
		return printf("%s %s: %s\n", target->id, name,
			      !vigil->over             ? "runs"
			      : vigil_went_well(vigil) ? "ended"
						       : "ended; how is not "
							 "known") > 0;
	return printf("%s %s: %s: %s\n", target->id, name,
		      tine_end_name(vigil->end.end), vigil->end.message) > 0;
}

static bool print_text(const struct waiting *waiting)
{
	bool good = true;

	for (size_t i = 0; i < waiting->whom.count; i++)
		if (waiting->vigils[i].over || !waiting->any)
			good &= print_line(&waiting->vigils[i]);
	return good;
}

static json_t *vigil_json(const struct vigil *vigil)
{
	const struct target *target = &vigil->target;

	return json_pack("{ss ss so si ss so}", "id", target->id, "row",
			 row_kind_name(target->kind), "name",
			 record_text(target->name), "pid", (int)target->pid,
			 "state", vigil->over ? "ended" : "runs", "end",
			 epitaph_json(vigil->has_end ? &vigil->end : NULL));
}

static bool print_json(const struct waiting *waiting, bool in_time)
{
	json_t *record = record_new(WAIT_SCHEMA), *list = json_array();

	for (size_t i = 0; i < waiting->whom.count; i++)
		(void)json_array_append_new(list,
					    vigil_json(&waiting->vigils[i]));
	(void)json_object_set_new(record, "kind", json_string("wait"));
	(void)json_object_set_new(record, "timed_out", json_boolean(!in_time));
	(void)json_object_set_new(record, "targets", list);
	return record_print(record, stdout, RECORD_PRETTY);
}

static bool all_ended_well(const struct waiting *waiting)
{
	for (size_t i = 0; i < waiting->whom.count; i++)
		if (waiting->vigils[i].over &&
		    !vigil_went_well(&waiting->vigils[i]))
			return false;
	return true;
}

/* ---- The command line --------------------------------------------------- */

enum { OPTION_TIMEOUT = 256, OPTION_ANY };

static error_t take(int key, char *value, struct argp_state *state)
{
	struct waiting *waiting = state->input;
	int64_t us;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &waiting->whom; return 0;
	case OPTION_ANY: waiting->any = true; return 0;
	case OPTION_TIMEOUT:
		if (!units_parse_duration(value, &us))
			argp_error(state,
				   "--timeout takes a duration, not '%s'",
				   term_brief(value));
		else
			waiting->timeout_ms = us / 1000;
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static int wait_and_tell(struct waiting *waiting)
{
	bool in_time = wait_for_all(waiting);
	bool told = waiting->whom.json ? print_json(waiting, in_time)
				       : print_text(waiting);
	int status = verb_finish(told);

	if (!in_time)
		return WAIT_TIMED_OUT;
	return all_ended_well(waiting) ? status : VERB_NOTHING;
}

int verb_wait(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ .name = "timeout",
		  .key = OPTION_TIMEOUT,
		  .arg = "D",
		  .doc = "wait no longer than D" },
		{ .name = "any", .key = OPTION_ANY, .doc = "wait for one" },
		{ 0 },
	};
	static const struct argp_child children[] = { { .argp = &whom_argp },
						      { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = take,
		.args_doc = "ID...",
		.doc = "Wait until tasks, supervisors or programs have ended, "
		       "and say how.\v" WHOM_DOC
		       "; or that of a task that has ended. The exit "
		       "status is 0 if all ended well, 1 if one did not, 124 "
		       "if the time was over, 2 if there is no such ID.",
		.children = children,
	};
	struct waiting waiting = { .timeout_ms = TINE_FOREVER };
	int status = VERB_USAGE;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &waiting);
	waiting.vigils = calloc(waiting.whom.count, sizeof *waiting.vigils);
	if (!waiting.vigils)
		err(VERB_NOTHING, NULL);
	for (size_t i = 0; i < waiting.whom.count; i++)
		waiting.vigils[i].pidfd = -1;
	if (begin(&waiting))
		status = wait_and_tell(&waiting);
	for (size_t i = 0; i < waiting.whom.count; i++)
		vigil_done(&waiting.vigils[i]);
	free(waiting.vigils);
	return status;
}
