/* SPDX-License-Identifier: MIT */
/* kill.c - tine kill: tasks, supervisors and programs are ended at once. */
#include "end/roundup.h"
#include "verb.h"

static error_t take(int key, char *value, struct argp_state *state)
{
	struct roundup *roundup = state->input;

	(void)value;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = &roundup->whom;
	return 0;
}

int verb_kill(int argc, char **argv)
{
	static const struct argp_child children[] = { { .argp = &whom_argp },
						      { 0 } };
	static const struct argp argp = {
		.parser = take,
		.args_doc = "ID...",
		.doc = "End tasks, supervisors or programs at once.\v" WHOM_DOC
		       ".",
		.children = children,
	};
	struct roundup roundup = { .kind = "kill", .order.kill = true };

	(void)argp_parse(&argp, argc, argv, 0, NULL, &roundup);
	return roundup_run(&roundup);
}
