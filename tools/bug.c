/* SPDX-License-Identifier: MIT */
/* bug.c - crashes of all boards: those with the same fingerprint are one. */
#include "bug.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct bug bug_of(const struct scan_board *board,
			 const struct board_crash *crash)
{
	return (struct bug){
		.fingerprint = crash->fingerprint,
		.count = crash->count,
		.first_us = scan_day_us(board, crash->first_us),
		.last_us = scan_day_us(board, crash->last_us),
		.last = crash,
		.board = board,
	};
}

/* Of the same fingerprint the one that crashed last comes last. */
static int compare_prints(const void *a, const void *b)
{
	const struct bug *one = a, *other = b;

	if (one->fingerprint != other->fingerprint)
		return one->fingerprint < other->fingerprint ? -1 : 1;
	return (one->last_us > other->last_us) -
	       (one->last_us < other->last_us);
}

static int compare_last(const void *a, const void *b)
{
	const struct bug *one = a, *other = b;

	if (one->last_us != other->last_us)
		return one->last_us < other->last_us ? -1 : 1;
	return compare_prints(a, b);
}

static void bug_merge(struct bug *bug, const struct bug *later)
{
	uint64_t count = bug->count + later->count;
	int64_t first_us = bug->first_us;

	*bug = *later;
	bug->count = count < later->count ? UINT64_MAX : count;
	if (first_us < later->first_us)
		bug->first_us = first_us;
}

static void bugs_merge(struct bugs *bugs)
{
	struct bug *list = bugs->list;
	size_t kept = 0;

	for (size_t i = 0; i < bugs->count; i++)
		if (kept > 0 &&
		    list[kept - 1].fingerprint == list[i].fingerprint)
			bug_merge(&list[kept - 1], &list[i]);
		else
			list[kept++] = list[i];
	bugs->count = kept;
}

static void bugs_add(struct bugs *bugs, const struct scan_board *board)
{
	for (size_t i = 0; i < board->crash_count; i++)
		bugs->list[bugs->count++] = bug_of(board, &board->crashes[i]);
}

static void bugs_sort(struct bugs *bugs,
		      int (*compare)(const void *, const void *))
{
	if (bugs->count > 1)
		qsort(bugs->list, bugs->count, sizeof *bugs->list, compare);
}

bool bugs_gather(struct bugs *bugs, const struct scan *scan)
{
	size_t most = 0;

	for (size_t i = 0; i < scan->count; i++)
		most += scan->boards[i].crash_count;
	*bugs = (struct bugs){ .list = calloc(most + 1, sizeof *bugs->list) };
	if (!bugs->list)
		return false;
	for (size_t i = 0; i < scan->count; i++)
		bugs_add(bugs, &scan->boards[i]);
	bugs_sort(bugs, compare_prints);
	bugs_merge(bugs);
	bugs_sort(bugs, compare_last);
	return true;
}

void bugs_done(struct bugs *bugs)
{
	free(bugs->list);
	*bugs = (struct bugs){ 0 };
}

const char *bug_print(const struct bug *bug, char to[BUG_ROOM])
{
	(void)snprintf(to, BUG_ROOM, "%016" PRIx64, bug->fingerprint);
	return to;
}

bool bug_is_meant(const struct bug *bug, const char *digits)
{
	char print[BUG_ROOM];
	size_t size = strlen(digits);

	return size > 0 && size < BUG_ROOM &&
	       strncasecmp(bug_print(bug, print), digits, size) == 0;
}
