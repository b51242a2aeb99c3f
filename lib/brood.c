/* SPDX-License-Identifier: MIT */
/*
 * brood.c - the children that this process has, forked by it or adopted.
 *
 * The kernel lists them, if it was built to; else all processes are looked at
 * for those that have us as their parent.
 */
#include "brood.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"

void brood_done(struct brood *brood)
{
	free(brood->pids);
	*brood = (struct brood){ 0 };
}

bool brood_add(struct brood *brood, pid_t pid)
{
	size_t room = brood->room ? brood->room * 2 : 64;
	pid_t *grown;

	if (brood->count == brood->room) {
		grown = realloc(brood->pids, room * sizeof *grown);
		if (!grown)
			return false;
		brood->pids = grown;
		brood->room = room;
	}
	brood->pids[brood->count++] = pid;
	return true;
}

/* ---- Finding them ------------------------------------------------------- */

/* Numbers with a space behind each, also if they come in pieces. Without
 * stdio, whose buffer would cost a supervisor a few page faults each time. */
static bool brood_read_list(struct brood *brood, int list)
{
	char piece[4096];
	pid_t pid = 0;
	ssize_t got;

	while ((got = fd_read(list, piece, sizeof piece)) > 0)
		for (ssize_t i = 0; i < got; i++) {
			if (piece[i] >= '0' && piece[i] <= '9') {
				pid = pid * 10 + (piece[i] - '0');
				continue;
			}
			if (pid > 0 && !brood_add(brood, pid))
				return false;
			pid = 0;
		}
	return true;
}

/* "pid (name) state ppid": the name may hold anything. */
static pid_t parent_of(const char *pid)
{
	char path[64], line[512];
	const char *behind;
	FILE *file;
	int parent = -1;

	(void)snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	if (fgets(line, sizeof line, file) && (behind = strrchr(line, ')')) &&
	    sscanf(behind, ") %*c %d", &parent) != 1)
		parent = -1;
	(void)fclose(file);
	return parent;
}

static bool brood_look_at_all(struct brood *brood)
{
	DIR *all = opendir("/proc");
	struct dirent *entry;
	bool good = all != NULL;

	while (good && (entry = readdir(all)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    parent_of(entry->d_name) == getpid())
			good = brood_add(
				brood, (pid_t)strtol(entry->d_name, NULL, 10));
	if (all)
		(void)closedir(all);
	return good;
}

bool brood_read(struct brood *brood)
{
	AUTO_CLOSE int list =
		open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);

	*brood = (struct brood){ 0 };
	return list < 0 ? brood_look_at_all(brood)
			: brood_read_list(brood, list);
}

/* ---- Ending them -------------------------------------------------------- */

void brood_adopt(void)
{
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

#define BROOD_TURNS 50
#define BROOD_TURN_NS 200000

/* Returns how many strangers there were; those that could be reaped are gone.
 */
static unsigned brood_kill(brood_known *is_known, void *data, unsigned *reaped)
{
	struct brood brood;
	unsigned strangers = 0;

	(void)brood_read(&brood);
	for (size_t i = 0; i < brood.count; i++) {
		pid_t pid = brood.pids[i];

		if (is_known && is_known(pid, data))
			continue;
		strangers++;
		(void)kill(pid, SIGKILL);
		if (waitpid(pid, NULL, WNOHANG | __WALL) == pid)
			++*reaped;
	}
	brood_done(&brood);
	return strangers;
}

unsigned brood_sweep(brood_known *is_known, void *data, unsigned *left)
{
	const struct timespec turn = { .tv_nsec = BROOD_TURN_NS };
	unsigned reaped = 0;

	for (int i = 0; i < BROOD_TURNS; i++) {
		unsigned before = reaped;
		unsigned found = brood_kill(is_known, data, &reaped);

		*left = found - (reaped - before);
		if (found == 0)
			break;
		(void)nanosleep(&turn, NULL);
	}
	return reaped;
}
