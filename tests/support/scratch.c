/* SPDX-License-Identifier: MIT */
/* scratch.c - a directory of this test program's own, for its boards. */
#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[64];
static pid_t maker;

/* ---- What is in it ------------------------------------------------------ */

static int remove_it(const char *path, const struct stat *stat, int what,
		     struct FTW *where)
{
	(void)stat;
	(void)what;
	return where->level > 0 ? remove(path) : 0;
}

void scratch_wipe(void)
{
	(void)nftw(home, remove_it, 8, FTW_DEPTH | FTW_PHYS);
}

static bool is_of(const char *name, pid_t pid)
{
	int owner, end = 0;

	return sscanf(name, "%d-%*u-%*u%n", &owner, &end) == 1 && end > 0 &&
	       (pid == 0 || owner == pid);
}

unsigned scratch_boards(pid_t pid)
{
	DIR *list = opendir(home);
	const struct dirent *entry;
	unsigned count = 0;

	while (list && (entry = readdir(list)))
		count += is_of(entry->d_name, pid);
	if (list)
		(void)closedir(list);
	return count;
}

#define LEFT "999999999-1-1"

void scratch_leave(void)
{
	const struct timespec long_ago[2] = { { .tv_sec = 1 },
					      { .tv_sec = 1 } };

	(void)mknod(scratch_path(LEFT), S_IFREG | 0600, 0);
	(void)utimensat(AT_FDCWD, scratch_path(LEFT), long_ago, 0);
}

bool scratch_is_swept(void)
{
	return access(scratch_path(LEFT), F_OK) < 0;
}

/* ---- The directory ------------------------------------------------------ */

static void scratch_remove(void)
{
	if (getpid() != maker)
		return;
	scratch_wipe();
	(void)rmdir(home);
}

void scratch_make(void)
{
	(void)snprintf(home, sizeof home, "/tmp/tine-test-XXXXXX");
	maker = getpid();
	if (!mkdtemp(home) || setenv("TINE_DIR", home, 1) < 0 ||
	    atexit(scratch_remove) != 0) {
		perror(home);
		exit(1);
	}
}

const char *scratch_home(void)
{
	return *home ? home : NULL;
}

const char *scratch_path(const char *name)
{
	static char paths[4][sizeof home + 256];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	(void)snprintf(path, sizeof *paths, "%s/%s", home, name);
	return path;
}
