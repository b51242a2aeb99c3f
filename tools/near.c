/* SPDX-License-Identifier: MIT */
/*
 * near.c - which of some names somebody may have meant.
 */
#include <stddef.h>
#include <string.h>

#include "near.h"

#define NEAR_LONGEST 32 /* names that are longer are near to nothing */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * How many letters must be put in, left out, changed or swapped with the next
 * to make b of a: cost[i][j] is that of their first i and j letters.
 */
static size_t near_distance(const char *a, const char *b)
{
	size_t cost[NEAR_LONGEST + 1][NEAR_LONGEST + 1];
	size_t a_size = strlen(a), b_size = strlen(b);

	for (size_t i = 0; i <= a_size; i++) {
		for (size_t j = 0; j <= b_size; j++) {
			if (i == 0 || j == 0) {
				cost[i][j] = i + j;
				continue;
			}
			cost[i][j] =
				cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			cost[i][j] = least(cost[i][j], cost[i - 1][j] + 1);
			cost[i][j] = least(cost[i][j], cost[i][j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				cost[i][j] = least(cost[i][j],
						   cost[i - 2][j - 2] + 1);
		}
	}
	return cost[a_size][b_size];
}

const char *near_find(const char *name, const char *const *names)
{
	size_t bound = 2 + strlen(name) / 4; /* so many are too many */
	const char *nearest = NULL;

	if (strlen(name) > NEAR_LONGEST)
		return NULL;
	for (; *names; names++) {
		size_t distance;

		if (strlen(*names) > NEAR_LONGEST)
			continue;
		distance = near_distance(name, *names);
		if (distance < bound) {
			bound = distance;
			nearest = *names;
		}
	}
	return nearest;
}
