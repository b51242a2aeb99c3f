/* SPDX-License-Identifier: MIT */
/*
 * guardian.h - the parent of a supervisor, which cleans up behind it.
 *
 * When a supervisor is killed, what it had adopted is nobody's: processes in
 * sessions of their own, which no signal to a group reaches, and which the
 * kernel kills for nobody. Its parent inherits all of them, and does nothing
 * else: it ends them and then as the supervisor did.
 */
#ifndef TINE_GUARDIAN_H
#define TINE_GUARDIAN_H

#include "tine.h"

/* What the supervisor is to be; the memory is the caller's as of the fork. */
struct guardian_order {
	/* Runs in the supervisor, with SIGTERM blocked, and a death signal
	 * until it watches its parent; never returns. */
	void (*main)(struct tine_self *self, const void *data);
	const void *data;
	int socket; /* is the supervisor's alone */
};

/* Runs a struct guardian_order. */
tine_fn guardian_run;

#endif
