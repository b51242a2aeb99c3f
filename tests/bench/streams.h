/* SPDX-License-Identifier: MIT */
/* streams.h - items through streams. A child, where work speaks of one, is an
 * item here. */
#ifndef STREAMS_H
#define STREAMS_H

#include "stage.h"

#define STREAMS_ITEMS_A_CRASH 10

stage_op streams_pool;  /* each sends the result; some children run them all */
stage_op streams_fresh; /* each sends the result from a process of its own */
stage_op streams_one;   /* as pool, one child, as few at a time as can be */
stage_op streams_flow;  /* as pool, and starting it does not count */
stage_op streams_crash; /* as pool, with ten times the items; one in ten ... */
stage_op streams_calm;  /* ... crashes, or none */

#endif
