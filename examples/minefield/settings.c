/* SPDX-License-Identifier: MIT */
/*
 * settings.c - what the user asks for on the command line.
 */
#include <argp.h>
#include <limits.h>
#include <string.h>

#include "../common/option.h"
#include "../common/plain.h"
#include "settings.h"

static const char doc[] =
	"Parse every file, and every file below each directory, with several "
	"JSON parsers, each parse in a child process, and say what became "
	"of it."
	"\v"
	"The parsers are jansson, json-c, cJSON and naive. A file is accepted "
	"or rejected, or its parse crashed, took too long (timeout), or used "
	"too much memory (limit); error is a file that could not be read.\n"
	"\n"
	"The exit status is 0 when all was tried, whatever the verdicts; 1 "
	"when that was not possible; 2 when the command line is wrong.";

enum { KEY_TIMEOUT = 256, KEY_MEMORY, KEY_REUSE, KEY_PARSER, KEY_JSON };

static const struct argp_option options[] = {
	{ .name = "jobs",
	  .key = 'j',
	  .arg = "N",
	  .doc = "Parse at most N at once (default: as many as processors)" },
	{ .name = "timeout",
	  .key = KEY_TIMEOUT,
	  .arg = "MS",
	  .doc = "Give up on a parse after MS milliseconds (default: 5000; "
		 "0: never)" },
	{ .name = "memory",
	  .key = KEY_MEMORY,
	  .arg = "MB",
	  .doc = "Let a parse use MB megabytes (default: 0, no limit)" },
	{ .name = "reuse",
	  .key = KEY_REUSE,
	  .arg = "N",
	  .doc = "Let a child make N parses one after the other: faster, and "
		 "a crash still costs one parse, but what a parser leaves "
		 "behind meets the next one (default: 1)" },
	{ .name = "parser",
	  .key = KEY_PARSER,
	  .arg = "NAME",
	  .doc = "Use only this parser, and others named so (default: all)" },
	{ .name = "json",
	  .key = KEY_JSON,
	  .doc = "Print JSON lines: an object for each parse (file, parser, "
		 "verdict, message), then one with the totals" },
	{ 0 },
};

static void settings_add_parser(struct settings *settings, const char *name,
				const struct argp_state *state)
{
	const struct parser *parser = parser_find(name);

	if (!parser)
		argp_error(state, "there is no parser '%s': --help names them",
			   plain(name));
	plan_add_parser(&settings->plan, parser);
}

static void settings_add_path(struct settings *settings, const char *path,
			      const struct argp_state *state)
{
	int error = plan_add_path(&settings->plan, path);

	if (error != 0)
		argp_error(state, "cannot read '%s': %s", plain(path),
			   strerror(error));
}

static void settings_name_parsers(struct settings *settings)
{
	if (settings->plan.parser_count == 0)
		for (size_t i = 0; i < PARSERS; i++)
			plan_add_parser(&settings->plan, &parsers[i]);
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
	case KEY_MEMORY:
		settings->memory_mb =
			option_number(state, "--memory", value, 0, INT_MAX);
		return 0;
	case KEY_REUSE:
		settings->reuse =
			option_number(state, "--reuse", value, 1, INT_MAX);
		return 0;
	case KEY_PARSER: settings_add_parser(settings, value, state); return 0;
	case KEY_JSON: settings->json = true; return 0;
	case ARGP_KEY_ARG: settings_add_path(settings, value, state); return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "name the files or directories to parse");
		return EINVAL;
	case ARGP_KEY_END: settings_name_parsers(settings); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

void settings_read(struct settings *settings, int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = settings_take,
		.args_doc = "PATH...",
		.doc = doc,
	};

	*settings = (struct settings){ .timeout_ms = 5000 };
	argp_err_exit_status = 2;
	(void)argp_parse(&argp, argc, argv, 0, NULL, settings);
}

void settings_done(struct settings *settings)
{
	plan_done(&settings->plan);
}
