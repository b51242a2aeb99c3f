/* SPDX-License-Identifier: MIT */
/* mode.c - the ways of a stream in which everything is to hold. */
#include "mode.h"

const struct mode modes[] = {
	{ "fresh, as many at once as items", 4, 0 },
	{ "fresh, fewer", 2, 0 },
	{ "fresh, more", 8, 0 },
	{ "two to a child, as many at once as items", 4, 2 },
	{ "two to a child, fewer", 2, 2 },
	{ "two to a child, more", 8, 2 },
	{ "pooled, as many at once as items", 4, 1000 },
	{ "pooled, fewer", 2, 1000 },
	{ "pooled, more", 8, 1000 },
};

const size_t mode_count = sizeof modes / sizeof *modes;

const struct mode *mode;

struct tine_stream_options mode_options(void)
{
	return (struct tine_stream_options){
		.max_concurrency = mode->max_concurrency,
		.reuse = mode->reuse,
		.on_timeout = TINE_KILL,
	};
}
