/* SPDX-License-Identifier: MIT */
/* supers.h - children of a supervisor. */
#ifndef SUPERS_H
#define SUPERS_H

#include "stage.h"

stage_op supers_first;   /* a task, until its first line; then a rest */
stage_op supers_restart; /* a child is killed, until its next life begins */
stage_op supers_crash;   /* the same; it crashes */

#endif
