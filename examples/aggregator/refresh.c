/* SPDX-License-Identifier: MIT */
/*
 * refresh.c - somebody in the background who keeps the cache fresh.
 *
 * A supervised child that never ends. It has more patience than who waits for
 * an answer, and each source is a task of its own there, too; if the child
 * itself dies it is started again, and finds in the cache what it knew. The
 * program has nothing to do with that, and need not run its loop for it.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <unistd.h>

#include "fetch.h"
#include "refresh.h"
#include "source.h"

#define REFRESH_BACKOFF_MS 100
#define REFRESH_MAX_BACKOFF_MS 10000
#define REFRESH_RESTARTS 100 /* in REFRESH_SECONDS; backoff allows for less */
#define REFRESH_SECONDS 10
#define REFRESH_STOP_MS 1000

/* ---- The child ---------------------------------------------------------- */

static void refresh_start_all(struct source *sources,
			      const struct settings *settings,
			      struct tine_ctx *ctx)
{
	int64_t patience_ms =
		MAX(settings->timeout_ms, settings->refresh_s * 1000);

	for (size_t i = 0; i < settings->url_count; i++)
		source_start(&sources[i], settings->urls[i], ctx, patience_ms);
}

/* A source that fails keeps the value that it had. */
static void refresh_take_all(struct source *sources,
			     const struct settings *settings, json_t *values)
{
	for (size_t i = 0; i < settings->url_count; i++) {
		json_t *answer = source_finish(&sources[i], NULL);
		json_t *ok = json_object_get(answer, "ok");

		if (ok)
			(void)json_object_set(values, settings->urls[i], ok);
		json_decref(answer);
	}
}

static int refresh_run(struct tine_self *self, const void *arg, size_t size)
{
	const struct refresh *refresh = *(const struct refresh *const *)arg;
	const struct settings *settings = refresh->settings;
	struct source *sources = calloc(settings->url_count, sizeof *sources);
	struct tine_ctx *ctx = tine_self_ctx(self);
	json_t *values = cache_read(refresh->cache);

	(void)size;
	if (!sources || !ctx || !values)
		return tine_fail(self, 1, "out of memory");
	tine_trap_exits(ctx, true);
	for (;;) {
		refresh_start_all(sources, settings, ctx);
		refresh_take_all(sources, settings, values);
		if (!cache_write(refresh->cache, values))
			return tine_fail(self, 1, "no room in the cache");
		(void)sleep((unsigned)settings->refresh_s);
	}
}

/* ---- The program -------------------------------------------------------- */

static void on_end(struct tine_super *super, const struct tine_result *result,
		   void *user)
{
	struct refresh *refresh = user;

	(void)super;
	warnx("the refresh has ended: %s", result->message);
	refresh->ended = true;
}

static void refresh_start(struct refresh *refresh, struct tine_ctx *ctx)
{
	const struct tine_child child = {
		.id = "refresh",
		.fn = refresh_run,
		.arg = &refresh, /* it is older than the supervisor */
		.size = sizeof refresh,
		.restart = TINE_PERMANENT,
		.shutdown_ms = TINE_BRUTAL, /* there is nothing to save */
		.backoff_ms = REFRESH_BACKOFF_MS,
		.max_backoff_ms = REFRESH_MAX_BACKOFF_MS,
	};
	const struct tine_super_options options = {
		.max_restarts = REFRESH_RESTARTS,
		.max_seconds = REFRESH_SECONDS,
		.children = &child,
		.child_count = 1,
		.on_end = on_end,
		.user = refresh,
	};
	int error = tine_super_start(ctx, &options, &refresh->super);

	if (error < 0)
		errx(EXIT_FAILURE, "cannot start the refresh: %s",
		     tine_strerror(error));
}

/* For the largest bodies there may be, and their URLs. */
static size_t refresh_room(const struct settings *settings)
{
	size_t room = sizeof "{}";

	for (size_t i = 0; i < settings->url_count; i++)
		room += 6 * strlen(settings->urls[i]) + FETCH_MAX_RESULT + 8;
	return room;
}

void refresh_init(struct refresh *refresh, const struct settings *settings,
		  struct tine_ctx *ctx)
{
	*refresh = (struct refresh){
		.settings = settings,
		.cache = cache_new(refresh_room(settings)),
	};
	if (!refresh->cache)
		errx(EXIT_FAILURE, "no memory for the cache");
	refresh_start(refresh, ctx);
}

void refresh_mend(struct refresh *refresh, struct tine_ctx *ctx)
{
	if (!refresh->ended)
		return;
	refresh->ended = false;
	tine_super_free(refresh->super);
	refresh_start(refresh, ctx);
}

json_t *refresh_fallback(const struct refresh *refresh)
{
	json_t *values = cache_read(refresh->cache);

	if (!values)
		errx(EXIT_FAILURE, "out of memory");
	if (refresh->settings->fallback)
		(void)json_object_update_missing(values,
						 refresh->settings->fallback);
	return values;
}

void refresh_done(struct refresh *refresh)
{
	(void)tine_super_stop(refresh->super, REFRESH_STOP_MS);
	tine_super_free(refresh->super);
	cache_free(refresh->cache);
}
