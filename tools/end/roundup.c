/* SPDX-License-Identifier: MIT */
/* roundup.c - all whom a command line names are ended, and each end is told. */
#include "end/roundup.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "defer.h"
#include "record.h"
#include "term.h"
#include "tine.h"
#include "verb.h"

#define ROUNDUP_SCHEMA 1

/* The targets that words mean; false: one of them means nothing, or several,
 * and that was said. */
static bool roundup_find(const struct whom *whom, struct target *targets)
{
	struct forest forest;
	struct scan scan;
	bool good = true;

	if (!scan_or_say(&scan, SCAN_SLOTS))
		return false;
	if (!forest_grow(&forest, &scan, false, 0)) {
		warn("cannot look for them");
		good = false;
	}
	for (size_t i = 0; good && i < whom->count; i++)
		good = target_find(&targets[i], &forest, whom->ids[i]);
	forest_done(&forest);
	scan_done(&scan);
	return good;
}

/* ---- Telling ------------------------------------------------------------ */

static const char *state_name(const struct dismissal *dismissal)
{
	switch (dismissal->state) {
	case DISMISSAL_REFUSED: return "refused";
	case DISMISSAL_UNDER_WAY: return "begun";
	case DISMISSAL_ENDED: return "ended";
	case DISMISSAL_REMAINS: return "remains";
	}
	return "unknown";
}

static json_t *dismissal_json(const struct dismissal *dismissal)
{
	const struct target *target = &dismissal->target;

	return json_pack(
		"{ss ss so si ss so sb sb so}", "id", target->id, "row",
		row_kind_name(target->kind), "name", record_text(target->name),
		"pid", (int)target->pid, "state", state_name(dismissal), "why",
		dismissal->why[0] ? record_text(dismissal->why) : json_null(),
		"by_supervisor", dismissal->asked, "killed", dismissal->killed,
		"end",
		epitaph_json(dismissal->has_end ? &dismissal->end : NULL));
}

static bool print_json(const struct roundup *roundup,
		       const struct dismissal *dismissals)
{
	json_t *record = record_new(ROUNDUP_SCHEMA), *list = json_array();

	for (size_t i = 0; i < roundup->whom.count; i++)
		(void)json_array_append_new(list,
					    dismissal_json(&dismissals[i]));
	(void)json_object_set_new(record, "kind", json_string(roundup->kind));
	(void)json_object_set_new(record, "targets", list);
	return record_print(record, stdout, RECORD_PRETTY);
}

/* "4711.3 fetch: shutdown: stopped from outside after 3.4 s" */
static bool print_line(const struct dismissal *dismissal)
{
	const struct target *target = &dismissal->target;
	AUTO_FREE char *name = term_safe(target->name, strlen(target->name));

	if (!name)
		return false;
	if (dismissal->has_end)
		return printf("%s %s: %s: %s\n", target->id, name,
			      tine_end_name(dismissal->end.end),
			      dismissal->end.message) > 0;
	return printf("%s %s: ended\n", target->id, name) > 0;
}

static bool print_text(const struct roundup *roundup,
		       const struct dismissal *dismissals)
{
	bool good = true;

	for (size_t i = 0; i < roundup->whom.count; i++)
		if (dismissals[i].state == DISMISSAL_ENDED)
			good &= print_line(&dismissals[i]);
		else
			warnx("%s: %s", dismissals[i].target.id,
			      dismissals[i].why);
	return good;
}

/* ---- Doing -------------------------------------------------------------- */

static bool all_ended(const struct roundup *roundup,
		      const struct dismissal *dismissals)
{
	for (size_t i = 0; i < roundup->whom.count; i++)
		if (dismissals[i].state != DISMISSAL_ENDED)
			return false;
	return true;
}

int roundup_run(const struct roundup *roundup)
{
	AUTO_FREE struct target *targets =
		calloc(roundup->whom.count, sizeof *targets);
	AUTO_FREE struct dismissal *dismissals =
		calloc(roundup->whom.count, sizeof *dismissals);
	bool good;
	int status;

	if (!targets || !dismissals)
		err(VERB_NOTHING, NULL);
	if (!roundup_find(&roundup->whom, targets))
		return VERB_NOTHING;
	for (size_t i = 0; i < roundup->whom.count; i++)
		dismissal_begin(&dismissals[i], &targets[i], &roundup->order);
	for (size_t i = 0; i < roundup->whom.count; i++)
		dismissal_finish(&dismissals[i]);
	good = roundup->whom.json ? print_json(roundup, dismissals)
				  : print_text(roundup, dismissals);
	status = verb_finish(good);
	return all_ended(roundup, dismissals) ? status : VERB_NOTHING;
}
