/* SPDX-License-Identifier: MIT */
/* order.c - what a supervisor is told of a task that it is to fork. */
#include "order.h"

#include <string.h>

void order_put(struct wire_out *out, const struct order *order)
{
	wire_put(out, (uint64_t)(uintptr_t)order->fn);
	wire_put_bytes(out, order->arg, order->size);
	wire_put_text(out, order->name);
	limits_put(out, &order->limits);
	wire_put(out, order->max_result);
	wire_put(out, (uint64_t)order->grace_ms);
	wire_put(out, order->nolink);
	wire_put(out, order->slot);
	wire_put(out, order->id);
	wire_put_bytes(out, order->callers,
		       order->caller_count * sizeof *order->callers);
}

static void callers_take(struct wire_in *in, struct order *order)
{
	size_t size = wire_take_part(in, order->callers, sizeof order->callers);

	in->bad |= size % sizeof *order->callers != 0;
	order->caller_count = size / sizeof *order->callers;
}

bool order_take(struct wire_in *in, struct order *order)
{
	memset(order, 0, sizeof *order);
	order->fn = (tine_fn *)(uintptr_t)wire_take(in);
	order->arg = wire_take_bytes(in, &order->size);
	if (order->size == 0)
		order->arg = NULL;
	wire_take_text(in, order->name, sizeof order->name);
	limits_take(in, &order->limits);
	order->max_result = (size_t)wire_take(in);
	order->grace_ms = (int64_t)wire_take(in);
	order->nolink = wire_take_below(in, 1);
	order->slot = (size_t)wire_take(in);
	order->id = wire_take(in);
	callers_take(in, order);
	if (order->grace_ms < TINE_BRUTAL)
		in->bad = true;
	return wire_is_whole(in);
}
