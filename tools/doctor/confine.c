/* SPDX-License-Identifier: MIT */
/*
 * confine.c - who may hold whom, and who may look into whom.
 *
 * The library needs none of it; but what it cannot promise without, or what
 * holds it back, is to be seen here.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor/cgroup.h"
#include "doctor/check.h"
#include "doctor/sysfile.h"

/* ---- Namespaces --------------------------------------------------------- */

static int probe_user_namespace(void)
{
	return unshare(CLONE_NEWUSER) < 0 ? errno : 0;
}

/* With the user namespace, where it takes one. */
static int probe_pid_namespace(void)
{
	int status = 0;
	pid_t pid;

	if (unshare(CLONE_NEWPID) < 0 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWPID) < 0)
		return errno;
	pid = fork();
	if (pid == 0)
		_exit(getpid() == 1 ? 0 : 1);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return errno;
	return status == 0 ? 0 : EPROTO;
}

/* ---- Control groups ----------------------------------------------------- */

static void look_at_cgroups(struct finding *finding)
{
	char path[PATH_MAX];
	size_t used;
	bool mine;

	if (!cgroup_path(NULL, path)) {
		bool old = cgroup_path("pids", path);

		finding_say(finding, "%s", old ? "version 1" : "none");
		finding_note(finding, "Limits of a group, and its kill, are "
				      "not to be had.");
		finding_remedy(finding, "A system that mounts version 2.");
		return;
	}
	used = strlen(path);
	(void)snprintf(path + used, sizeof path - used, "/cgroup.procs");
	mine = access(path, W_OK) == 0;
	path[used] = '\0';
	finding_say(finding, "version 2");
	finding_say(finding, "%s", mine ? "ours" : "not ours");
	finding_say(finding, "%.150s", path);
	finding_number(finding, "writable", mine);
	if (!mine)
		finding_note(finding, "A task cannot be put into a group of "
				      "its own.");
	finding_remedy(finding, "Delegate it (systemd: Delegate=yes).");
}

/* ---- What holds us back ------------------------------------------------- */

#define STATUS "/proc/self/status"

static void look_at_seccomp(struct finding *finding)
{
	int64_t mode = sysfile_field_number(STATUS, "Seccomp");
	int64_t filters = sysfile_field_number(STATUS, "Seccomp_filters");

	finding_number(finding, "mode", mode);
	if (mode <= 0) {
		finding_say(finding, mode < 0 ? "not built in" : "no filter");
		return;
	}
	finding_say(finding, filters == 1 ? "a filter" : "%lld filters",
		    (long long)filters);
	finding_note(finding, "What it refuses is done in another way, where "
			      "there is one: see what is not ok.");
	finding_remedy(finding, "A filter that lets those calls pass.");
}

static void look_at_no_new_privs(struct finding *finding)
{
	bool set = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;

	finding_number(finding, "set", set);
	finding_say(finding,
		    set ? "set: set-id programs gain nothing" : "not set");
}

static void look_at_ptrace(struct finding *finding)
{
	static const char *const scopes[] = {
		"any process of the user may look into another",
		"only a parent may look into a process",
		"only root may look into a process",
		"nobody may look into a process",
	};
	int64_t scope = sysfile_number("/proc/sys/kernel/yama/ptrace_scope");

	if (scope < 0 || scope > 3)
		scope = 0;
	finding_number(finding, "scope", scope);
	finding_say(finding, "%s", scopes[scope]);
	if (scope == 0)
		finding_note(finding, "A task can write into its owner's "
				      "memory: a fork contains accidents, not "
				      "attacks.");
	else if (scope >= 2)
		finding_note(finding, "No debugger can be attached to a task.");
	finding_remedy(finding, scope == 0
					? "The sysctl kernel.yama.ptrace_scope "
					  "at 1; or prctl(PR_SET_DUMPABLE, 0) "
					  "in the program."
					: "The sysctl kernel.yama.ptrace_scope "
					  "at 1.");
}

/* ---- /proc -------------------------------------------------------------- */

/* Of what is mounted there: "hidepid=invisible", "hidepid=2", "subset=pid". */
static bool proc_has_option(const char *option, char text[64])
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[PATH_MAX];
	bool found = false;

	while (file && !found && fgets(line, sizeof line, file)) {
		const char *at = strstr(line, option);

		if (!at || !strstr(line, " /proc "))
			continue;
		found = sscanf(at, "%63[^ ,\n]", text) == 1;
	}
	if (file)
		(void)fclose(file);
	return found;
}

static void look_at_hidepid(struct finding *finding)
{
	char text[64];

	if (!proc_has_option("hidepid=", text) &&
	    !proc_has_option("subset=", text)) {
		finding_say(finding, "all processes are to be seen");
		return;
	}
	finding_say(finding, "%s", text);
	finding_note(finding, "Other users' processes are hidden; the "
			      "library's own are not.");
	finding_remedy(finding, "None is needed.");
}

const struct check checks_confine[] = {
	{ .name = "user-namespace",
	  .probe = probe_user_namespace,
	  .instead = "Nobody but root can shut a task in.",
	  .remedy = "The sysctls user.max_user_namespaces, "
		    "kernel.unprivileged_userns_clone, and "
		    "kernel.apparmor_restrict_unprivileged_userns." },
	{ .name = "pid-namespace",
	  .probe = probe_pid_namespace,
	  .instead = "What a task forks into another session can be held by "
		     "a supervisor alone.",
	  .remedy = "User namespaces, or root." },
	{ .name = "cgroups", .look = look_at_cgroups },
	{ .name = "seccomp", .look = look_at_seccomp },
	{ .name = "no-new-privs", .look = look_at_no_new_privs },
	{ .name = "ptrace", .look = look_at_ptrace },
	{ .name = "hidepid", .look = look_at_hidepid },
	{ 0 },
};
