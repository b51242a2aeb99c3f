/* SPDX-License-Identifier: MIT */
/*
 * tally.c - how many commands ended well, and how many did not.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#include "run/tally.h"

#define TALLY_AT_ONCE 65536 /* more are never under way */

struct shared {
	_Atomic uint64_t succeeded, failed, total;
	_Atomic bool enough;
	_Atomic uint32_t tries[TALLY_AT_ONCE]; /* 0 when it has ended */
};

static struct shared *shared;
static struct halt rule;
static unsigned retries_most;

bool tally_init(const struct halt *halt, unsigned retries)
{
	rule = *halt;
	retries_most = retries;
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return shared != MAP_FAILED;
}

void tally_know(uint64_t total)
{
	atomic_store(&shared->total, total);
}

bool tally_begin(uint64_t seq)
{
	return atomic_fetch_add(&shared->tries[seq % TALLY_AT_ONCE], 1) >=
	       retries_most;
}

bool tally_end(uint64_t seq, bool succeeded)
{
	atomic_store(&shared->tries[seq % TALLY_AT_ONCE], 0);
	atomic_fetch_add(succeeded ? &shared->succeeded : &shared->failed, 1);
	if (!halt_is_met(&rule, atomic_load(&shared->succeeded),
			 atomic_load(&shared->failed),
			 atomic_load(&shared->total)))
		return false;
	atomic_store(&shared->enough, true);
	return true;
}

bool tally_is_enough(void)
{
	return atomic_load(&shared->enough);
}
