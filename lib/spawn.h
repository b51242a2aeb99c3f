/* SPDX-License-Identifier: MIT */
/* spawn.h - how a task comes into being, and how its memory goes. */
#ifndef TINE_SPAWN_H
#define TINE_SPAWN_H

#include "task.h"

/* Forks a child for the next attempt, which waits at its gate. */
int spawn_child(struct tine_task *task);

/* The memory of a task that is done. */
void spawn_free(struct tine_task *task);

#endif
