/* SPDX-License-Identifier: MIT */
/*
 * refresh.h - somebody in the background who keeps the cache fresh.
 */
#ifndef REFRESH_H
#define REFRESH_H

#include "cache.h"
#include "settings.h"
#include "tine.h"

struct refresh {
	const struct settings *settings;
	struct cache *cache;
	struct tine_super *super;
	bool ended; /* the supervisor has */
};

/* Starts it, while the program is small. Exits, after it said why, if it
 * cannot, as do the others here. */
void refresh_init(struct refresh *refresh, const struct settings *settings,
		  struct tine_ctx *ctx);
void refresh_done(struct refresh *refresh);

/* Starts it again if even the supervisor has ended. */
void refresh_mend(struct refresh *refresh, struct tine_ctx *ctx);

/* What stands in for an answer that is late: the cache, and behind that the
 * fallback of the settings. An object, yours to json_decref(). */
json_t *refresh_fallback(const struct refresh *refresh);

#endif
