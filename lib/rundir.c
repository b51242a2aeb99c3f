/* SPDX-License-Identifier: MIT */
/*
 * rundir.c - the directory where boards are.
 *
 * In /tmp anybody may have put anything where ours is to be: so what is there
 * is opened without following a link, and looked at once it is open. All that
 * is done in it is done by the open directory.
 */
#include "rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "defer.h"
#include "err.h"
#include "fd.h"
#include "program.h"
#include "tine.h"

#define RUNDIR_KEEP 64      /* boards of those that are gone, */
#define RUNDIR_KEEP_S 86400 /* for so long */
#define RUNDIR_LOOK_AT 4096 /* names, at most */

static bool fits(int length)
{
	return length > 0 && length < RUNDIR_PATH;
}

/* A slash behind a name makes the system follow it where it is a link. */
static int length_of(const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	return length < RUNDIR_PATH ? (int)length : RUNDIR_PATH;
}

bool rundir_path(char path[RUNDIR_PATH])
{
	const char *wish = secure_getenv("TINE_DIR");
	const char *run = secure_getenv("XDG_RUNTIME_DIR");

	if (wish && *wish)
		return *wish == '/' && fits(snprintf(path, RUNDIR_PATH, "%.*s",
						     length_of(wish), wish));
	if (run && *run == '/')
		return fits(snprintf(path, RUNDIR_PATH, "%s/tine", run));
	return fits(snprintf(path, RUNDIR_PATH, "/tmp/tine-%u",
			     (unsigned)geteuid()));
}

static bool is_ours_alone(int fd)
{
	struct stat stat;

	return fstat(fd, &stat) == 0 && S_ISDIR(stat.st_mode) &&
	       stat.st_uid == geteuid() && (stat.st_mode & 077) == 0;
}

int rundir_open_at(const char *path, bool make)
{
	AUTO_CLOSE int fd = -1;

	if (make && mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_from_errno(errno);
	fd = fd_lift(
		open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
	if (fd < 0)
		return errno == ENOENT ? TINE_ENOENT
		       : errno == ELOOP || errno == ENOTDIR || errno == EACCES
			       ? TINE_EUSAGE
			       : err_from_errno(errno);
	return is_ours_alone(fd) ? steal_fd(&fd) : TINE_EUSAGE;
}

int rundir_open(bool make)
{
	char path[RUNDIR_PATH];

	return rundir_path(path) ? rundir_open_at(path, make) : TINE_EUSAGE;
}

/* ---- Boards in it ------------------------------------------------------- */

void rundir_write_name(const struct rundir_name *name, char text[RUNDIR_NAME])
{
	(void)snprintf(text, RUNDIR_NAME, "%d-%llu-%u", (int)name->pid,
		       name->started, name->number);
}

bool rundir_read_name(const char *text, struct rundir_name *name)
{
	char again[RUNDIR_NAME];
	int pid;

	if (sscanf(text, "%9d-%19llu-%9u", &pid, &name->started,
		   &name->number) != 3 ||
	    pid <= 0)
		return false;
	name->pid = pid;
	rundir_write_name(name, again);
	return strcmp(text, again) == 0;
}

int rundir_open_board(int rundir, const char *name)
{
	struct stat stat;
	AUTO_CLOSE int fd = openat(rundir, name,
				   O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
					   O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? TINE_ENOENT : err_from_errno(errno);
	if (fstat(fd, &stat) < 0 || !S_ISREG(stat.st_mode) ||
	    stat.st_uid != geteuid())
		return TINE_EUSAGE;
	return steal_fd(&fd);
}

/* Who holds its lock: 0 if that is seen by nobody here, -1 if it is nobody. */
static pid_t rundir_holder(int board)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(board, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
		return -1;
	return lock.l_pid > 0 ? lock.l_pid : 0;
}

/* Of a process in another pid namespace, or without /proc, the lock is all that
 * can be seen. */
bool rundir_is_alive(int board, const struct rundir_name *name)
{
	pid_t holder = rundir_holder(board);
	struct program program;

	if (holder <= 0)
		return holder == 0;
	return holder == name->pid &&
	       (program_of(name->pid, &program) < 0 || program.began == 0 ||
		program.began == name->started);
}

/* ---- Sweeping ----------------------------------------------------------- */

struct leftover {
	char name[RUNDIR_NAME];
	time_t ended;
};

/* By its name alone: a board of our own process must not be opened, since to
 * close it would give up its lock. Nor must one that has a second name. */
static bool is_gone(const struct rundir_name *name)
{
	struct program program;

	return name->pid != getpid() && program_of(name->pid, &program) == 0 &&
	       program.began != name->started;
}

static bool has_one_name(int rundir, const char *text)
{
	struct stat stat;

	return fstatat(rundir, text, &stat, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(stat.st_mode) && stat.st_nlink == 1;
}

/* And nobody holds it, who may have another pid in a pid namespace below. */
static bool is_leftover(int rundir, const char *text, struct leftover *leftover)
{
	struct rundir_name name;
	struct stat stat;
	AUTO_CLOSE int fd = -1;

	if (!rundir_read_name(text, &name) || !is_gone(&name) ||
	    !has_one_name(rundir, text))
		return false;
	fd = rundir_open_board(rundir, text);
	if (fd < 0 || rundir_holder(fd) >= 0 || fstat(fd, &stat) < 0)
		return false;
	rundir_write_name(&name, leftover->name);
	leftover->ended = stat.st_mtime;
	return true;
}

static size_t rundir_leftovers(int rundir, struct leftover *found, size_t most)
{
	int again = openat(rundir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = again < 0 ? NULL : fdopendir(again);
	const struct dirent *entry;
	size_t count = 0;

	if (!list) {
		defer_close(&again);
		return 0;
	}
	while (count < most && (entry = readdir(list)))
		count += is_leftover(rundir, entry->d_name, &found[count]);
	(void)closedir(list);
	return count;
}

static int compare_leftovers(const void *a, const void *b)
{
	const struct leftover *one = a, *other = b;

	return (one->ended < other->ended) - (one->ended > other->ended);
}

void rundir_sweep(int rundir)
{
	AUTO_FREE struct leftover *found =
		calloc(RUNDIR_LOOK_AT, sizeof *found);
	time_t now = time(NULL);
	size_t count;

	if (!found)
		return;
	count = rundir_leftovers(rundir, found, RUNDIR_LOOK_AT);
	qsort(found, count, sizeof *found, compare_leftovers);
	for (size_t i = 0; i < count; i++)
		if (i >= RUNDIR_KEEP || now - found[i].ended > RUNDIR_KEEP_S)
			(void)unlinkat(rundir, found[i].name, 0);
}
