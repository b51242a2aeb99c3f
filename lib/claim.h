/* SPDX-License-Identifier: MIT */
/* claim.h - the right to a task's result: once, and its owner's alone. */
#ifndef TINE_CLAIM_H
#define TINE_CLAIM_H

#include "task.h"

/* 0, TINE_EUSAGE for NULL, TINE_EOWNER in another process. */
int claim_check(const struct tine_task *task);

/* The result there is nothing behind: of no task, or of one that is gone. */
const struct tine_result *claim_none(int error);

/* Its end, if it has ended and nobody had it; else TINE_LOST or -PENDING. */
const struct tine_result *claim_take(struct tine_task *task);

/* Nobody will ask for it any more. */
void claim_give_up(struct tine_task *task, enum claim claim);

#endif
