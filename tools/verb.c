/* SPDX-License-Identifier: MIT */
/* verb.c - what verbs that show something do in the same way. */
#include "verb.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "choice.h"
#include "standard.h"
#include "term.h"

int verb_finish(bool good)
{
	if (good && fflush(stdout) == 0)
		return VERB_DONE;
	warn("cannot be shown");
	standard_output_is_told();
	return VERB_NOTHING;
}

size_t verb_count(const struct argp_state *state, const char *value)
{
	char *end;
	long count = strtol(value, &end, 10);

	if (count >= 1 && *end == '\0')
		return (size_t)count;
	argp_error(state, "'%s' is no number from 1", term_brief(value));
	return 0;
}

int verb_live(const struct choice *choice,
	      bool (*show)(const struct choice *choice, struct forest *forest))
{
	struct forest forest;
	struct scan scan;
	bool good;

	if (!scan_or_say(&scan, SCAN_SLOTS))
		return VERB_NOTHING;
	good = forest_grow(&forest, &scan, choice->all, choice_parts(choice)) &&
	       show(choice, &forest);
	forest_done(&forest);
	scan_done(&scan);
	return verb_finish(good);
}
