/* SPDX-License-Identifier: MIT */
/* herald.h - what a supervisor reports: upwards, and to the log. */
#ifndef TINE_HERALD_H
#define TINE_HERALD_H

#include "tine.h"

struct letter;
struct superd;
struct ward;

/* What has happened to a child. */
void herald_report(struct superd *superd, enum tine_event_kind kind,
		   const struct ward *ward, const struct tine_result *result);

/* A report of a supervisor below goes on upwards. */
void herald_forward(struct superd *superd, const struct letter *letter);

#endif
