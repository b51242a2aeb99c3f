/* SPDX-License-Identifier: MIT */
/* ours.h - the same as in raw.h, by the library. */
#ifndef OURS_H
#define OURS_H

#include "stage.h"

stage_op ours_result;
stage_op ours_exit;
stage_op ours_kill;
stage_op ours_crowd;
stage_op ours_flight;

#endif
