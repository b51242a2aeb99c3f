/* SPDX-License-Identifier: MIT */
/*
 * ledger.c - a file of JSON lines, in which no id stands twice.
 *
 * Who looks and adds holds a lock, which goes with the process. One that was
 * killed while it wrote has left a piece of a line, without the newline: that
 * entry was never made, and the next one cuts it off.
 *
 * A line begins with its id, and JSON has no newline and no bare quote inside a
 * string: so looking for the beginning of such a line finds the id and nothing
 * else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger.h"

/* {"id":"...","more":...} and a newline; NULL: no memory, or no UTF-8. */
static char *ledger_line(const char *id, const json_t *entry)
{
	json_t *whole = json_pack("{s:s}", "id", id);
	char *line = NULL, *ended = NULL;

	if (whole && json_object_update(whole, (json_t *)entry) == 0)
		line = json_dumps(whole, JSON_COMPACT);
	if (line && asprintf(&ended, "%s\n", line) < 0)
		ended = NULL;
	free(line);
	json_decref(whole);
	return ended;
}

/* How much of the line tells its id: as much as has nothing but it. */
static size_t ledger_key_size(const char *id)
{
	json_t *alone = json_pack("{s:s}", "id", id);
	size_t size = json_dumpb(alone, NULL, 0, JSON_COMPACT);

	json_decref(alone);
	return size - 1; /* without the brace */
}

static bool ledger_has(const char *lines, size_t size, const char *key,
		       size_t key_size)
{
	const char *end = lines + size, *at = lines;

	while ((at = memmem(at, (size_t)(end - at), key, key_size))) {
		if (at == lines || at[-1] == '\n')
			return true;
		at++;
	}
	return false;
}

/* All of it, or as much as there is room for on the disk. */
static int ledger_write(int fd, const char *line, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, line, size);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			line += written;
			size -= (size_t)written;
		}
	}
	return LEDGER_ADDED;
}

/* Without the piece at the end. */
static size_t ledger_whole(const char *lines, size_t size)
{
	const char *last = size > 0 ? memrchr(lines, '\n', size) : NULL;

	return last ? (size_t)(last - lines) + 1 : 0;
}

static int ledger_look_and_add(int fd, const char *line, size_t key_size)
{
	const char *lines = "";
	struct stat found;
	size_t size, whole;
	bool had;

	if (fstat(fd, &found) != 0)
		return -errno;
	size = (size_t)found.st_size;
	if (size > 0)
		lines = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (lines == MAP_FAILED)
		return -errno;
	whole = ledger_whole(lines, size);
	had = ledger_has(lines, whole, line, key_size);
	if (size > 0)
		(void)munmap((void *)lines, size);
	if (had)
		return LEDGER_HAD;
	if (whole < size && ftruncate(fd, (off_t)whole) != 0)
		return -errno;
	return ledger_write(fd, line, strlen(line));
}

static int ledger_lock(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX) != 0)
		continue; /* it was a signal */
	return fd;
}

int ledger_add(const char *path, const char *id, const json_t *entry)
{
	char *line = ledger_line(id, entry);
	int fd = line ? ledger_lock(path) : -ENOMEM;
	int done = fd;

	if (fd >= 0) {
		done = ledger_look_and_add(fd, line, ledger_key_size(id));
		if (done >= 0 && fdatasync(fd) != 0)
			done = -errno;
		(void)close(fd);
	}
	free(line);
	return done;
}
