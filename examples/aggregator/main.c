/* SPDX-License-Identifier: MIT */
/*
 * aggregator - many sources, one answer, whatever the sources do.
 *
 *   settings   the command line
 *   source     a URL, its task, and its item of the answer
 *   fetch      what the task does
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

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
			   const struct settings *settings)
{
	json_t *document = json_array();

	for (size_t i = 0; i < settings->url_count; i++)
		if (json_array_append_new(
			    document,
			    source_finish(&sources[i], settings->fallback)))
			errx(EXIT_FAILURE, "out of memory");
	return document;
}

static void main_print(const json_t *document)
{
	(void)json_dumpf(document, stdout, JSON_INDENT(2));
	(void)putchar('\n');
	if (fflush(stdout) != 0 || ferror(stdout))
		err(EXIT_FAILURE, "cannot write the answer");
}

int main(int argc, char **argv)
{
	struct settings settings;
	struct source *sources;
	struct tine_ctx *ctx;
	json_t *document;
	int error;

	settings_read(&settings, argc, argv);
	sources = calloc(settings.url_count, sizeof *sources);
	error = sources ? tine_ctx_new(NULL, &ctx) : TINE_ENOMEM;
	if (error < 0)
		errx(EXIT_FAILURE, "%s", tine_strerror(error));

	main_start(sources, &settings, ctx);
	document = main_finish(sources, &settings);
	main_print(document);

	json_decref(document);
	tine_ctx_free(ctx);
	free(sources);
	settings_done(&settings);
	return EXIT_SUCCESS;
}
