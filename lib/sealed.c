/* SPDX-License-Identifier: MIT */
/*
 * sealed.c - bytes in a memory file that nobody can change any more.
 *
 * Only files that live in memory can be sealed, and not all of those can be
 * read without a fault: huge pages may be missing when they are touched. So
 * what comes from a child is mapped only if it is of the kind made here.
 */
#include "sealed.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

/* The kernel applies the limit on the size of files to memory files, too. */
int sealed_new(size_t size)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) < 0 || size > limit.rlim_cur)
		return -1;
	return memfd_create("tine-result", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

bool sealed_shut(int fd)
{
	return fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) == 0;
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
