/* SPDX-License-Identifier: MIT */
/* launch.c - a supervisor, from the side of who starts it. */
#include "launch.h"

#include <sys/socket.h>
#include <unistd.h>

#include "ask.h"
#include "clock.h"
#include "defer.h"
#include "fd.h"
#include "guardian.h"
#include "spawn.h"

/* Its pid, or why it could not begin. */
static int64_t launch_hear(struct post *post, struct list_node *early)
{
	struct letter *letter;
	int64_t value;
	int got;

	while ((got = post_receive(post, &letter)) >= 0) {
		if (got == 0) {
			(void)post_wait(post, CLOCK_NEVER);
			continue;
		}
		value = letter->value;
		if (letter->kind == SAY_READY) {
			letter_free(letter);
			return value;
		}
		list_append(early, &letter->node);
	}
	return got;
}

static void launch_drop(struct list_node *early)
{
	struct list_node *node;

	while ((node = list_shift(early)))
		letter_free(LIST_ENTRY(node, struct letter, node));
}

int launch_start(struct tine_ctx *ctx, struct launch *launch, launch_main *fn,
		 const struct tine_options *options, struct tine_task **task,
		 struct post *post, pid_t *pid, struct list_node *early)
{
	struct guardian_order order = { .main = fn, .data = launch };
	struct tine_options with = *options;
	int pair[2] = { -1, -1 };
	int error = fd_socketpair(SOCK_SEQPACKET, pair);
	AUTO_CLOSE int ours = pair[0];
	AUTO_CLOSE int theirs = pair[1];
	int64_t value;

	if (error < 0)
		return error;
	launch->socket = order.socket = theirs;
	with.keep_fds = &order.socket;
	with.keep_count = 1;
	error = spawn_keeper(ctx, guardian_run, &order, &with, task);
	if (error < 0)
		return error;
	defer_close(&theirs);
	theirs = -1;
	post_open(post, steal_fd(&ours));
	value = launch_hear(post, early);
	if (value > 0) {
		*pid = (pid_t)value;
		return 0;
	}
	launch_drop(early);
	post_close(post);
	tine_free(*task);
	*task = NULL;
	return value < 0 && value != TINE_EGONE ? (int)value : TINE_ESYS;
}
