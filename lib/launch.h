/* SPDX-License-Identifier: MIT */
/* launch.h - a supervisor, from the side of who starts it. */
#ifndef TINE_LAUNCH_H
#define TINE_LAUNCH_H

#include "address.h"
#include "ctx.h"
#include "post.h"
#include "report.h"
#include "spec.h"
#include "tine.h"

/* What the supervisor finds in its memory. */
struct launch {
	const struct plan *plan;
	char path[REPORT_PATH]; /* its name, behind those above it */
	struct program program;
	pid_t starter;
	int socket; /* its end of the post to its starter */
	bool reports;
};

typedef void launch_main(struct tine_self *self, const void *launch);

/*
 * Forks it, as a keeper (spawn.h), and waits until its children run: then *pid
 * is its process, and *task that of its guardian. What it reported before is in
 * `early`, a list of letters. 0, or an enum tine_error and nothing is left.
 */
int launch_start(struct tine_ctx *ctx, struct launch *launch, launch_main *fn,
		 const struct tine_options *options, struct tine_task **task,
		 struct post *post, pid_t *pid, struct list_node *early);

#endif
