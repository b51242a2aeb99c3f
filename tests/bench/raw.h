/* SPDX-License-Identifier: MIT */
/* raw.h - what the library does, by system calls alone: the least it takes. */
#ifndef RAW_H
#define RAW_H

#include "stage.h"

stage_op raw_result; /* a child sends the result */
stage_op raw_exit;   /* a child does nothing, one after the other */
stage_op raw_first;  /* the same, until its first line; then a rest */
stage_op raw_kill;   /* a child hangs, and is killed */
stage_op raw_crowd;  /* all children hang at once, and are killed */
stage_op raw_flight; /* children send the result, some of them at once */
stage_op raw_trips;  /* one child sends the result whenever it is asked */

#endif
