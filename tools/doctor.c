/* SPDX-License-Identifier: MIT */
/*
 * doctor.c - tine doctor: what this machine allows, and what the library does
 * where it does not.
 */
#include <argp.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "defer.h"
#include "doctor/check.h"
#include "doctor/findings.h"
#include "doctor/trial.h"
#include "near.h"
#include "term.h"
#include "verb.h"

/* In the order in which they are told. */
static const struct check *const lists[] = {
	checks_build,  checks_use,     checks_kernel, checks_memory,
	checks_limits, checks_confine, checks_place,
};

#define LISTS (sizeof lists / sizeof *lists)
#define CHECKS_MOST 64

struct doctor {
	const struct check *chosen[CHECKS_MOST];
	size_t count;
	bool json;
	struct finding findings[CHECKS_MOST];
};

/* ---- Looking ------------------------------------------------------------ */

static int try_probe(struct tine_self *self, const void *arg, size_t size)
{
	int (*const *probe)(void) = arg;
	int number = (*probe)();

	(void)size;
	return tine_send(self, &number, sizeof number) == 0 ? 0 : 1;
}

/* Where no task can be had nothing is known, but for what that needs. */
static void judge_probe(const struct check *check, struct finding *finding)
{
	int number = 0;
	struct trial trial = check->needed ? (struct trial){ .done = true }
					   : trial_run(try_probe, &check->probe,
						       sizeof check->probe,
						       &number, sizeof number);

	if (check->needed)
		number = check->probe();

	if (trial.done && number == 0) {
		finding_say(finding, "works");
		return;
	}
	if (!trial.done) {
		finding_say(finding, "not known: %.200s", trial.why);
		finding_note(finding, "It cannot be tried in a task.");
		finding_remedy(finding, "See task.");
		return;
	}
	finding_say(finding, "%s", strerror(number));
	if (check->needed)
		finding_bad(finding, "%s", check->instead);
	else
		finding_note(finding, "%s", check->instead);
	finding_remedy(finding, "%s", check->remedy);
}

static void look(struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->count; i++) {
		const struct check *check = doctor->chosen[i];
		struct finding *finding = &doctor->findings[i];

		finding->name = check->name;
		if (check->look)
			check->look(finding);
		else
			judge_probe(check, finding);
	}
}

/* ---- The command line --------------------------------------------------- */

static void choose(struct doctor *doctor, const struct check *check)
{
	if (doctor->count < CHECKS_MOST)
		doctor->chosen[doctor->count++] = check;
}

static void choose_all(struct doctor *doctor)
{
	for (size_t i = 0; i < LISTS; i++)
		for (const struct check *check = lists[i]; check->name; check++)
			choose(doctor, check);
}

static const char *nearest(const char *name)
{
	const char *names[CHECKS_MOST + 1] = { NULL };
	size_t count = 0;

	for (size_t i = 0; i < LISTS; i++)
		for (const struct check *check = lists[i]; check->name; check++)
			if (count < CHECKS_MOST)
				names[count++] = check->name;
	return near_find(name, names);
}

static bool choose_by_name(struct doctor *doctor, const char *name)
{
	for (size_t i = 0; i < LISTS; i++)
		for (const struct check *check = lists[i]; check->name; check++)
			if (strcmp(check->name, name) == 0) {
				choose(doctor, check);
				return true;
			}
	return false;
}

enum { OPTION_JSON = 256 };

static error_t take(int key, char *value, struct argp_state *state)
{
	struct doctor *doctor = state->input;
	const char *near;

	switch (key) {
	case OPTION_JSON: doctor->json = true; return 0;
	case ARGP_KEY_ARG:
		if (choose_by_name(doctor, value))
			return 0;
		near = nearest(value);
		argp_error(state, "there is no check '%s'%s%s%s",
			   term_brief(value), near ? "; did you mean '" : "",
			   near ? near : "", near ? "'?" : "");
		return 0;
	case ARGP_KEY_NO_ARGS: choose_all(doctor); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int verb_doctor(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ .name = "json", .key = OPTION_JSON, .doc = "print JSON" },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = take,
		.args_doc = "[CHECK...]",
		.doc = "Say what this machine allows, and what the library "
		       "does where it does not.\v"
		       "Without a CHECK all of them are made. The exit status "
		       "is 1 if the library does not work here.",
	};
	AUTO_FREE struct doctor *doctor = calloc(1, sizeof *doctor);
	bool told, well;
	int status;

	if (!doctor)
		err(VERB_NOTHING, NULL);
	(void)argp_parse(&argp, argc, argv, 0, NULL, doctor);
	look(doctor);
	told = doctor->json
		       ? findings_print_json(doctor->findings, doctor->count)
		       : findings_print_text(doctor->findings, doctor->count);
	well = findings_are_well(doctor->findings, doctor->count);
	for (size_t i = 0; i < doctor->count; i++)
		finding_done(&doctor->findings[i]);
	status = verb_finish(told);
	return well ? status : VERB_NOTHING;
}
