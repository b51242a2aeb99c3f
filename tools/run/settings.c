/* SPDX-License-Identifier: MIT */
/*
 * settings.c - what the user asks for on the command line of `tine run`.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "run/settings.h"
#include "term.h"
#include "units.h"

#define MOST_JOBS 10000
#define LEAST_MEMORY 262144 /* less than that libc needs, and crashes */
#define DEFAULT_GRACE_MS 5000
#define DEFAULT_BACKOFF_MS 100

static const char doc[] =
	"Run a command for each input, a few at once: words behind :::, or "
	"else lines of standard input. Each {} in the command is replaced by "
	"the input; without one the input is its last word. No shell sees any "
	"of it.\v"
	"D is a duration: 500ms, 10s (the same as 10), 2m, 1h. S is a size: "
	"64M, 1G. WHEN is never, or soon or now and, behind a comma, fail=N, "
	"fail=N%, success=N or success=N%.\n"
	"\n"
	"The exit status is 0 when all commands succeeded; how many failed, "
	"from 1 to 100; 101 when more did; 126 or 127 when the command cannot "
	"be executed or found; 255 when something else went wrong.";

enum {
	KEY_TIMEOUT = 256,
	KEY_GRACE,
	KEY_RETRIES,
	KEY_BACKOFF,
	KEY_MEMORY,
	KEY_CPU,
	KEY_JOBLOG,
	KEY_RESUME,
	KEY_RESUME_FAILED,
	KEY_JSON,
	KEY_HALT
};

static const struct argp_option options[] = {
	{ .name = "jobs",
	  .key = 'j',
	  .arg = "N",
	  .doc = "Run N at once (default: one for each processor)" },
	{ .name = "null",
	  .key = '0',
	  .doc = "Inputs on standard input end with a NUL, not a newline" },
	{ .name = "keep-order",
	  .key = 'k',
	  .doc = "Print outputs in the order of the inputs" },
	{ .name = "quiet", .key = 'q', .doc = "No progress, and no totals" },
	{ .name = "timeout",
	  .key = KEY_TIMEOUT,
	  .arg = "D",
	  .doc = "Stop a command that runs longer" },
	{ .name = "grace",
	  .key = KEY_GRACE,
	  .arg = "D",
	  .doc = "Kill what does not stop within D (default: 5s)" },
	{ .name = "retries",
	  .key = KEY_RETRIES,
	  .arg = "N",
	  .doc = "Run what failed again, up to N times" },
	{ .name = "backoff",
	  .key = KEY_BACKOFF,
	  .arg = "D",
	  .doc = "Wait D before the first retry, twice that before the next, "
		 "less a part by chance (default: 100ms)" },
	{ .name = "memory",
	  .key = KEY_MEMORY,
	  .arg = "S",
	  .doc = "Private memory that each process may have" },
	{ .name = "cpu",
	  .key = KEY_CPU,
	  .arg = "D",
	  .doc = "Processor time that each process may use, in whole seconds" },
	{ .name = "halt",
	  .key = KEY_HALT,
	  .arg = "WHEN",
	  .doc = "Begin no more, or stop those that run as well, as soon as "
		 "so many failed or succeeded (default: never)" },
	{ .name = "joblog",
	  .key = KEY_JOBLOG,
	  .arg = "FILE",
	  .doc = "Write a line for each command, as GNU parallel does" },
	{ .name = "resume",
	  .key = KEY_RESUME,
	  .doc = "Leave out what the joblog has" },
	{ .name = "resume-failed",
	  .key = KEY_RESUME_FAILED,
	  .doc = "Leave out what the joblog has, but for what failed" },
	{ .name = "json",
	  .key = KEY_JSON,
	  .arg = "FILE",
	  .flags = OPTION_ARG_OPTIONAL,
	  .doc = "Print a line of JSON for each command, with its output, "
		 "instead of that; with FILE, beside it" },
	{ 0 },
};

/* ---- Values ------------------------------------------------------------- */

static unsigned take_number(const struct argp_state *state, const char *name,
			    const char *text, unsigned long low,
			    unsigned long high)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 ||
	    number < low || number > high)
		argp_error(state, "%s takes a number from %lu to %lu, not '%s'",
			   name, low, high, term_brief(text));
	return (unsigned)number;
}

static int64_t take_us(const struct argp_state *state, const char *name,
		       const char *text)
{
	int64_t us = 0;

	if (!units_parse_duration(text, &us))
		argp_error(state,
			   "%s takes a duration, as 500ms, 10s or 2m, "
			   "not '%s'",
			   name, term_brief(text));
	return us;
}

/* Rounded up; 0 is for who sets no limit. */
static int64_t take_ms(const struct argp_state *state, const char *name,
		       const char *text)
{
	return (take_us(state, name, text) + 999) / 1000;
}

