/* SPDX-License-Identifier: MIT */
/* stop.c - tine stop: tasks, supervisors and programs are asked to end. */
#include "end/roundup.h"
#include "term.h"
#include "units.h"
#include "verb.h"

enum { OPTION_GRACE = 256 };

static const struct argp_option options[] = {
	{ .name = "grace",
	  .key = OPTION_GRACE,
	  .arg = "D",
	  .doc = "kill what has not stopped within D (default: as it was "
		 "started with; a program or a supervisor, never)" },
	{ 0 },
};

static error_t take(int key, char *value, struct argp_state *state)
{
	struct roundup *roundup = state->input;
	int64_t us;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &roundup->whom; return 0;
	case OPTION_GRACE:
		if (!units_parse_duration(value, &us))
			argp_error(state, "--grace takes a duration, not '%s'",
				   term_brief(value));
		else
			roundup->order.grace_ms = us / 1000;
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int verb_stop(int argc, char **argv)
{
	static const struct argp_child children[] = { { .argp = &whom_argp },
						      { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = take,
		.args_doc = "ID...",
		.doc = "Ask tasks, supervisors or programs to end, and wait "
		       "until they have.\v" WHOM_DOC
		       ". D is a duration: 500ms, 10s.",
		.children = children,
	};
	struct roundup roundup = { .kind = "stop", .order.grace_ms = -1 };

	(void)argp_parse(&argp, argc, argv, 0, NULL, &roundup);
	return roundup_run(&roundup);
}
