/* SPDX-License-Identifier: MIT */
/*
 * limits.c - how much there is: processes, descriptors, files, core files.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/cgroup.h"
#include "doctor/check.h"
#include "doctor/sysfile.h"
#include "fd.h"
#include "slot.h"
#include "text.h"

#define FEW 256 /* processes, or pending signals, that are left */

static rlim_t limit_of(int which)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	(void)getrlimit((__rlimit_resource_t)which, &limit);
	return limit.rlim_cur;
}

static int64_t limit_number(rlim_t limit)
{
	return limit > INT64_MAX ? -1 : (int64_t)limit;
}

/* ---- Descriptors -------------------------------------------------------- */

#define FILES_FEW 1024

/* A task takes two of its owner's, who has some himself. */
static int64_t tasks_at_once(rlim_t files)
{
	rlim_t own = files > 2 * FD_FLOOR ? FD_FLOOR : 32;

	return files > own ? (int64_t)((files - own) / 2) : 0;
}

static void look_at_nofile(struct finding *finding)
{
	struct rlimit limit = { 0 };

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	finding_number(finding, "now", limit_number(limit.rlim_cur));
	finding_number(finding, "most", limit_number(limit.rlim_max));
	finding_number(finding, "tasks", tasks_at_once(limit.rlim_cur));
	finding_say(finding, "%lld descriptors",
		    (long long)limit_number(limit.rlim_cur));
	finding_say(finding, "for about %lld tasks at once",
		    (long long)tasks_at_once(limit.rlim_cur));
	if (limit.rlim_cur < FILES_FEW)
		finding_note(finding, "With more, tine_async() returns "
				      "TINE_ELIMIT.");
	finding_remedy(finding,
		       "A higher limit (ulimit -n), which may be %lld "
		       "here.",
		       (long long)limit_number(limit.rlim_max));
}

/* ---- Processes ---------------------------------------------------------- */

/* A folder has a link more for each one in it, and here that is a thread. */
static int64_t threads_of(const char *pid, uid_t uid)
{
	char path[300];
	struct stat stat_of;

	(void)snprintf(path, sizeof path, "/proc/%s/task", pid);
	if (*pid < '1' || *pid > '9' || stat(path, &stat_of) < 0 ||
	    stat_of.st_uid != uid)
		return 0;
	return (int64_t)stat_of.st_nlink - 2;
}

static int64_t threads_of_user(uid_t uid)
{
	DIR *all = opendir("/proc");
	const struct dirent *entry;
	int64_t count = 0;

	while (all && (entry = readdir(all)))
		count += threads_of(entry->d_name, uid);
	if (all)
		(void)closedir(all);
	return count;
}

static void warn_if_few(struct finding *finding, int64_t limit, int64_t used)
{
	if (limit >= 0 && limit - used < FEW)
		finding_note(finding, "Few can be forked, and then "
				      "tine_async() returns TINE_ELIMIT.");
}

static void look_at_nproc(struct finding *finding)
{
	int64_t limit = limit_number(limit_of(RLIMIT_NPROC));
	int64_t used = threads_of_user(getuid());

	finding_number(finding, "most", limit);
	finding_number(finding, "used", used);
	if (geteuid() == 0)
		finding_say(finding, "unlimited for root");
	else if (limit < 0)
		finding_say(finding, "unlimited");
	else
		finding_say(finding, "%lld of the user", (long long)limit);
	finding_say(finding, "%lld in use", (long long)used);
	if (geteuid() != 0)
		warn_if_few(finding, limit, used);
	finding_remedy(finding, "A higher limit (ulimit -u).");
}

static void look_at_pids(struct finding *finding)
{
	int64_t most = sysfile_number("/proc/sys/kernel/pid_max");
	int64_t group = cgroup_number("pids", "pids.max");
	int64_t used = cgroup_number("pids", "pids.current");

	if (group < 0 && used < 0) {
		group = cgroup_number(NULL, "pids.max");
		used = cgroup_number(NULL, "pids.current");
	}
	finding_number(finding, "most", most);
	finding_say(finding, "numbers to %lld", (long long)most);
	if (group >= 0) {
		finding_number(finding, "group_most", group);
		finding_number(finding, "group_used", used);
		finding_say(finding, "%lld of %lld of the control group in use",
			    (long long)used, (long long)group);
	}
	warn_if_few(finding, group, used);
	warn_if_few(finding, most, 0);
	finding_remedy(finding, "A higher pids.max of the control group, or "
				"the sysctl kernel.pid_max.");
}

