/* SPDX-License-Identifier: MIT */
/*
 * spec.h - what a supervisor is to be, and what its children are to be.
 *
 * Checked where it is asked for; and once more where it comes in, since a
 * supervisor does not trust who asks.
 */
#ifndef TINE_SPEC_H
#define TINE_SPEC_H

#include "tine.h"
#include "wire.h"

#define SPEC_ID 64           /* with its 0 */
#define SPEC_DEPTH 16        /* supervisors in each other */
#define SPEC_MOST (1U << 30) /* bytes of one child, all below it included */

struct plan;

/* A child. Zeroes are filled in, what it points to is its own. */
struct spec {
	char id[SPEC_ID]; /* "": it has none, and is loose */
	tine_fn *fn;
	void *arg;
	size_t size;
	enum tine_restart restart;
	int64_t shutdown_ms; /* TINE_FOREVER, TINE_BRUTAL, or a time */
	int64_t backoff_ms, max_backoff_ms;
	bool significant;
	struct tine_limits limits;
	struct plan *plan; /* of a supervisor; NULL: a worker */
};

/* A supervisor. */
struct plan {
	char name[SPEC_ID]; /* "": it cannot be found */
	unsigned max_children, max_restarts, max_seconds, spares;
	enum tine_strategy strategy;
	enum tine_auto_shutdown auto_shutdown;
	bool reports; /* somebody wants them */
	struct spec *children;
	size_t count;
};

void spec_put(struct wire_out *out, const struct tine_child *child);
void plan_put(struct wire_out *out, const struct tine_super_options *options);

/* 0, TINE_EUSAGE for what is none, TINE_ENOMEM; then there is nothing to free.
 * Both refuse what the _fault functions of tine.h do. */
int spec_take(struct wire_in *in, struct spec **spec);
int plan_take(struct wire_in *in, struct plan **plan);

/* Field by field, since not all bytes are a bool. */
void limits_put(struct wire_out *out, const struct tine_limits *limits);
void limits_take(struct wire_in *in, struct tine_limits *limits);

void spec_free(struct spec *spec);
void plan_free(struct plan *plan);

#endif
