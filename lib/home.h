/* SPDX-License-Identifier: MIT */
/* home.h - whether this is still the process that it was, and not a fork. */
#ifndef TINE_HOME_H
#define TINE_HOME_H

#include <stdbool.h>
#include <sys/types.h>
#include <unistd.h>

struct home {
	pid_t pid;
	const volatile bool *mark; /* a fork finds it wiped; NULL: ask */
};

/* This process. Where it is asked millions of times a mark is worth its page;
 * where there can be none, asking still works. */
void home_init(struct home *home);
void home_mark(struct home *home);
void home_done(struct home *home);

static inline bool home_is_here(const struct home *home)
{
	return home->mark ? *home->mark : home->pid == getpid();
}

#endif
