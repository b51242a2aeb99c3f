/* SPDX-License-Identifier: MIT */
/*
 * joblog.c - a line for each command that has ended.
 *
 * A line is one write, so that it is there as a whole or not at all; what the
 * end of a machine left of one is cut off when the log is taken up again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "run/joblog.h"

#define TITLES                                                               \
	"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\t" \
	"Command\n"
#define SEQ_MOST 1000000000 /* more is no number of a command */

/* ---- What an earlier run did -------------------------------------------- */

struct entry {
	unsigned long long seq;
	int exit, signal;
};

static bool entry_read(struct entry *entry, const char *line)
{
	return sscanf(line,
		      "%llu\t%*[^\t]\t%*[^\t]\t%*[^\t]\t%*[^\t]\t%*[^\t]"
		      "\t%d\t%d",
		      &entry->seq, &entry->exit, &entry->signal) == 3 &&
	       entry->seq > 0 && entry->seq <= SEQ_MOST;
}

/* What a later line says counts. */
static int log_mark(struct joblog *log, const struct entry *entry,
		    enum joblog_resume resume)
{
	if (entry->seq >= log->room) {
		uint64_t room = entry->seq * 2;
		bool *done = realloc(log->done, room * sizeof *done);

		if (!done)
			return ENOMEM;
		memset(done + log->room, 0, (room - log->room) * sizeof *done);
		log->done = done;
		log->room = room;
	}
	log->done[entry->seq] = resume == JOBLOG_RESUME ||
				(entry->exit == 0 && entry->signal == 0);
	return 0;
}

static int log_read_line(struct joblog *log, const char *text, uint64_t line,
			 enum joblog_resume resume)
{
	struct entry entry;

	if (line == 1)
		return strcmp(text, TITLES) == 0 ? 0 : EBADMSG;
	if (!entry_read(&entry, text))
		return EBADMSG;
	return log_mark(log, &entry, resume);
}

/* *whole is where the last line that is whole ends. */
static int log_read(struct joblog *log, FILE *file, enum joblog_resume resume,
		    uint64_t *line, off_t *whole)
{
	AUTO_FREE char *text = NULL;
	size_t room = 0;
	ssize_t size;
	int error = 0;

	*whole = 0;
	for (*line = 1; error == 0; ++*line) {
		size = getline(&text, &room, file);
		if (size < 0 || text[size - 1] != '\n')
			break;
		error = log_read_line(log, text, *line, resume);
		*whole += size;
		if (error != 0)
			break;
	}
	return ferror(file) ? EIO : error;
}

static int log_take_up(struct joblog *log, const char *path,
		       enum joblog_resume resume, uint64_t *line)
{
	FILE *file = fopen(path, "re");
	off_t whole = 0;
	int error;

	if (!file)
		return errno == ENOENT ? 0 : errno;
	error = log_read(log, file, resume, line, &whole);
	(void)fclose(file);
	if (error == 0 && truncate(path, whole) != 0)
		error = errno;
	return error;
}

/* ---- The log ------------------------------------------------------------ */

static int log_begin(const struct joblog *log)
{
	off_t size = lseek(log->fd, 0, SEEK_END);

	if (size > 0 || fd_write_all(log->fd, TITLES, strlen(TITLES)))
		return 0;
	return errno;
}

int joblog_open(struct joblog *log, const char *path, enum joblog_resume resume,
		uint64_t *line)
{
	int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
	int error = 0;

	*log = (struct joblog){ .fd = -1 };
	if (resume != JOBLOG_AFRESH)
		error = log_take_up(log, path, resume, line);
	else
		flags |= O_TRUNC;
	if (error != 0)
		return error;
	log->fd = open(path, flags, 0666);
	return log->fd < 0 ? errno : log_begin(log);
}

void joblog_close(struct joblog *log)
{
	defer_close(&log->fd);
	free(log->done);
	*log = (struct joblog){ .fd = -1 };
}

bool joblog_has(const struct joblog *log, uint64_t seq)
{
	return log && seq < log->room && log->done[seq];
}

bool joblog_add(const struct joblog *log, uint64_t seq,
		const struct ending *ending, const char *command)
{
	bool bad = ending->end != TINE_OK && ending->exit <= 0 &&
		   ending->signal == 0;
	AUTO_FREE char *line = NULL;
	int size;

	if (log->fd < 0)
		return true;
	size = asprintf(&line, "%llu\t:\t%.3f\t%10.3f\t0\t%llu\t%d\t%d\t%s\n",
			(unsigned long long)seq,
			(double)ending->started_us / 1e6,
			(double)ending->wall_us / 1e6,
			(unsigned long long)ending->out.total,
			bad                ? -1
			: ending->exit > 0 ? ending->exit
					   : 0,
			ending->signal, command);
	return size >= 0 && fd_write_all(log->fd, line, (size_t)size);
}
