/* SPDX-License-Identifier: MIT */
/* kill.c - tine kill: tasks, supervisors and programs are ended at once. */
#include <argp.h>

#include "end/roundup.h"
#include "verb.h"

enum { OPTION_JSON = 256 };

static error_t take(int key, char *value, struct argp_state *state)
{
	struct roundup *roundup = state->input;

	(void)value;
	switch (key) {
	case OPTION_JSON: roundup->json = true; return 0;
	case ARGP_KEY_ARGS:
		roundup->ids = state->argv + state->next;
		roundup->count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS: argp_error(state, "whom?"); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int verb_kill(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ .name = "json", .key = OPTION_JSON, .doc = "print JSON" },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = take,
		.args_doc = "ID...",
		.doc = "End tasks, supervisors or programs at once.\v"
		       "An ID is one of tine ps, a pid, or a name that only "
		       "one has.",
	};
	struct roundup roundup = { .kind = "kill", .order.kill = true };

	(void)argp_parse(&argp, argc, argv, 0, NULL, &roundup);
	return roundup_run(&roundup);
}
