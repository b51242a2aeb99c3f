/* SPDX-License-Identifier: MIT */
/* whom.c - the IDs on a command line, and how they are answered for. */
#include "end/whom.h"

enum { OPTION_JSON = 512 };

static const struct argp_option options[] = {
	{ .name = "json", .key = OPTION_JSON, .doc = "print JSON" },
	{ 0 },
};

static error_t take(int key, char *value, struct argp_state *state)
{
	struct whom *whom = state->input;

	(void)value;
	switch (key) {
	case OPTION_JSON: whom->json = true; return 0;
	case ARGP_KEY_ARGS:
		whom->ids = state->argv + state->next;
		whom->count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS: argp_error(state, "whom?"); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

const struct argp whom_argp = { .options = options, .parser = take };
