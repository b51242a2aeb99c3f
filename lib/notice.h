/* SPDX-License-Identifier: MIT */
/*
 * notice.h - what is to be seen of tasks on the board of their context.
 *
 * Each of these does nothing where there is no board.
 */
#ifndef TINE_NOTICE_H
#define TINE_NOTICE_H

#include "slot.h"
#include "task.h"

/* The task as it is now: as task.c knows it, and as its dress has it. */
void notice_task(struct tine_task *task);

/* It has ended for good. */
void notice_end(struct tine_task *task);

/* How anything ended: what the caller knows of it stands in `end` already. */
void notice_result(struct tine_ctx *ctx, struct board_end *end,
		   const struct tine_result *result);

/* Something is to be started again, since it has ended. */
void notice_restart(struct tine_ctx *ctx);

/* A board of this context, made if there is none. NULL: there is none. */
struct board *notice_board(struct tine_ctx *ctx);

/* Copies a name, which need not end. */
void notice_name(char to[BOARD_NAME], const char *name);

#endif
