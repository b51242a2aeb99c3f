/* SPDX-License-Identifier: MIT */
/* troupe.h - functions for children of a supervisor, for every kind of end. */
#ifndef TINE_TROUPE_H
#define TINE_TROUPE_H

#include <stdbool.h>
#include <stdint.h>

#include "tine.h"

enum role {
	ROLE_STAY,   /* until it is asked to stop */
	ROLE_IGNORE, /* that, too */
	ROLE_STRAYS, /* with processes that nobody finds by its group */
	ROLE_RETURN, /* after some time, and the others behind it, too */
	ROLE_FAIL,
	ROLE_CRASH,
	ROLES
};

struct part {
	enum role role;
	unsigned delay_us;
	uint64_t value; /* sent by who returns */
};

/* Runs a struct part. */
tine_fn troupe_play;

/* Whether a task with that part can have ended so, if nobody ended it. */
bool troupe_agrees(const struct part *part, const struct tine_result *result);

#endif
