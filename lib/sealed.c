/* SPDX-License-Identifier: MIT */
/*
 * sealed.c - bytes in a memory file that nobody can change any more.
 *
 * Only files that live in memory can be sealed, and not all of those can be
 * read without a fault: huge pages may be missing when they are touched. So
 * what comes from a child is mapped only if it is of the kind made here.
 */
#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "fd.h"

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)
#define SEALED_TRIES 4

int sealed_new(size_t size)
{
	return fd_may_grow(0, size)
		       ? memfd_create("tine-result",
				      MFD_CLOEXEC | MFD_ALLOW_SEALING)
		       : -1;
}

bool sealed_add(int fd, const void *data, size_t size)
{
	return fd_may_grow(lseek(fd, 0, SEEK_END), size) &&
	       fd_write_all(fd, data, size);
}

/* Busy is also a file of which the kernel itself holds a page for a moment, and
 * it gives up after a sixth of a second. Where somebody has it mapped to write
 * it says so at once, each time. */
bool sealed_shut(int fd)
{
	for (int i = 0; i < SEALED_TRIES; i++) {
		if (fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) == 0)
			return true;
		if (errno != EBUSY)
			break;
	}
	return false;
}

bool sealed_is(int fd, uint64_t size)
{
	int seals = fd < 0 ? -1 : fcntl(fd, F_GET_SEALS);
	int mode = fd < 0 ? -1 : fcntl(fd, F_GETFL);
	struct statfs home;
	struct stat file;

	return seals >= 0 && (seals & SEALS) == SEALS && mode >= 0 &&
	       (mode & O_ACCMODE) != O_WRONLY && fstatfs(fd, &home) == 0 &&
	       home.f_type == TMPFS_MAGIC && fstat(fd, &file) == 0 &&
	       (uint64_t)file.st_size == size;
}

void *sealed_map(int fd, size_t size)
{
	void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);

	return map == MAP_FAILED ? NULL : map;
}

void sealed_unmap(void *map, size_t size)
{
	if (map)
		(void)munmap(map, size);
}
