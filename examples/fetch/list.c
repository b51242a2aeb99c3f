/* SPDX-License-Identifier: MIT */
/*
 * list.c - the URLs of some files, as the source of a stream.
 *
 * The stream asks for a URL when it has room for one, and no more is read than
 * that takes. So a list may be as long as it likes, and may come as slowly as
 * it likes: while a line is awaited the loop runs, which keeps the time limits,
 * and hears Ctrl-C. (It is the stream that waits here: what has been fetched
 * meanwhile is told when the line has come.)
 *
 * A file that cannot be read is told and left out; the others go on.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "list.h"

/* ---- Files -------------------------------------------------------------- */

/* Without waiting for somebody to write into a FIFO. */
static int file_open(const char *path)
{
	if (strcmp(path, "-") == 0)
		return STDIN_FILENO;
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static void file_close(int fd)
{
	if (fd != STDIN_FILENO)
		(void)close(fd);
}

static bool file_is_plain(int fd)
{
	struct stat found;

	return fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

/* ---- Lines -------------------------------------------------------------- */

/* Takes off the space on both sides. Returns whether a URL is left. */
static bool line_trim(char **line, size_t *size)
{
	while (*size > 0 && isspace((unsigned char)(*line)[*size - 1]))
		--*size;
	while (*size > 0 && isspace((unsigned char)**line)) {
		++*line;
		--*size;
	}
	(*line)[*size] = '\0';
	return *size > 0 && **line != '#';
}

static size_t lines_count(int fd)
{
	struct lines lines;
	size_t count = 0, size;
	char *line;

	lines_init(&lines, fd);
	do
		while ((line = lines_take(&lines, &size)))
			count += line_trim(&line, &size);
	while (!lines.ended && lines_fill(&lines) == 0);
	return count;
}

/* ---- Counting, while that costs no waiting ------------------------------ */

/* Standard input may have been read in part, and is to be read again. */
static bool list_count_one(const char *path, size_t *count)
{
	int fd = file_open(path);
	bool plain = fd >= 0 && file_is_plain(fd);
	off_t start = plain ? lseek(fd, 0, SEEK_CUR) : -1;

	if (start >= 0) {
		*count += lines_count(fd);
		(void)lseek(fd, start, SEEK_SET);
	}
	if (fd >= 0)
		file_close(fd);
	return start >= 0;
}

size_t list_count(const struct list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->path_count; i++)
		if (!list_count_one(list->paths[i], &count))
			return 0;
	return count;
}

/* ---- The source --------------------------------------------------------- */

static void list_complain(struct list *list, int error)
{
	const char *path = list->paths[list->path_next - 1];

	list->faults++;
	if (error == EMSGSIZE)
		warnx("left out the rest of '%s': a line is longer than "
		      "%d bytes",
		      path, LINES_LONGEST);
	else
		warnx("left out the rest of '%s': %s", path, strerror(error));
}

static bool list_open(struct list *list)
{
	while (!list->open && list->path_next < list->path_count) {
		int fd = file_open(list->paths[list->path_next++]);

		list->open = fd >= 0;
		if (list->open) {
			list->waits = !file_is_plain(fd);
			lines_init(&list->lines, fd);
		} else
			list_complain(list, errno);
	}
	return list->open;
}

static void list_close(struct list *list)
{
	if (list->open)
		file_close(list->lines.fd);
	list->open = false;
}

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	(void)events;
	ev_io_stop(loop, io);
}

static void list_wait(struct list *list)
{
	ev_io readable;

	ev_io_init(&readable, on_readable, list->lines.fd, EV_READ);
	ev_io_start(list->loop, &readable);
	while (ev_is_active(&readable) && !list->stop->wanted)
		(void)ev_run(list->loop, EVRUN_ONCE);
	ev_io_stop(list->loop, &readable);
}

/* The next line of the file that is open; NULL: there is none. */
static char *list_line(struct list *list, size_t *size)
{
	char *line;

	while (!(line = lines_take(&list->lines, size)) && !list->lines.ended) {
		int error;

		if (list->waits)
			list_wait(list);
		if (list->stop->wanted)
			return NULL;
		error = lines_fill(&list->lines);
		if (error != 0 && error != EAGAIN) {
			list_complain(list, error);
			return NULL;
		}
	}
	return line;
}

static int list_next(void *state, const void **item, size_t *size)
{
	struct list *list = state;

	while (!list->stop->wanted && list_open(list)) {
		char *line = list_line(list, size);

		if (!line) {
			list_close(list);
		} else if (line_trim(&line, size)) {
			list->pulled++;
			++*size; /* the NUL goes along */
			*item = line;
			return 1;
		}
	}
	list->ended = !list->stop->wanted;
	return 0;
}

static void list_end(void *state)
{
	list_close(state);
}

struct tine_source list_source(struct list *list)
{
	return (struct tine_source){ list_next, list_end, list };
}

void list_init(struct list *list, char **paths, size_t path_count,
	       struct ev_loop *loop, const struct stop *stop)
{
	*list = (struct list){
		.paths = paths,
		.path_count = path_count,
		.loop = loop,
		.stop = stop,
	};
}
