/* SPDX-License-Identifier: MIT */
/* children.h - functions for tasks to run, one for each way to end. */
#ifndef TINE_CHILDREN_H
#define TINE_CHILDREN_H

#include "tine.h"

/* On a function whose bug is wanted, and not to be found by a sanitizer. */
#define BUGGY __attribute__((no_sanitize("undefined")))

tine_fn child_nothing;   /* returns 0 */
tine_fn child_echo;      /* sends its argument back */
tine_fn child_return;    /* returns the int */
tine_fn child_exit;      /* exit(the int) */
tine_fn child_raise;     /* raises the signal of that number */
tine_fn child_hang;      /* notes "hanging", and hangs */
tine_fn child_stubborn;  /* ignores SIGTERM, notes "stubborn", hangs */
tine_fn child_polite;    /* notes "polite"; when asked to stop sends "bye" */
tine_fn child_send_hang; /* sends its argument, notes "sent", hangs */
tine_fn child_wait_fd;   /* reads the fd to its end, then sends "late" */
tine_fn child_null;      /* notes "page 7", writes to address 0 */
tine_fn child_big;       /* sends the size_t in bytes, byte i being i % 251 */

#endif
