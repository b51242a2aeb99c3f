/* SPDX-License-Identifier: MIT */
/*
 * traces.c - what a process that crashes leaves for its parent.
 *
 * Runs in a handler, on whatever stack there is, after a bug of which nobody
 * knows what it has spoiled: so it makes few system calls, and no others that
 * could wait for anything.
 *
 * Not here: the handler (self.c), what becomes of it (crash.c).
 */
#include "traces.h"

#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096 /* or a part of one, elsewhere */

/* The kernel copies, since what is above the stack cannot be touched; page by
 * page, so that it stops there. */
static uint32_t copy_memory(unsigned char *to, uint64_t from, size_t wanted)
{
	struct iovec local = { .iov_base = to, .iov_len = wanted };
	struct iovec pages[SLATE_STACK / PAGE + 1];
	size_t count = 0, size = 0;
	ssize_t copied;

	while (size < wanted) {
		size_t piece = PAGE - (size_t)((from + size) % PAGE);

		if (piece > wanted - size)
			piece = wanted - size;
		pages[count++] = (struct iovec){
			.iov_base = (void *)(uintptr_t)(from + size),
			.iov_len = piece,
		};
		size += piece;
	}
	copied = process_vm_readv(getpid(), &local, 1, pages, count, 0);
	return copied < 0 ? 0 : (uint32_t)copied;
}

/* Above where the task began there is nothing of it. Another thread has another
 * stack, and then there is more between the two than there is room for. */
static size_t stack_left(uint64_t from, const void *bottom)
{
	uint64_t left = (uint64_t)(uintptr_t)bottom - from;

	return left < SLATE_STACK ? (size_t)left : SLATE_STACK;
}

#define OVERSHOT_PAGES 256 /* so many, below its stack, may one frame be */

/* Of a stack that overflowed, what sp points to is not there. */
static void copy_stack(struct slate_crash *crash, const void *bottom)
{
	uint64_t from = crash->registers.sp;

	for (int i = 0; i < OVERSHOT_PAGES && crash->stack_size == 0; i++) {
		crash->stack_from = from;
		crash->stack_size = copy_memory(crash->stack, from,
						stack_left(from, bottom));
		from += PAGE - from % PAGE;
	}
}

/* Registers alone are much, if the process should not live to tell more. */
void traces_leave(struct slate *slate, int number, const siginfo_t *fault,
		  const void *context, const void *bottom)
{
	struct slate_crash *crash = &slate->crash;

	atomic_store(&slate->signal, number);
	atomic_store(&slate->fault, fault != NULL);
	atomic_store(&slate->address,
		     fault ? (uint64_t)(uintptr_t)fault->si_addr : 0);
	registers_take(&crash->registers, context);
	crash->stack_size = 0;
	atomic_store(&slate->crashed, 1);
	copy_stack(crash, bottom);
}
