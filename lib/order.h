/* SPDX-License-Identifier: MIT */
/* order.h - what a supervisor is told of a task that it is to fork. */
#ifndef TINE_ORDER_H
#define TINE_ORDER_H

#include <sys/types.h>

#include "spec.h"
#include "tine.h"
#include "wire.h"

#define ORDER_CALLERS 16

/* The descriptors that come along. */
enum order_fd { ORDER_CHANNEL, ORDER_SLATES, ORDER_ERROR, ORDER_FDS };

struct order {
	tine_fn *fn;
	const void *arg;
	size_t size;
	char name[SPEC_ID];
	uint64_t id;
	struct tine_limits limits;
	size_t max_result;
	int64_t grace_ms; /* when the supervisor stops it */
	bool nolink;
	size_t slot;                  /* of its slate */
	pid_t callers[ORDER_CALLERS]; /* the nearest first */
	size_t caller_count;
};

void order_put(struct wire_out *out, const struct order *order);

/* The argument stays where it is in the letter. False: it is none. */
bool order_take(struct wire_in *in, struct order *order);

#endif
