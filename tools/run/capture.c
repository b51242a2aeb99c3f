/* SPDX-License-Identifier: MIT */
/*
 * capture.c - what a command writes to one of its descriptors.
 *
 * A pipe and not just the file: a command may open /dev/stderr anew, which
 * would empty a file, and write at its beginning.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "run/capture.h"

bool capture_open(struct capture *capture)
{
	*capture = (struct capture){ .ends = { -1, -1 }, .spill = -1 };
	capture->bytes = malloc(CAPTURE_ROOM);
	if (!capture->bytes || fd_pipe(capture->ends) < 0)
		return false;
	return fcntl(capture->ends[0], F_SETFL, O_NONBLOCK) == 0;
}

void capture_close(struct capture *capture)
{
	capture_clear(capture);
	defer_close(&capture->ends[0]);
	defer_close(&capture->ends[1]);
	free(capture->bytes);
	*capture = (struct capture){ .ends = { -1, -1 }, .spill = -1 };
}

void capture_clear(struct capture *capture)
{
	defer_close(&capture->spill);
	capture->spill = -1;
	capture->size = 0;
	capture->total = capture->lost = 0;
	capture->error = 0;
}

/* ---- The file ----------------------------------------------------------- */

/* Where files have to have a name at first. */
static int spill_named(const char *folder)
{
	char path[4096];
	int fd;

	if (snprintf(path, sizeof path, "%s/tine-run-XXXXXX", folder) >=
	    (int)sizeof path)
		return -1;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

static int spill_open(void)
{
	const char *folder = getenv("TMPDIR");
	int fd;

	if (!folder || !*folder)
		folder = "/tmp";
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return fd_lift(fd >= 0 ? fd : spill_named(folder));
}

static void capture_lose(struct capture *capture)
{
	if (capture->error == 0)
		capture->error = errno;
	capture->lost += capture->size;
	capture->size = 0;
}

/* Moves the bytes behind those in the file. */
static void capture_spill(struct capture *capture)
{
	if (capture->spill < 0 && capture->error == 0)
		capture->spill = spill_open();
	if (capture->error != 0 || capture->spill < 0 ||
	    !fd_write_all(capture->spill, capture->bytes, capture->size))
		capture_lose(capture);
	capture->size = 0;
}

/* ---- The pipe ----------------------------------------------------------- */

void capture_read(struct capture *capture)
{
	for (;;) {
		ssize_t got = fd_read(capture->ends[0],
				      capture->bytes + capture->size,
				      CAPTURE_ROOM - capture->size);

		if (got <= 0)
			return;
		capture->size += (size_t)got;
		capture->total += (uint64_t)got;
		if (capture->size == CAPTURE_ROOM || capture->spill >= 0 ||
		    capture->error != 0)
			capture_spill(capture);
	}
}
