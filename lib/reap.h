/* SPDX-License-Identifier: MIT */
/*
 * reap.h - how a loop learns that a child has ended: two ways, one interface.
 */
#ifndef TINE_REAP_H
#define TINE_REAP_H

#include "child.h"
#include "loop.h"

struct reap;

/*
 * Look whether the child has ended. `taken` is how, where somebody else reaped
 * it, else NULL. Returns false when it has not ended after all.
 */
typedef bool reap_fn(void *data, const struct child_exit *taken);

struct reap_backend {
	const char *name;
	bool pidfd; /* children need one */

	/* Returns NULL when memory is out. */
	struct reap *(*start)(struct loop *loop, const struct child *child,
			      reap_fn *fn, void *data);
	void (*stop)(struct reap *reap); /* takes NULL, also from in fn */

	/* It alone does not keep a loop running. */
	void (*background)(struct reap *reap);

	/* The child said its last word: it will end any moment. */
	void (*hint)(struct reap *reap);
};

extern const struct reap_backend reap_pidfd;
extern const struct reap_backend reap_sigchld;

/*
 * The one that works here, or the one that TINE_REAP names. Returns 0,
 * TINE_EUSAGE when it names neither, TINE_EUNSUPPORTED when it names one that
 * this system lacks.
 */
int reap_choose(const struct loop *loop, const struct reap_backend **backend);

#endif
