/* SPDX-License-Identifier: MIT */
/*
 * segment.c - memory shared with one child, which cannot cut it short.
 *
 * Pages that nobody touched cost nothing, so it may be larger than what most
 * children need.
 */
#include "segment.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "defer.h"
#include "err.h"
#include "fd.h"

static void *segment_map(int fd, size_t size)
{
	void *memory =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

int segment_new(struct segment *segment, size_t size)
{
	AUTO_CLOSE int fd = fd_lift(
		memfd_create("tine-pool", MFD_CLOEXEC | MFD_ALLOW_SEALING));
	void *memory;

	if (fd < 0 || !fd_grow(fd, size))
		return err_from_errno(errno);
	(void)fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	memory = segment_map(fd, size);
	if (!memory)
		return err_from_errno(errno);
	(void)madvise(memory, size, MADV_DONTFORK);
	*segment = (struct segment){ .fd = steal_fd(&fd),
				     .memory = memory,
				     .size = size };
	return 0;
}

void segment_hand_over(struct segment *segment)
{
	defer_close(&segment->fd);
	segment->fd = -1;
}

void segment_done(struct segment *segment)
{
	if (segment->memory)
		(void)munmap(segment->memory, segment->size);
	segment_hand_over(segment);
	*segment = (struct segment){ .fd = -1 };
}

void *segment_join(int fd, size_t size)
{
	void *memory = segment_map(fd, size);

	(void)close(fd);
	return memory;
}
