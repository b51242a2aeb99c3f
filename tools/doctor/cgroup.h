/* SPDX-License-Identifier: MIT */
/* cgroup.h - the control group that this process is in. */
#ifndef CGROUP_H
#define CGROUP_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* Where a controller of it is: its files are there. NULL as the controller: the
 * unified hierarchy, version 2. False: there is none, or it is not mounted. */
bool cgroup_path(const char *controller, char path[PATH_MAX]);

/* The number in a file of it; -1: there is none, or it says "max". */
int64_t cgroup_number(const char *controller, const char *file);

#endif
