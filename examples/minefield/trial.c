/* SPDX-License-Identifier: MIT */
/*
 * trial.c - one file before one parser, in a child.
 *
 * Everything that may go wrong happens here: opening may block, reading may
 * never end, parsing may crash. None of it is guarded against; the notes say
 * how far we came. But who comes back has left nothing behind: another trial
 * may follow in the same process, and have the same memory to do with.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "slurp.h"
#include "trial.h"

static int trial_parse(struct tine_self *self, const struct trial *trial,
		       const char *text, size_t size)
{
	struct reason reason = { "no reason given" };

	tine_note(self, "parsing %s with %s", basename(trial->path),
		  trial->parser->name);
	errno = 0;
	if (trial->parser->accepts(text, size, &reason))
		return 0;

	/* Few parsers tell this "no" from the others, but malloc() does. */
	if (errno == ENOMEM)
		return tine_fail(self, TRIAL_STARVED, "out of memory");
	return tine_fail(self, TRIAL_REJECTED, "%s", reason.text);
}

static int trial_give_up(struct tine_self *self, int error)
{
	if (error == ENOMEM)
		return tine_fail(self, TRIAL_STARVED, "out of memory");
	return tine_fail(self, TRIAL_UNREADABLE, "cannot read it: %s",
			 strerror(error));
}

int trial_run(struct tine_self *self, const void *arg, size_t arg_size)
{
	const struct trial *trial = arg;
	char *text;
	size_t size;
	int code;

	(void)arg_size;
	tine_note(self, "reading %s", basename(trial->path));
	text = slurp(trial->path, &size);
	if (!text)
		return trial_give_up(self, errno);
	code = trial_parse(self, trial, text, size);
	free(text);
	return code;
}
