/* SPDX-License-Identifier: MIT */
/*
 * home.c - whether this is still the process that it was, and not a fork.
 *
 * getpid() is a system call, and takes longer than a pooled item. So a page is
 * set aside that the kernel wipes in a fork.
 */
#include "home.h"

#include <sys/mman.h>

#define PAGE 4096

void home_init(struct home *home)
{
	*home = (struct home){ .pid = getpid() };
}

void home_mark(struct home *home)
{
	bool *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return;
	if (madvise(page, PAGE, MADV_WIPEONFORK) < 0) {
		(void)munmap(page, PAGE);
		return;
	}
	*page = true;
	home->mark = page;
}

void home_done(struct home *home)
{
	if (home->mark)
		(void)munmap((void *)home->mark, PAGE);
	home->mark = NULL;
}
