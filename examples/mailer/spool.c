/* SPDX-License-Identifier: MIT */
/*
 * spool.c - a folder of messages, a file each.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool.h"

static void spool_make_folder(const char *path)
{
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		err(EXIT_FAILURE, "cannot make the folder '%s'", path);
}

void spool_make(const char *spool)
{
	static const char *const folders[] = { "tmp", "new", "sent",
					       "refused" };

	spool_make_folder(spool);
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		char *path = spool_path(spool, folders[i], "");

		spool_make_folder(path);
		free(path);
	}
}

bool spool_is_message(const char *name)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._+=,-";
	size_t length = strlen(name);

	return *name != '.' && length <= SPOOL_NAME_MAX &&
	       strspn(name, good) == length;
}

char *spool_path(const char *spool, const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s/%s", spool, folder, name) < 0)
		err(EXIT_FAILURE, "cannot name a file");
	return path;
}

/* What was moved in or out is on disk when its folder is. */
static int spool_sync(const char *spool, const char *folder)
{
	char *path = spool_path(spool, folder, "");
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = fd < 0 || fsync(fd) != 0 ? -errno : 0;

	if (fd >= 0)
		(void)close(fd);
	free(path);
	return error;
}

int spool_move(const char *spool, const char *name, const char *folder)
{
	char *from = spool_path(spool, "new", name);
	char *to = spool_path(spool, folder, name);
	int error = 0;

	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) != 0)
		error = -errno;
	free(from);
	free(to);
	if (error == 0)
		error = spool_sync(spool, folder);
	return error == 0 ? spool_sync(spool, "new") : error;
}
