/* SPDX-License-Identifier: MIT */
/* solo.h - an item in a fresh process of its own. */
#ifndef TINE_SOLO_H
#define TINE_SOLO_H

#include "job.h"

/* Gives the item to a task. 0, or what tine_async() said, and then the item is
 * as it was. */
int solo_start(struct job *job, struct item *item);

/* Kills them all, and drops their items. */
void solo_end_all(struct job *job);

#endif
