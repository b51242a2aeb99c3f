/* SPDX-License-Identifier: MIT */
/*
 * settings.c - what the user asks for on the command line.
 */
#include <argp.h>
#include <limits.h>

#include "../common/option.h"
#include "settings.h"

static const char doc[] =
	"Fetch all URLs at once and print one JSON array of what came of each."
	"\v"
	"An item is {\"url\", \"ok\"} with the body, parsed if it is JSON and "
	"a string if not; or {\"url\", \"error\": {\"kind\", \"message\"}}, "
	"where kind is timeout, crashed or failed. If --fallback has a value "
	"for a URL that timed out, the item has it as \"fallback\".\n"
	"\n"
	"With --refresh there is an answer, in a line, for each line of "
	"standard input. In the background all URLs are fetched again and "
	"again, by a process that is started again whatever becomes of it, and "
	"the last good value of a URL is its fallback.\n"
	"\n"
	"The exit status is 0 when every URL has its item, good or bad; 1 when "
	"that was not possible; 2 when the command line is wrong.";

static const struct argp_option options[] = {
	{ .name = "timeout",
	  .key = 't',
	  .arg = "MS",
	  .doc = "Give up on a URL after MS milliseconds (default: 5000)" },
	{ .name = "fallback",
	  .key = 'f',
	  .arg = "FILE",
	  .doc = "Read stand-ins from FILE, a JSON object: {URL: value}" },
	{ .name = "refresh",
	  .key = 'r',
	  .arg = "SECONDS",
	  .doc = "Answer each line of standard input, and have a cache for "
		 "fallbacks, refreshed every SECONDS" },
	{ 0 },
};

static void settings_load_fallback(struct settings *settings, const char *path,
				   const struct argp_state *state)
{
	json_error_t error;

	json_decref(settings->fallback);
	settings->fallback = json_load_file(path, 0, &error);
	if (!settings->fallback)
		argp_error(state, "cannot use '%s' as fallback: %s", path,
			   error.text);
	if (!json_is_object(settings->fallback))
		argp_error(state,
			   "the fallback file '%s' has to be an object "
			   "of URLs and values",
			   path);
}

static error_t settings_take(int key, char *value, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case 't':
		settings->timeout_ms =
			option_number(state, "--timeout", value, 1, INT_MAX);
		return 0;
	case 'r':
		settings->refresh_s =
			option_number(state, "--refresh", value, 1, 86400);
		return 0;
	case 'f': settings_load_fallback(settings, value, state); return 0;
	case ARGP_KEY_ARGS:
		settings->urls = state->argv + state->next;
		settings->url_count = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "name the URLs to fetch");
		return EINVAL;
	default: return ARGP_ERR_UNKNOWN;
	}
}

void settings_read(struct settings *settings, int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = settings_take,
		.args_doc = "URL...",
		.doc = doc,
	};

	*settings = (struct settings){ .timeout_ms = 5000 };
	argp_err_exit_status = 2;
	(void)argp_parse(&argp, argc, argv, 0, NULL, settings);
}

void settings_done(struct settings *settings)
{
	json_decref(settings->fallback);
}
