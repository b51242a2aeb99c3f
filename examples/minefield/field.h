/* SPDX-License-Identifier: MIT */
/*
 * field.h - the way across the minefield.
 */
#ifndef FIELD_H
#define FIELD_H

#include "report.h"
#include "settings.h"

/* Makes every trial of the plan and reports it. Returns 0 or a tine_error. */
int field_cross(const struct settings *settings, struct report *report);

#endif
