/* SPDX-License-Identifier: MIT */
/*
 * cache.c - what is known of the sources, shared between processes.
 *
 * There are two halves. The version says which one is to be read, by whether it
 * is odd; the other is written, and then the version goes up by one. So who is
 * killed while it writes has spoilt nothing, and who reads knows by the version
 * whether somebody has begun to write where it read.
 *
 * Who writes also meets strangers, so what is here is not trusted: it is JSON,
 * and an object, or there is nothing.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/param.h>

#include "cache.h"

struct cache {
	size_t room; /* of a half */
	atomic_ulong version;
	size_t sizes[2];
	char bytes[];
};

static size_t cache_size(size_t room)
{
	return sizeof(struct cache) + 2 * room;
}

/* Memory that nobody has written to costs nothing. */
struct cache *cache_new(size_t room)
{
	struct cache *cache =
		mmap(NULL, cache_size(room), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (cache == MAP_FAILED)
		return NULL;
	cache->room = room;
	return cache;
}

void cache_free(struct cache *cache)
{
	if (cache)
		(void)munmap(cache, cache_size(cache->room));
}

static json_t *cache_parse(const char *bytes, size_t size)
{
	json_t *values = json_loadb(bytes, size, JSON_ALLOW_NUL, NULL);

	if (json_is_object(values))
		return values;
	json_decref(values);
	return json_object();
}

/* Returns whether it was of one version, and then *values is that. */
static bool cache_try_read(const struct cache *cache, json_t **values)
{
	unsigned long version = atomic_load(&cache->version);
	size_t half = version % 2;
	size_t size = MIN(cache->sizes[half], cache->room);
	char *copy = malloc(size + 1);
	bool same;

	*values = NULL;
	if (!copy)
		return true;
	memcpy(copy, cache->bytes + half * cache->room, size);
	atomic_thread_fence(memory_order_acquire);
	same = atomic_load(&cache->version) == version;
	if (same)
		*values = cache_parse(copy, size);
	free(copy);
	return same;
}

json_t *cache_read(const struct cache *cache)
{
	json_t *values;

	while (!cache_try_read(cache, &values))
		continue;
	return values;
}

bool cache_write(struct cache *cache, const json_t *values)
{
	unsigned long version = atomic_load(&cache->version) + 1;
	size_t half = version % 2;
	size_t size = json_dumpb(values, cache->bytes + half * cache->room,
				 cache->room, JSON_COMPACT);

	if (size == 0 || size > cache->room)
		return false;
	cache->sizes[half] = size;
	atomic_store(&cache->version, version);
	return true;
}
