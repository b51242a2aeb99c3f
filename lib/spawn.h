/* SPDX-License-Identifier: MIT */
/* spawn.h - how a task comes into being, and how its memory goes. */
#ifndef TINE_SPAWN_H
#define TINE_SPAWN_H

#include "task.h"

/* Of a task, or stream: unique in the process, whatever context or thread asks;
 * with the pid in front of it, among all processes of the program. */
uint64_t spawn_id(pid_t owner);

/* Forks a child for the next attempt, which waits at its gate. */
int spawn_child(struct tine_task *task);

/* As tine_async(), of a task that works for another part of the library. */
int spawn_task(struct tine_ctx *ctx, tine_fn *fn, const void *arg, size_t size,
	       const struct tine_options *options, task_dress *dress,
	       struct tine_task **task);

/*
 * A process that ends its own children: it lives until it has done so, also
 * when the program is gone; tine_ctx_free() does not touch it, and its handle
 * is to be freed before that. SIGTERM asks it to, SIGUSR2 makes it.
 */
int spawn_keeper(struct tine_ctx *ctx, tine_fn *fn, const void *arg,
		 const struct tine_options *options, struct tine_task **task);

/* The memory of a task that is done. */
void spawn_free(struct tine_task *task);

#endif
