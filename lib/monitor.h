/* SPDX-License-Identifier: MIT */
/* monitor.h - who hears of a task's end, and who falls with it. */
#ifndef TINE_MONITOR_H
#define TINE_MONITOR_H

#include "task.h"

/* Tells everybody of its end, once. It may be freed when this returns. */
void monitor_tell(struct tine_task *task);

/* Its end touches nobody any more, the owner included. */
void monitor_unlink(struct tine_task *task);

/* It is about to be freed: its monitors will never hear of it. */
void monitor_forget(struct tine_task *task);

/* What the bad end of something bound to the owner of a context, a task or an
 * item, does to that owner; where it traps, nothing. */
void monitor_fall(struct tine_ctx *ctx, const char *name,
		  const struct tine_result *fallen);

#endif
