/* SPDX-License-Identifier: MIT */
/*
 * cache.h - what is known of the sources, shared between processes.
 */
#ifndef CACHE_H
#define CACHE_H

#include <jansson.h>
#include <stdbool.h>

struct cache;

/* One for `room` bytes of JSON, shared with all that are forked later. NULL:
 * out of memory. */
struct cache *cache_new(size_t room);
void cache_free(struct cache *cache);

/* What was written last, an object; yours to json_decref(). NULL: out of
 * memory. May be called at any moment, in any process. */
json_t *cache_read(const struct cache *cache);

/*
 * Replaces it all. One process writes at a time; if that is killed while it
 * does, what was there stays. Returns whether there was room.
 */
bool cache_write(struct cache *cache, const json_t *values);

#endif
