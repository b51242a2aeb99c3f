/* SPDX-License-Identifier: MIT */
/* traces.h - what a process that crashes leaves for its parent. */
#ifndef TINE_TRACES_H
#define TINE_TRACES_H

#include <signal.h>

#include "slate.h"

/* Of the signal, of the fault that it is about, if it was not sent, of the
 * context that its handler got; and of the stack, up to `bottom`. Safe in the
 * handler. */
void traces_leave(struct slate *slate, int number, const siginfo_t *fault,
		  const void *context, const void *bottom);

#endif