static void look_at_sigpending(struct finding *finding)
{
	rlim_t limit = limit_of(RLIMIT_SIGPENDING);

	finding_number(finding, "most", limit_number(limit));
	finding_say(finding, "%lld signals of the user",
		    (long long)limit_number(limit));
	if (limit < FEW)
		finding_note(finding, "A task with limits.cpu_ms takes one, "
				      "and fails without, with code 126.");
	finding_remedy(finding, "A higher limit (ulimit -i).");
}

/* ---- Files and memory --------------------------------------------------- */

#define SLATES_ROOM ((rlim_t)4 << 20) /* what the first tasks share */

static void look_at_fsize(struct finding *finding)
{
	rlim_t limit = limit_of(RLIMIT_FSIZE);
	char size[TEXT_SIZE];

	finding_number(finding, "most", limit_number(limit));
	if (limit == RLIM_INFINITY) {
		finding_say(finding, "files of any size");
		return;
	}
	finding_say(finding, "files up to %s", text_size(size, limit));
	if (limit < SLATES_ROOM)
		finding_bad(finding, "No task can be started: what it shares "
				     "with its owner counts as a file.");
	else
		finding_note(finding,
			     "Shared memory counts as a file: there may be "
			     "about %lld tasks at once, and no larger result "
			     "from a pool.",
			     (long long)(limit / (SLATES_ROOM / 64)));
	finding_remedy(finding, "A higher limit (ulimit -f).");
}

static void look_at_address_space(struct finding *finding)
{
	rlim_t all = limit_of(RLIMIT_AS), data = limit_of(RLIMIT_DATA);
	rlim_t least = all < data ? all : data;
	char size[TEXT_SIZE];

	finding_number(finding, "most", limit_number(least));
	if (least == RLIM_INFINITY) {
		finding_say(finding, "unlimited");
		return;
	}
	finding_say(finding, "%s a process", text_size(size, least));
	finding_note(finding, "Tasks inherit it; limits.memory_bytes can only "
			      "lower it.");
	finding_remedy(finding, "A higher limit (ulimit -v, ulimit -d).");
}

/* ---- Core files --------------------------------------------------------- */

static const char *core_pattern(char pattern[SYSFILE_LINE])
{
	return sysfile_line("/proc/sys/kernel/core_pattern", pattern) ? pattern
								      : "core";
}

/* It is there for tasks that ask for it; the others have a limit of 1. */
static void look_at_core(struct finding *finding)
{
	struct rlimit limit = { 0 };
	char line[SYSFILE_LINE];
	const char *pattern = core_pattern(line);
	int uses_pid = sysfile_number("/proc/sys/kernel/core_uses_pid") > 0;

	(void)getrlimit(RLIMIT_CORE, &limit);
	finding_number(finding, "most", limit_number(limit.rlim_max));
	if (*pattern == '|')
		finding_say(finding, "given to %.100s", pattern + 1);
	else
		finding_say(finding, "kept as %.100s%s%s", pattern,
			    uses_pid && !strstr(pattern, "%p") ? ".PID" : "",
			    *pattern == '/' ? "" : " where a task runs");
	if (limit.rlim_max <= 1 || *pattern == '\0')
		finding_note(finding, "No task leaves one, also if its "
				      "limits.core is set.");
	else if (prctl(PR_GET_DUMPABLE) != 1)
		finding_note(finding, "No task leaves one: the program is not "
				      "dumpable.");
	finding_remedy(finding, "A higher hard limit (ulimit -H -c), and the "
				"sysctl kernel.core_pattern.");
}

const struct check checks_limits[] = {
	{ .name = "nofile", .look = look_at_nofile },
	{ .name = "nproc", .look = look_at_nproc },
	{ .name = "pids", .look = look_at_pids },
	{ .name = "sigpending", .look = look_at_sigpending },
	{ .name = "fsize", .look = look_at_fsize },
	{ .name = "address-space", .look = look_at_address_space },
	{ .name = "core", .look = look_at_core },
	{ 0 },
};
