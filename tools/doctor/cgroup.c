/* SPDX-License-Identifier: MIT */
/*
 * cgroup.c - the control group that this process is in.
 *
 * /proc/self/cgroup has a line a hierarchy, "ID:CONTROLLERS:PATH"; that of
 * version 2 names no controllers. /proc/self/mountinfo says where each is.
 */
#include <stdio.h>
#include <string.h>

#include "doctor/cgroup.h"
#include "doctor/sysfile.h"

/* Whether a list with commas has the word; no word: whether it is empty. */
static bool list_has(const char *list, const char *word)
{
	size_t length;

	if (!word)
		return *list == '\0';
	for (length = strlen(word); *list; list += strcspn(list, ",")) {
		list += *list == ',';
		if (strcspn(list, ",") == length &&
		    strncmp(list, word, length) == 0)
			return true;
	}
	return false;
}

/* The group's path in its hierarchy. */
static bool group_of(const char *controller, char group[SYSFILE_LINE])
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char line[PATH_MAX], list[256];
	bool found = false;

	while (file && !found && fgets(line, sizeof line, file)) {
		const char *second = strchr(line, ':');
		const char *third = second ? strchr(second + 1, ':') : NULL;

		if (!third)
			continue;
		(void)snprintf(list, sizeof list, "%.*s",
			       (int)(third - second - 1), second + 1);
		(void)snprintf(group, SYSFILE_LINE, "%.*s",
			       (int)strcspn(third + 1, "\n"), third + 1);
		found = list_has(list, controller);
	}
	if (file)
		(void)fclose(file);
	return found;
}

/* "... ROOT POINT OPTIONS [TAGS] - TYPE SOURCE SUPER-OPTIONS" */
static bool is_mount(const char *line, const char *controller,
		     char point[SYSFILE_LINE])
{
	const char *rest = strstr(line, " - ");
	char type[32], options[256];

	if (!rest || sscanf(line, "%*s %*s %*s %*s %511s", point) != 1 ||
	    sscanf(rest, " - %31s %*s %255s", type, options) != 2)
		return false;
	if (!controller)
		return strcmp(type, "cgroup2") == 0;
	return strcmp(type, "cgroup") == 0 && list_has(options, controller);
}

static bool mount_of(const char *controller, char point[SYSFILE_LINE])
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[PATH_MAX];
	bool found = false;

	while (file && !found && fgets(line, sizeof line, file))
		found = is_mount(line, controller, point);
	if (file)
		(void)fclose(file);
	return found;
}

bool cgroup_path(const char *controller, char path[PATH_MAX])
{
	char group[SYSFILE_LINE], point[SYSFILE_LINE];

	if (!group_of(controller, group) || !mount_of(controller, point))
		return false;
	(void)snprintf(path, PATH_MAX, "%s%s", point,
		       strcmp(group, "/") == 0 ? "" : group);
	return true;
}

int64_t cgroup_number(const char *controller, const char *file)
{
	char path[PATH_MAX];
	size_t used;

	if (!cgroup_path(controller, path))
		return -1;
	used = strlen(path);
	(void)snprintf(path + used, sizeof path - used, "/%s", file);
	return sysfile_number(path);
}
