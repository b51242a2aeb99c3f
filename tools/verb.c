/* SPDX-License-Identifier: MIT */
/* verb.c - what verbs that show something do in the same way. */
#include "verb.h"

#include <err.h>
#include <stdio.h>

#include "choice.h"

int verb_finish(bool good)
{
	if (good && fflush(stdout) == 0)
		return VERB_DONE;
	warn("cannot be shown");
	return VERB_NOTHING;
}

int verb_show(const struct choice *choice,
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
