/* SPDX-License-Identifier: MIT */
/*
 * aggregator - many sources, one answer, whatever the sources do.
 *
 *   settings   the command line
 *   source     a URL, its task, and its item of the answer
 *   fetch      what the task does
 *   refresh    somebody in the background who keeps the cache fresh
 *   cache      what is known of the sources
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "../common/standard.h"
#include "refresh.h"
#include "settings.h"
#include "source.h"

static void main_start(struct source *sources, const struct settings *settings,
		       struct tine_ctx *ctx)
{
	for (size_t i = 0; i < settings->url_count; i++)
		source_start(&sources[i], settings->urls[i], ctx,
			     settings->timeout_ms);
}

/* All sources run, so one after the other takes no longer than the slowest. */
static json_t *main_finish(struct source *sources,
			   const struct settings *settings,
			   const json_t *fallback)
{
	json_t *document = json_array();

	for (size_t i = 0; i < settings->url_count; i++)
		if (json_array_append_new(document,
					  source_finish(&sources[i], fallback)))
			errx(EXIT_FAILURE, "out of memory");
	return document;
}

static void main_print(const json_t *document, size_t flags)
{
	(void)json_dumpf(document, stdout, flags);
	(void)putchar('\n');
	if (fflush(stdout) != 0 || ferror(stdout))
		err(EXIT_FAILURE, "cannot write the answer");
}

static void main_answer(struct source *sources, const struct settings *settings,
			struct tine_ctx *ctx, const struct refresh *refresh)
{
	json_t *fallback, *document;

	main_start(sources, settings, ctx);
	fallback = refresh ? refresh_fallback(refresh)
			   : json_incref(settings->fallback);
	document = main_finish(sources, settings, fallback);
	main_print(document, refresh ? JSON_COMPACT : JSON_INDENT(2));
	json_decref(document);
	json_decref(fallback);
}

static void main_serve(struct source *sources, const struct settings *settings,
		       struct tine_ctx *ctx)
{
	struct refresh refresh;
	char *line = NULL;
	size_t room = 0;

	refresh_init(&refresh, settings, ctx);
	while (getline(&line, &room, stdin) >= 0) {
		refresh_mend(&refresh, ctx);
		main_answer(sources, settings, ctx, &refresh);
	}
	free(line);
	refresh_done(&refresh);
}

int main(int argc, char **argv)
{
	struct settings settings;
	struct source *sources;
	struct tine_ctx *ctx;
	int error;

	standard_fill();
	settings_read(&settings, argc, argv);
	sources = calloc(settings.url_count, sizeof *sources);
	error = sources ? tine_ctx_new(NULL, &ctx) : TINE_ENOMEM;
	if (error < 0)
		errx(EXIT_FAILURE, "%s", tine_strerror(error));

	if (settings.refresh_s > 0)
		main_serve(sources, &settings, ctx);
	else
		main_answer(sources, &settings, ctx, NULL);

	tine_ctx_free(ctx);
	free(sources);
	settings_done(&settings);
	return EXIT_SUCCESS;
}
