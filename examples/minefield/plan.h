/* SPDX-License-Identifier: MIT */
/*
 * plan.h - every file before every parser, in the order they were named.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "trial.h"

struct plan {
	char **paths;
	size_t path_count;
	const struct parser *parsers[PARSERS];
	size_t parser_count;
};

/* Adds the file at path, or all that are below it. Returns 0 or an errno. */
int plan_add_path(struct plan *plan, const char *path);
void plan_add_parser(struct plan *plan, const struct parser *parser);
void plan_done(struct plan *plan);

size_t plan_count(const struct plan *plan); /* of trials */
struct trial plan_trial(const struct plan *plan, size_t index);

#endif
