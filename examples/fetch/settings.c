/* SPDX-License-Identifier: MIT */
/*
 * settings.c - what the user asks for on the command line.
 */
#include <argp.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common/option.h"
#include "../common/plain.h"
#include "settings.h"

static const char doc[] =
	"Fetch each URL of the lists, or of standard input, in a child "
	"process, "
	"a few at once, and print a line of JSON for each. A list has a URL a "
	"line; empty lines are skipped, and those that begin with '#'."
	"\v"
	"A line is {\"url\", \"index\", \"end\", \"status\", \"bytes\", "
	"\"attempts\", \"ms\"}, or has \"error\" for \"bytes\". The end is ok, "
	"or failed (the server answers 400 or more, or not at all), timeout, "
	"or "
	"crashed. Tried again is what may be better another time: a 404 is "
	"not.\n"
	"\n"
	"Ctrl-C stops it: what was fetched is told, and how much was not.\n"
	"\n"
	"The exit status is 0 when all are ok; 1 when one is not, or something "
	"could not be read or written; 2 when the command line is wrong; 130 "
	"when SIGINT or SIGTERM stopped it.";

enum { KEY_TIMEOUT = 256, KEY_RETRIES, KEY_UNORDERED, KEY_REUSE, KEY_PROGRESS };

static const struct argp_option options[] = {
	{ .name = "jobs",
	  .key = 'j',
	  .arg = "N",
	  .doc = "Fetch at most N at once (default: 8)" },
	{ .name = "timeout",
	  .key = KEY_TIMEOUT,
	  .arg = "MS",
	  .doc = "Give up on an attempt after MS milliseconds (default: 5000; "
		 "0: never)" },
	{ .name = "retries",
	  .key = KEY_RETRIES,
	  .arg = "N",
	  .doc = "Try again, up to N times, what did not end well "
		 "(default: 0)" },
	{ .name = "unordered",
	  .key = KEY_UNORDERED,
	  .doc = "Print lines as they come, not in the order of the lists" },
	{ .name = "reuse",
	  .key = KEY_REUSE,
	  .arg = "N",
	  .doc = "Let a child fetch N URLs one after the other, over the same "
		 "connections (default: 1)" },
	{ .name = "progress",
	  .key = KEY_PROGRESS,
	  .arg = "WHEN",
	  .doc = "Show on standard error how far it is: auto, which is when "
		 "that is a terminal (default), always, or never" },
	{ 0 },
};

static const char *const whens[] = {
	[PROGRESS_AUTO] = "auto",
	[PROGRESS_ALWAYS] = "always",
	[PROGRESS_NEVER] = "never",
	NULL,
};

/* What can be told now is not told in the middle of the work. */
static void settings_check_path(const char *path,
				const struct argp_state *state)
{
	struct stat found;

	if (strcmp(path, "-") == 0)
		return;
	if (access(path, R_OK) != 0 || stat(path, &found) != 0)
		argp_error(state, "cannot read '%s': %s", plain(path),
			   strerror(errno));
	if (S_ISDIR(found.st_mode))
		argp_error(state, "'%s' is a directory, not a list of URLs",
			   plain(path));
}

static void settings_set_paths(struct settings *settings,
			       const struct argp_state *state)
{
	settings->paths = state->argv + state->next;
	settings->path_count = (size_t)(state->argc - state->next);
	for (size_t i = 0; i < settings->path_count; i++)
		settings_check_path(settings->paths[i], state);
}

static error_t settings_take(int key, char *value, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case 'j':
		settings->jobs = option_number(state, "--jobs", value, 1, 1000);
		return 0;
	case KEY_TIMEOUT:
		settings->timeout_ms =
			option_number(state, "--timeout", value, 0, INT_MAX);
		return 0;
	case KEY_RETRIES:
		settings->retries =
			option_number(state, "--retries", value, 0, 1000);
		return 0;
	case KEY_UNORDERED: settings->unordered = true; return 0;
	case KEY_REUSE:
		settings->reuse =
			option_number(state, "--reuse", value, 1, INT_MAX);
		return 0;
	case KEY_PROGRESS:
		settings->progress = (enum progress_when)option_choice(
			state, "--progress", value, whens);
		return 0;
	case ARGP_KEY_ARGS: settings_set_paths(settings, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

void settings_read(struct settings *settings, int argc, char **argv)
{
	static char standard_input[] = "-";
	static char *no_lists[] = { standard_input };
	static const struct argp argp = {
		.options = options,
		.parser = settings_take,
		.args_doc = "[LIST...]",
		.doc = doc,
	};

	*settings = (struct settings){
		.paths = no_lists,
		.path_count = 1,
		.jobs = 8,
		.timeout_ms = 5000,
	};
	argp_err_exit_status = 2;
	(void)argp_parse(&argp, argc, argv, 0, NULL, settings);
}