static int64_t take_positive_ms(const struct argp_state *state,
				const char *name, const char *text)
{
	int64_t ms = take_ms(state, name, text);

	if (ms == 0)
		argp_error(state, "%s takes more than 0", name);
	return ms;
}

static uint64_t take_bytes(const struct argp_state *state, const char *name,
			   const char *text)
{
	uint64_t bytes = 0;

	if (!units_parse_bytes(text, &bytes) || bytes == 0)
		argp_error(state, "%s takes a size, as 64M or 1G, not '%s'",
			   name, term_brief(text));
	if (bytes < LEAST_MEMORY)
		argp_error(state,
			   "%s takes 256K or more: in '%s', which is %llu "
			   "bytes, no program can start",
			   name, term_brief(text), (unsigned long long)bytes);
	return bytes;
}

static const char *take_file(const struct argp_state *state, const char *name,
			     const char *path)
{
	if (*path == '\0')
		argp_error(state, "%s takes the name of a file", name);
	return path;
}

static struct halt take_halt(const struct argp_state *state, const char *text)
{
	struct halt halt;

	if (!halt_parse(&halt, text))
		argp_error(state,
			   "--halt takes never, or soon or now with fail=N or "
			   "success=N, as in now,fail=1, not '%s'",
			   term_brief(text));
	return halt;
}

/* ---- The command and its inputs ----------------------------------------- */

#define SEPARATOR ":::"

static char **find_separator(char **from, char **to)
{
	while (from < to && strcmp(*from, SEPARATOR) != 0)
		from++;
	return from;
}

/* All that is left: the first word that is no option begins the command. */
static void take_words(struct settings *settings, struct argp_state *state)
{
	char **first = state->argv + state->next - 1;
	char **end = state->argv + state->argc;
	char **separator = find_separator(first, end);

	state->next = state->argc;
	settings->words = first;
	settings->word_count = (size_t)(separator - first);
	if (settings->word_count == 0)
		argp_error(state, "there is no command before " SEPARATOR);
	if (separator == end)
		return;
	settings->inputs = separator + 1;
	settings->input_count = (size_t)(end - settings->inputs);
	if (find_separator(settings->inputs, end) != end)
		argp_error(state, "there is more than one " SEPARATOR);
}

static void check(const struct settings *settings,
		  const struct argp_state *state)
{
	if (!settings->words)
		argp_error(state, "there is no command");
	if (settings->resume != JOBLOG_AFRESH && !settings->joblog)
		argp_error(state, "to resume takes a --joblog");
	if (settings->end == '\0' && settings->inputs)
		argp_error(state, "-0 is for inputs on standard input");
}

static error_t take(int key, char *value, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case 'j':
		settings->jobs =
			take_number(state, "--jobs", value, 1, MOST_JOBS);
		return 0;
	case '0': settings->end = '\0'; return 0;
	case 'k': settings->keep_order = true; return 0;
	case 'q': settings->quiet = true; return 0;
	case KEY_TIMEOUT:
		settings->timeout_ms =
			take_positive_ms(state, "--timeout", value);
		return 0;
	case KEY_GRACE:
		settings->grace_ms = take_ms(state, "--grace", value);
		return 0;
	case KEY_RETRIES:
		settings->retries =
			take_number(state, "--retries", value, 0, 1000000);
		return 0;
	case KEY_BACKOFF:
		settings->backoff_ms =
			take_positive_ms(state, "--backoff", value);
		return 0;
	case KEY_MEMORY:
		settings->memory = take_bytes(state, "--memory", value);
		return 0;
	case KEY_CPU:
		settings->cpu_s =
			(uint64_t)(take_positive_ms(state, "--cpu", value) +
				   999) /
			1000;
		return 0;
	case KEY_HALT: settings->halt = take_halt(state, value); return 0;
	case KEY_JOBLOG:
		settings->joblog = take_file(state, "--joblog", value);
		return 0;
	case KEY_RESUME: settings->resume = JOBLOG_RESUME; return 0;
	case KEY_RESUME_FAILED:
		settings->resume = JOBLOG_RESUME_FAILED;
		return 0;
	case KEY_JSON:
		settings->json = value ? TELL_JSON_FILE : TELL_JSON;
		if (value)
			settings->json_file = take_file(state, "--json", value);
		return 0;
	case ARGP_KEY_ARG: take_words(settings, state); return 0;
	case ARGP_KEY_END: check(settings, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

void settings_read(struct settings *settings, int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = take,
		.args_doc = "COMMAND [ARG...] ::: INPUT...\n"
			    "COMMAND [ARG...]",
		.doc = doc,
	};

	*settings = (struct settings){
		.timeout_ms = TINE_FOREVER,
		.grace_ms = DEFAULT_GRACE_MS,
		.backoff_ms = DEFAULT_BACKOFF_MS,
		.end = '\n',
	};
	argp_err_exit_status = SETTINGS_WRONG;
	(void)argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, settings);
}
