/* SPDX-License-Identifier: MIT */
/* traces.h - what a process that crashes leaves for its parent. */
#ifndef TINE_TRACES_H
#define TINE_TRACES_H

#include "slate.h"

/* Of the signal, of the address that it is about, of the context that its
 * handler got; and of the stack, up to `bottom`. Safe in the handler. */
void traces_leave(struct slate *slate, int number, const void *address,
		  const void *context, const void *bottom);

#endif
