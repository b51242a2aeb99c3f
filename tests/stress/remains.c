/* SPDX-License-Identifier: MIT */
/* remains.c - what a program still has when its work is done. */
#include "remains.h"

#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "fds.h"

/* What reads the stack of a crash keeps what it has read of each library. */
#define HEAP_SLACK ((size_t)1 << 20)

static size_t count_maps(void)
{
	FILE *list = fopen("/proc/self/maps", "re");
	char line[512];
	size_t count = 0;

	while (list && fgets(line, sizeof line, list))
		count += strstr(line, "memfd:tine-") != NULL;
	if (list)
		(void)fclose(list);
	return count;
}

/* The heap first: looking takes some of it. */
struct remains remains_look(void)
{
	struct remains remains = { .heap = mallinfo2().uordblks };

	remains.fds = fds_open(NULL);
	remains.maps = count_maps();
	return remains;
}

static uint64_t complain_if(bool bad, const char *what, size_t before,
			    size_t after)
{
	if (bad)
		(void)fprintf(stderr, "%s: %zu before, %zu after\n", what,
			      before, after);
	return bad;
}

uint64_t remains_compare(const struct remains *before)
{
	struct remains now = remains_look();

	return complain_if(now.fds != before->fds, "descriptors", before->fds,
			   now.fds) +
	       complain_if(now.maps != before->maps, "shared mappings",
			   before->maps, now.maps) +
	       complain_if(now.heap > before->heap + HEAP_SLACK, "heap",
			   before->heap, now.heap);
}

uint64_t remains_child(void)
{
	return complain_if(waitpid(-1, NULL, WNOHANG | __WALL) >= 0 ||
				   errno != ECHILD,
			   "children", 0, 1);
}
