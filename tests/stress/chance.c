/* SPDX-License-Identifier: MIT */
/* chance.c - what looks like chance, and follows from a seed. */
#include "chance.h"

#include <signal.h>

uint64_t chance_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

int chance_pick(uint64_t random, const unsigned *shares, int count)
{
	unsigned sum = 0, at;

	for (int i = 0; i < count; i++)
		sum += shares[i];
	at = (unsigned)(random % sum);
	for (int i = 0; i < count; i++) {
		if (at < shares[i])
			return i;
		at -= shares[i];
	}
	return 0;
}

int chance_signal(uint64_t random)
{
	static const int fatal[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGILL,
				     SIGTRAP, SIGABRT, SIGBUS,  SIGFPE,
				     SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2,
				     SIGPIPE, SIGALRM, SIGTERM, SIGXCPU,
				     SIGXFSZ, SIGPROF, SIGSYS,  SIGIO };

	return fatal[random % (sizeof fatal / sizeof *fatal)];
}
