/* SPDX-License-Identifier: MIT */
/*
 * plan.c - every file before every parser, in the order they were named.
 *
 * Only names are gathered here. Nothing is opened but directories: what a file
 * does to who reads it is found out in trial.c.
 */
#include <err.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "../common/plain.h"
#include "plan.h"

static int plan_push(struct plan *plan, const char *path)
{
	size_t count = plan->path_count;

	if ((count & (count - 1)) == 0) { /* full: a power of two, or 0 */
		size_t room = count > 0 ? 2 * count : 1;
		char **paths = reallocarray(plan->paths, room, sizeof *paths);

		if (!paths)
			return ENOMEM;
		plan->paths = paths;
	}
	plan->paths[count] = strdup(path);
	if (!plan->paths[count])
		return ENOMEM;
	plan->path_count++;
	return 0;
}

static int plan_add_entry(struct plan *plan, const FTSENT *entry)
{
	switch (entry->fts_info) {
	case FTS_D:
	case FTS_DP:
	case FTS_DC: return 0;
	case FTS_DNR:
	case FTS_NS:
	case FTS_ERR:
		if (entry->fts_level == FTS_ROOTLEVEL)
			return entry->fts_errno;
		warnx("left out '%s': %s", plain(entry->fts_path),
		      strerror(entry->fts_errno));
		return 0;
	default: return plan_push(plan, entry->fts_path);
	}
}

static int plan_by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int plan_walk(struct plan *plan, FTS *tree)
{
	for (;;) {
		FTSENT *entry;
		int error;

		errno = 0;
		entry = fts_read(tree);
		if (!entry)
			return errno;
		error = plan_add_entry(plan, entry);
		if (error != 0)
			return error;
	}
}

int plan_add_path(struct plan *plan, const char *path)
{
	char *const roots[] = { (char *)path, NULL };
	FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, plan_by_name);
	int error;

	if (!tree)
		return errno;
	error = plan_walk(plan, tree);
	(void)fts_close(tree);
	return error;
}

void plan_add_parser(struct plan *plan, const struct parser *parser)
{
	for (size_t i = 0; i < plan->parser_count; i++)
		if (plan->parsers[i] == parser)
			return;
	plan->parsers[plan->parser_count++] = parser;
}

void plan_done(struct plan *plan)
{
	for (size_t i = 0; i < plan->path_count; i++)
		free(plan->paths[i]);
	free(plan->paths);
}

size_t plan_count(const struct plan *plan)
{
	return plan->path_count * plan->parser_count;
}

struct trial plan_trial(const struct plan *plan, size_t index)
{
	return (struct trial){
		.path = plan->paths[index / plan->parser_count],
		.parser = plan->parsers[index % plan->parser_count],
	};
}
