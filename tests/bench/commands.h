/* SPDX-License-Identifier: MIT */
/* commands.h - programs that are started for each of many inputs. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "stage.h"

/* The children of the work, by the tool; each does nothing. */
stage_op commands_run;

#endif
