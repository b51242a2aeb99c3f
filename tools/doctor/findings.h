/* SPDX-License-Identifier: MIT */
/* findings.h - what was found, for people and for programs. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "doctor/finding.h"

/* Nothing is bad. */
bool findings_are_well(const struct finding *findings, size_t count);

/* To stdout: a table, and what each of those that are not ok means; or JSON.
 * False: it cannot be written, or there is no memory; see errno. */
bool findings_print_text(const struct finding *findings, size_t count);
bool findings_print_json(const struct finding *findings, size_t count);

#endif
