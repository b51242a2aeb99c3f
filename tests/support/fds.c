/* SPDX-License-Identifier: MIT */
/* fds.c - how many descriptors this process has open. */
#include "fds.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool leads_to(int list, const char *name, const char *words)
{
	char target[PATH_MAX];
	ssize_t size = readlinkat(list, name, target, sizeof target - 1);

	target[size < 0 ? 0 : size] = '\0';
	return !words || strstr(target, words);
}

/* To be without the list is to be without a test. */
size_t fds_open(const char *words)
{
	DIR *list = opendir("/proc/self/fd");
	struct dirent *entry;
	size_t count = 0;

	if (!list)
		abort();
	while ((entry = readdir(list)))
		if (entry->d_name[0] != '.' &&
		    atoi(entry->d_name) != dirfd(list))
			count += leads_to(dirfd(list), entry->d_name, words);
	(void)closedir(list);
	return count;
}
