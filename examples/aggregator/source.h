/* SPDX-License-Identifier: MIT */
/*
 * source.h - one URL, and what becomes of it.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <jansson.h>

#include "tine.h"

struct source {
	const char *url;
	struct tine_task *task; /* NULL: it could not be started ... */
	int error;              /* ... and why                       */
};

void source_start(struct source *source, const char *url, struct tine_ctx *ctx,
		  int64_t timeout_ms);

/*
 * Waits until the source has answered or failed, and says so as JSON; yours to
 * json_decref(). A value in fallback stands in for an answer that is late.
 * NULL: out of memory.
 */
json_t *source_finish(struct source *source, const json_t *fallback);

#endif
