/* SPDX-License-Identifier: MIT */
/*
 * tine.c - see and steer what programs that use the library run.
 *
 * Finds the verb, and leaves the rest of the command line to it.
 */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "near.h"
#include "standard.h"
#include "term.h"
#include "verb.h"

const char *argp_program_version = "tine " TINE_VERSION;

static int verb_help(int argc, char **argv);

/* In alphabetical order. */
static const struct verb verbs[] = {
	{ "crashes", "show which bugs there were, and where", verb_crashes },
	{ "doctor", "say what this machine allows, and what not", verb_doctor },
	{ "ends", "show what has ended, and how", verb_ends },
	{ "help", "say what the tool, or a verb of it, does", verb_help },
	{ "kill", "end tasks, supervisors and programs at once", verb_kill },
	{ "metrics", "print numbers for a monitor", verb_metrics },
	{ "ps", "show programs, supervisors and tasks, a row each", verb_ps },
	{ "run", "run a command for each input, a few at once", verb_run },
	{ "show", "show all there is to be known of one", verb_show },
	{ "stop", "ask tasks, supervisors and programs to end", verb_stop },
	{ "top", "watch what runs, and stop or kill it", verb_top },
	{ "tree", "show what is under what", verb_tree },
	{ "wait", "wait until something has ended, and say how", verb_wait },
};

#define VERB_COUNT (sizeof verbs / sizeof *verbs)

static const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < VERB_COUNT; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static const char *verb_nearest(const char *name)
{
	const char *names[VERB_COUNT + 1] = { NULL };

	for (size_t i = 0; i < VERB_COUNT; i++)
		names[i] = verbs[i].name;
	return near_find(name, names);
}

/* By that name argp's messages, and those of err(3), have the program. */
int verb_call(const char *name, int argc, char **argv)
{
	const struct verb *verb = verb_find(name);
	const char *nearest = verb_nearest(name);
	static char program[64];

	if (!verb && nearest)
		errx(VERB_USAGE, "there is no verb '%s'; did you mean '%s'?",
		     term_brief(name), nearest);
	if (!verb)
		errx(VERB_USAGE, "there is no verb '%s'; tine --help has all",
		     term_brief(name));
	(void)snprintf(program, sizeof program, "tine %s", verb->name);
	argv[0] = program_invocation_name = program_invocation_short_name =
		program;
	return verb->main(argc, argv);
}

/* ---- The command line --------------------------------------------------- */

static const char doc[] =
	"See and steer what programs that use the tine library run, and run "
	"commands as they run functions.\v";

/* The list of verbs, in the place of what stands behind the \v. */
static char *help_filter(int key, const char *text, void *input)
{
	char *list = NULL;
	size_t size;
	FILE *stream;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	stream = open_memstream(&list, &size);
	if (!stream)
		return NULL;
	(void)fputs("Verbs:\n", stream);
	for (size_t i = 0; i < VERB_COUNT; i++)
		(void)fprintf(stream, "  %-9s %s\n", verbs[i].name,
			      verbs[i].brief);
	(void)fputs("\nMore of one: tine help VERB, or man tine-VERB.", stream);
	(void)fclose(stream);
	return list;
}

#define HELP_ALL (ARGP_HELP_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC)

/* What follows the verb is the verb's. */
static error_t take(int key, char *value, struct argp_state *state)
{
	int *verb_at = state->input;

	(void)value;
	switch (key) {
	case ARGP_KEY_ARG:
		*verb_at = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_state_help(state, stderr, HELP_ALL | ARGP_HELP_EXIT_ERR);
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = take,
	.args_doc = "VERB [ARG...]",
	.doc = doc,
	.help_filter = help_filter,
};

/* tine help VERB is tine VERB --help. */
static int verb_help(int argc, char **argv)
{
	static char program[] = "tine", help[] = "--help";
	char *call[] = { program, help, NULL };

	if (argc > 1 && argv[1][0] != '-')
		return verb_call(argv[1], 2, call);
	(void)argp_parse(&argp, 2, call, 0, NULL, NULL);
	return VERB_DONE;
}

int main(int argc, char **argv)
{
	int verb_at = 0;

	argp_err_exit_status = VERB_USAGE;
	standard_fill();
	standard_watch_output();
	(void)setlocale(LC_CTYPE, "");
	(void)argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &verb_at);
	return verb_call(argv[verb_at], argc - verb_at, argv + verb_at);
}
