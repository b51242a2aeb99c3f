/* SPDX-License-Identifier: MIT */
/* outcome.h - a task's result, made of what is known of its end. */
#ifndef TINE_OUTCOME_H
#define TINE_OUTCOME_H

#include "task.h"

/* How it would end if its process's end were all that is still to come. */
enum tine_end outcome_end(const struct tine_task *task, int *code);

/* Fills task->result. */
void outcome_write(struct tine_task *task);

/* A result without an end of its own: TINE_PENDING or TINE_LOST. */
const struct tine_result *outcome_pending(struct tine_task *task);
const struct tine_result *outcome_lost(struct tine_task *task, const char *why);

#endif
